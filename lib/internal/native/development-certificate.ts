// The typed contract of the addon's development certificates (native/napi/development_certificate.cc): types only.
import type { Bytes, Native } from './contract.js';

/** A certificate and its key, PEM. */
export interface PemPair {
  certificate: string;
  key: Buffer;
}

/** Certificates for development (native/napi/development_certificate.cc). */
export interface NativeDevelopmentCertificate {
  developmentAuthority(name: string, days: number): Native<PemPair>;
  /** `names`: DNS names and IP addresses, one per line. */
  developmentCertificate(
    authorityCertificate: string,
    authorityKey: Bytes,
    names: string,
    days: number,
  ): Native<PemPair>;
}
