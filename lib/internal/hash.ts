// The hash object of lib/hashlib.ts, and what is known of each algorithm.
import type { Buffer } from 'node:buffer';

import { typeError, unwrap } from '../errors.js';
import type { Blake2Parameters, Bytes, HashHandle, NativeAlgorithm } from './binding.js';
import { binding } from './binding.js';
import { refuseCloning } from './cloning.js';
import { allocate, requireHexLength } from './memory.js';
import { requireBytes, requireString } from './validate.js';

const known = new Map<string, NativeAlgorithm>();

/** Looks up a digest by Python's name or OpenSSL's; throws for one that is not supported. */
export function algorithm(name: unknown, argument: string): NativeAlgorithm {
  requireString(name, argument);
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const found = unwrap(binding.algorithm(name));
  // Only under its own name: other spellings are as many as a caller cares to invent.
  if (found.name === name) known.set(name, found);
  return found;
}

/** What a Hash is made of. Only this package can make one. */
class HashState {
  readonly algorithm: NativeAlgorithm;
  readonly digestSize: number;
  readonly handle: HashHandle;
  /** Whether it has parameters beside its length: a key, a salt, a place in a tree. */
  readonly hasParameters: boolean;

  constructor(
    info: NativeAlgorithm,
    digestSize: number,
    handle: HashHandle,
    hasParameters = false,
  ) {
    this.algorithm = info;
    this.digestSize = digestSize;
    this.handle = handle;
    this.hasParameters = hasParameters;
  }
}

let create: (state: HashState) => Hash;
let stateOf: (hash: Hash) => HashState;

/**
 * A hash in progress (Python: the objects of hashlib). Made by `hashlib.new` and the functions named after the
 * algorithms.
 */
export class Hash {
  readonly #state: HashState;

  private constructor(state: HashState) {
    if (!(state instanceof HashState)) {
      throw typeError(
        'a Hash is made by hashlib.new() or by the function named after its algorithm',
      );
    }
    this.#state = state;
    refuseCloning(this);
  }

  static {
    create = (state: HashState): Hash => new Hash(state);
    stateOf = (hash: Hash): HashState => hash.#state;
  }

  /** The algorithm, as Python writes it: `'sha256'`, `'sha3_256'`, `'blake2b'`. */
  get name(): string {
    return this.#state.algorithm.name;
  }

  /** Length of the digest in bytes; 0 for SHAKE, whose digest has any length. */
  get digestSize(): number {
    return this.#state.digestSize;
  }

  /** Length in bytes of the block that the algorithm works on. */
  get blockSize(): number {
    return this.#state.algorithm.blockSize;
  }

  /**
   * Adds data. `update(a); update(b)` is `update(a followed by b)`.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but bytes; a string has to be encoded first.
   */
  update(data: Bytes): void {
    requireBytes(data, 'data');
    unwrap(binding.hashUpdate(this.#state.handle, data));
  }

  /**
   * The digest of the data so far. The hash can go on afterwards.
   * @param length Number of bytes, for SHAKE, which needs it; no other algorithm takes it.
   * @throws TypeError (ERR_INVALID_ARG_TYPE) when SHAKE gets no length or another algorithm gets one; RangeError for a
   *   length that is negative (ERR_INVALID_ARG_VALUE) or larger than a Buffer can be (ERR_OUT_OF_RANGE).
   */
  digest(length?: number): Buffer {
    return this.#digest(length);
  }

  /** Like {@link Hash.digest}, as lower-case hexadecimal digits: two for each byte. */
  hexdigest(length?: number): string {
    if (this.#state.algorithm.isXof) requireHexLength(length);
    return this.#digest(length).toString('hex');
  }

  /** Another hash with the same data so far; both go on independently. */
  copy(): Hash {
    const { algorithm: info, digestSize, handle, hasParameters } = this.#state;
    const copied = unwrap(binding.hashCopy(handle));
    return create(new HashState(info, digestSize, copied, hasParameters));
  }

  #digest(length: number | undefined): Buffer {
    const { algorithm: info, handle } = this.#state;
    if (!info.isXof) {
      if (length === undefined) return unwrap(binding.hashDigest(handle));
      throw typeError(`the length of a ${info.name} digest is fixed; digest() takes no argument`);
    }
    if (length === undefined) {
      throw typeError(`digest() of ${info.name} needs the length of the output in bytes`);
    }
    const out = allocate(length, 'length');
    unwrap(binding.hashSqueeze(handle, out));
    return out;
  }
}

function begin(state: HashState, data: unknown): Hash {
  const hash = create(state);
  if (data !== undefined && data !== null) hash.update(data as Bytes);
  return hash;
}

function requireData(data: unknown): void {
  if (data !== undefined && data !== null) requireBytes(data, 'data');
}

/** Starts a hash; `digestSize` is for BLAKE2. */
export function startHash(info: NativeAlgorithm, data: unknown, digestSize?: number): Hash {
  requireData(data);
  const handle = unwrap(binding.hashNew(info.name, digestSize));
  return begin(new HashState(info, digestSize ?? info.digestSize, handle), data);
}

/** Starts a BLAKE2 with parameters beside its length. */
export function startBlake2(
  info: NativeAlgorithm,
  data: unknown,
  parameters: Blake2Parameters,
): Hash {
  requireData(data);
  const handle = unwrap(binding.hashNewBlake2(info.name, ...parameters));
  return begin(new HashState(info, parameters[0], handle, true), data);
}

/** Whether the hash is a BLAKE2 with parameters beside its length, which its name and length do not tell. */
export function isParameterized(hash: Hash): boolean {
  return stateOf(hash).hasParameters;
}
