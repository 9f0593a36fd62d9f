// Throughput against the number of derivations in flight, with one thread and with two.
import { captionOf, withCaption } from '../../lib/caption.mjs';
import { markdownTable, threeDigits } from '../../lib/markdown.mjs';
import { linePlot } from '../../lib/plot-lines.mjs';
import { startPeers, stopPeers, titleOf } from '../peers.mjs';
import { describeRounds, interleave } from '../rounds.mjs';
import { HASHES, ITERATIONS, scenario } from '../scenarios.mjs';

const PEERS = ['hermetic-ssl', 'node20', 'node26'];
const IN_FLIGHT = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const QUICK_IN_FLIGHT = [1, 16, 256];
const THREADS = [1, 2];
const COLORS = { 'hermetic-ssl': '#2b6cb0', node20: '#b7791f', node26: '#2f855a' };
const MOST_ROUNDS = 3;

/** Starts the peers with a number of threads each, set by libuv's variable for its pool and by configure for ours. */
async function startWith(threads, context) {
  const env = { UV_THREADPOOL_SIZE: String(threads) };
  const peers = await startPeers(PEERS, { ...context, env });
  const able = [];
  for (const peer of peers) {
    const isOurs = peer.name === 'hermetic-ssl';
    if (!isOurs || peer.info.isConfigurable) {
      if (isOurs) await peer.ask({ name: 'configure', options: { threads } });
      able.push(Object.assign(peer, { title: `${peer.title}, threads: ${threads}` }));
    } else if (threads === THREADS.at(-1)) {
      // A build without hashlib.configure always has as many threads as processors.
      able.push(Object.assign(peer, { title: `${peer.title}, its own number of threads` }));
    } else await peer.stop();
  }
  return able;
}

/** Measures the derivations per second of each peer at each number in flight. */
async function measureWith(threads, context) {
  const peers = await startWith(threads, context);
  context.meet(peers);
  const inFlight = context.isQuick ? QUICK_IN_FLIGHT : IN_FLIGHT;
  const how = { ...context, rounds: Math.min(MOST_ROUNDS, context.rounds) };
  const series = [];
  try {
    for (const { hash, title } of HASHES) {
      for (const concurrency of inFlight) {
        const results = await interleave(peers, scenario(hash, concurrency), how);
        for (const peer of peers) {
          const { median } = describeRounds(results.get(peer.name));
          const rate = 1e9 / (median * ITERATIONS);
          series.push({ hash, threads, peer: peer.name, title: peer.title, concurrency, rate });
        }
      }
      context.progress(`1 to ${inFlight.at(-1)} in flight, threads: ${threads}: ${title}`);
    }
  } finally {
    await stopPeers(peers);
  }
  return series;
}

function tableOf({ hash, title }, points) {
  const mine = points.filter((point) => point.hash === hash);
  const inFlight = [...new Set(mine.map(({ concurrency }) => concurrency))];
  const titles = [...new Set(mine.map((point) => point.title))];
  const rows = titles.map((name) => {
    const line = mine.filter((point) => point.title === name);
    return [name, ...line.map(({ rate }) => threeDigits(rate))];
  });
  return markdownTable([`${title}, in flight:`, ...inFlight.map(String)], rows);
}

function panelOf({ hash, title }, points) {
  const mine = points.filter((point) => point.hash === hash);
  const lines = [...new Set(mine.map((point) => point.title))].map((name) => {
    const line = mine.filter((point) => point.title === name);
    return {
      title: name.replace(titleOf('hermetic-ssl'), 'hermetic-ssl'),
      color: COLORS[line[0].peer],
      isDashed: line[0].threads === 1,
      points: line.map(({ concurrency, rate }) => [concurrency, rate]),
    };
  });
  return { title, lines };
}

export async function run(context) {
  const points = [];
  for (const threads of THREADS) points.push(...(await measureWith(threads, context)));
  return {
    measured: points,
    svg: withCaption(
      linePlot(
        HASHES.map((one) => panelOf(one, points)),
        {
          title: `PBKDF2, ${ITERATIONS.toLocaleString('en')} iterations: derivations a second`,
          xTitle: 'derivations in flight',
        },
      ),
      captionOf(),
    ),
    markdown: [
      'Derivations a second, medians, processes not pinned.',
      ...HASHES.map((one) => tableOf(one, points)),
    ],
  };
}
