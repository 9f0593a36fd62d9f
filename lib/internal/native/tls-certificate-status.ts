// The contract of native/napi/tls_certificate_status.cc: types only.
import type { Bytes, Native } from './types.js';

/** The public key of a certificate and the signature of its issuer, by OpenSSL's names. */
export interface CertificateAlgorithms {
  /** `'RSA'`, `'EC'`, `'ED25519'`, `'ML-DSA-65'`. */
  keyType: string;
  /** 0 for a key that OpenSSL cannot read. */
  keyBits: number;
  /** The curve of an EC key: `'P-256'`. Empty for other keys. */
  keyGroup: string;
  /** `'sha256WithRSAEncryption'`, `'ecdsa-with-SHA256'`, or dotted numbers. */
  signature: string;
}

/** The status of a certificate in an OCSP response (RFC 6960, 4.2.1). Times are seconds since 1970. */
export interface OcspStatus {
  /** 0 if the responder answered; otherwise its error, OCSPResponseStatus. */
  response: number;
  /** 0 good, 1 revoked, 2 unknown; null if the response is about other certificates. */
  status: number | null;
  /** The reason of the revocation (RFC 5280, 5.3.1), if the responder names it. */
  reason: number | null;
  producedAt: number | null;
  thisUpdate: number | null;
  nextUpdate: number | null;
  revokedAt: number | null;
  /** Whether it is now between the two updates, give or take five minutes. */
  isCurrent: boolean;
  /** Whether the issuer signed it, or a responder that the issuer certified. */
  isSigned: boolean;
}

/** The algorithms and the status of certificates. */
export interface NativeCertificateStatus {
  certificateAlgorithms(der: Bytes): Native<CertificateAlgorithms>;
  ocspStatus(response: Bytes, certificate: Bytes, issuer: Bytes): Native<OcspStatus>;
}
