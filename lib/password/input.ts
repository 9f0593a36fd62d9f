// Checks passwords and stored strings. No message here shows a value: it may be a password of the wrong type.
import { typeError, valueError } from '../errors.js';
import type { Bytes } from '../internal/native/binding.js';
import { describe, isBytes } from '../internal/validate.js';

/**
 * Returns the bytes to hash: the UTF-8 of a string, without Unicode normalisation; bytes unchanged.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything else; RangeError (ERR_INVALID_ARG_VALUE) for a string with a lone
 *   surrogate, which has no UTF-8 form: if it were replaced by U+FFFD, many strings would be the same password.
 */
export function encodePassword(password: unknown): Bytes {
  if (isBytes(password)) return password;
  if (typeof password !== 'string')
    throw typeError(
      `password must be a string, Buffer, TypedArray, DataView or ArrayBuffer, not ${describe(password)}`,
    );
  if (/\p{Surrogate}/u.test(password))
    throw valueError('password must be well-formed Unicode: it has a lone surrogate');
  // Not Buffer.from: its memory comes from a pool that Buffer.allocUnsafe later gives to other code.
  return new TextEncoder().encode(password);
}

/** Throws unless the stored string is a string. */
export function requireStored(stored: unknown): asserts stored is string {
  if (typeof stored !== 'string')
    throw typeError(`stored must be a string, not ${describe(stored)}`);
}
