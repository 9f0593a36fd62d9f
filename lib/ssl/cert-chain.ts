// The arguments of SSLContext.loadCertChain: files or memory, and passwords.
import { readFileSync } from 'node:fs';

import { notImplementedError, typeError, valueError } from '../errors.js';
import type { Bytes } from '../internal/binding.js';
import { describe, isBytes } from '../internal/validate.js';

/** The name of a file, as node:fs takes it. */
export type PathLike = string | Buffer | URL;

/** A password, or a function that is called for it only when the key is encrypted. */
export type Password = string | Bytes | (() => string | Bytes);

/** A chain and its key, in PEM, from memory. */
export interface CertChainInMemory {
  /** The certificates, leaf first. */
  cert: string | Bytes;
  /** The private key; looked for in `cert` when it is not given. */
  key?: string | Bytes | undefined;
  /** What an encrypted key is opened with. */
  password?: Password | undefined;
}

const LONGEST_PASSWORD = 1024;

function isPath(value: unknown): value is PathLike {
  return typeof value === 'string' || Buffer.isBuffer(value) || value instanceof URL;
}

/** Throws unless the value can name a file. */
export function requirePath(value: unknown, name: string): asserts value is PathLike {
  if (!isPath(value))
    throw typeError(`${name} should be a valid filesystem path, not ${describe(value)}`);
  if (!(value instanceof URL) && value.includes('\0'))
    throw valueError(`${name} contains a NUL character`);
}

/** Reads a file that the argument `name` gives. */
export function readPath(value: unknown, name: string): Buffer {
  requirePath(value, name);
  return readFileSync(value);
}

function pemBytes(value: unknown, name: string): Bytes {
  if (typeof value === 'string') return Buffer.from(value);
  if (isBytes(value)) return value;
  throw typeError(`${name} must be PEM text or bytes, not ${describe(value)}`);
}

/** The bytes of certificate and key. */
export function chainBytes(
  first: PathLike | CertChainInMemory,
  keyfile: PathLike | null,
): { certificates: Bytes; key: Bytes } {
  if (isPath(first)) {
    const certificates = readPath(first, 'certfile');
    return { certificates, key: keyfile === null ? certificates : readPath(keyfile, 'keyfile') };
  }
  if (typeof first === 'object' && first !== null && 'pfx' in first) {
    throw notImplementedError(
      'pfx (PKCS#12) is not supported yet: convert it to PEM and pass cert and key',
    );
  }
  if (typeof first !== 'object' || first === null || !('cert' in first)) {
    throw typeError(
      `certfile should be a valid filesystem path or an object with "cert", not ${describe(first)}`,
    );
  }
  const certificates = pemBytes(first.cert, 'cert');
  return { certificates, key: first.key === undefined ? certificates : pemBytes(first.key, 'key') };
}

function encode(password: unknown, complaint: string): Bytes {
  const bytes = typeof password === 'string' ? Buffer.from(password) : password;
  if (!isBytes(bytes)) throw typeError(`${complaint}, not ${describe(password)}`);
  if (bytes.byteLength > LONGEST_PASSWORD) {
    throw valueError(`password cannot be longer than ${LONGEST_PASSWORD} bytes`);
  }
  return bytes;
}

/** Checks a password that is there; gives null for one that has to be asked for, or for none. */
export function givenPassword(password: unknown): Bytes | null {
  if (password === undefined || password === null || typeof password === 'function') return null;
  return encode(password, 'password should be a string, bytes or a function');
}

/** The password of a key that turned out to be encrypted. What the caller's function throws passes through. */
export function askedPassword(password: unknown): Bytes {
  if (typeof password !== 'function') {
    throw typeError('the private key is encrypted: give its password');
  }
  return encode((password as () => unknown)(), 'password callback must return a string or bytes');
}
