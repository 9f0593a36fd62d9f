// Compares this package's PBKDF2 with its alternatives in one run: alone, many at once, under load, against the
// processor's limit. `--help` lists the options; docs/benchmarks.md explains the result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { endWithUsageError, readOptions, UsageError, wholeNumber } from './lib/command-line.mjs';
import { describeMachine, describeProcess, processorsAllowed } from './lib/machine.mjs';
import { goals, goalsTable } from './pbkdf2/goals.mjs';
import { PEERS } from './pbkdf2/peers.mjs';
import { Contention } from './pbkdf2/rounds.mjs';
import { defaultCache, findRuntimes, install } from './lib/runtimes.mjs';
import * as alone from './pbkdf2/sections/alone.mjs';
import * as concurrency from './pbkdf2/sections/concurrency.mjs';
import * as engines from './pbkdf2/sections/engines.mjs';
import * as limit from './pbkdf2/sections/limit.mjs';
import * as load from './pbkdf2/sections/load.mjs';
import * as overhead from './pbkdf2/sections/overhead.mjs';
import * as together from './pbkdf2/sections/together.mjs';

const SECTIONS = { alone, together, concurrency, load, limit, overhead, engines };
const TITLES = {
  alone: 'One derivation alone',
  together: '64 at once',
  concurrency: 'Throughput against concurrency and threads',
  load: 'Behaviour under load',
  limit: "The processor's own limit",
  overhead: 'Cost of a call, and mixed numbers of iterations',
  engines: 'The engines',
};
const RESULTS = new URL('results/', import.meta.url);
const [ROUNDS, QUICK_ROUNDS] = [7, 2];
const [WINDOW, QUICK_WINDOW] = [250, 80];

const HELP = `node bench/pbkdf2.mjs [options]: PBKDF2 of this package beside node:crypto, Bun, Deno, Python and others
  --install        put the peers' npm packages into the cache folder, and end
  --cache DIR      that folder (${defaultCache})
  --only NAMES     of the sections ${Object.keys(SECTIONS).join(', ')}
  --peers NAMES    of the peers ${PEERS.map(({ name }) => name).join(', ')}
  --rounds N       interleaved rounds (${ROUNDS})
  --quick          ${QUICK_ROUNDS} rounds of short windows: to see that it works
  --core N         the processor that pinned processes share (the last one that this process may use)
  --json           print everything that was measured as JSON instead of tables
  --out            write bench/results/<date>-pbkdf2.md and .svg
  --node20, --node26, --bun, --deno, --python, --john, --taskset PATH, --noble DIR
                   programs that are elsewhere than in the cache folder or on PATH
  --hashcat        run hashcat too, when it is on PATH
HERMETIC_SSL_BINARY and HERMETIC_PBKDF2_ENGINE reach the measured processes.
`;

const PATH_OPTIONS = ['node20', 'node26', 'bun', 'deno', 'python', 'john', 'taskset', 'noble'];
const OPTIONS = {
  ...Object.fromEntries(
    ['cache', 'only', 'peers', 'rounds', 'core', ...PATH_OPTIONS].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
  ...Object.fromEntries(
    ['install', 'quick', 'json', 'out', 'hashcat'].map((name) => [name, { type: 'boolean' }]),
  ),
};

/** Returns a list of names from an option; all of them by default. */
function chosen(text, option, known) {
  const names = text?.split(',') ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--${option} knows no '${unknown}'; there are ${known.join(', ')}`);
}

/** The arguments of every section. */
function makeContext(options) {
  const { hashcat, ...paths } = options;
  const runtimes = findRuntimes(paths, options.cache ?? defaultCache);
  const allowed = processorsAllowed();
  const core = String(wholeNumber(options.core ?? String(allowed.at(-1)), 'core', 0));
  const isQuick = options.quick ?? false;
  const defaultRounds = isQuick ? QUICK_ROUNDS : ROUNDS;
  return {
    runtimes,
    isQuick,
    withHashcat: hashcat ?? false,
    core: runtimes.taskset === undefined ? undefined : core,
    numProcessors: allowed.length,
    rounds: options.rounds === undefined ? defaultRounds : wholeNumber(options.rounds, 'rounds'),
    milliseconds: isQuick ? QUICK_WINDOW : WINDOW,
    only: chosen(
      options.peers,
      'peers',
      PEERS.map(({ name }) => name),
    ),
    missing: new Map(),
    met: new Map(),
    meet(peers) {
      for (const { name, info } of peers) this.met.set(name, info);
      requireSameAnswers(this.met);
    },
    progress: (text) => process.stderr.write(`${text}\n`),
  };
}

/** A peer with a different result is not comparable. */
function requireSameAnswers(met) {
  const [first, ...others] = [...met];
  if (first === undefined) return;
  const [firstName, { answers }] = first;
  const wrong = others.find(([, info]) => info.answers.join() !== answers.join());
  if (wrong !== undefined) throw new Error(`${firstName} and ${wrong[0]} derive different keys`);
}

async function measure(names, context) {
  const sections = {};
  for (const name of names) {
    const contention = new Contention();
    const started = performance.now();
    const result = await SECTIONS[name].run({ ...context, contention });
    const seconds = (performance.now() - started) / 1000;
    sections[name] = { ...result, contention: contention.summary(), seconds };
  }
  return sections;
}

function describeContention({ spin, worstSpin, other, stolen }, seconds) {
  if (Number.isNaN(spin)) return `Took ${seconds.toFixed(0)} s.`;
  const factors = `${spin.toFixed(2)} times its minimum (worst peer ${worstSpin.toFixed(2)})`;
  return `Took ${seconds.toFixed(0)} s. Contention: a fixed spin beside each window took ${factors}; other processes used ${other.toFixed(2)} processors, the hypervisor kept ${stolen.toFixed(2)}.`;
}

function report(sections, found, facts, context) {
  const parts = [facts.map((fact) => `- ${fact}`).join('\n')];
  if (found.length > 0)
    parts.push('## The figures that were set (for AMD Zen 4)', goalsTable(found));
  for (const [name, { markdown, contention, seconds }] of Object.entries(sections))
    parts.push(`## ${TITLES[name]}`, ...markdown, describeContention(contention, seconds));
  const missing = [...context.missing].map(([title, why]) => `- not measured: ${title}: ${why}`);
  if (missing.length > 0) parts.push('## Not measured', missing.join('\n'));
  return parts.join('\n\n');
}

function write(text, sections) {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(RESULTS, { recursive: true });
  const { svg } = sections.concurrency ?? {};
  if (svg !== undefined) writeFileSync(new URL(`${date}-pbkdf2.svg`, RESULTS), svg);
  const plot = svg === undefined ? '' : `\n\n![throughput against concurrency](${date}-pbkdf2.svg)`;
  const file = new URL(`${date}-pbkdf2.md`, RESULTS);
  writeFileSync(file, `# PBKDF2 beside its peers, ${date}\n\n${text}${plot}\n`);
  process.stderr.write(`written: ${fileURLToPath(file)}\n`);
}

/** Converts maps to objects, so that nothing is lost in JSON. */
const plain = (key, value) => (value instanceof Map ? Object.fromEntries(value) : value);

async function main() {
  const options = readOptions(OPTIONS, HELP);
  if (options.install) return install(options.cache ?? defaultCache) ? 0 : 1;
  const names = chosen(options.only, 'only', Object.keys(SECTIONS));
  const context = makeContext(options);
  const before = describeMachine();
  const sections = await measure(names, context);
  const found = goals(sections);
  const facts = [
    ...before,
    ...describeProcess(context.met),
    `${context.rounds} interleaved rounds, windows of about ${context.milliseconds} ms; medians; 10,000 iterations and an output of one hash unless said otherwise`,
  ];
  const text = report(sections, found, facts, context);
  if (options.json) console.log(JSON.stringify({ facts, goals: found, sections }, plain));
  else console.log(text);
  if (options.out) write(text, sections);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  endWithUsageError(error.message);
}
