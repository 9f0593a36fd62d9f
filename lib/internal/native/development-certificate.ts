// The contract of native/napi/development_certificate.cc: types only.
import type { Bytes, Native } from './types.js';

/** A certificate and its key, PEM. */
export interface PemPair {
  certificate: string;
  key: Buffer;
}

/** Certificates for development. */
export interface NativeDevelopmentCertificate {
  /** `permitted`: the subtrees of names that it may issue for, one per line, such as DNS:test; empty for no limit. */
  developmentAuthority(name: string, permitted: string, days: number): Native<PemPair>;
  /** `names`: DNS names and IP addresses, one per line. */
  developmentCertificate(
    authorityCertificate: string,
    authorityKey: Bytes,
    names: string,
    days: number,
  ): Native<PemPair>;
}
