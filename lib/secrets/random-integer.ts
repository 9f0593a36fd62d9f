// Random integers without bias, from the bytes of os.urandom.
import { Buffer } from 'node:buffer';

import { overflowError, typeError, valueError } from '../errors.js';
import { urandom } from '../os.js';
import { describe, requireInteger } from '../internal/validate.js';

/** The number of bits of the integers that a number holds exactly. */
const NUMBER_BITS = 53;
/** The limit of V8's bigints. Other engines may have a lower one. */
const BIGINT_BITS = 2 ** 30;

function numberOfBits(bits: number): number {
  const bytes = Buffer.alloc(8);
  urandom(Math.ceil(bits / 8)).copy(bytes, 8 - Math.ceil(bits / 8));
  const high = bytes.readUInt32BE(0) & (2 ** Math.max(bits - 32, 0) - 1);
  const low = bits < 32 ? bytes.readUInt32BE(4) & (2 ** bits - 1) : bytes.readUInt32BE(4);
  return high * 2 ** 32 + low;
}

function bigintOfBits(bits: number): bigint {
  if (bits === 0) return 0n;
  const bytes = urandom(Math.ceil(bits / 8));
  bytes[0] = (bytes[0] ?? 0) & (0xff >> (bytes.length * 8 - bits));
  try {
    return BigInt(`0x${bytes.toString('hex')}`);
  } catch (cause) {
    throw Object.assign(overflowError(`k is too large for a bigint: ${bits}`), { cause });
  }
}

/** Returns an integer of `bits` random bits, of the type of `bits`. */
export function randomBits(bits: unknown): number | bigint {
  if (typeof bits !== 'bigint') requireInteger(bits, 'k');
  if (bits < 0) throw valueError('number of bits must be non-negative');
  if (typeof bits === 'number') {
    if (bits <= NUMBER_BITS) return numberOfBits(bits);
    throw overflowError(
      `k must be at most ${NUMBER_BITS}, not ${bits}; a bigint (k = ${BigInt(bits)}n) gives one`,
    );
  }
  if (bits <= BIGINT_BITS) return bigintOfBits(Number(bits));
  throw overflowError(`k must be at most ${BIGINT_BITS}, not ${bits}`);
}

function bitLength(number: number | bigint): number {
  const digits = number.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits.charAt(0), 16)) - 28);
}

/** Draws again if the result is out of range: a remainder would favour small results. */
function draw<T extends number | bigint>(bound: T, next: () => T): T {
  for (;;) {
    const drawn = next();
    if (drawn < bound) return drawn;
  }
}

/** Returns an integer from 0 to below `bound`, all equally likely, of the type of `bound`. */
export function randomBelow(bound: unknown): number | bigint {
  if (typeof bound !== 'number' && typeof bound !== 'bigint')
    throw typeError(`exclusiveUpperBound must be an integer, not ${describe(bound)}`);
  if (typeof bound === 'number') requireInteger(bound, 'exclusiveUpperBound');
  if (bound <= 0) throw valueError('Upper bound must be positive.');
  if (typeof bound === 'bigint') {
    const bits = bound === 1n ? 0 : bitLength(bound - 1n);
    return draw(bound, () => bigintOfBits(bits));
  }
  if (bound > 2 ** NUMBER_BITS) {
    throw overflowError(
      `exclusiveUpperBound must be at most 2^${NUMBER_BITS}, not ${bound}; pass a bigint`,
    );
  }
  const bits = bound === 1 ? 0 : bitLength(bound - 1);
  return draw(bound, () => numberOfBits(bits));
}
