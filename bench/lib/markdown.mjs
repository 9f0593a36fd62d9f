// Formats Markdown tables that are also readable as text, and their numbers.

/** Formats a number with three digits, without an exponent; a dash if it was not measured. */
export function threeDigits(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/**
 * @param {string[]} header
 * @param {string[][]} rows
 * @param {number} numLeft number of leading columns with text
 */
export function markdownTable(header, rows, numLeft = 1) {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const pad = (cell, column) =>
    column < numLeft ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column < numLeft ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  );
  return [line(header), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}
