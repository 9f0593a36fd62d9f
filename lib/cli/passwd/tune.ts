// `hermetic-ssl passwd --tune`: finds the iterations of PBKDF2 that take a given time on this machine.
import { pbkdf2Hmac } from '../../hashlib.js';
import { hash, type Algorithm } from '../../password.js';

export interface Tuned {
  readonly algorithm: Algorithm;
  readonly milliseconds: number;
  /** Rounded down to three digits. */
  readonly iterations: number;
  /** The default of password.hash, which is OWASP's figure. */
  readonly owasp: number;
  readonly owaspMilliseconds: number;
  /** The difference between the fastest and the median run, as a share. */
  readonly noise: number;
}

const RUNS = 7;
const FIRST = 20_000;
const LEAST_SAMPLE = 20;
const DIGITS = 3;

async function timeOf(digest: string, iterations: number): Promise<number> {
  const began = performance.now();
  await pbkdf2Hmac(digest, Buffer.from('password'), Buffer.alloc(16, 1), iterations);
  return performance.now() - began;
}

/** Returns OWASP's iterations: those of a string with the defaults. */
async function owaspIterations(algorithm: Algorithm): Promise<number> {
  const stored = await hash('', { algorithm });
  return Number(/[$,]i=(\d+)/.exec(stored)?.[1] ?? 0);
}

function roundDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) + 1 - DIGITS);
  return Math.max(1, Math.floor(value / unit) * unit);
}

/** Measures with the median of several runs: a single one may be disturbed by other programs. */
export async function tune(algorithm: Algorithm, milliseconds: number): Promise<Tuned> {
  const digest = algorithm.replace('pbkdf2-', '');
  const first = await timeOf(digest, FIRST);
  const sample = Math.ceil(FIRST * Math.max(1, LEAST_SAMPLE / first));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await timeOf(digest, sample));
  times.sort((a, b) => a - b);
  const median = times[Math.floor(RUNS / 2)] ?? first;
  const perMillisecond = sample / median;
  const owasp = await owaspIterations(algorithm);
  return {
    algorithm,
    milliseconds,
    iterations: roundDown(perMillisecond * milliseconds),
    owasp,
    owaspMilliseconds: Math.round(owasp / perMillisecond),
    noise: Math.round((median / (times[0] ?? median) - 1) * 100) / 100,
  };
}
