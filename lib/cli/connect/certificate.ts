// The facts of a certificate that the page shows: also of one that did not verify.
import { isRecord } from '../../errors.js';
import { binding, type CertificateDict } from '../../internal/native/binding.js';
import { printable } from '../frame/text.js';
import { fullName, isoTime } from '../trust/names.js';

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** "RSA 2048", "EC P-256", "Ed25519". */
  readonly key: string;
  /** "ECDSA with SHA-256". */
  readonly signature: string;
  readonly names: readonly string[];
}

const UNREADABLE = 'cannot be read';

const EDWARDS: Readonly<Record<string, string>> = { ED25519: 'Ed25519', ED448: 'Ed448' };

function keyOf(type: string, bits: number, group: string): string {
  if (type.startsWith('RSA')) return `${type} ${bits}`;
  return group === '' ? (EDWARDS[type] ?? type) : `${type} ${group}`;
}

const digestOf = (name: string): string => name.toUpperCase().replace(/^SHA-?/, 'SHA-');

/** Turns OpenSSL's names, "sha256WithRSAEncryption" and "ecdsa-with-SHA256", into those of standards. */
function signatureOf(name: string): string {
  const [, digest, algorithm] = /^(.+)With(.+)Encryption$/i.exec(name) ?? [];
  if (digest !== undefined) return `${algorithm} with ${digestOf(digest)}`;
  const [, kind, other] = /^(.+)[-_]with[-_](.+)$/i.exec(name) ?? [];
  if (other !== undefined) return `${kind?.toUpperCase()} with ${digestOf(other)}`;
  return name === 'rsassaPss' ? 'RSA-PSS' : (EDWARDS[name] ?? name);
}

/** Shortens an IPv6 address, which OpenSSL writes with all its zeros. */
const addressOf = (text: string): string =>
  text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;

const SHOWN = new Set(['DNS', 'IP Address', 'email', 'URI']);

const namesOf = ({ subjectAltName = [] }: CertificateDict): string[] =>
  subjectAltName.flatMap(([kind, name]) => {
    if (!SHOWN.has(kind) || typeof name !== 'string') return [];
    return [printable(kind === 'IP Address' ? addressOf(name.trim()) : name)];
  });

/** Returns a time in ISO 8601; an empty string for one that is not a time. */
function timeOf(text = ''): string {
  try {
    return isoTime(text).replace('.000Z', 'Z');
  } catch {
    return '';
  }
}

/** Returns the facts of a certificate; of one that cannot be decoded, that it cannot. */
export function readCertificate(der: Buffer): CertificateFacts {
  const dict = binding.decodeCertificate(der);
  const algorithms = binding.certificateAlgorithms(der);
  if (isRecord(dict) || isRecord(algorithms)) {
    const text = `(${UNREADABLE})`;
    return { subject: text, issuer: text, notBefore: '', notAfter: '', key: text, signature: text, names: [] }; // prettier-ignore
  }
  const { keyType, keyBits, keyGroup, signature } = algorithms;
  return {
    subject: fullName(dict.subject ?? []),
    issuer: fullName(dict.issuer ?? []),
    notBefore: timeOf(dict.notBefore),
    notAfter: timeOf(dict.notAfter),
    key: keyOf(keyType, keyBits, keyGroup),
    signature: signatureOf(signature),
    names: namesOf(dict),
  };
}
