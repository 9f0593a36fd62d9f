// One derivation at a time, each process on the same processor.
import { markdownTable } from '../../lib/markdown.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { nanoseconds, ratioRows } from '../results.mjs';
import { interleave } from '../rounds.mjs';
import { HASHES, scenario } from '../scenarios.mjs';

const PEERS = [
  ...['hermetic-ssl', 'node20', 'node26', 'ours26', 'ours-bun', 'ours-deno', 'web26'],
  ...['bun', 'web-bun', 'deno', 'web-deno', 'python', 'noble'],
];
const LONG_KEY = 80;
const CASES = [...HASHES, { hash: 'sha1', title: `SHA-1, ${LONG_KEY} bytes`, length: LONG_KEY }];
const MODES = ['sync', 'async'];

/** @returns {Promise<{ mode: string, case: object, rounds: Map }[]>} */
async function measureAll(peers, context) {
  const measured = [];
  for (const mode of MODES) {
    const able = peers.filter(({ info }) => info.modes.includes(mode) && !isPool(info, mode));
    for (const one of CASES) {
      const wish = scenario(one.hash, 1, { mode, length: one.length });
      measured.push({ mode, case: one, rounds: await interleave(able, wish, context) });
      context.progress(`alone: ${one.title}, ${mode}`);
    }
  }
  return measured;
}

/** Python's "async" is a pool of threads, which for a single derivation equals the sync call. */
const isPool = (info, mode) => mode === 'async' && info.runtime.startsWith('Python');

function rowsOf(peers, measured) {
  const rows = peers.flatMap(({ name, title }) =>
    MODES.map((mode) => {
      const rounds = measured.filter((one) => one.mode === mode).map((one) => one.rounds.get(name));
      return [title, mode, ...rounds.map((each) => nanoseconds(each))];
    }),
  );
  return rows.filter((row) => row.slice(2).some((cell) => cell !== '–'));
}

export async function run(context) {
  const peers = await startPeers(PEERS, { ...context, pin: context.core });
  try {
    context.meet(peers);
    const measured = await measureAll(peers, context);
    const header = ['one derivation at a time', 'call', ...CASES.map(({ title }) => title)];
    const ratios = MODES.flatMap((mode) =>
      ratioRows(
        peers,
        measured.filter((one) => one.mode === mode).map(({ rounds }) => rounds),
        { label: mode },
      ),
    );
    return {
      measured,
      markdown: [
        `Nanoseconds per iteration, median (minimum); ${pinText(context)}.`,
        markdownTable(header, rowsOf(peers, measured), 2),
        'Times as fast as the others, median of the rounds:',
        markdownTable(['hermetic-ssl in Node 20 beside', 'call', ...header.slice(2)], ratios, 2),
      ],
    };
  } finally {
    await stopPeers(peers);
  }
}

const pinText = ({ core }) =>
  core === undefined ? 'not pinned: taskset was not found' : `every process on processor ${core}`;
