// The contract of native/napi/library.cc: types only.
import type { ErrorRecord } from './types.js';

/** The result of `version()`: the library that runs. */
export interface NativeVersion {
  openssl: string;
  number: number;
  headers: string;
  built: string;
  /** CVE numbers that are fixed in addition to the version's own fixes, separated by spaces. */
  fixes: string;
  /** The decoders of compressed certificates: `'zlib 1.3.1, brotli 1.2.0, zstd 1.5.7'`; empty without any. */
  decoders: string;
  pin: string;
  /** The version of this package that the addon was compiled for. */
  package: string;
  image: string;
  ownImage: string;
}

/** The library that runs. */
export interface NativeLibrary {
  /** The failure of the library, which leaves the addon without functions. */
  startError?: ErrorRecord;
  version(): NativeVersion;
}
