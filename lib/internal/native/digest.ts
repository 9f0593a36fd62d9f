// The contract of native/napi/digest.cc: types only.
import type { HashHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** The properties of a digest. */
export interface NativeAlgorithm {
  readonly name: string;
  /** Bytes; 0 for an XOF. */
  readonly digestSize: number;
  readonly blockSize: number;
  readonly isXof: boolean;
  /** For the functions that take an id. */
  readonly id: number;
}

/** All parameters of BLAKE2, in the order of its parameter block except the first. */
export type Blake2Parameters = readonly [
  digestSize: number,
  key: Bytes,
  salt: Bytes,
  person: Bytes,
  fanout: number,
  depth: number,
  leafSize: number,
  nodeOffset: bigint,
  nodeDepth: number,
  innerSize: number,
  lastNode: boolean,
];

/** Hashes. */
export interface NativeDigest {
  algorithm(name: string): Native<NativeAlgorithm>;
  algorithms(): string[];
  /** Writes the digest of `length` bytes of `data` from `offset` to `out`. */
  readonly hashOnce: (
    id: number,
    data: Bytes,
    offset: number,
    length: number,
    out: Bytes,
  ) => Native<undefined>;
  /** The same as hexadecimal digits, for a digest of fixed length. */
  readonly hashOnceHex: (id: number, data: Bytes, offset: number, length: number) => Native<string>;
  hashNew(name: string, digestSize: number | undefined): Native<HashHandle>;
  /** Starts BLAKE2 with any of its parameters; the addon checks the numbers. */
  hashNewBlake2(name: string, ...parameters: Blake2Parameters): Native<HashHandle>;
  hashUpdate(hash: HashHandle, data: Bytes): Native<undefined>;
  /** Fills `out`, which has the length of the digest, or any length for an XOF. */
  hashDigest(hash: HashHandle, out: Bytes): Native<undefined>;
  hashCopy(hash: HashHandle): Native<HashHandle>;
}
