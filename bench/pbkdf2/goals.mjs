// Compares the goals for the reference machine with the figures of a run, and gives the shortfalls.
import { markdownTable, threeDigits } from '../lib/markdown.mjs';
import { OURS } from './results.mjs';
import { ratioOf } from './rounds.mjs';
import { HASHES } from './scenarios.mjs';
import { compare } from './sections/limit.mjs';

/** By hash: the least ratio to Node 20 and to Node 26. */
const TOGETHER = { sha1: [15, 10], sha256: [8.5, 5.4], sha512: [7.5, 5.5] };
const ALONE = { sha1: [4, 2.6], sha256: [3.8, 2.5], sha512: [1.7, 1.25] };
const LIMIT = 1.15;
const LONG_KEY = 5;
const PROBE_MS = 5;
const ABOVE_IDLE_MS = 5;
const LATENCY_SHARE = 1 / 3;
const NODES = [
  ['node20', 'Node 20'],
  ['node26', 'Node 26'],
];

const least = (name, target, value, byCpu) => ({ name, target, value, byCpu, isLeast: true });
const most = (name, target, value) => ({ name, target, value, isLeast: false });

/** Requires a multiple of a peer's speed, by wall time and by processor time, which contention hardly affects. */
function fasterThan(name, target, rounds, peer) {
  const [theirs, ours] = [rounds.get(peer), rounds.get(OURS)];
  return least(name, target, ratioOf(theirs, ours), ratioOf(theirs, ours, 'cpu'));
}

/** Compares with Node 20 and Node 26, from one scenario's rounds. */
const against = (name, targets, rounds) =>
  NODES.map(([peer, title], index) =>
    fasterThan(`${name}, beside ${title}`, targets[index], rounds, peer),
  );

function togetherGoals(section) {
  const [{ columns, where }] = section.measured; // the first is the pinned one
  return HASHES.flatMap(({ hash, title }, index) =>
    against(`64 at once, ${where}: ${title}, times`, TOGETHER[hash], columns[index]),
  );
}

function aloneGoals({ measured }) {
  return measured.flatMap(({ mode, case: one, rounds }) => {
    const name = `one derivation alone, ${mode}: ${one.title}, times`;
    if (one.length === undefined) return against(name, ALONE[one.hash], rounds);
    return [fasterThan(`${name}, beside Node 26`, LONG_KEY, rounds, 'node26')];
  });
}

/** Both by processor time, like John's rate. */
const limitGoals = ({ measured }) =>
  measured.map(({ hash, ours, theirs }) => {
    const { title } = HASHES.find((one) => one.hash === hash);
    const ratio = compare(theirs.get('John the Ripper'), ours);
    return least(`John the Ripper: ${title}, times`, LIMIT, ratio, ratio);
  });

function loadGoals({ measured }) {
  const of = (name) => measured.find((one) => one.name === name);
  const p99 = (one, field) => one?.[field]?.p99 ?? Number.NaN;
  const idle = of('idle node20 busy');
  return HASHES.flatMap(({ hash, title }) => {
    const [ours, node] = [of(`${hash} ${OURS}`), of(`${hash} node26`)];
    const name = `200 in flight, ${title}`;
    return [
      most(`${name}: fs.stat p99, ms`, PROBE_MS, p99(ours, 'stat')),
      most(`${name}: dns.lookup p99, ms`, PROBE_MS, p99(ours, 'lookup')),
      most(`${name}: event loop p99, ms, beside Node 26's`, p99(node, 'loop'), p99(ours, 'loop')),
      most(
        `${name}: event loop p99, ms, beside idle + ${ABOVE_IDLE_MS}`,
        p99(idle, 'loop') + ABOVE_IDLE_MS,
        p99(ours, 'loop'),
      ),
      most(
        `${name}: latency p99, share of Node 26's`,
        LATENCY_SHARE,
        p99(ours, 'derivation') / p99(node, 'derivation'),
      ),
    ];
  });
}

const FROM_SECTION = {
  together: togetherGoals,
  alone: aloneGoals,
  limit: limitGoals,
  load: loadGoals,
};

function verdict({ target, value, isLeast }) {
  if (Number.isNaN(value) || Number.isNaN(target)) return 'not measured';
  const share = isLeast ? value / target : target / value;
  return share >= 1 ? 'met' : `missed by ${((1 - share) * 100).toFixed(0)} %`;
}

/** @param {Record<string, { measured: any }>} sections the sections that ran */
export function goals(sections) {
  return Object.entries(FROM_SECTION)
    .filter(([name]) => sections[name] !== undefined)
    .flatMap(([name, from]) => from(sections[name]))
    .map((goal) => ({ ...goal, verdict: verdict(goal) }));
}

export function goalsTable(found) {
  const rows = found.map(({ name, target, value, isLeast, byCpu, verdict: text }) => [
    ...[name, `${isLeast ? '>=' : '<='} ${threeDigits(target)}`, threeDigits(value), text],
    threeDigits(byCpu),
  ]);
  return markdownTable(['figure', 'set', 'this run', '', 'by CPU time'], rows);
}
