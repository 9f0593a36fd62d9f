/**
 * Passwords as servers store them: PBKDF2 (RFC 8018) in strings that name their own parameters. New strings are PHC
 * strings by default; those of passlib, Django, Werkzeug and ASP.NET Core Identity are read too, and written on request.
 * docs/password.md is the guide.
 * @module
 */
import { Buffer } from 'node:buffer';

import { pbkdf2Hmac, pbkdf2HmacSync } from './hashlib.js';
import { compareDigest } from './hmac.js';
import { requireSignal } from './internal/abort.js';
import type { Bytes } from './internal/native/binding.js';
import { urandom } from './os.js';
import { parseStored } from './password/formats.js';
import { encodePassword, requireStored } from './password/input.js';
import type { CheckedPolicy, HashOptions, Policy, VerifyOptions } from './password/policy.js';
import {
  checkHashOptions,
  checkLimits,
  checkPolicy,
  checkVerifyOptions,
} from './password/policy.js';
import type { PasswordRecord } from './password/record.js';
import { isBelow } from './password/strength.js';

export { PasswordFormatError, PasswordLimitError } from './errors.js';
export type { Bytes } from './internal/native/binding.js';
export type { Algorithm } from './password/defaults.js';
export type { HashOptions, Policy, VerifyOptions } from './password/policy.js';
export type { Format } from './password/record.js';

function newSalt({ format, saltLength }: CheckedPolicy): Buffer {
  const random = urandom(saltLength);
  return format.saltIsText ? Buffer.from(random.toString('hex')) : random;
}

function render(policy: CheckedPolicy, salt: Buffer, derived: Buffer): string {
  const { format, digest, iterations } = policy;
  return format.render({ digest, iterations, salt, hash: derived });
}

function readStored(stored: unknown, maxIterations: number): PasswordRecord {
  requireStored(stored);
  return parseStored(stored, maxIterations).record;
}

/**
 * Hashes a password with a new random salt, on the package's own threads. Each call returns a different string.
 *
 * @param password A string, hashed as UTF-8 without normalisation, or bytes, copied at the call. It may have any length
 *   (PBKDF2 hashes a long one once) and may be empty.
 * @param options Settings that differ from {@link Policy}'s defaults, and a `signal`.
 * @returns A promise of the string to store. It rejects with TypeError (ERR_INVALID_ARG_TYPE) for an argument or option of
 *   the wrong type, or an unknown option; RangeError for a password with a lone surrogate, an unknown format or algorithm,
 *   one that the format does not have, or a number below its range (ERR_INVALID_ARG_VALUE), and for one above
 *   (ERR_OUT_OF_RANGE); those of `urandom` and `pbkdf2Hmac`; the reason of `signal`.
 */
export async function hash(
  password: string | Bytes,
  options?: HashOptions | null,
): Promise<string> {
  const policy = checkHashOptions(options);
  const secret = encodePassword(password);
  const salt = newSalt(policy);
  const { digest, iterations } = policy;
  const signal = requireSignal(options);
  return render(policy, salt, await pbkdf2Hmac(digest, secret, salt, iterations, null, { signal }));
}

/** {@link hash} on the caller's thread, which it blocks: the string is returned, errors are thrown. */
export function hashSync(password: string | Bytes, policy?: Policy | null): string {
  const checked = checkPolicy(policy);
  const secret = encodePassword(password);
  const salt = newSalt(checked);
  const { digest, iterations } = checked;
  return render(checked, salt, pbkdf2HmacSync(digest, secret, salt, iterations));
}

/**
 * Checks a password against a stored string, on the package's own threads. Hashes are compared in
 * constant time.
 *
 * @param password As for {@link hash}.
 * @param stored A string of {@link hash}, or of passlib, Django, Werkzeug or ASP.NET Core Identity (version 3), made with
 *   PBKDF2 and SHA-1, SHA-256 or SHA-512.
 * @param options `maxIterations` and `signal`.
 * @returns A promise of true or false. It rejects with {@link PasswordFormatError} (ERR_PASSWORD_FORMAT) for a stored
 *   string that is malformed, in no supported format, without salt or with a hash of fewer than 16 bytes;
 *   {@link PasswordLimitError} (ERR_PASSWORD_LIMIT) for one of more than 4096 characters, or that asks for more than
 *   `maxIterations`, a salt of more than 1024 or a hash of more than 64 bytes; TypeError and RangeError as for
 *   {@link hash}; the reason of `signal`. No message holds a part of the stored string or the password.
 */
export async function verify(
  password: string | Bytes,
  stored: string,
  options?: VerifyOptions | null,
): Promise<boolean> {
  const record = readStored(stored, checkVerifyOptions(options));
  const secret = encodePassword(password);
  const { digest, salt, iterations } = record;
  const signal = requireSignal(options);
  const { length } = record.hash;
  return compareDigest(
    record.hash,
    await pbkdf2Hmac(digest, secret, salt, iterations, length, { signal }),
  );
}

/** {@link verify} on the caller's thread, which it blocks: the answer is returned, errors are thrown. */
export function verifySync(
  password: string | Bytes,
  stored: string,
  options?: Pick<VerifyOptions, 'maxIterations'> | null,
): boolean {
  const record = readStored(stored, checkLimits(options));
  const secret = encodePassword(password);
  const { digest, salt, iterations } = record;
  return compareDigest(
    record.hash,
    pbkdf2HmacSync(digest, secret, salt, iterations, record.hash.length),
  );
}

/**
 * Returns whether a stored string falls short of a policy, so that the password should be hashed again at the next login:
 * it has another format, another digest, fewer iterations, a hash shorter than its digest, or a salt with less randomness
 * than `saltLength` bytes. More iterations than the policy's are not a reason.
 *
 * @param stored As for {@link verify}.
 * @param policy As for {@link hash}; the defaults when left out.
 * @throws As {@link verify} does, for the same stored strings, and as {@link hash} does, for the policy.
 */
export function needsRehash(stored: string, policy?: Policy | null): boolean {
  const checked = checkPolicy(policy);
  requireStored(stored);
  return isBelow(parseStored(stored, checked.maxIterations), checked);
}
