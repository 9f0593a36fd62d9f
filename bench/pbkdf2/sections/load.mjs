// The responsiveness of a process with 200 derivations in flight, compared with node:crypto and with an idle process.
import { markdownTable, threeDigits } from '../../lib/markdown.mjs';
import { median } from '../../lib/statistics.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { HASHES, ITERATIONS } from '../scenarios.mjs';

const PEERS = ['hermetic-ssl', 'node20', 'node26', 'ours26', 'bun', 'deno'];
const IN_FLIGHT = 200;
const SECONDS = 3;
const MOST_ROUNDS = 5;
const QUICK_SECONDS = 1;

/** The cases of one hash: every peer under load. Idle processes are the same for all hashes. */
function casesOf(peers, numProcessors) {
  const idle = peers.filter(({ name }) => name === 'node20' || name === 'node26');
  return [
    ...HASHES.flatMap(({ hash, title }) =>
      peers.map((peer) => ({
        ...{ peer, hash, concurrency: IN_FLIGHT, busy: 0 },
        ...{ name: `${hash} ${peer.name}`, title: `${title}: ${peer.title}` },
      })),
    ),
    ...idle.flatMap((peer) =>
      [0, numProcessors].map((busy) => ({
        ...{ peer, hash: 'sha256', concurrency: 0, busy },
        name: `idle ${peer.name} ${busy === 0 ? 'quiet' : 'busy'}`,
        title: `idle, ${peer.info.runtime}, busy threads: ${busy}`,
      })),
    ),
  ];
}

/** Returns the median over the rounds of each quantile, in milliseconds. */
function summarize(rounds) {
  const of = (field) => {
    const known = rounds.map((round) => round[field]).filter((each) => each !== null);
    if (known.length === 0) return null;
    const over = (key) => median(known.map((each) => each[key]));
    return { p50: over('p50'), p99: over('p99'), max: over('max'), count: over('count') };
  };
  return {
    ...{ stat: of('stat'), lookup: of('lookup'), loop: of('loop'), derivation: of('derivation') },
    rate: median(rounds.map(({ rate }) => rate)),
  };
}

async function measureAll(cases, context) {
  const rounds = new Map(cases.map(({ name }) => [name, []]));
  const milliseconds = (context.isQuick ? QUICK_SECONDS : SECONDS) * 1000;
  const numRounds = Math.min(MOST_ROUNDS, context.rounds);
  for (let round = 0; round < numRounds; round += 1) {
    const turn = round % cases.length;
    for (const { name, peer, hash, concurrency, busy } of [
      ...cases.slice(turn),
      ...cases.slice(0, turn),
    ]) {
      const wish = { hash, concurrency, busy, milliseconds, iterations: [ITERATIONS] };
      const ask = () => peer.ask({ name: 'load', ...wish });
      rounds.get(name).push(await context.contention.watch(peer, ask));
    }
    context.progress(`load: round ${round + 1} of ${numRounds}`);
  }
  return rounds;
}

const cell = (quantiles) =>
  quantiles === null
    ? '–'
    : [quantiles.p50, quantiles.p99, quantiles.max].map((each) => threeDigits(each)).join(' / ');

const COLUMNS = [
  `${IN_FLIGHT} in flight`,
  ...['fs.stat', 'dns.lookup', 'event loop', 'a derivation', 'derivations/s'],
];

export async function run(context) {
  const peers = await startPeers(PEERS, context);
  try {
    context.meet(peers);
    const able = peers.filter(({ info }) => info.modes.includes('async'));
    const cases = casesOf(able, context.numProcessors);
    const rounds = await measureAll(cases, context);
    const measured = cases.map(({ name, title }) => ({
      name,
      title,
      ...summarize(rounds.get(name)),
    }));
    const rows = measured.map((one) => [
      ...[one.title, cell(one.stat), cell(one.lookup), cell(one.loop), cell(one.derivation)],
      one.rate > 0 ? threeDigits(one.rate) : '–',
    ]);
    return {
      measured,
      markdown: [
        'Milliseconds, p50 / p99 / maximum; medians of the rounds. fs.stat is called every 5 ms, whether or not the earlier calls have answered, dns.lookup 5 ms after it has answered; the event loop is monitorEventLoopDelay with a resolution of 1 ms, which reads a little above 1 when idle, and is shown for Node only.',
        markdownTable(COLUMNS, rows),
      ],
    };
  } finally {
    await stopPeers(peers);
  }
}
