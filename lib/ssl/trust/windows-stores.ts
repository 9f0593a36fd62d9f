// The certificate stores of Windows; only available there, as in Python.
import { notImplementedError, unwrap, valueError } from '../../errors.js';
import { binding } from '../../internal/native/binding.js';
import { requireString } from '../../internal/validate.js';

function requireStore(storeName: string, name: string): void {
  requireString(storeName, 'storeName');
  if (storeName.includes('\0'))
    throw valueError('storeName must not contain a NUL character: it is a name such as "ROOT"');
  if (process.platform !== 'win32')
    throw notImplementedError(
      `${name} lists a store of Windows; this is ${process.platform}: use SSLContext.loadDefaultCerts`,
    );
}

/** An entry of a Windows store: the DER, its kind, and what it is trusted for: everything, or these OIDs. */
export type WindowsCertificate = readonly [
  der: Buffer,
  encoding: 'x509_asn' | 'pkcs_7_asn',
  trust: true | ReadonlySet<string>,
];
/** A revocation list of a Windows store. */
export type WindowsCrl = readonly [der: Buffer, encoding: 'x509_asn' | 'pkcs_7_asn'];

/**
 * Returns the certificates of a Windows store, such as `'CA'` or `'ROOT'`, combined from the machine, the user and the
 * policies (Python: ssl.enum_certificates). The purposes are those set in the store, otherwise those of the certificate's
 * extended key usage (RFC 5280, 4.2.1.12). `loadDefaultCerts` does not need this function, and also respects the store
 * Disallowed.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED) on other platforms
 * @throws Error (ENOENT) for a store that does not exist, (EACCES) for a store without read permission
 * @throws TypeError, RangeError for an invalid name
 */
export function enumCertificates(storeName: string): WindowsCertificate[] {
  requireStore(storeName, 'enumCertificates');
  return unwrap(binding.enumCertificates(storeName)).map(({ der, encoding, trust }) => [
    der,
    encoding,
    trust === null ? true : new Set(trust),
  ]);
}

/**
 * Returns the revocation lists of a Windows store (Python: ssl.enum_crls).
 * @throws As {@link enumCertificates}.
 */
export function enumCrls(storeName: string): WindowsCrl[] {
  requireStore(storeName, 'enumCrls');
  return unwrap(binding.enumCrls(storeName)).map(({ der, encoding }) => [der, encoding]);
}
