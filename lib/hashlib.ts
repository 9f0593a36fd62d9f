/**
 * Hashes and key derivation (Python: hashlib), computed by the package's own OpenSSL.
 * @module
 */
import type { Buffer } from 'node:buffer';

import type { Bytes } from './internal/native/binding.js';
import { binding } from './internal/native/binding.js';
import { digestFileHere, digestSource, startDigest } from './hashlib/file-digest.js';
import type { FileDigestOptions, Updatable } from './hashlib/file-digest.js';
import type { FileSource, PathSource } from './hashlib/file-source.js';
import { algorithm, digestOnce, startBlake2, startHash } from './hashlib/hash.js';
import type { DigestEncoding, Hash } from './hashlib/hash.js';
import { checkBlake2Options, checkHashOptions } from './hashlib/hash-options.js';
import type { Blake2Options, HashOptions } from './hashlib/hash-options.js';
import { deriveHere, deriveOnPool } from './hashlib/pbkdf2.js';
import type { Pbkdf2Options } from './hashlib/pbkdf2.js';
import { configurePool } from './hashlib/pool.js';
import type { PoolSettings } from './hashlib/pool.js';
import { scryptHere, scryptOnPool } from './hashlib/scrypt.js';
import type { ScryptOptions, ScryptSyncOptions } from './hashlib/scrypt.js';

export type { Bytes } from './internal/native/binding.js';
export type { FileDigestOptions, Updatable } from './hashlib/file-digest.js';
export type { FileSource, PathSource, WebStream } from './hashlib/file-source.js';
export { Hash } from './hashlib/hash.js';
export type { DigestEncoding } from './hashlib/hash.js';
export type { Blake2Options, HashOptions } from './hashlib/hash-options.js';
export type { Pbkdf2Options } from './hashlib/pbkdf2.js';
export type { PoolSettings } from './hashlib/pool.js';
export type { ScryptOptions, ScryptSyncOptions } from './hashlib/scrypt.js';

/** Starts a hash of one algorithm, optionally with the first data. */
export type HashConstructor = (data?: Bytes | null, options?: HashOptions) => Hash;

/** Starts a BLAKE2 hash. */
export type Blake2Constructor = (data?: Bytes | null, options?: Blake2Options) => Hash;

/** The algorithms that every build supports (Python: hashlib.algorithms_guaranteed). Each is also a function. */
export const algorithmsGuaranteed: ReadonlySet<string> = new Set([
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3_224',
  'sha3_256',
  'sha3_384',
  'sha3_512',
  'shake_128',
  'shake_256',
  'blake2b',
  'blake2s',
]);

/** The algorithms that the linked OpenSSL can compute, under Python's names (Python: hashlib.algorithms_available). */
export const algorithmsAvailable: ReadonlySet<string> = new Set(binding.algorithms());

const BLAKE2: ReadonlySet<string> = new Set(['blake2b', 'blake2s']);

/**
 * Starts a hash by name (Python: hashlib.new).
 *
 * @param name One of {@link algorithmsAvailable}, in any case, or one of OpenSSL's names for it (`'SHA3-256'`).
 * @param data The first data to hash.
 * @param options `usedforsecurity`; for BLAKE2 also those of {@link Blake2Options}.
 * @throws RangeError for an unknown name or an option out of its range (ERR_INVALID_ARG_VALUE), for BLAKE2's `leafSize`
 *   or `nodeOffset` above it and other numbers that do not fit in 32 bits (ERR_OUT_OF_RANGE); TypeError
 *   (ERR_INVALID_ARG_TYPE) for a name that is not a string, data that is not bytes (a string has to be encoded first), or
 *   an unknown option.
 */
function newHash(name: string, data?: Bytes | null, options?: Blake2Options): Hash {
  const info = algorithm(name, 'name');
  if (!BLAKE2.has(info.name)) {
    checkHashOptions(options);
    return startHash(info, data);
  }
  const { digestSize, parameters } = checkBlake2Options(options, info.digestSize);
  if (parameters === undefined) return startHash(info, data, digestSize);
  return startBlake2(info, data, parameters);
}

export { newHash as new };

/**
 * Returns the digest of `data`, in one step (Node: crypto.hash; compare Python's hmac.digest). For short data it takes a
 * fraction of the time of `hashlib.new(name, data).digest()`.
 *
 * @param name As in {@link newHash | new}. BLAKE2 has its full length.
 * @param data The complete data.
 * @param encoding `'hex'` (lower case), `'base64'` or `'base64url'` for text; left out or null for bytes.
 * @returns The digest: a Buffer, or text in the encoding.
 * @throws RangeError (ERR_INVALID_ARG_VALUE) for an unknown name or encoding; TypeError (ERR_INVALID_ARG_TYPE) for an
 *   argument of the wrong type, and for SHAKE, whose digest has no length of its own.
 */
function digestData(name: string, data: Bytes, encoding?: null): Buffer;
function digestData(name: string, data: Bytes, encoding: DigestEncoding): string;
function digestData(name: string, data: Bytes, encoding?: DigestEncoding | null): Buffer | string {
  return digestOnce(algorithm(name, 'name'), data, encoding);
}

export { digestData as digest };

/** MD5 (RFC 1321). Broken: for old formats only. */
export const md5: HashConstructor = (data, options) => newHash('md5', data, options);

/** SHA-1 (FIPS 180-4). Broken for signatures; still sound in HMAC and PBKDF2. */
export const sha1: HashConstructor = (data, options) => newHash('sha1', data, options);

/** SHA-224 (FIPS 180-4). */
export const sha224: HashConstructor = (data, options) => newHash('sha224', data, options);

/** SHA-256 (FIPS 180-4). */
export const sha256: HashConstructor = (data, options) => newHash('sha256', data, options);

/** SHA-384 (FIPS 180-4). */
export const sha384: HashConstructor = (data, options) => newHash('sha384', data, options);

/** SHA-512 (FIPS 180-4). */
export const sha512: HashConstructor = (data, options) => newHash('sha512', data, options);

/** SHA3-224 (FIPS 202). */
export const sha3_224: HashConstructor = (data, options) => newHash('sha3_224', data, options);

/** SHA3-256 (FIPS 202). */
export const sha3_256: HashConstructor = (data, options) => newHash('sha3_256', data, options);

/** SHA3-384 (FIPS 202). */
export const sha3_384: HashConstructor = (data, options) => newHash('sha3_384', data, options);

/** SHA3-512 (FIPS 202). */
export const sha3_512: HashConstructor = (data, options) => newHash('sha3_512', data, options);

/** SHAKE128 (FIPS 202): `digest` needs the length of the output. */
export const shake_128: HashConstructor = (data, options) => newHash('shake_128', data, options);

/** SHAKE256 (FIPS 202): `digest` needs the length of the output. */
export const shake_256: HashConstructor = (data, options) => newHash('shake_256', data, options);

/** BLAKE2b (RFC 7693), 64 bytes or `digestSize`; with a key, a salt, a personalization, or as the node of a tree. */
export const blake2b: Blake2Constructor = (data, options) => newHash('blake2b', data, options);

/** BLAKE2s (RFC 7693), 32 bytes or `digestSize`; with a key, a salt, a personalization, or as the node of a tree. */
export const blake2s: Blake2Constructor = (data, options) => newHash('blake2s', data, options);

/**
 * Derives a key from a password with PBKDF2 and HMAC (RFC 8018 section 5.2; Python: hashlib.pbkdf2_hmac), on the
 * package's own threads, never on those that the runtime's file system and DNS calls share. Derivations that are in
 * flight together share the processor's vectors, so throughput grows with their number. Each derivation ends, within a
 * few milliseconds, no later than if all had equal shares of the processors, so a long one does not hold up short ones.
 * Password and salt are copied at the call. The process stays alive until the promise settles.
 *
 * @param hashName A digest of fixed length, as in {@link newHash | new}.
 * @param password The password, encoded; may be empty.
 * @param salt The salt; may be empty, should be 16 random bytes or more.
 * @param iterations 1 to 2^31-1.
 * @param dklen Length of the key in bytes, 1 to 2^31-1; that of the digest when null or left out.
 * @param options `signal`: an AbortSignal that cancels the derivation.
 * @returns A promise of the key. It rejects with TypeError (ERR_INVALID_ARG_TYPE) for an argument of the wrong type;
 *   RangeError for an unknown digest, one without a fixed length, or a number below its range (ERR_INVALID_ARG_VALUE), and
 *   for one above (ERR_OUT_OF_RANGE); Error ERR_QUEUE_FULL when as many are pending as {@link configure} allows; a
 *   system error, ENOMEM or EAGAIN when no thread can be started; the reason of `signal`.
 */
export function pbkdf2Hmac(
  hashName: string,
  password: Bytes,
  salt: Bytes,
  iterations: number,
  dklen?: number | null,
  options?: Pbkdf2Options,
): Promise<Buffer> {
  return deriveOnPool([hashName, password, salt, iterations, dklen], options);
}

/**
 * Sets how many threads run derivations, and how many derivations may be pending. The settings apply at once, to all
 * workers of the process; derivations that are already pending stay pending.
 *
 * @throws TypeError (ERR_INVALID_ARG_TYPE), or RangeError (ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE) for a number
 *   outside its range.
 */
export function configure(settings: PoolSettings): void {
  configurePool(settings);
}

/**
 * {@link pbkdf2Hmac} on the caller's thread, which it blocks: the key is returned, errors are thrown.
 */
export function pbkdf2HmacSync(
  hashName: string,
  password: Bytes,
  salt: Bytes,
  iterations: number,
  dklen?: number | null,
): Buffer {
  return deriveHere([hashName, password, salt, iterations, dklen]);
}

/**
 * Derives a key from a password with scrypt (RFC 7914; Python: hashlib.scrypt), on the package's own threads. Each
 * derivation takes one thread and about 128 * n * r bytes of memory while it runs, so {@link configure}'s `threads` bounds
 * the memory of all; `maxPending` counts them too. They run in the order in which they arrive. Password and salt are copied at
 * the call.
 *
 * @param password The password, encoded; may be empty.
 * @param options The salt and the cost, which have no defaults; a `signal`. OpenSSL derives in one piece: a signal cancels
 *   a derivation that waits for a thread. A running derivation is abandoned: the promise rejects at once, and the thread
 *   becomes free when the derivation has ended.
 * @returns A promise of the key. It rejects with TypeError (ERR_INVALID_ARG_TYPE) for an argument that is missing, of the
 *   wrong type or unknown; RangeError (ERR_INVALID_ARG_VALUE) for a number out of its range, also when `maxmem` does not
 *   allow what n, r and p need, which the message then says; RangeError (ERR_OUT_OF_RANGE) for an n, r or p above 2^53-1;
 *   Error ERR_QUEUE_FULL when as many are pending as {@link configure} allows; a system error, ENOMEM or EAGAIN, when
 *   there is not enough memory or no thread can be started; the reason of `signal`.
 */
export function scrypt(password: Bytes, options: ScryptOptions): Promise<Buffer> {
  return scryptOnPool(password, options);
}

/**
 * {@link scrypt} on the caller's thread, which it blocks: the key is returned, errors are thrown.
 */
export function scryptSync(password: Bytes, options: ScryptSyncOptions): Buffer {
  return scryptHere(password, options);
}

/** A function that starts a digest, for {@link fileDigest}. */
export type DigestStarter<T extends Updatable> = () => T;

/**
 * Hashes a file or a stream to its end (Python: hashlib.file_digest), in constant memory. An open file is read from its
 * present position, and is left open; a stream is used up, and is destroyed when the hashing fails.
 *
 * The hash is computed on the caller's thread, a chunk of at most 256 KiB at a time, between reads that let other work
 * run.
 *
 * @param fileobj A path (a string, a Buffer, a file: URL), a FileHandle, a descriptor, a Readable of node:stream or any
 *   other async iterable of bytes, a ReadableStream of the web, or a Blob.
 * @param digest A name, as in {@link newHash | new}, or a function that starts a hash: {@link sha256},
 *   `() => hmac.new(key, null, 'sha256')`.
 * @param options `signal`.
 * @returns A promise of the hash, whose `digest` is still to be called. It rejects with RangeError
 *   (ERR_INVALID_ARG_VALUE) for an unknown digest, and for a source that cannot be read, or gives text; TypeError
 *   (ERR_INVALID_ARG_TYPE) for a digest that is neither a name nor such a function; the source's own error, such as
 *   ENOENT, EISDIR, or EBADF for a descriptor that is open for writing only; the reason of `signal`.
 */
export function fileDigest(
  fileobj: FileSource,
  digest: string,
  options?: FileDigestOptions,
): Promise<Hash>;
export function fileDigest<T extends Updatable>(
  fileobj: FileSource,
  digest: DigestStarter<T>,
  options?: FileDigestOptions,
): Promise<T>;
export async function fileDigest(
  fileobj: FileSource,
  digest: string | DigestStarter<Updatable>,
  options?: FileDigestOptions,
): Promise<Updatable> {
  const hash = startDigest(digest, newHash);
  await digestSource(fileobj, hash, options);
  return hash;
}

/** {@link fileDigest} of a path or a descriptor on the caller's thread, which it blocks: errors are thrown. */
export function fileDigestSync(fileobj: PathSource | number, digest: string): Hash;
export function fileDigestSync<T extends Updatable>(
  fileobj: PathSource | number,
  digest: DigestStarter<T>,
): T;
export function fileDigestSync(
  fileobj: PathSource | number,
  digest: string | DigestStarter<Updatable>,
): Updatable {
  const hash = startDigest(digest, newHash);
  digestFileHere(fileobj, hash);
  return hash;
}
