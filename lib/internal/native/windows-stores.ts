// The contract of native/napi/windows_stores.cc: types only.
import type { Native } from './types.js';

/** The encoding of an entry in a store of Windows. */
export type StoreEncoding = 'x509_asn' | 'pkcs_7_asn';

/** The certificate stores of Windows. */
export interface NativeWindowsStores {
  /** Lists a store of Windows (native/trust/windows/enum_stores.h): DER, its encoding, and the purposes, null for all. */
  enumCertificates(
    store: string,
  ): Native<{ der: Buffer; encoding: StoreEncoding; trust: string[] | null }[]>;
  enumCrls(store: string): Native<{ der: Buffer; encoding: StoreEncoding }[]>;
}
