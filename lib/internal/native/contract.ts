// The typed contract of the addon (native/napi): types only.

import type { NativeTls } from './tls.js';

/** The class that an error becomes (native/openssl/error.h). */
export type ErrorRecordKind =
  | 'ssl'
  | 'certificate'
  | 'eof'
  | 'zeroReturn'
  | 'type'
  | 'value'
  | 'overflow'
  | 'system'
  | 'notImplemented'
  | 'state'
  | 'busy';

/** The chain of a peer whose certificate did not verify. */
export interface RejectedChain {
  /** A suggestion for the user; null without a suggestion. */
  readonly hint: string | null;
  /** DER, leaf first, as far as the chain could be built. */
  readonly chain: readonly Buffer[];
  /** The place in `chain` of the certificate that failed. */
  readonly depth: number;
}

/** An error as the native layer returns it. lib/errors.ts makes an Error of it. */
export interface ErrorRecord {
  nativeError: ErrorRecordKind;
  message: string;
  /** SSL_ERROR_*, OpenSSL's reason code, or errno (positive). */
  number: number;
  library?: string;
  reason?: string;
  verifyCode?: number;
  verifyMessage?: string;
  /** Added to a 'certificate' error by lib/ssl/engine/verification.ts. */
  rejection?: RejectedChain;
  syscall?: string;
  path?: string;
}

/** A native result: the value, or the record of an error. */
export type Native<T> = T | ErrorRecord;

/**
 * Bytes as an argument: a Buffer, any TypedArray (by its bytes, whatever its elements), a DataView or an ArrayBuffer.
 * Functions return a Buffer.
 */
export type Bytes = ArrayBufferView | ArrayBuffer;

/** The result of `version()`: the library that runs. */
export interface NativeVersion {
  openssl: string;
  number: number;
  headers: string;
  built: string;
  /** CVE numbers that are fixed in addition to the version's own fixes, separated by spaces. */
  fixes: string;
  pin: string;
  /** The version of this package that the addon was compiled for. */
  package: string;
  image: string;
  ownImage: string;
}

/** Random bytes (native/napi/entropy.cc). */
export interface NativeEntropy {
  readonly urandom: (out: Bytes) => Native<undefined>;
  getrandom(out: Bytes, flags: number): Native<number>;
}

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

declare const kind: unique symbol;

/** A hash in progress. */
export interface HashHandle {
  readonly [kind]: 'hash';
}

/** An HMAC in progress. */
export interface MacHandle {
  readonly [kind]: 'mac';
}

/** A handle that stops the job that was started with it. */
export interface CancellationHandle {
  readonly [kind]: 'cancellation';
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

/** Hashes and HMAC (native/napi/digest.cc, digest_mac.cc). */
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
  macNew(id: number, key: Bytes): Native<MacHandle>;
  macUpdate(mac: MacHandle, message: Bytes): Native<undefined>;
  /** Fills `out`, which has the length of the code. */
  macDigest(mac: MacHandle, out: Bytes): Native<undefined>;
  macCopy(mac: MacHandle): Native<MacHandle>;
  readonly macOnce: (id: number, key: Bytes, message: Bytes, out: Bytes) => Native<undefined>;
  readonly compareBytes: (a: Bytes, b: Bytes) => boolean;
  compareStrings(a: string, b: string): Native<boolean>;
}

/** Key derivation (native/napi/kdf.cc). */
export interface NativeKdf {
  /** Checks the numbers and returns the length of the output. */
  pbkdf2Length(hashName: string, iterations: number, dklen: number | undefined): Native<number>;
  pbkdf2Sync(
    hashName: string,
    password: Bytes,
    salt: Bytes,
    iterations: number,
    out: Bytes,
  ): Native<undefined>;
  pbkdf2(
    hashName: string,
    password: Bytes,
    salt: Bytes,
    iterations: number,
    out: Bytes,
    cancellation: CancellationHandle | undefined,
  ): Native<Promise<Native<undefined>>>;
  newCancellation(): CancellationHandle;
  cancel(cancellation: CancellationHandle): void;
}

/** The cost of scrypt; `maxmem` in bytes, 0 for Python's limit. */
export type ScryptCost = readonly [n: number, r: number, p: number, maxmem: number];

/** scrypt (native/napi/kdf_scrypt.cc). */
export interface NativeScrypt {
  scryptCheck(n: number, r: number, p: number, maxmem: number, dklen: number): Native<undefined>;
  scryptSync(
    password: Bytes,
    salt: Bytes,
    ...costAndOut: readonly [...ScryptCost, out: Bytes]
  ): Native<undefined>;
  scrypt(
    password: Bytes,
    salt: Bytes,
    ...costOutAndCancellation: readonly [
      ...ScryptCost,
      out: Bytes,
      cancellation: CancellationHandle | undefined,
    ]
  ): Native<Promise<Native<undefined>>>;
}

/** A way to compute PBKDF2 with a digest on this processor. */
export interface NativeKernel {
  readonly name: string;
  /** The number of derivations computed in parallel. */
  readonly lanes: number;
  /** Whether it passed its self-test; an engine that failed is never used. */
  readonly passed: boolean;
  /** The rate of all lanes together, measured when the digest was first used. */
  readonly nsPerIteration: number;
  /** Whether it is the engine for a single derivation. */
  readonly single: boolean;
}

/** The thread settings of the process, and the pending work. */
export interface NativePoolState {
  readonly threads: number;
  /** The processors that this process may use. */
  readonly processors: number;
  readonly maxPending: number;
  readonly pending: number;
  /** Threads that run a derivation, or are about to. */
  readonly workers: number;
}

/** Threads, limits and engines of key derivation (native/napi/kdf_settings.cc). */
export interface NativeKdfSettings {
  poolState(): NativePoolState;
  /** 0 threads means one for each processor. */
  configurePool(threads: number | undefined, maxPending: number | undefined): void;
  pbkdf2Engines(): string[];
  pbkdf2Kernels(hashName: string): Native<NativeKernel[]>;
  /** Forces the use of one engine, and the failure of another's self-test; an empty name for neither. */
  pbkdf2Rules(forced: string, failing: string): Native<undefined>;
  /** Warnings for the user; each is returned once. */
  pbkdf2Notices(): string[];
  /** Returns the number of processors that a control group allows, 0 for no limit. */
  quotaOfGroup(mount: string, group: string): number;
}

/** The addon's exports. */
export interface NativeBinding
  extends NativeEntropy, NativeDigest, NativeKdf, NativeScrypt, NativeKdfSettings, NativeTls {
  startError?: ErrorRecord;
  version(): NativeVersion;
}
