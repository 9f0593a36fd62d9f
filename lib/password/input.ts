// Passwords and stored strings as users pass them. No message here shows a value: it may be a password of the wrong type.
import { typeError, valueError } from '../errors.js';
import type { Bytes } from '../internal/native/binding.js';
import { describe, isBytes } from '../internal/validate.js';

/**
 * The bytes that are hashed: a string in UTF-8, exactly as it is, without Unicode normalisation; bytes as they are.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything else; RangeError (ERR_INVALID_ARG_VALUE) for a string with a lone
 *   surrogate, which has no UTF-8: replaced by U+FFFD, many strings would be one password.
 */
export function encodePassword(password: unknown): Bytes {
  if (isBytes(password)) return password;
  if (typeof password !== 'string')
    throw typeError(
      `password must be a string, Buffer, TypedArray, DataView or ArrayBuffer, not ${describe(password)}`,
    );
  if (/\p{Surrogate}/u.test(password))
    throw valueError('password must be well-formed Unicode: it has a lone surrogate');
  // Not Buffer.from, which takes its memory from a pool that Buffer.allocUnsafe hands to others afterwards.
  return new TextEncoder().encode(password);
}

/** Throws unless the stored string is a string. */
export function requireStored(stored: unknown): asserts stored is string {
  if (typeof stored !== 'string')
    throw typeError(`stored must be a string, not ${describe(stored)}`);
}
