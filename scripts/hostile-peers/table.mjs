// The outcome of the matrix of hostile peers: its totals for docs/testing.md, and sections of docs/hostile-peers.md, one for
// each runtime, and one for the combinations that make no sense.
import { writeSection } from '../lib/page-section.mjs';

/** Failures that a section names; more are counted. */
const MOST_NAMED = 20;

const number = (value) => value.toLocaleString('en-US');

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The number of cells where all survived; otherwise how many of them did. */
function survived(results) {
  const count = results.filter(({ fault }) => fault === null).length;
  if (results.length === 0) return '';
  const total = number(results.length);
  return count === results.length ? total : `**${number(count)} of ${total}**`;
}

const GROUPS = [
  ['server', 'TLSv1.2'],
  ['server', 'TLSv1.3'],
  ['client', 'TLSv1.2'],
  ['client', 'TLSv1.3'],
];
const HEAD = GROUPS.map(([role, version]) => `our ${role}, ${version.replace('v', ' ')}`);

/** A row for each value of `keyOf`, with a column for each role and version. */
function rowsBy(keyOf, results) {
  const keys = [...new Set(results.map(({ cell }) => keyOf(cell)))];
  return keys.map((key) => {
    const own = results.filter(({ cell }) => keyOf(cell) === key);
    const of = ([role, version]) =>
      own.filter(({ cell }) => cell.role === role && cell.version === version);
    return [key, ...GROUPS.map((group) => survived(of(group)))];
  });
}

function failures(results, problems) {
  const failed = results.filter(({ fault }) => fault !== null);
  const lines = failed.slice(0, MOST_NAMED).map(({ cell, fault }) => `- ${cell.id}: ${fault}`);
  if (failed.length > lines.length) lines.push(`- and ${failed.length - lines.length} more`);
  return [...lines, ...problems.map((problem) => `- ${problem}`)].join('\n');
}

/**
 * @typedef {object} Outcome
 * @property {{ title: string }} runtime
 * @property {{ cell: object, fault: string | null }[]} results
 * @property {string[]} problems
 * @property {number} connections
 */

/** @param {Outcome[]} outcomes */
export const renderTotals = (outcomes) =>
  table(
    ['our side in', 'cells', 'survived', 'connections'],
    outcomes.map(({ runtime, results, connections }) => [
      runtime.title,
      number(results.length),
      number(results.filter(({ fault }) => fault === null).length),
      number(connections),
    ]),
  );

/** @param {Outcome} outcome */
export function render({ runtime, results, problems }) {
  return [
    `### ${runtime.title}`,
    table(
      ['state', ...HEAD],
      rowsBy(({ state }) => state.title, results),
    ),
    table(
      ['action', ...HEAD],
      rowsBy(({ action }) => action.kind, results),
    ),
    failures(results, problems),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** @param {object[]} cells that make no sense, each with its reason in `against` */
export function renderSkipped(cells) {
  const counts = new Map();
  for (const { against } of cells) counts.set(against, (counts.get(against) ?? 0) + 1);
  const rows = [...counts].toSorted(([, a], [, b]) => b - a);
  return table(
    [`${number(cells.length)} combinations are not run, because`, ''],
    rows.map(([reason, count]) => [reason, number(count)]),
  );
}

/** @param {string} totals */
export const writeTotals = (totals) => writeSection('testing.md', 'hostile-peers totals', totals);

/** @param {string} name the runtime, or `skipped` */
export const writePart = (name, text) => writeSection('hostile-peers.md', name, text);
