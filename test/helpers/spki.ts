/** The key of a certificate as Node's own OpenSSL sees it: what lists of keys hold. */
import { createHash, X509Certificate } from 'node:crypto';

export const spkiBytes = (certificate: string | Buffer): Buffer =>
  createHash('sha256')
    .update(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
    .digest();

/** `'sha256/'` and base64. */
export const spkiOf = (certificate: string | Buffer): string =>
  `sha256/${spkiBytes(certificate).toString('base64')}`;
