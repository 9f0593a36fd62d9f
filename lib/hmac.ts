/**
 * Message authentication (Python: hmac; RFC 2104), computed by the package's own OpenSSL.
 * @module
 */
import type { Buffer } from 'node:buffer';

import { notImplementedError, typeError, unwrap } from './errors.js';
import type { Bytes, MacHandle, NativeAlgorithm } from './internal/native/binding.js';
import { binding } from './internal/native/binding.js';
import { refuseCloning } from './internal/cloning.js';
import { filled } from './internal/memory.js';
import { algorithm, Hash, isParameterized } from './hashlib/hash.js';
import { describe, isBytes, requireBytes } from './internal/validate.js';

export type { Bytes } from './internal/native/binding.js';

const { compareBytes, macOnce } = binding;

/** A digest, by its name or by the hashlib function of that name. */
export type DigestMod = string | (() => Hash);

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

function findDigest(digestmod: unknown): NativeAlgorithm {
  if (digestmod === undefined || digestmod === null || digestmod === '') {
    throw typeError("Missing required argument 'digestmod'.");
  }
  if (!isFunction(digestmod)) return algorithm(digestmod, 'digestmod');
  const hash = digestmod();
  if (!(hash instanceof Hash)) {
    throw typeError(
      `digestmod must be a name or a function of hashlib, not ${describe(digestmod)}`,
    );
  }
  const info = algorithm(hash.name, 'digestmod');
  if (isParameterized(hash)) {
    throw notImplementedError(
      `HMAC with a ${info.name} that has a key, a salt or other parameters is not implemented`,
    );
  }
  if (hash.digestSize === info.digestSize) return info;
  throw notImplementedError(
    `HMAC with ${info.name} of another length than ${info.digestSize} bytes is not implemented`,
  );
}

const NO_KEY = new Uint8Array(0);

/** An HMAC in progress (Python: hmac.HMAC). */
export class HMAC {
  readonly #algorithm: NativeAlgorithm;
  #handle: MacHandle;

  /** The same as {@link newHmac | new}. */
  constructor(key: Bytes, msg: Bytes | null | undefined, digestmod: DigestMod) {
    requireBytes(key, 'key');
    this.#algorithm = findDigest(digestmod);
    this.#handle = unwrap(binding.macNew(this.#algorithm.id, key));
    refuseCloning(this);
    if (msg !== undefined && msg !== null) this.update(msg);
  }

  /** `'hmac-'` and the name of the digest: `'hmac-sha256'`. */
  get name(): string {
    return `hmac-${this.#algorithm.name}`;
  }

  /** Length of the code in bytes. */
  get digestSize(): number {
    return this.#algorithm.digestSize;
  }

  /** Length in bytes of the digest's block; a longer key is hashed first. */
  get blockSize(): number {
    return this.#algorithm.blockSize;
  }

  /**
   * Adds a part of the message.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but bytes; a string has to be encoded first.
   */
  update(msg: Bytes): void {
    requireBytes(msg, 'msg');
    unwrap(binding.macUpdate(this.#handle, msg));
  }

  /** Returns the code of the message so far. Compare it with {@link compareDigest}. More can be added afterwards. */
  digest(): Buffer {
    return this.#code();
  }

  /** Like {@link HMAC.digest}, as lower-case hexadecimal digits. */
  hexdigest(): string {
    return this.#code().toString('hex');
  }

  /** Returns an independent HMAC with the same key and message so far. */
  copy(): HMAC {
    const twin = new HMAC(NO_KEY, null, this.#algorithm.name);
    twin.#handle = unwrap(binding.macCopy(this.#handle));
    return twin;
  }

  #code(): Buffer {
    const { digestSize } = this.#algorithm;
    return filled(digestSize, 'length', (out) => binding.macDigest(this.#handle, out));
  }
}

/**
 * Starts an HMAC (Python: hmac.new). The key is read at the call.
 *
 * @param key Any number of bytes; one longer than the digest's block is hashed first.
 * @param msg The first part of the message, or null.
 * @param digestmod The digest; required.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) when digestmod is missing or an argument has the wrong type; RangeError
 *   (ERR_INVALID_ARG_VALUE) for an unknown digest or one without a fixed length (SHAKE).
 */
function newHmac(key: Bytes, msg: Bytes | null | undefined, digestmod: DigestMod): HMAC {
  return new HMAC(key, msg, digestmod);
}

export { newHmac as new };

/**
 * Computes the HMAC of one message in one step (Python: hmac.digest).
 * @throws As {@link newHmac | new} does.
 */
export function digest(key: Bytes, msg: Bytes, digestmod: DigestMod): Buffer {
  requireBytes(key, 'key');
  requireBytes(msg, 'msg');
  const { id, digestSize } = findDigest(digestmod);
  return filled(digestSize, 'length', (out) => macOnce(id, key, msg, out));
}

/**
 * Compares `a` and `b` in constant time (Python: hmac.compare_digest): the time depends on the length of `b`, but not on
 * whether they are equal. Pass the value that the other side sent as `b`.
 *
 * @param a Bytes, or a string of ASCII characters.
 * @param b The same kind as `a`.
 * @returns False when the lengths differ.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything else: a string with bytes, or other characters.
 */
export function compareDigest(a: Bytes | string, b: Bytes | string): boolean {
  if (isBytes(a) && isBytes(b)) return compareBytes(a, b);
  if (typeof a === 'string' && typeof b === 'string') return unwrap(binding.compareStrings(a, b));
  if (!isBytes(a) && !isBytes(b)) {
    throw typeError(
      `unsupported operand types(s) or combination of types: ${describe(a)} and ${describe(b)}`,
    );
  }
  requireBytes(a, 'a');
  requireBytes(b, 'b');
  return compareBytes(a, b);
}
