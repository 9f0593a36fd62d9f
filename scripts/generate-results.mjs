// Writes what other pages quote of bench/results: the picture and the figures of README.md, and the list of all results.
//   node scripts/generate-results.mjs [--check]
// Of each benchmark the newest result counts. --check writes nothing, and fails if a page is out of date.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readOrEmpty, staleFiles, writeGenerated } from './lib/generated-files.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const FOLDER = 'bench/results';
const README = 'README.md';
const LIST = `${FOLDER}/README.md`;
const PAGE = /^(?<date>\d{4}-\d\d-\d\d)-(?<name>[\w-]+)\.md$/;

const pages = (folder) =>
  fs
    .readdirSync(folder)
    .filter((file) => PAGE.test(file))
    .toSorted((a, b) => (a < b ? 1 : -1));

/** Returns the newest result of a benchmark, without the extension. */
export function newest(folder, name) {
  const found = pages(folder).find((file) => PAGE.exec(file).groups.name === name);
  if (found === undefined) throw new UserError(`${FOLDER} has no result of ${name}`);
  return found.slice(0, -'.md'.length);
}

const cellsOf = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore

/** Returns the rows of the first table of a page of the TLS benchmark, and their ratios of processor time to node:tls. */
export function ratiosOf(page) {
  const [, table = ''] = /^(\|.+(?:\n\|.+)*)/m.exec(page) ?? [];
  const [head = '', , ...rows] = table.split('\n');
  const header = cellsOf(head);
  const isRatio = (cell) => cell.startsWith('ratio');
  // Pages have one ratio for each Node, the first one for the oldest; those before 2026-11-29 have two, of rates and of time.
  const column = header.some((cell) => cell.startsWith('ratio, '))
    ? header.findIndex(isRatio)
    : header.findLastIndex(isRatio);
  if (column < 0) throw new UserError('the page of the TLS benchmark has no column of ratios');
  return rows.map(cellsOf).map((cells) => ({ name: cells[0], ratio: cells[column] }));
}

function pictureText(folder) {
  const stem = newest(folder, 'pbkdf2');
  return [
    `![PBKDF2 derivations a second, 1 to 256 at once, next to other implementations](${FOLDER}/${stem}.svg)`,
    '',
    'PBKDF2 in the lanes of the processor’s vectors, on its own threads, next to its peers',
    `([machine, date and every figure](${FOLDER}/${stem}.md); [TLS and the rest](${LIST})).`,
  ].join('\n');
}

function tlsText(folder) {
  const stem = newest(folder, 'tls');
  const { date } = PAGE.exec(`${stem}.md`).groups;
  const rows = ratiosOf(fs.readFileSync(path.join(folder, `${stem}.md`), 'utf8'));
  const list = rows.map(({ name, ratio }) => `${name}: ${ratio}`).join('; ');
  return [
    '**TLS next to node:tls.** Processor time of the server for each unit of work, relative to node:tls in the same Node (less is better),',
    `measured ${date} ([machine and every figure](${FOLDER}/${stem}.md)):`,
    `${list}.`,
  ].join('\n');
}

function listText(folder) {
  const title = (file) =>
    /^# (.+)$/m
      .exec(fs.readFileSync(path.join(folder, file), 'utf8'))[1]
      .replace(/,? \d{4}-\d\d-\d\d$/, '');
  return pages(folder)
    .map((file) => `- ${PAGE.exec(file).groups.date}: [${title(file)}](${file})`)
    .join('\n');
}

/** Replaces the part of a page between two marks. */
function withPart(page, name, text) {
  const [begin, end] = ['begin', 'end'].map(
    (which) => `<!-- ${which}: npm run generate:results, ${name} -->`,
  );
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new UserError(`the line ${begin} or ${end} is missing`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Returns the pages with their generated parts, by path. */
export function outputs(root) {
  const folder = path.join(root, FOLDER);
  const [readme, list] = [README, LIST].map((file) => readOrEmpty(path.join(root, file)));
  return {
    [README]: withPart(withPart(readme, 'picture', pictureText(folder)), 'TLS', tlsText(folder)),
    [LIST]: withPart(list, 'list', listText(folder)),
  };
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
    const made = outputs(repoRoot);
    if (!check) return writeGenerated(made, repoRoot);
    const stale = staleFiles(made, repoRoot);
    if (stale.length > 0)
      throw new UserError(`${stale.join(', ')} is not up to date: npm run generate:results`);
  });
}
