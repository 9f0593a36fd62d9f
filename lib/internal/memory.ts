// Buffers for the native layer to fill. They are allocated here, so that an impossible size or a lack of memory is an
// error.
import { Buffer, constants as limits } from 'node:buffer';

import { fromRecord, overflowError, unwrap, valueError } from '../errors.js';
import type { Native } from './native/binding.js';
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

/** V8 keeps the bytes of typed arrays up to this size next to the object until native code asks for their address. */
const LONGEST_SHORT = 64;

/** Holds a short result until it is copied. Native code has its address already; it never leaves this module. */
const shared = new Uint8Array(new ArrayBuffer(LONGEST_SHORT));

/** The beginning of `shared`, by length. */
const views: (Uint8Array | undefined)[] = [];

/** Moves the bytes to a new Buffer. */
function moved(from: Uint8Array): Buffer {
  const to = Buffer.allocUnsafeSlow(from.length);
  to.set(from);
  from.fill(0);
  return to;
}

/**
 * Returns a new Buffer with its own memory that `fill` has filled. A short one is filled elsewhere and copied: for the
 * address of its bytes, V8 would have to allocate memory, which takes longer than a short hash.
 */
export function filled(
  size: unknown,
  name: string,
  fill: (out: Uint8Array) => Native<undefined>,
): Buffer {
  if (typeof size === 'number' && size >= 0 && size <= LONGEST_SHORT && Number.isInteger(size)) {
    const view = (views[size] ??= shared.subarray(0, size));
    unwrap(fill(view));
    return moved(view);
  }
  const out = allocate(size, name);
  unwrap(fill(out));
  return out;
}

/** Throws if this many bytes do not fit in a string of hexadecimal digits. */
export function requireHexLength(length: unknown): void {
  const most = Math.floor(limits.MAX_STRING_LENGTH / 2);
  if (typeof length !== 'number' || !(length > most)) return;
  throw overflowError(
    `length must be at most ${most} for a string of hexadecimal digits; use digest()`,
  );
}
