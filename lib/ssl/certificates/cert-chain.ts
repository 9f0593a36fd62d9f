// The arguments of SSLContext.loadCertChain and replaceCertChains: files or memory, and passwords.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { typeError, valueError } from '../../errors.js';
import type { Bytes } from '../../internal/native/binding.js';
import { describe, isBytes } from '../../internal/validate.js';

/** The name of a file, in a form that node:fs accepts. */
export type PathLike = string | Buffer | URL;

/** A password, or a function that returns it and is called only if the key is encrypted. At most 1024 bytes, as UTF-8. */
export type Password = string | Bytes | (() => string | Bytes);

/** A {@link Password} whose function may also return a promise, for example to read it from a vault. */
export type PasswordAsync = Password | (() => string | Bytes | Promise<string | Bytes>);

interface Protection<P> {
  /** The password of an encrypted key. */
  password?: P | null | undefined;
  /**
   * Accepts keys and PKCS#12 files with obsolete encryption: RC2, RC4 or single DES. Such encryption does not protect the
   * key. It does not change the algorithms that the context allows. False by default.
   */
  legacy?: boolean | undefined;
}

/** A chain and its key from memory. */
export interface CertChainInMemory<P = Password> extends Protection<P> {
  /**
   * The certificates, leaf first: PEM as text or bytes, DER as bytes (one certificate), or an array of both. Also PKCS#7;
   * its leaf is the certificate that matches the key.
   */
  cert: string | Bytes | readonly (string | Bytes)[];
  /** The private key, PEM or DER: PKCS#8, encrypted or not, PKCS#1, SEC1. If omitted, it is read from `cert`. */
  key?: string | Bytes | null | undefined;
}

/** A chain and its key from files, in the same formats as in memory. */
export interface CertChainFiles<P = Password> extends Protection<P> {
  /** The certificates, leaf first, or a PKCS#12 with the key as well. */
  certfile: PathLike;
  /** If omitted, it is read from `certfile`, as with PKCS#12. */
  keyfile?: PathLike | null | undefined;
}

/** A chain and its key in one PKCS#12, from memory. */
export interface Pfx<P = Password> extends Protection<P> {
  /** A PKCS#12 (RFC 7292), DER: the key, its certificate and those that lead to a root. */
  pfx: Bytes;
}

/** A chain and its key. */
export type CertChain<P = Password> = CertChainInMemory<P> | CertChainFiles<P> | Pfx<P>;

/** A {@link CertChain} for `loadCertChainAsync` and `replaceCertChainsAsync`. */
export type CertChainAsync = CertChain<PasswordAsync>;

/** Options of `loadCertChainAsync` and `replaceCertChainsAsync`. */
export interface LoadOptions {
  /** Aborts the loading: the promise rejects with the signal's reason, and the context does not change. */
  signal?: AbortSignal | undefined;
}

const LONGEST_PASSWORD = 1024;

/** Whether the value can name a file. */
export function isPath(value: unknown): value is PathLike {
  return typeof value === 'string' || Buffer.isBuffer(value) || value instanceof URL;
}

/** The first bytes of DER that is longer than 127 bytes. */
const DER = /^0[\x81-\x83]/;

/**
 * Throws if the content of a file is given instead of its name. The system's error would show the content, which may be a
 * private key.
 */
export function refuseContent(value: PathLike, name: string, wayOut: string): void {
  if (value instanceof URL) return;
  const text = typeof value === 'string' ? value : value.toString('latin1');
  if (text.includes('-----BEGIN ') || (typeof value !== 'string' && DER.test(text)))
    throw valueError(`${name} is the content of a file, not its name: ${wayOut}`);
}

/** Throws unless the value can name a file. */
export function requirePath(value: unknown, name: string): asserts value is PathLike {
  if (!isPath(value))
    throw typeError(`${name} should be a valid filesystem path, not ${describe(value)}`);
  if (!(value instanceof URL) && value.includes('\0'))
    throw valueError(`${name} contains a NUL character`);
}

/** Reads the file named by the argument `name`; `wayOut` explains how to pass its content instead. */
export function readPath(
  value: unknown,
  name: string,
  wayOut = 'write it to a file and give the name of that',
): Buffer {
  requirePath(value, name);
  refuseContent(value, name, wayOut);
  return readFileSync(value);
}

/** Does the same asynchronously. */
export async function readPathAsync(value: unknown, name: string, wayOut: string): Promise<Buffer> {
  requirePath(value, name);
  refuseContent(value, name, wayOut);
  return readFile(value);
}

/** Copies of secrets that are passed to the native part. They are wiped once it has them. */
export class Copies {
  readonly #copies: Buffer[] = [];
  #isWiped = false;

  /** Registers a copy. A copy that arrives after `wipe`, from abandoned work, is wiped at once. */
  add(copy: Buffer): Buffer {
    if (this.#isWiped) copy.fill(0);
    else this.#copies.push(copy);
    return copy;
  }

  /** The bytes themselves, or a copy of the text as UTF-8. */
  bytesOf(value: string | Bytes): Bytes {
    return typeof value === 'string' ? this.add(Buffer.from(value)) : value;
  }

  /** The name of a file, or another value, for use after the call. */
  pathOf(value: unknown): unknown {
    return value;
  }

  wipe(): void {
    this.#isWiped = true;
    for (const copy of this.#copies) copy.fill(0);
  }
}

/** Copies that are used after the call, when the caller may have changed the originals. */
export class LastingCopies extends Copies {
  override bytesOf(value: string | Bytes): Bytes {
    return this.add(typeof value === 'string' ? Buffer.from(value) : copyOf(value));
  }

  override pathOf(value: unknown): unknown {
    if (value instanceof URL) return new URL(value);
    return Buffer.isBuffer(value) ? Buffer.from(value) : value;
  }
}

function copyOf(bytes: Bytes): Buffer {
  const view = ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
  return Buffer.from(view);
}

function encode(password: unknown, copies: Copies, complaint: string): Bytes {
  if (typeof password !== 'string' && !isBytes(password))
    throw typeError(`${complaint}, not ${describe(password)}`);
  const bytes = copies.bytesOf(password);
  if (bytes.byteLength > LONGEST_PASSWORD) {
    throw valueError(`password cannot be longer than ${LONGEST_PASSWORD} bytes`);
  }
  return bytes;
}

/** Checks and returns a password; returns null for a function or without a password. */
export function givenPassword(password: unknown, copies: Copies): Bytes | null {
  if (password === undefined || password === null || typeof password === 'function') return null;
  return encode(password, copies, 'password should be a string, bytes or a function');
}

function requireAskable(password: unknown, where: string): asserts password is () => unknown {
  if (typeof password === 'function') return;
  throw typeError(`the private key is encrypted: give its password (${where})`);
}

const ANSWER = 'password callback must return a string or bytes';

/** Returns the password of an encrypted key. Errors of the caller's function pass through. */
export function askedPassword(password: unknown, copies: Copies, where: string): Bytes {
  requireAskable(password, where);
  return encode(password(), copies, ANSWER);
}

/** Does the same for a function that may return a promise. */
export async function askedPasswordAsync(
  password: unknown,
  copies: Copies,
  where: string,
): Promise<Bytes> {
  requireAskable(password, where);
  return encode(await password(), copies, ANSWER);
}
