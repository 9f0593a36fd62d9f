// Certificates as the addon describes them (native/napi/tls_certificate.cc): types only.

/**
 * A name of a certificate: relative names, each of them pairs of type and value (RFC 5280, 4.1.2.4). A type is OpenSSL's
 * long name, `'commonName'`, or the numbers of its OID; a value is text, or bytes for a bit string.
 */
export type DistinguishedName = readonly (readonly (readonly [string, string | Buffer])[])[];

/**
 * A certificate (RFC 5280) with the keys of Python's dictionary (Python: ssl.SSLSocket.getpeercert). A list that would be
 * empty is left out.
 */
export interface CertificateDict {
  /** The owner of the certificate. */
  subject?: DistinguishedName;
  /** The signer of the certificate. */
  issuer?: DistinguishedName;
  /** 3 for every certificate with extensions. */
  version?: number;
  /** In upper-case hexadecimal digits, an even number of them. */
  serialNumber?: string;
  /** The start of its validity: `'Jan  5 09:34:43 2018 GMT'`, for `certTimeToSeconds`. */
  notBefore?: string;
  /** The end of its validity, in the same form. */
  notAfter?: string;
  /** The names that it is valid for, as pairs: `['DNS', 'example.org']`, `['IP Address', '192.0.2.1']`, `['URI', ...]`. */
  subjectAltName?: readonly (readonly [string, string | DistinguishedName])[];
  /** Addresses of the servers that report its status (RFC 6960). */
  OCSP?: readonly string[];
  /** Addresses of its issuer's certificate. */
  caIssuers?: readonly string[];
  /** Addresses of revocation lists. */
  crlDistributionPoints?: readonly string[];
}

/** The fields that every certificate has. */
export type CertificateFacts = Required<
  Pick<CertificateDict, 'subject' | 'issuer' | 'serialNumber' | 'notBefore' | 'notAfter'>
>;
