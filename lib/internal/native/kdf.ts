// The contract of native/napi/kdf.cc: types only.
import type { CancellationHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** Key derivation with PBKDF2. */
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
