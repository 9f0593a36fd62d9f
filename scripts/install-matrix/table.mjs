// The outcome of the matrix as a table of docs/testing.md, between two marks.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { UserError } from '../lib/user-error.mjs';

const PAGE = path.join(repoRoot, 'docs', 'testing.md');
const [BEGIN, END] = ['<!-- install-matrix -->', '<!-- /install-matrix -->'];

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
export function writePage(table) {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new UserError(`${PAGE} has no ${BEGIN} ... ${END}`);
  fs.writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
