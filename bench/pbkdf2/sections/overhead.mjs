// The overhead of a call, and the effect of different numbers of iterations on a batch.
import { markdownTable, threeDigits } from '../../lib/markdown.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { nanoseconds } from '../results.mjs';
import { describeRounds, interleave } from '../rounds.mjs';
import { HASHES, scenario } from '../scenarios.mjs';

const PEERS = ['hermetic-ssl', 'ours26', 'node20', 'node26', 'bun', 'deno'];
const AT_ONCE = 64;
const MIXED = [1000, 30_000, 4096, 10_000, 2000, 20_000, 7000, 15_000];
const SHORTER = 0.5; // of the usual window: a call is short

const CALLS = [
  { title: 'sync', mode: 'sync', concurrency: 1 },
  { title: 'async, one at a time', mode: 'async', concurrency: 1 },
  { title: `async, ${AT_ONCE} at once`, mode: 'async', concurrency: AT_ONCE },
];

async function measureCalls(peers, context) {
  const how = { ...context, milliseconds: context.milliseconds * SHORTER };
  const columns = [];
  for (const { mode, concurrency, title } of CALLS) {
    const wish = scenario('sha256', concurrency, { mode, iterations: [1] });
    columns.push(await interleave(peers, wish, how));
    context.progress(`a call of one iteration: ${title}`);
  }
  return columns;
}

async function measureMixed(peers, context) {
  const columns = [];
  for (const { hash, title } of HASHES) {
    columns.push(await interleave(peers, scenario(hash, AT_ONCE, { iterations: MIXED }), context));
    context.progress(`mixed numbers of iterations: ${title}`);
  }
  return columns;
}

function callRow({ name, title }, columns) {
  const micro = (value) => threeDigits(value / 1000);
  const cells = columns.map((rounds) => {
    const { median, minimum } = describeRounds(rounds.get(name));
    return `${micro(median)} (${micro(minimum)})`;
  });
  return [title, ...cells];
}

export async function run(context) {
  const peers = await startPeers(PEERS, context);
  try {
    context.meet(peers);
    const calls = await measureCalls(peers, context);
    const mixed = await measureMixed(peers, context);
    const callRows = peers.map((peer) => callRow(peer, calls));
    const names = HASHES.map(({ title }) => title);
    const mixedRows = peers.map(({ name, title }) => [
      title,
      ...mixed.flatMap((rounds) => [
        nanoseconds(rounds.get(name)),
        nanoseconds(rounds.get(name), 'cpu'),
      ]),
    ]);
    return {
      measured: { calls, mixed },
      markdown: [
        'Microseconds for a call of one iteration (SHA-256), median (minimum); all processors.',
        markdownTable(['one iteration', ...CALLS.map(({ title }) => title)], callRows),
        `Nanoseconds per iteration of ${AT_ONCE} derivations at once that take ${MIXED.map((count) => count.toLocaleString('en')).join(', ')} iterations in turn; all processors.`,
        markdownTable(
          ['mixed', ...names.flatMap((name) => [`${name}, wall`, `${name}, CPU`])],
          mixedRows,
        ),
      ],
    };
  } finally {
    await stopPeers(peers);
  }
}
