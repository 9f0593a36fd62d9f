// The contract of native/napi/input.cc: types only.
import type { Bytes, Native } from './types.js';

/** The contents of certificate files. */
export interface NativeInput {
  /** Returns the certificates in PEM, DER or PKCS#7, each as DER. */
  readCertificates(name: string, bytes: Bytes): Native<Buffer[]>;
  /** Returns why no certificate can be read from the bytes, as a sentence without its subject; empty if one can. */
  whyNoCertificates(bytes: Bytes): string;
}
