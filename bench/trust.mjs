// Measures the cost of trusting the platform: the first and the second context of a process, and the memory of a
// thousand.
//   node bench/trust.mjs [--quick] [--save]
// Fresh processes take turns. The figures are the least time, since other work on the machine only adds to it, and the
// median of the processor time of all threads. All read the same bundle, except node:tls with its own roots. --save
// writes bench/results/<date>-trust.md and .svg.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { captionOf, withCaption } from './lib/caption.mjs';
import { readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { median } from './lib/statistics.mjs';
import { findPeers } from './trust/peers.mjs';
import { plot, table } from './trust/report.mjs';

const HELP = `node bench/trust.mjs [options]: what trusting the platform costs, beside others
  --quick   few processes
  --save    write bench/results/<date>-trust.md and .svg
`;

const options = readOptions({ quick: { type: 'boolean' }, save: { type: 'boolean' } }, HELP);
const ROUNDS = options.quick ? 3 : 15;
const MEMORY_ROUNDS = options.quick ? 1 : 3;
const RESULTS = new URL('results/', import.meta.url);

/** The user's settings are removed: each peer finds the bundle itself, or receives it as an argument. */
function plainEnvironment(bundle) {
  const mine = /^(SSL_CERT_|NODE_EXTRA_CA|NODE_OPTIONS|NODE_USE_)/;
  const rest = Object.entries(process.env).filter(([name]) => !mine.test(name));
  return { ...Object.fromEntries(rest), BENCH_TRUST_BUNDLE: bundle };
}

async function platformBundle() {
  for (const name of ['SSL_CERT_FILE', 'SSL_CERT_DIR']) delete process.env[name];
  const { getDefaultVerifyPaths } = await import('hermetic-ssl/ssl');
  const { cafile } = getDefaultVerifyPaths();
  if (cafile === null) throw new Error('this machine has no bundle of trusted certificates');
  return cafile;
}

function run([program, ...args], env) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

const summary = (list) => ({
  wall: Math.min(...list.map(({ wall }) => wall)),
  cpu: median(list.map(({ cpu }) => cpu)),
});

function measureTimes(peers, env) {
  const rounds = peers.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { command }] of peers.entries())
      rounds[index].push(run(command('times'), env));
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  return rounds.map((list) => ({
    first: summary(list.map(([first]) => first)),
    second: summary(list.map(([, second]) => second)),
  }));
}

function measureMemory({ command, count }, env) {
  if (count === 0) return null;
  const measured = Array.from({ length: MEMORY_ROUNDS }, () => run(command(String(count)), env));
  return median(measured);
}

function facts(peers, bundle) {
  const roots = readFileSync(bundle, 'latin1').split('-----BEGIN CERTIFICATE-----').length - 1;
  return [
    ...describeMachine(),
    `bundle: ${bundle}, ${roots} certificates`,
    ...peers.map(({ label, version }) => `${label}: ${version}`),
    `${ROUNDS} processes each, in turns: least time, median of the processor time of all threads; memory: what the resident set grows by, of ${MEMORY_ROUNDS} processes, measured with ${[...new Set(peers.map(({ count }) => count))].filter(Boolean).join(' or ')} contexts and scaled to 1,000`,
  ].map((fact) => `- ${fact}`);
}

function save(text, results) {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${date}-trust.svg`, RESULTS), withCaption(plot(results), captionOf()));
  const file = new URL(`${date}-trust.md`, RESULTS);
  const title = `# What trusting the platform costs, ${date}`;
  writeFileSync(file, `${title}\n\n${text}\n\n![times](${date}-trust.svg)\n`);
  console.log(`\nwritten: ${fileURLToPath(file)}`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-bench-'));
try {
  const bundle = await platformBundle();
  const env = plainEnvironment(bundle);
  const peers = findPeers(folder);
  const times = measureTimes(peers, env);
  const results = peers.map((peer, index) => ({
    label: peer.label,
    ...times[index],
    memory: measureMemory(peer, env),
  }));
  const text = [...facts(peers, bundle), '', table(results)].join('\n');
  console.log(text);
  if (options.save) save(text, results);
} finally {
  rmSync(folder, { recursive: true });
}
