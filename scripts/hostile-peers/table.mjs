// Renders the results of the matrix of hostile peers as tables of docs/testing.md.
import { writeSection } from '../lib/page-section.mjs';

/** Number of failures that a table names; the rest is counted. */
const MOST_NAMED = 20;

const number = (value) => value.toLocaleString('en-US');

function countBy(values, keyOf) {
  const counts = new Map();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return counts;
}

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const survived = (results, total) => {
  const count = results.filter(({ fault }) => fault === null).length;
  return count === total ? number(count) : `**${number(count)}**`;
};

/** A row for each value of `keyOf`, with the number of cells that each runtime has survived. */
function rowsBy(keyOf, outcomes) {
  const keys = [...new Set(outcomes[0].results.map(({ cell }) => keyOf(cell)))];
  return keys.map((key) => {
    const each = outcomes.map(({ results }) => results.filter(({ cell }) => keyOf(cell) === key));
    const [{ length: total }] = each;
    return [key, number(total), ...each.map((results) => survived(results, total))];
  });
}

function failures({ runtime, results, problems }) {
  const failed = results.filter(({ fault }) => fault !== null);
  const lines = failed.slice(0, MOST_NAMED).map(({ cell, fault }) => `- ${cell.id}: ${fault}`);
  if (failed.length > lines.length) lines.push(`- and ${failed.length - lines.length} more`);
  lines.push(...problems.map((problem) => `- ${problem}`));
  return lines.length > 0 ? [`In ${runtime.title}:\n\n${lines.join('\n')}`] : [];
}

/**
 * @typedef {{ runtime: { title: string }, results: { cell: object, fault: string | null }[], problems: string[], connections: number }} Outcome
 * @param {Outcome[]} outcomes one for each runtime
 * @param {object[]} skipped the impossible cells, each with its reason in `against`
 */
export function render(outcomes, skipped) {
  const [{ results, connections }] = outcomes;
  const titles = outcomes.map(({ runtime }) => runtime.title);
  const roleOf = ({ role, version }) => `our ${role}, ${version.replace('v', ' ')}`;
  const reasons = [...countBy(skipped, ({ against }) => against)].toSorted(([, a], [, b]) => b - a);
  return [
    `${number(results.length + skipped.length)} cells: ${number(results.length)} run in ${number(connections)} ` +
      `connections, ${number(skipped.length)} make no sense. How many each runtime survives:`,
    table(['', 'cells', ...titles], rowsBy(roleOf, outcomes)),
    table(
      ['state', 'cells', ...titles],
      rowsBy(({ state }) => state.title, outcomes),
    ),
    table(
      ['action', 'cells', ...titles],
      rowsBy(({ action }) => action.kind, outcomes),
    ),
    ...outcomes.flatMap(failures),
    table(
      ['why a cell makes no sense', 'cells'],
      reasons.map(([reason, count]) => [reason, number(count)]),
    ),
  ].join('\n\n');
}

export const writePage = (text) => writeSection('hostile-peers', text);
