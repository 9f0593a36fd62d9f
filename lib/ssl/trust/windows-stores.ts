// The certificate stores of Windows, which Python lists there and nowhere else.
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
 * The certificates of a Windows store, `'CA'`, `'ROOT'` or another one, as the machine, the user and the policies have it
 * together (Python: ssl.enum_certificates). The purposes are those that were set in the store, else those of the
 * certificate's extended key usage (RFC 5280, 4.2.1.12). `loadDefaultCerts` does not need this, and heeds what the store
 * Disallowed has besides.
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED) elsewhere than on Windows
 * @throws Error (ENOENT) for a store that is not there, (EACCES) for one that may not be read
 * @throws TypeError, RangeError for what is no name
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
 * The revocation lists of a Windows store (Python: ssl.enum_crls).
 * @throws As {@link enumCertificates}.
 */
export function enumCrls(storeName: string): WindowsCrl[] {
  requireStore(storeName, 'enumCrls');
  return unwrap(binding.enumCrls(storeName)).map(({ der, encoding }) => [der, encoding]);
}
