// The facts of a certificate that the page shows, read from its DER: also if it did not verify.
import { isIPv4 } from 'node:net';

import { printable } from '../frame/text.js';
import { childrenOf, elementsOf, oidOf, textOf, timeOf, type Element } from './der.js';

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** "RSA 2048", "EC P-256", "Ed25519". */
  readonly key: string;
  readonly signature: string;
  readonly names: readonly string[];
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const ALGORITHMS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.4': 'RSA with MD5',
  '1.2.840.113549.1.1.5': 'RSA with SHA-1',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.113549.1.1.11': 'RSA with SHA-256',
  '1.2.840.113549.1.1.12': 'RSA with SHA-384',
  '1.2.840.113549.1.1.13': 'RSA with SHA-512',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10045.2.1': 'EC',
  '1.2.840.10045.4.1': 'ECDSA with SHA-1',
  '1.2.840.10045.4.3.2': 'ECDSA with SHA-256',
  '1.2.840.10045.4.3.3': 'ECDSA with SHA-384',
  '1.2.840.10045.4.3.4': 'ECDSA with SHA-512',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
};

const named = (oid: string): string => ALGORITHMS[oid] ?? oid;

const RELATIVE_NAME = 0x31;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const ALT_NAMES = '2.5.29.17';
const [EMAIL, DNS, URI, ADDRESS] = [0x81, 0x82, 0x86, 0x87];
const BITS = 8;

/** Formats a name, the most specific part first. */
function nameOf(name: Element | undefined): string {
  const parts = childrenOf(name)
    .filter(({ tag }) => tag === RELATIVE_NAME)
    .flatMap(childrenOf)
    .map((attribute) => {
      const [type, value] = childrenOf(attribute);
      const oid = oidOf(type);
      return `${ATTRIBUTES[oid] ?? oid}=${value === undefined ? '' : textOf(value)}`;
    });
  return printable(parts.toReversed().join(', ')) || '(no name)';
}

function modulusBits(bitString: Element | undefined): number {
  const [sequence] = elementsOf(bitString?.content.subarray(1) ?? Buffer.alloc(0));
  const bytes = childrenOf(sequence)[0]?.content ?? Buffer.alloc(0);
  const start = bytes.findIndex((byte) => byte !== 0);
  if (start === -1) return 0;
  return (bytes.length - start) * BITS - (Math.clz32(bytes[start] ?? 0) - 24);
}

function keyOf(info: Element | undefined): string {
  const [algorithm, bits] = childrenOf(info);
  const [type, parameter] = childrenOf(algorithm);
  const kind = named(oidOf(type));
  if (kind.startsWith('RSA')) return `${kind} ${modulusBits(bits)}`;
  return kind === 'EC' ? `EC ${named(oidOf(parameter))}` : kind;
}

function address(bytes: Buffer): string {
  const dotted = [...bytes].join('.');
  if (isIPv4(dotted)) return dotted;
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  const { hostname } = new URL(`http://[${groups.length === BITS ? groups.join(':') : '::'}]`);
  return hostname.slice(1, -1);
}

function altNames(extensions: Element | undefined): string[] {
  const [list] = childrenOf(extensions);
  const entry = childrenOf(list).map(childrenOf).find(([id]) => oidOf(id) === ALT_NAMES); // prettier-ignore
  const [names] = elementsOf(entry?.at(-1)?.content ?? Buffer.alloc(0));
  return childrenOf(names).flatMap(({ tag, content }) => {
    if (tag === ADDRESS) return [address(content)];
    return tag === DNS || tag === EMAIL || tag === URI
      ? [printable(content.toString('latin1'))]
      : [];
  });
}

/** Returns the facts of a certificate (RFC 5280, 4.1). */
export function readCertificate(der: Buffer): CertificateFacts {
  const [certificate] = elementsOf(der);
  const [body] = childrenOf(certificate);
  const fields = childrenOf(body);
  const [, algorithm, issuer, validity, subject, key] =
    fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  const [begin, end] = childrenOf(validity);
  return {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    notBefore: timeOf(begin),
    notAfter: timeOf(end),
    key: keyOf(key),
    signature: named(oidOf(childrenOf(algorithm)[0])),
    names: altNames(fields.find(({ tag }) => tag === EXTENSIONS)),
  };
}
