// Renders the results of the matrix as a table of docs/support.md, between two marks.
import { writeSection } from '../lib/page-section.mjs';

const escape = (text) =>
  text
    .split('\n', 1)
    .join('')
    .replaceAll('|', String.raw`\|`);

/**
 * @typedef {{ group: string, title: string, status: string, note: string, seconds: number }} Row
 * @param {Row[]} rows
 * @param {string} about how it was run
 */
export function render(rows, about) {
  const lines = rows.map(
    ({ group, title, status, note }) => `| ${group} | ${title} | ${status} | ${escape(note)} |`,
  );
  return [about, '', '| | what | result | |', '|---|---|---|---|', ...lines].join('\n');
}

/** Puts the table into the page. */
export const writePage = (table) => writeSection('support.md', 'install-matrix', table);
