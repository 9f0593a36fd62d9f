// Tables in Markdown that can be read unrendered too, and numbers as they stand in them.

/** Three digits, no exponent; a dash for what was not measured. */
export function threeDigits(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/**
 * @param {string[]} header
 * @param {string[][]} rows
 * @param {number} numLeft how many of the first columns are text
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
