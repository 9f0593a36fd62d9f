// Checks of a context's settings. As in Python, a number below its range is an invalid value; a number above it is an
// overflow.
import { overflowError, typeError, valueError } from '../errors.js';
import { describe, requireInt32, requireInteger } from '../internal/validate.js';

const LARGEST_OPTIONS = 2n ** 64n - 1n;
const LARGEST_UINT32 = 2 ** 32 - 1;
const SMALLEST_INT32 = -(2 ** 31);

/** Throws unless the value can be a version. */
export function requireVersion(value: unknown, name: string): asserts value is number {
  requireInteger(value, name);
  if (value < SMALLEST_INT32) throw valueError(`Unsupported TLS/SSL version ${value}`);
  requireInt32(value, name);
}

/** Throws unless the value is a mask of options. */
export function requireOptions(value: unknown): asserts value is bigint {
  if (typeof value !== 'bigint')
    throw typeError(`options must be a bigint, not ${describe(value)}`);
  if (value < 0n) throw valueError('options must be non-negative');
  if (value > LARGEST_OPTIONS) throw overflowError('options must fit in 64 bits');
}

/** Throws unless the value is an unsigned 32-bit integer. */
export function requireUint32(value: unknown, name: string): asserts value is number {
  requireInteger(value, name);
  if (value < 0) throw valueError(`${name} must be non-negative`);
  if (value > LARGEST_UINT32) throw overflowError(`${name} must fit in 32 bits`);
}

/** Returns the class. Throws unless it is the base or extends it. */
export function requireSubclass<T extends { readonly name: string }>(value: T, base: T): T {
  const isSubclass =
    typeof value === 'function' &&
    (value === base || Object.prototype.isPrototypeOf.call(base, value));
  if (isSubclass) return value;
  throw typeError(`the class must be ${base.name} or extend it, not ${describe(value)}`);
}
