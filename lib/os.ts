/**
 * Random bytes from the operating system (Python: os.urandom, os.getrandom). They do not pass through OpenSSL's
 * generator, nor through the runtime's.
 * @module
 */
import type { Buffer } from 'node:buffer';

import { fromRecord, unwrap } from './errors.js';
import { binding } from './internal/native/binding.js';
import { allocate, filled } from './internal/memory.js';
import { errnoOf } from './internal/system-error.js';
import { requireInt32, requireInteger } from './internal/validate.js';

const { urandom: fillRandomly } = binding;

/** Flag of {@link getrandom}: fail with EAGAIN instead of waiting for the generator to be ready. */
export const GRND_NONBLOCK = 1;

/** Flag of {@link getrandom}: read from the source of /dev/random. */
export const GRND_RANDOM = 2;

/**
 * Returns random bytes for cryptographic use (Python: os.urandom).
 *
 * On POSIX systems the first call opens one descriptor of /dev/urandom, close-on-exec, and keeps it for the life of the
 * process, for all worker threads. Each call checks by device and inode that the descriptor still refers to the same
 * file. If other code has closed or reused the descriptor, it is forgotten, neither read nor closed, and the device is
 * opened again. Without the device, getrandom or getentropy is used; on Windows, BCryptGenRandom.
 *
 * @param size Number of bytes, from 0 to `buffer.constants.MAX_LENGTH`.
 * @returns A Buffer that does not share its memory with another.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) when `size` is not an integer; RangeError when it is negative
 *   (ERR_INVALID_ARG_VALUE) or too large (ERR_OUT_OF_RANGE); a system error with `code`, `errno`, `syscall` and `path`
 *   when the device cannot be opened or read, for instance EMFILE at the first call, or ENOMEM; Error
 *   (ERR_METHOD_NOT_IMPLEMENTED) where the platform has no source.
 */
export function urandom(size: number): Buffer {
  return filled(size, 'size', (out) => fillRandomly(out));
}

/**
 * Calls getrandom(2) once, on Linux (Python: os.getrandom).
 *
 * @param size Number of bytes asked for.
 * @param flags 0, or a sum of {@link GRND_NONBLOCK} and {@link GRND_RANDOM}.
 * @returns The bytes that the call gave: up to 256 are complete once the generator is ready, more may be cut short.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for an argument that is not an integer; RangeError (ERR_OUT_OF_RANGE) for
 *   flags that do not fit in 32 bits; a system error: EINVAL for a negative size or unknown flags, EAGAIN with
 *   GRND_NONBLOCK before the generator is ready; Error (ERR_METHOD_NOT_IMPLEMENTED) on other platforms.
 */
export function getrandom(size: number, flags = 0): Buffer {
  requireInteger(size, 'size');
  requireInt32(flags, 'flags');
  if (size < 0 || flags < 0) {
    throw fromRecord({
      nativeError: 'system',
      message: 'invalid argument',
      number: errnoOf('EINVAL'),
      syscall: 'getrandom',
    });
  }
  const bytes = allocate(size, 'size');
  const numFilled = unwrap(binding.getrandom(bytes, flags));
  if (numFilled === size) return bytes;
  // Copied, because the rest of the memory was never written.
  const given = allocate(numFilled, 'size');
  given.set(bytes.subarray(0, numFilled));
  return given;
}
