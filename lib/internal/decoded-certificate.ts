// A certificate's DER as Python's dictionary, and a short name for a message.
import { setCertificateDecoder } from '../errors.js';
import { binding, type CertificateDict, type DistinguishedName } from './native/binding.js';

/** Returns the dictionary of `SSLSocket.getpeercert()`; null if the certificate cannot be decoded. */
export function decodedCertificate(der: Buffer | undefined): CertificateDict | null {
  if (der === undefined) return null;
  const decoded = binding.decodeCertificate(der);
  return 'nativeError' in decoded ? null : decoded;
}

setCertificateDecoder(decodedCertificate);

/** Longer names are cut: the peer chooses them. */
const LONGEST_NAME = 100;

/** Control characters, invisible ones and those that change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Quotes a peer's text for a message, without characters that would change how a log looks. */
export function quoted(text: string): string {
  const plain = text.replace(UNPRINTABLE, '?');
  return plain.length > LONGEST_NAME ? `"${plain.slice(0, LONGEST_NAME)}..."` : `"${plain}"`;
}

/** The attributes that identify an owner, the most specific first. */
const TELLING = ['commonName', 'organizationalUnitName', 'organizationName'];

/** Returns the most specific part of a distinguished name. */
export function shortName(name: DistinguishedName | undefined): string {
  const attributes = (name ?? []).flat();
  const found = TELLING.map((type) => attributes.findLast(([of]) => of === type));
  const [, value] = found.find((attribute) => attribute !== undefined) ?? attributes.at(-1) ?? [];
  return value === undefined ? '(no name)' : quoted(String(value));
}
