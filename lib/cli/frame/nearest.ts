// Finds the name that a mistyped name was probably meant to be.

/** Returns the number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const at = (up: number, left: number): number =>
        (up === 0 ? row : rows[i - up])?.[j - left] ?? 0;
      const replaced = at(1, 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwapped ? at(2, 2) + 1 : Infinity;
      row.push(Math.min(at(1, 0) + 1, at(0, 1) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}

/** Returns the nearest of the names, or undefined if none is near: half of the letters must be right. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const isBegun = names.filter((other) => name.length > 1 && other.startsWith(name));
  if (isBegun.length === 1) return isBegun[0];
  const ranked = names
    .map((other) => ({ other, away: distance(name, other) }))
    .toSorted((a, b) => a.away - b.away);
  const [best] = ranked;
  return best !== undefined && best.away <= Math.max(1, Math.floor(best.other.length / 2) - 1)
    ? best.other
    : undefined;
}

/** Returns " (did you mean 'info'?)", or an empty string. */
export function suggestion(name: string, names: readonly string[], dashes = ''): string {
  const best = nearest(name, names);
  return best === undefined ? '' : ` (did you mean '${dashes}${best}'?)`;
}
