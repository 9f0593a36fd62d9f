// The contract of native/napi/tls_certificate_legacy.cc: types only.
import type { Bytes, Native } from './types.js';

/** The attributes of a name by OpenSSL's short name of their type; an array if a type occurs again. */
export type LegacyName = Record<string, string | string[]>;

/** A certificate with the fields of node:tls, in their order; without `raw` and `issuerCertificate`. */
export interface LegacyCertificate {
  subject: LegacyName;
  issuer: LegacyName;
  /** `'DNS:a, URI:b'`. A value that could be mistaken for another name is quoted like a string of JSON. */
  subjectaltname?: string;
  /** A line for each entry, `'OCSP - URI:http://...'`, with the same quotes. */
  infoAccess?: string;
  /** Whether it is the certificate of an authority. */
  ca: boolean;
  /** The modulus of an RSA key in hexadecimal, upper case, and its exponent: `'0x10001'`. */
  modulus?: string;
  /** Of RSA and EC keys. */
  bits?: number;
  exponent?: string;
  /** SubjectPublicKeyInfo in DER for RSA; the point for EC. */
  pubkey?: Buffer;
  asn1Curve?: string;
  nistCurve?: string;
  valid_from: string;
  valid_to: string;
  /** SHA-1: `'AB:CD:...'`. */
  fingerprint: string;
  fingerprint256: string;
  fingerprint512: string;
  /** Dotted numbers. */
  ext_key_usage?: string[];
  serialNumber: string;
}

/** Certificates with the fields of node:tls. */
export interface NativeCertificateLegacy {
  certificateLegacy(der: Bytes): Native<LegacyCertificate>;
}
