// A certificate's DER as Python's dictionary, and a short name for a message.
import { binding, type CertificateDict, type DistinguishedName } from './native/binding.js';

/** The dictionary of `SSLSocket.getpeercert()`; null for what does not decode. */
export function decodedCertificate(der: Buffer | undefined): CertificateDict | null {
  if (der === undefined) return null;
  const decoded = binding.decodeCertificate(der);
  return 'nativeError' in decoded ? null : decoded;
}

/** Longer names are cut: they are a stranger's. */
const LONGEST_NAME = 100;

/** Control characters, invisible ones and those that change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A stranger's text for a message: in quotation marks, without what would change the look of a log. */
export function quoted(text: string): string {
  const plain = text.replace(UNPRINTABLE, '?');
  return plain.length > LONGEST_NAME ? `"${plain.slice(0, LONGEST_NAME)}..."` : `"${plain}"`;
}

/** The attributes that name somebody, the most telling first. */
const TELLING = ['commonName', 'organizationalUnitName', 'organizationName'];

/** A distinguished name in a few words. */
export function shortName(name: DistinguishedName | undefined): string {
  const attributes = (name ?? []).flat();
  const found = TELLING.map((type) => attributes.findLast(([of]) => of === type));
  const [, value] = found.find((attribute) => attribute !== undefined) ?? attributes.at(-1) ?? [];
  return value === undefined ? '(no name)' : quoted(String(value));
}
