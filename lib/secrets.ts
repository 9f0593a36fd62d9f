/**
 * Random tokens, numbers and choices for passwords, sessions and links (Python: secrets). All of them come from
 * `os.urandom`.
 * @module
 */
import { constants as limits } from 'node:buffer';
import type { Buffer } from 'node:buffer';

import { overflowError } from './errors.js';
import { randomBelow, randomBits } from './secrets/random-integer.js';
import { chooseFrom } from './secrets/system-random.js';
import { urandom } from './os.js';

export { compareDigest } from './hmac.js';
export { SystemRandom } from './secrets/system-random.js';

/** Bytes of a token when no number is given. */
export const DEFAULT_ENTROPY = 32;

/**
 * Returns random bytes (Python: secrets.token_bytes).
 *
 * @param nbytes The number of bytes; {@link DEFAULT_ENTROPY} when null or left out.
 * @throws As `os.urandom` does.
 */
export function tokenBytes(nbytes?: number | null): Buffer {
  return urandom(nbytes ?? DEFAULT_ENTROPY);
}

function tokenText(nbytes: number | null | undefined, encoding: 'hex' | 'base64url'): string {
  const most = Math.floor(limits.MAX_STRING_LENGTH / 2);
  if (typeof nbytes === 'number' && Number.isInteger(nbytes) && nbytes > most)
    throw overflowError(`nbytes must be at most ${most} for a string, not ${nbytes}`);
  return tokenBytes(nbytes).toString(encoding);
}

/** Returns random bytes as lower-case hexadecimal digits, two for each byte (Python: secrets.token_hex). See {@link tokenBytes}. */
export function tokenHex(nbytes?: number | null): string {
  return tokenText(nbytes, 'hex');
}

/**
 * Returns random bytes as text for URLs (Python: secrets.token_urlsafe): Base64 with - and _, without padding, about 1.3
 * characters for each byte. See {@link tokenBytes}.
 */
export function tokenUrlsafe(nbytes?: number | null): string {
  return tokenText(nbytes, 'base64url');
}

/**
 * Returns a random integer from 0 to below the bound, all equally likely (Python: secrets.randbelow).
 *
 * @param exclusiveUpperBound 1 to 2^53; or a bigint of any size, for a bigint.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but an integer; RangeError for one that is not positive
 *   (ERR_INVALID_ARG_VALUE) or a number above 2^53 (ERR_OUT_OF_RANGE); the errors of `os.urandom`.
 */
export function randbelow(exclusiveUpperBound: number): number;
export function randbelow(exclusiveUpperBound: bigint): bigint;
export function randbelow(exclusiveUpperBound: number | bigint): number | bigint {
  return randomBelow(exclusiveUpperBound);
}

/**
 * Returns an integer of `k` random bits (Python: secrets.randbits).
 *
 * @param k 0 to 53; or a bigint up to 2^30, for a bigint: `randbits(128n)`.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but an integer; RangeError for one that is negative
 *   (ERR_INVALID_ARG_VALUE) or too large (ERR_OUT_OF_RANGE); the errors of `os.urandom`.
 */
export function randbits(k: number): number;
export function randbits(k: bigint): bigint;
export function randbits(k: number | bigint): number | bigint {
  return randomBits(k);
}

/**
 * Returns one element of a sequence, all equally likely (Python: secrets.choice).
 *
 * @param seq An array, a typed array, or a string, which gives a character (a code point, as in Python).
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything else; RangeError (ERR_OUT_OF_RANGE; Python: IndexError) for an
 *   empty sequence; the errors of `os.urandom`.
 */
export function choice(seq: string): string;
export function choice<T>(seq: ArrayLike<T>): T;
export function choice(seq: ArrayLike<unknown> | string): unknown {
  return chooseFrom(seq);
}
