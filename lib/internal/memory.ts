// Buffers for the native layer to fill. They are allocated here, so that an impossible size or a lack of memory is an
// error, and nothing has to be copied afterwards.
import { Buffer, constants as limits } from 'node:buffer';

import { fromRecord, overflowError, valueError } from '../errors.js';
import { errnoOf } from './system-error.js';
import { requireInteger } from './validate.js';

/** Returns a new Buffer with its own memory, not zeroed: the caller has to fill it. */
export function allocate(size: unknown, name: string): Buffer {
  requireInteger(size, name);
  if (size < 0) throw valueError(`${name} cannot be negative`);
  if (size > limits.MAX_LENGTH) {
    throw overflowError(
      `${name} must be at most ${limits.MAX_LENGTH} (buffer.constants.MAX_LENGTH), not ${size}`,
    );
  }
  try {
    return Buffer.allocUnsafeSlow(size);
  } catch {
    throw fromRecord({
      nativeError: 'system',
      message: 'cannot allocate memory',
      number: errnoOf('ENOMEM'),
      syscall: 'malloc',
    });
  }
}

/** Throws if this many bytes do not fit in a string of hexadecimal digits. */
export function requireHexLength(length: unknown): void {
  const most = Math.floor(limits.MAX_STRING_LENGTH / 2);
  if (typeof length !== 'number' || !(length > most)) return;
  throw overflowError(
    `length must be at most ${most} for a string of hexadecimal digits; use digest()`,
  );
}
