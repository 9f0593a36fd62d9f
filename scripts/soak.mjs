// Runs many handshakes in one process, and checks that its memory and descriptors do not grow: TLS 1.2 and 1.3, full
// and resumed, four for each failure (distrust, refusals, callbacks that are pending when the peer goes, garbage,
// resets). Once over the descriptors of the sockets, where the platform has that, and once over their streams.
//   node scripts/soak.mjs                        100,000 handshakes of each kind, a few minutes
//   node scripts/soak.mjs --handshakes 4000      fewer, which shows larger leaks only
//   node scripts/soak.mjs --transport duplex     only over streams; native: only over descriptors
//   node scripts/soak.mjs --planted              the control, which must fail: it leaks a part of every connection
// Prints the values after each tenth. Exit code 1 if a straight line through these values rises by more than the
// tolerance.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { makeCertificates } from './soak/certificates.mjs';

const MIB = 1 << 20;
const TRANSPORTS = ['native', 'duplex'];

/**
 * The allowed rise of each value over the whole run: the normal variation of collectors and allocators, and a number of
 * bytes per handshake. A native connection is about 20,000 bytes.
 */
const TOLERANCES = {
  rss: { unit: MIB, base: 12 * MIB, perHandshake: 120 },
  heapUsed: { unit: MIB, base: 2 * MIB, perHandshake: 20 },
  external: { unit: MIB, base: MIB, perHandshake: 10 },
  handles: { unit: 1, base: 4, perHandshake: 0 },
  descriptors: { unit: 1, base: 4, perHandshake: 0 },
  connections: { unit: 1, base: 4, perHandshake: 0 },
};

/** Runs the process with the connections and returns its reports, one after each tenth. */
function watch(folder, { handshakes, planted, transport }) {
  const program = path.join(repoRoot, 'test', 'helpers', 'soak-cycles.mjs');
  // The young generation of V8 otherwise grows by 100 MiB before it is collected.
  const options = ['--expose-gc', '--max-semi-space-size=1'];
  const args = [...options, program, folder, String(handshakes), ...(planted ? ['planted'] : [])];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, HERMETIC_SSL_TRANSPORT: transport },
    maxBuffer: 1 << 24,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new UserError(`the process with the connections ended with ${status}`);
  return stdout.trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
}

/** Returns the rise of a straight line through the values from the first to the last (least squares). */
export function riseOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [above, below] = [0, 0];
  values.forEach((value, i) => {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  });
  return (above / below) * (values.length - 1);
}

/** Returns each measured value with its rise and the allowed rise. */
export function judge(samples, handshakes) {
  return Object.entries(TOLERANCES).map(([name, { unit, base, perHandshake }]) => {
    const rise = riseOf(samples.map((sample) => sample[name]));
    const allowed = base + perHandshake * handshakes;
    return { name, unit, rise, allowed, grows: rise > allowed };
  });
}

function printTable(samples) {
  const columns = ['handshakes', 'resumed', 'failures', ...Object.keys(TOLERANCES)];
  const text = (name, value) => {
    const { unit = 1 } = TOLERANCES[name] ?? {};
    return unit === 1 ? String(value) : `${(value / unit).toFixed(1)} MiB`;
  };
  console.log(columns.map((name) => name.padStart(11)).join(' '));
  for (const sample of samples)
    console.log(columns.map((name) => text(name, sample[name]).padStart(11)).join(' '));
}

/** Prints what has been seen. Returns whether nothing grows. */
function soak(folder, settings) {
  const samples = watch(folder, settings);
  const { handshakes, transport } = settings;
  const unlike = samples.find((sample) => sample.transport !== transport);
  if (unlike !== undefined)
    throw new UserError(`the connections were ${unlike.transport}, not ${transport}`);
  printTable(samples);
  const results = judge(samples, handshakes);
  for (const { name, unit, rise, allowed, grows } of results)
    console.log(`${name}: rises by ${(rise / unit).toFixed(1)}, may by ${(allowed / unit).toFixed(1)}${grows ? ': GROWS' : ''}`); // prettier-ignore
  const growing = results.filter(({ grows }) => grows).map(({ name }) => name);
  const verdict = growing.length === 0 ? 'flat' : `${growing.join(', ')} grows`;
  console.log(`soak, ${transport}: ${verdict}`);
  return growing.length === 0;
}

/** Returns the transports to run with: by default all that the platform has. */
async function transportsOf(chosen) {
  if (chosen === undefined) {
    const { HAS_NATIVE_TRANSPORT } = await import('../dist/ssl.js');
    return HAS_NATIVE_TRANSPORT ? TRANSPORTS : ['duplex'];
  }
  if (!TRANSPORTS.includes(chosen))
    throw new UserError(`--transport takes ${TRANSPORTS.join(' or ')}, not "${chosen}"`);
  return [chosen];
}

async function main() {
  const { values } = parseArgs({
    options: {
      handshakes: { type: 'string', default: '100000' },
      planted: { type: 'boolean', default: false },
      transport: { type: 'string' },
    },
  });
  const handshakes = Number(values.handshakes);
  if (!Number.isInteger(handshakes) || handshakes < 100)
    throw new UserError(`--handshakes takes a whole number from 100, not "${values.handshakes}"`);
  await build();
  const transports = await transportsOf(values.transport);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'soak-'));
  try {
    makeCertificates(folder);
    const settings = { handshakes, planted: values.planted };
    const flat = transports.map((transport) => soak(folder, { ...settings, transport }));
    return flat.includes(false) ? 1 : 0;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await runMain(main);
