// A certificate's DER as Python's dictionary.
import { binding, type CertificateDict } from './binding.js';

/** The dictionary of `SSLSocket.getpeercert()`; null for what does not decode. */
export function decodedCertificate(der: Buffer | undefined): CertificateDict | null {
  if (der === undefined) return null;
  const decoded = binding.decodeCertificate(der);
  return 'nativeError' in decoded ? null : decoded;
}
