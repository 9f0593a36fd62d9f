// Runs hostile peers against our servers and clients in every state of a connection (test/hostile), with our side in
// one runtime after the other:
//   node scripts/hostile-peers.mjs                      in this Node; prints the counts and what failed
//   node scripts/hostile-peers.mjs node node26 bun      in several; a runtime may be the path of its program
//   node scripts/hostile-peers.mjs --write ...          writes docs/hostile-peers.md, and the totals into docs/testing.md
//   node scripts/hostile-peers.mjs --cells 'unwrap.*RST'   only the cells whose names match; --list prints the names
import { parseArgs } from 'node:util';
import { findRuntime } from './hostile-peers/runtimes.mjs';
import {
  render,
  renderSkipped,
  renderTotals,
  writePart,
  writeTotals,
} from './hostile-peers/table.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const OPTIONS = {
  write: { type: 'boolean' },
  list: { type: 'boolean' },
  cells: { type: 'string', default: '' },
};

/** Runs one role and one version after the other: the peers use one processor, our side another. */
async function runIn(runtime, cells, { runGroups, attemptsOf }) {
  const started = Date.now();
  const results = [];
  const onResult = (cell, fault) => {
    results.push({ cell, fault });
    if (fault !== null) console.error(`${runtime.title}: ${cell.id}: ${fault}`);
  };
  const problems = await runGroups(cells, { ...runtime, onResult });
  const failed = results.filter(({ fault }) => fault !== null).length + problems.length;
  const seconds = Math.round((Date.now() - started) / 1000);
  for (const problem of problems) console.error(`${runtime.title}: ${problem}`);
  console.error(`${runtime.title}: ${results.length} cells, ${failed} failed, ${seconds} s`);
  const connections = cells.reduce((sum, cell) => sum + attemptsOf(cell), 0);
  return { runtime, results, problems, connections, failed };
}

await runMain(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const { allCells } = await import('../test/hostile/cells.mjs');
  const pattern = new RegExp(values.cells);
  const chosen = allCells().filter(({ id }) => pattern.test(id));
  const cells = chosen.filter(({ against }) => against === null);
  if (values.list) return console.log(cells.map(({ id }) => id).join('\n'));
  if (cells.length === 0)
    throw new UserError(`no cell matches ${String(values.cells)}; --list prints the names`);
  const matrix = await import('../test/hostile/matrix.mjs');
  const parts = { skipped: renderSkipped(chosen.filter(({ against }) => against !== null)) };
  const outcomes = [];
  for (const name of positionals.length > 0 ? positionals : ['node']) {
    const outcome = await runIn(await findRuntime(name), cells, matrix);
    parts[name] = render(outcome);
    outcomes.push(outcome);
  }
  const totals = renderTotals(outcomes);
  if (values.write) {
    writeTotals(totals);
    for (const [name, text] of Object.entries(parts)) writePart(name, text);
  } else {
    console.log([totals, ...Object.values(parts)].join('\n\n'));
  }
  return outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
});
