// The processor's limit, as password crackers reach it, compared with this package with 64 derivations at once: both on
// one processor, both by processor time.
import { markdownTable, threeDigits } from '../../lib/markdown.mjs';
import { runHashcat, runJohn } from '../crackers.mjs';
import { startPeers, stopPeers } from '../peers.mjs';
import { nanoseconds, OURS } from '../results.mjs';
import { describeRounds, interleave } from '../rounds.mjs';
import { HASHES, scenario } from '../scenarios.mjs';

const AT_ONCE = 64;
// More than elsewhere: this section compares kernels, and the cost of a call has a section of its own. The windows are as
// long as John's, so that the last, partly filled batches weigh as little as there.
const ITERATIONS = 100_000;
const SECONDS = 2;
const QUICK_SECONDS = 1;

const secondsOf = ({ isQuick }) => (isQuick ? QUICK_SECONDS : SECONDS);

function crackersOf({ runtimes, withHashcat, rounds, missing }) {
  const crackers = [];
  if (runtimes.john !== undefined) {
    const once = (hash, context) => runJohn(hash, secondsOf(context), context);
    crackers.push({ title: 'John the Ripper', once, rounds });
  } else missing.set('John the Ripper', 'john was not found (--john PATH)');
  if (runtimes.hashcat !== undefined && withHashcat)
    crackers.push({ title: 'hashcat', once: runHashcat, rounds: 1 }); // a run takes a minute
  else
    missing.set('hashcat', withHashcat ? 'hashcat was not found' : '--hashcat was not asked for');
  return crackers;
}

/** Measures one hash: in each round our window, then each cracker's. */
async function measureHash(hash, peers, crackers, context) {
  const ours = [];
  const theirs = new Map(crackers.map(({ title }) => [title, []]));
  const wish = scenario(hash, AT_ONCE, { iterations: [ITERATIONS] });
  const how = { ...context, rounds: 1, milliseconds: secondsOf(context) * 1000 };
  for (let round = 0; round < context.rounds; round += 1) {
    const one = await interleave(peers, wish, how);
    ours.push(...(one.get(OURS) ?? []));
    for (const { title, once } of crackers.filter((each) => round < each.rounds)) {
      const result = once(hash, context);
      if (result.error === undefined) theirs.get(title).push(result);
      else context.missing.set(title, result.error);
    }
  }
  return { hash, ours, theirs };
}

function rowsOf(crackers, measured) {
  const cells = crackers.map(({ title }) => [
    title,
    ...measured.map(({ theirs }) => {
      const rounds = theirs.get(title);
      if (rounds.length === 0) return '–';
      return `${nanoseconds(rounds, 'cpu')} ${rounds[0].engine}`;
    }),
  ]);
  const ratios = crackers.map(({ title }) => [
    `${title} / hermetic-ssl`,
    ...measured.map(({ ours, theirs }) => threeDigits(compare(theirs.get(title), ours))),
  ]);
  const mine = measured.map(({ ours }) => nanoseconds(ours, 'cpu'));
  return [[`hermetic-ssl, ${AT_ONCE} at once`, ...mine], ...cells, ...ratios];
}

/** Returns the ratios of their processor time to ours, medians. */
export const compare = (theirs = [], ours = []) =>
  theirs.length === 0 || ours.length === 0
    ? Number.NaN
    : describeRounds(theirs, 'cpu').median / describeRounds(ours, 'cpu').median;

export async function run(context) {
  const peers = await startPeers([OURS], { ...context, pin: context.core });
  try {
    context.meet(peers);
    const crackers = crackersOf(context);
    const measured = [];
    for (const { hash, title } of HASHES) {
      measured.push(await measureHash(hash, peers, crackers, context));
      context.progress(`the processor's limit: ${title}`);
    }
    return {
      measured,
      markdown: [
        "Nanoseconds of processor time per iteration, median (minimum), on one processor, with 100,000 iterations in windows of John's length; John measures with 1000 iterations, hashcat, once and by wall time, with 999. A ratio above 1: hermetic-ssl needs less.",
        markdownTable(
          ["processor's limit", ...HASHES.map(({ title }) => title)],
          rowsOf(crackers, measured),
        ),
      ],
    };
  } finally {
    await stopPeers(peers);
  }
}
