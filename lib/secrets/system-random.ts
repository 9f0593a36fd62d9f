// secrets.SystemRandom: the methods of Python's random.SystemRandom that choose without bias.
import type { Buffer } from 'node:buffer';

import { notImplementedError, overflowError, typeError, valueError } from '../errors.js';
import { urandom } from '../os.js';
import { randomBelow, randomBits } from './random-integer.js';
import { describe, requireInteger } from '../internal/validate.js';

/** Makes the error for an empty sequence (Python: IndexError). */
function requireAny(length: number): void {
  if (length === 0) throw overflowError('Cannot choose from an empty sequence');
}

/** Returns the elements of a sequence; for a string its code points, not its code units. */
function elementsOf<T>(seq: ArrayLike<T> | string): ArrayLike<T | string> {
  if (typeof seq === 'string') return Array.from(seq);
  if (typeof seq === 'object' && seq !== null && 'length' in seq) {
    requireInteger(seq.length, 'length of seq');
    return seq;
  }
  throw typeError(`seq must be an array, a typed array or a string, not ${describe(seq)}`);
}

const below = (bound: number): number => Number(randomBelow(bound));

/** See `choice` in lib/secrets.ts. */
export function chooseFrom<T>(seq: ArrayLike<T> | string): T | string {
  const elements = elementsOf(seq);
  requireAny(elements.length);
  return elements[below(elements.length)] as T | string;
}

function requireNumber(value: unknown, name: string): asserts value is number {
  if (typeof value !== 'number')
    throw typeError(`${name} must be a number, not ${describe(value)}`);
}

/** Throws unless all numbers of a range are exact. */
function requireSafe(...numbers: number[]): void {
  if (numbers.every((number) => Number.isSafeInteger(number))) return;
  throw overflowError('the range must stay between -(2^53-1) and 2^53-1');
}

/**
 * Random numbers from the operating system (Python: secrets.SystemRandom, which is random.SystemRandom). It has no state,
 * so any two are the same. Of the distributions of Python's `random` only `uniform` is here.
 */
export class SystemRandom {
  /** Returns a multiple of 2^-53 from 0 to below 1, all equally likely. */
  random(): number {
    return Number(randomBits(53)) * 2 ** -53;
  }

  /** Returns an integer of `k` random bits: see `randbits` of this module. */
  getrandbits(k: number): number;
  getrandbits(k: bigint): bigint;
  getrandbits(k: number | bigint): number | bigint {
    return randomBits(k);
  }

  /** Returns random bytes: see `os.urandom`. */
  randbytes(n: number): Buffer {
    return urandom(n);
  }

  /**
   * Returns one of `start`, `start + step`, ... below `stop`; with one argument, from 0 to below it.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) for an argument that is not an integer; RangeError when the range is empty
   *   (ERR_INVALID_ARG_VALUE) or reaches beyond 2^53-1 (ERR_OUT_OF_RANGE).
   */
  randrange(start: number, stop?: number | null, step = 1): number {
    requireInteger(start, 'start');
    if (stop === undefined || stop === null) return this.randrange(0, start, step);
    requireInteger(stop, 'stop');
    requireInteger(step, 'step');
    if (step === 0) throw valueError('zero step for randrange()');
    requireSafe(start, stop, step, stop - start);
    const count = Math.ceil((stop - start) / step);
    if (count <= 0) throw valueError(`empty range in randrange(${start}, ${stop}, ${step})`);
    return start + step * below(count);
  }

  /** Returns an integer from `a` to `b`, both included. Errors: those of `randrange`. */
  randint(a: number, b: number): number {
    requireInteger(b, 'b');
    return this.randrange(a, b + 1);
  }

  /** Returns a number from `a` to `b`; rounding decides whether `b` itself can occur. */
  uniform(a: number, b: number): number {
    requireNumber(a, 'a');
    requireNumber(b, 'b');
    return a + (b - a) * this.random();
  }

  /** Returns one element: see `choice` of this module. */
  choice(seq: string): string;
  choice<T>(seq: ArrayLike<T>): T;
  choice(seq: ArrayLike<unknown> | string): unknown {
    return chooseFrom(seq);
  }

  /** Puts the elements of an array into random order, all orders equally likely. */
  shuffle(x: { length: number; [index: number]: unknown }): void {
    if (typeof x !== 'object' || x === null)
      throw typeError(`x must be an array, not ${describe(x)}`);
    for (let i = elementsOf(x).length - 1; i > 0; i--) {
      const j = below(i + 1);
      [x[i], x[j]] = [x[j], x[i]];
    }
  }

  /**
   * Returns `k` different elements in random order.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) when `k` is negative or exceeds the number of elements; TypeError
   *   (ERR_INVALID_ARG_TYPE) for an argument of the wrong type.
   */
  sample(population: string, k: number): string[];
  sample<T>(population: ArrayLike<T>, k: number): T[];
  sample(population: ArrayLike<unknown> | string, k: number): unknown[] {
    requireInteger(k, 'k');
    const rest = Array.from(elementsOf(population));
    if (k < 0 || k > rest.length) throw valueError('Sample larger than population or is negative');
    this.shuffle(rest);
    return rest.slice(0, k);
  }

  /** Does nothing: the generator has no state. */
  seed(): void {}

  /** @throws Error (ERR_METHOD_NOT_IMPLEMENTED): the generator has no state. */
  getstate(): never {
    throw notImplementedError('System entropy source does not have state.');
  }

  /** @throws Error (ERR_METHOD_NOT_IMPLEMENTED): the generator has no state. */
  setstate(): never {
    throw notImplementedError('System entropy source does not have state.');
  }
}
