// Converts certificates between DER and PEM without parsing them.
import { valueError } from '../../errors.js';
import { binding, type Bytes } from '../../internal/native/binding.js';
import { requireBytes, requireString } from '../../internal/validate.js';

/** The line before a certificate in PEM (RFC 7468, 5.1). */
export const PEM_HEADER = '-----BEGIN CERTIFICATE-----';
/** The line after a certificate in PEM (RFC 7468, 5.1). */
export const PEM_FOOTER = '-----END CERTIFICATE-----';

/**
 * Returns the PEM form of a DER certificate: base64 in lines of 64, between header and footer, with a line break at the end
 * (RFC 7468; Python: ssl.DER_cert_to_PEM_cert). The DER is not parsed.
 */
export function derCertToPemCert(der: Bytes): string {
  requireBytes(der, 'der');
  const bytes = ArrayBuffer.isView(der)
    ? Buffer.from(der.buffer, der.byteOffset, der.byteLength)
    : Buffer.from(der);
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [PEM_HEADER, ...lines, PEM_FOOTER, ''].join('\n');
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

function whyInvalid(pem: string): string {
  const why = binding.whyNoCertificates(Buffer.from(pem));
  if (why !== '') return why;
  const count = pem.split(PEM_HEADER).length - 1;
  if (count > 1)
    return `holds ${count} certificates: give one, as in text.match(/-----BEGIN[^]*?-----END.*/g)[0]`;
  return 'has other text before or behind the certificate: cut it off, as in text.match(/-----BEGIN[^]*?-----END.*/)[0]';
}

/** Python's error, and what is wrong with the text. */
function invalidPem(complaint: string, pem: string): Error {
  return valueError(`Invalid PEM encoding; ${complaint}: it ${whyInvalid(pem)}`);
}

/**
 * Returns the DER form of a PEM certificate (Python: ssl.PEM_cert_to_DER_cert). The DER is not parsed.
 * @throws RangeError (ERR_INVALID_ARG_VALUE) for text that does not begin with {@link PEM_HEADER}, does not end with
 *   {@link PEM_FOOTER} and optional white space, or has anything but base64 between them
 */
export function pemCertToDerCert(pem: string): Buffer {
  requireString(pem, 'pem');
  const text = pem.trimEnd();
  if (!text.startsWith(PEM_HEADER)) throw invalidPem(`must start with ${PEM_HEADER}`, pem);
  if (!text.endsWith(PEM_FOOTER)) throw invalidPem(`must end with ${PEM_FOOTER}`, pem);
  const body = text.slice(PEM_HEADER.length, -PEM_FOOTER.length);
  if (!BASE64.test(body)) throw invalidPem('between header and footer must be base64 alone', pem);
  return Buffer.from(body, 'base64');
}
