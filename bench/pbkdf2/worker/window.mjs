// Runs one window of measurement: a number of derivations, some of them in flight at once, from the first call to the
// last result.
const LENGTHS = { sha1: 20, sha256: 32, sha512: 64 };
const PASSWORD = Buffer.from('correct horse battery staple');
const SALT = Buffer.from('0123456789abcdef');
const SPIN_STEPS = 2_000_000;

/** Returns the arguments of derivation number `index`: `iterations` is a list that the derivations use in turn. */
export const callOf = ({ hash, iterations, length }, index) => [
  ...[hash, PASSWORD, SALT],
  ...[iterations[index % iterations.length], length ?? LENGTHS[hash]],
];

/**
 * Returns the milliseconds of a fixed piece of arithmetic, which takes longer than its minimum if another process uses
 * the processor.
 */
export function spin() {
  const started = performance.now();
  let value = 1;
  for (let step = 0; step < SPIN_STEPS; step += 1) value = (Math.imul(value, 1664525) + step) | 0;
  const elapsed = performance.now() - started;
  return value === 0.5 ? 0 : elapsed;
}

/** Returns the microseconds of processor time of this process, all threads; NaN if the runtime does not report it. */
export function cpuMicroseconds() {
  try {
    const { user, system } = process.cpuUsage();
    return user + system;
  } catch {
    return Number.NaN;
  }
}

function runSync({ deriveSync }, wish) {
  for (let index = 0; index < wish.count; index += 1) deriveSync(...callOf(wish, index));
}

async function runAsync({ derive }, wish) {
  let next = 0;
  const worker = async () => {
    while (next < wish.count) {
      const call = callOf(wish, next);
      next += 1;
      await derive(...call);
    }
  };
  await Promise.all(Array.from({ length: wish.concurrency }, worker));
}

/**
 * @param {{ derive?: Function, deriveSync?: Function }} engine
 * @param {{ mode: 'sync' | 'async', hash: string, iterations: number[], length?: number, count: number,
 *   concurrency: number }} wish
 * @returns milliseconds of wall and of processor time, and of the spins before and after
 */
export async function runWindow(engine, wish) {
  const before = spin();
  const cpu = cpuMicroseconds();
  const started = performance.now();
  if (wish.mode === 'sync') runSync(engine, wish);
  else await runAsync(engine, wish);
  const wall = performance.now() - started;
  const used = cpuMicroseconds() - cpu;
  return { wall, cpu: used / 1000, spin: (before + spin()) / 2 };
}
