// The hash object of lib/hashlib.ts, and the properties of each algorithm.
import type { Buffer } from 'node:buffer';

import { typeError, unwrap, valueError } from '../errors.js';
import type {
  Blake2Parameters,
  Bytes,
  HashHandle,
  NativeAlgorithm,
} from '../internal/native/binding.js';
import { binding } from '../internal/native/binding.js';
import { refuseCloning } from '../internal/cloning.js';
import { KeptData } from './hash-slab.js';
import { filled, requireHexLength } from '../internal/memory.js';
import { describe, requireBytes, requireString } from '../internal/validate.js';

const { hashOnce, hashOnceHex } = binding;

const known = new Map<string, NativeAlgorithm>();

/** Looks up a digest by Python's name or OpenSSL's; throws for one that is not supported. */
export function algorithm(name: unknown, argument: string): NativeAlgorithm {
  requireString(name, argument);
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const found = unwrap(binding.algorithm(name));
  // Cached only under its own name: the number of other spellings is unlimited.
  if (found.name === name) known.set(name, found);
  return found;
}

/** A DataView whose buffer is detached or too short throws when its length is read. */
function byteLengthOf(data: Bytes): number {
  try {
    return data.byteLength;
  } catch {
    return 0;
  }
}

let create: (
  info: NativeAlgorithm,
  digestSize: number,
  handle: HashHandle | null,
  hasParameters: boolean,
) => Hash;
let hasParametersOf: (hash: Hash) => boolean;

const TOKEN = Symbol('hash');

/**
 * A hash in progress (Python: the objects of hashlib). Made by `hashlib.new` and the functions named after the
 * algorithms.
 */
export class Hash {
  readonly #algorithm: NativeAlgorithm;
  readonly #digestSize: number;
  readonly #hasParameters: boolean;
  /** Null while all data is in #kept. */
  #handle: HashHandle | null;
  #kept = new KeptData();

  private constructor(
    token: unknown,
    info: NativeAlgorithm,
    digestSize: number,
    handle: HashHandle | null,
    hasParameters: boolean,
  ) {
    if (token !== TOKEN) {
      throw typeError(
        'a Hash is made by hashlib.new() or by the function named after its algorithm',
      );
    }
    this.#algorithm = info;
    this.#digestSize = digestSize;
    this.#handle = handle;
    this.#hasParameters = hasParameters;
    refuseCloning(this);
  }

  static {
    create = (...state) => new Hash(TOKEN, ...state);
    hasParametersOf = (hash) => hash.#hasParameters;
  }

  /** The algorithm, as Python writes it: `'sha256'`, `'sha3_256'`, `'blake2b'`. */
  get name(): string {
    return this.#algorithm.name;
  }

  /** Length of the digest in bytes; 0 for SHAKE, whose digest has any length. */
  get digestSize(): number {
    return this.#digestSize;
  }

  /** Length in bytes of the block that the algorithm works on. */
  get blockSize(): number {
    return this.#algorithm.blockSize;
  }

  /**
   * Adds data. `update(a); update(b)` is `update(a followed by b)`.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but bytes; a string has to be encoded first.
   */
  update(data: Bytes): void {
    // An empty array may belong to a detached ArrayBuffer, which the addon refuses.
    if (data instanceof Uint8Array && data.length > 0 && this.#kept.append(data)) return;
    requireBytes(data, 'data');
    unwrap(binding.hashUpdate(this.#begun(), data));
  }

  /**
   * Returns the digest of the data so far. More can be added afterwards.
   * @param length Number of bytes, for SHAKE, which needs it; no other algorithm takes it.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) when SHAKE gets no length or another algorithm gets one; RangeError for a
   *   length that is negative (ERR_INVALID_ARG_VALUE) or larger than a Buffer can be (ERR_OUT_OF_RANGE).
   */
  digest(length?: number): Buffer {
    return this.#digest(length);
  }

  /** Like {@link Hash.digest}, as lower-case hexadecimal digits: two for each byte. */
  hexdigest(length?: number): string {
    const info = this.#algorithm;
    if (info.isXof) requireHexLength(length);
    if (this.#handle !== null || info.isXof || length !== undefined)
      return this.#digest(length).toString('hex');
    const { slab, offset, length: size } = this.#kept;
    return unwrap(hashOnceHex(info.id, slab.bytes, offset, size));
  }

  /** Returns an independent hash with the same data so far. */
  copy(): Hash {
    const copied = unwrap(binding.hashCopy(this.#begun()));
    return create(this.#algorithm, this.#digestSize, copied, this.#hasParameters);
  }

  /** Returns the addon's hash, with all data so far. */
  #begun(): HashHandle {
    const handle = (this.#handle ??= unwrap(binding.hashNew(this.#algorithm.name, undefined)));
    if (this.#kept.length > 0) {
      unwrap(binding.hashUpdate(handle, this.#kept.view()));
      this.#kept.clear();
    }
    return handle;
  }

  #digest(length: number | undefined): Buffer {
    const outputLength = this.#outputLength(length);
    if (this.#handle !== null) {
      const handle = this.#begun();
      return filled(outputLength, 'length', (out) => binding.hashDigest(handle, out));
    }
    const { id } = this.#algorithm;
    const { slab, offset, length: size } = this.#kept;
    return filled(outputLength, 'length', (out) => hashOnce(id, slab.bytes, offset, size, out));
  }

  #outputLength(length: number | undefined): number {
    const { isXof, name } = this.#algorithm;
    if (!isXof) {
      if (length === undefined) return this.#digestSize;
      throw typeError(`the length of a ${name} digest is fixed; digest() takes no argument`);
    }
    if (length !== undefined) return length;
    throw typeError(`digest() of ${name} needs the length of the output in bytes`);
  }
}

function begin(hash: Hash, data: unknown): Hash {
  if (data !== undefined && data !== null) hash.update(data as Bytes);
  return hash;
}

function requireData(data: unknown): void {
  if (data !== undefined && data !== null) requireBytes(data, 'data');
}

/** Starts a hash; `digestSize` is for BLAKE2. */
export function startHash(info: NativeAlgorithm, data: unknown, digestSize?: number): Hash {
  requireData(data);
  const handle = digestSize === undefined ? null : unwrap(binding.hashNew(info.name, digestSize));
  return begin(create(info, digestSize ?? info.digestSize, handle, false), data);
}

/** Starts BLAKE2 with parameters besides its length. */
export function startBlake2(
  info: NativeAlgorithm,
  data: unknown,
  parameters: Blake2Parameters,
): Hash {
  requireData(data);
  const handle = unwrap(binding.hashNewBlake2(info.name, ...parameters));
  return begin(create(info, parameters[0], handle, true), data);
}

/** The text encodings of `hashlib.digest`. */
export type DigestEncoding = 'hex' | 'base64' | 'base64url';

const ENCODINGS: ReadonlySet<unknown> = new Set(['hex', 'base64', 'base64url']);

function requireEncoding(encoding: unknown): asserts encoding is DigestEncoding {
  if (ENCODINGS.has(encoding)) return;
  const list = [...ENCODINGS].join(', ');
  if (typeof encoding !== 'string')
    throw typeError(`encoding must be one of ${list}, not ${describe(encoding)}`);
  throw valueError(`encoding must be one of ${list}, not '${encoding}'`);
}

/** Computes the digest of data in one call of the addon. */
export function digestOnce(info: NativeAlgorithm, data: Bytes, encoding: unknown): Buffer | string {
  requireBytes(data, 'data');
  if (info.isXof) {
    throw typeError(
      `a digest of ${info.name} has any length: use hashlib.new('${info.name}', data).digest(length)`,
    );
  }
  const { id, digestSize } = info;
  const size = byteLengthOf(data);
  if (encoding === 'hex') return unwrap(hashOnceHex(id, data, 0, size));
  if (encoding !== undefined && encoding !== null) requireEncoding(encoding);
  const bytes = filled(digestSize, 'length', (out) => hashOnce(id, data, 0, size, out));
  return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding);
}

/** Returns whether the hash is BLAKE2 with parameters besides its length, which its name and length do not show. */
export function isParameterized(hash: Hash): boolean {
  return hasParametersOf(hash);
}
