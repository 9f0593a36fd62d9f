// 64 derivations at once: on one processor, which gives the throughput per core, and on all.
import { markdownTable } from '../../lib/markdown.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { nanoseconds, ratioRows } from '../results.mjs';
import { interleave } from '../rounds.mjs';
import { HASHES, scenario } from '../scenarios.mjs';

const PEERS = [
  ...['hermetic-ssl', 'node20', 'node26', 'ours26', 'ours-bun', 'ours-deno'],
  ...['bun', 'web-bun', 'deno', 'web-deno', 'python'],
];
const AT_ONCE = 64;

async function measureOn(where, pin, context) {
  const peers = await startPeers(PEERS, { ...context, pin });
  try {
    context.meet(peers);
    const columns = [];
    for (const { hash, title } of HASHES) {
      columns.push(await interleave(peers, scenario(hash, AT_ONCE), context));
      context.progress(`${AT_ONCE} at once, ${where}: ${title}`);
    }
    return { where, peers: peers.map(({ name, title }) => ({ name, title })), columns };
  } finally {
    await stopPeers(peers);
  }
}

function tablesOf({ where, peers, columns }) {
  const names = HASHES.map(({ title }) => title);
  const header = [...names.map((name) => `${name}, wall`), ...names.map((name) => `${name}, CPU`)];
  const rows = peers.map(({ name, title }) => [
    title,
    ...columns.map((rounds) => nanoseconds(rounds.get(name))),
    ...columns.map((rounds) => nanoseconds(rounds.get(name), 'cpu')),
  ]);
  const byWall = ratioRows(peers, columns);
  const byCpu = ratioRows(peers, columns, { field: 'cpu' });
  const ratios = byWall.map(([title, ...cells]) => [
    title,
    ...cells,
    ...(byCpu.find((row) => row[0] === title)?.slice(1) ?? names.map(() => '–')),
  ]);
  return [
    markdownTable([`${AT_ONCE} at once, ${where}`, ...header], rows),
    markdownTable(['hermetic-ssl in Node 20: times the throughput of', ...header], ratios),
  ];
}

export async function run(context) {
  const { core, numProcessors } = context;
  const variants = [['all processors', undefined]];
  if (core !== undefined) variants.unshift([`one processor (${core})`, core]);
  const measured = [];
  for (const [where, pin] of variants) measured.push(await measureOn(where, pin, context));
  return {
    measured,
    markdown: [
      `Nanoseconds per iteration, median (minimum), of wall time and of processor time; all: ${numProcessors} processors, the runtime's own number of threads.`,
      ...measured.flatMap(tablesOf),
    ],
  };
}
