// The certificate stores of Windows, which Python lists there and nowhere else.
import { notImplementedError } from '../errors.js';
import { requireString } from '../internal/validate.js';

function refuse(name: string): never {
  const where =
    process.platform === 'win32'
      ? 'is not supported yet'
      : `lists a store of Windows; this is ${process.platform}`;
  throw notImplementedError(`${name} ${where}: use SSLContext.loadDefaultCerts`);
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
 * The certificates of a Windows store, `'CA'` or `'ROOT'` (Python: ssl.enum_certificates).
 * @throws Error (ERR_METHOD_NOT_IMPLEMENTED): not there yet on Windows, and never elsewhere
 */
export function enumCertificates(storeName: string): WindowsCertificate[] {
  requireString(storeName, 'storeName');
  return refuse('enumCertificates');
}

/**
 * The revocation lists of a Windows store (Python: ssl.enum_crls).
 * @throws As {@link enumCertificates}.
 */
export function enumCrls(storeName: string): WindowsCrl[] {
  requireString(storeName, 'storeName');
  return refuse('enumCrls');
}
