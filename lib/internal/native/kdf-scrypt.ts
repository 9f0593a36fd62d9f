// The contract of native/napi/kdf_scrypt.cc: types only.
import type { CancellationHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** The cost of scrypt; `maxmem` in bytes, 0 for Python's limit. */
export type ScryptCost = readonly [n: number, r: number, p: number, maxmem: number];

/** Key derivation with scrypt. */
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
