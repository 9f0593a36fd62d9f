// Each engine of this package, forced by HERMETIC_PBKDF2_ENGINE: one derivation alone, and 64 at once, on one processor.
import { markdownTable } from '../../lib/markdown.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { nanoseconds, OURS } from '../results.mjs';
import { interleave } from '../rounds.mjs';
import { HASHES, scenario } from '../scenarios.mjs';

const AT_ONCE = 64;

/** Returns the engines' names, as the addon reports them. */
async function namesOf(context) {
  const [ours] = await startPeers([OURS], context);
  if (ours === undefined) return [];
  context.meet([ours]);
  await ours.stop();
  return ours.info.engines?.names ?? [];
}

async function measureEngine(name, context) {
  const env = { HERMETIC_PBKDF2_ENGINE: name };
  const peers = await startPeers([OURS], { ...context, pin: context.core, env });
  const measured = [];
  try {
    for (const { hash, title } of HASHES) {
      const alone = await interleave(peers, scenario(hash, 1, { mode: 'sync' }), context);
      const together = await interleave(peers, scenario(hash, AT_ONCE), context);
      const kernels = peers[0]?.info.engines.kernels[hash] ?? [];
      measured.push({
        ...{ name, title, hash, kernels },
        ...{ alone: alone.get(OURS), together: together.get(OURS) },
      });
    }
    return measured;
  } finally {
    await stopPeers(peers);
  }
}

export async function run(context) {
  const names = await namesOf(context);
  const measured = [];
  for (const name of names) {
    measured.push(...(await measureEngine(name, context)));
    context.progress(`engines: ${name}`);
  }
  if (measured.length === 0)
    return { measured, markdown: ['not measured: this build does not name its engines'] };
  const rows = measured.map(({ name, title, kernels, alone, together }) => [
    ...[title, name, kernels.map((kernel) => kernel.name).join(', ') || '–'],
    ...[alone, together].flatMap((each) => [nanoseconds(each), nanoseconds(each, 'cpu')]),
  ]);
  const header = [
    ...['hash', 'forced', 'kernels', 'one alone, sync', 'CPU', `${AT_ONCE} at once`, 'CPU'],
  ];
  return {
    measured,
    markdown: [
      'Nanoseconds per iteration, median (minimum), of wall time and of processor time, in Node 20 on one processor, each engine forced.',
      markdownTable(header, rows, 3),
    ],
  };
}
