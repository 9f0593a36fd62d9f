// The contract of native/napi/trust.cc: types only.
import type { CertificateFacts } from './tls-certificate.js';
import type { ErrorRecord, Native } from './types.js';

/** SSL_CERT_FILE and SSL_CERT_DIR, each empty if it is not set. */
export type TrustEnvironment = readonly [certFile: string, certDir: string];

/** A place of trusted certificates that could not be read. */
export interface TrustTrouble {
  place: string;
  error: ErrorRecord;
}

/** A certificate that the platform trusts or distrusts. Purposes are object identifiers, null if unspecified. */
export interface ListedCertificate {
  der: Buffer;
  certificate: Native<CertificateFacts>;
  source: string;
  isAnchor: boolean;
  trustedFor: string[] | null;
  distrustedFor: string[];
  /** Seconds since 1970. */
  distrustedAfter: { time: number; purposes: string[] } | null;
}

/** Trusted certificates and their places. */
export interface NativeTrust {
  /** Returns the places that are read, and every place that was searched. */
  rootPlaces(...places: TrustEnvironment): {
    file: string;
    directories: string[];
    searched: string[];
  };
  systemCertificates(...places: TrustEnvironment): {
    certificates: ListedCertificate[];
    troubles: TrustTrouble[];
  };
  preloadSystemCertificates(...places: TrustEnvironment): Native<Promise<Native<TrustTrouble[]>>>;
}
