// The contract of native/napi/digest_mac.cc: types only.
import type { MacHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** HMAC and the comparison in constant time. */
export interface NativeMac {
  macNew(id: number, key: Bytes): Native<MacHandle>;
  macUpdate(mac: MacHandle, message: Bytes): Native<undefined>;
  /** Fills `out`, which has the length of the code. */
  macDigest(mac: MacHandle, out: Bytes): Native<undefined>;
  macCopy(mac: MacHandle): Native<MacHandle>;
  readonly macOnce: (id: number, key: Bytes, message: Bytes, out: Bytes) => Native<undefined>;
  readonly compareBytes: (a: Bytes, b: Bytes) => boolean;
  compareStrings(a: string, b: string): Native<boolean>;
}
