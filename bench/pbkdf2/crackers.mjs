// Runs password crackers, as a measure of the processor's limit: John the Ripper's and hashcat's own benchmarks.
import { spawnSync } from 'node:child_process';

const JOHN_FORMATS = {
  sha1: 'PBKDF2-HMAC-SHA1',
  sha256: 'PBKDF2-HMAC-SHA256',
  sha512: 'PBKDF2-HMAC-SHA512',
};
const HASHCAT_MODES = { sha1: '12000', sha256: '10900', sha512: '12100' };
const HASHCAT_ITERATIONS = 999;
const UNITS = { '': 1, k: 1e3, K: 1e3, M: 1e6 };

function runPinned([program, ...args], { runtimes, core }, env = {}) {
  const pinned = core === undefined ? [] : [runtimes.taskset, '-c', core];
  const [first, ...rest] = [...pinned, program, ...args];
  const done = spawnSync(first, rest, {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', ...env },
    timeout: 300_000,
  });
  return `${done.stdout}${done.stderr}`;
}

/**
 * Runs John's benchmark once. The rate is the "virtual" one, by processor time; the number of iterations is the one
 * that John reports, 1000 in its own test vectors.
 * @returns {{ cpu: number, engine: string } | { error: string }} nanoseconds per iteration
 */
export function runJohn(hash, seconds, context) {
  const { john } = context.runtimes;
  const args = [`--test=${seconds}`, `--format=${JOHN_FORMATS[hash]}`];
  const output = runPinned([john, ...args], context);
  const [, iterations] = /\(iteration count\) of (\d+)/.exec(output) ?? [];
  const [, rate, unit] = /(\d+)(K?) c\/s virtual/.exec(output) ?? [];
  const [, engine] = /\[(.*?)\]/.exec(output) ?? [];
  if (rate === undefined || iterations === undefined)
    return { error: `${john}: ${output.trim().split('\n').at(-1)}` };
  return { cpu: 1e9 / (Number(rate) * UNITS[unit] * Number(iterations)), engine };
}

/** Runs hashcat's benchmark once on one thread of the processor. Its rate is by wall time. */
export function runHashcat(hash, context) {
  const { hashcat } = context.runtimes;
  const args = ['-b', '-D', '1', '-m', HASHCAT_MODES[hash]];
  const output = runPinned([hashcat, ...args], context, { POCL_MAX_PTHREAD_COUNT: '1' });
  const [, rate, unit] = /Speed\.#\S*?\.*:\s*([\d.]+) ([kM]?)H\/s/.exec(output) ?? [];
  if (rate === undefined) return { error: `${hashcat}: ${output.trim().split('\n').at(-1)}` };
  return { cpu: 1e9 / (Number(rate) * UNITS[unit] * HASHCAT_ITERATIONS), engine: 'OpenCL' };
}
