// The contract of native/napi/entropy.cc: types only.
import type { Bytes, Native } from './types.js';

/** Random bytes. */
export interface NativeEntropy {
  readonly urandom: (out: Bytes) => Native<undefined>;
  getrandom(out: Bytes, flags: number): Native<number>;
}
