// Certificates between DER and PEM, without a look inside.
import { valueError } from '../errors.js';
import type { Bytes } from '../internal/binding.js';
import { requireBytes, requireString } from '../internal/validate.js';

export const PEM_HEADER = '-----BEGIN CERTIFICATE-----';
export const PEM_FOOTER = '-----END CERTIFICATE-----';

/** The PEM form of a DER certificate: base64 in lines of 64 (RFC 7468; Python: ssl.DER_cert_to_PEM_cert). */
export function derCertToPemCert(der: Bytes): string {
  requireBytes(der, 'der');
  const bytes = ArrayBuffer.isView(der)
    ? Buffer.from(der.buffer, der.byteOffset, der.byteLength)
    : Buffer.from(der);
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [PEM_HEADER, ...lines, PEM_FOOTER, ''].join('\n');
}

/** The DER form of a PEM certificate, which must begin and end with its header and footer. */
export function pemCertToDerCert(pem: string): Buffer {
  requireString(pem, 'pem');
  const text = pem.trim();
  if (!text.startsWith(PEM_HEADER))
    throw valueError(`Invalid PEM encoding; must start with ${PEM_HEADER}`);
  if (!text.endsWith(PEM_FOOTER))
    throw valueError(`Invalid PEM encoding; must end with ${PEM_FOOTER}`);
  return Buffer.from(text.slice(PEM_HEADER.length, -PEM_FOOTER.length), 'base64');
}
