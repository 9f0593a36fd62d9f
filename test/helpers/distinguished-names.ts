/**
 * Encodes X.509 names (RFC 5280, 4.1.2.4 and 4.2.1.6): distinguished names and the kinds of GeneralName that subject
 * alternative names use.
 */
import { isIPv4, isIPv6 } from 'node:net';

import {
  context,
  ia5String,
  oid,
  printableString,
  sequence,
  set,
  tlv,
  utf8String,
  Tag,
  type Der,
} from './der.js';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
  DC: '0.9.2342.19200300.100.1.25',
};

/** One attribute: a short name or a dotted OID, and its text, or its value already encoded in DER. */
export type NameAttribute = readonly [type: string, value: string | Uint8Array];

/** A list of RDNs in order; an RDN with several attributes is a nested list. */
export type DistinguishedName = readonly (NameAttribute | readonly NameAttribute[])[];

export interface OtherName {
  readonly oid: string;
  readonly value: string;
}

export interface AlternativeNames {
  readonly dns?: readonly string[] | undefined;
  readonly ips?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
  readonly uris?: readonly string[] | undefined;
  readonly dirName?: DistinguishedName | undefined;
  readonly registeredId?: string | undefined;
  readonly otherName?: OtherName | undefined;
  /** GeneralNames already encoded, for malformed or rare kinds. */
  readonly rawNames?: readonly Uint8Array[] | undefined;
}

export function encodeName(name: DistinguishedName): Der {
  return sequence(...name.map((rdn) => set(...attributesOf(rdn).map(encodeAttribute))));
}

function attributesOf(rdn: DistinguishedName[number]): readonly NameAttribute[] {
  return typeof rdn[0] === 'string' ? [rdn as NameAttribute] : (rdn as readonly NameAttribute[]);
}

function encodeAttribute([type, value]: NameAttribute): Der {
  return sequence(
    oid(ATTRIBUTES[type] ?? type),
    typeof value === 'string' ? encodeText(type, value) : value,
  );
}

function encodeText(type: string, value: string): Der {
  if (type === 'C' || type === 'serialNumber') return printableString(value);
  if (type === 'emailAddress' || type === 'DC') return ia5String(value);
  return utf8String(value);
}

/** The DER value of a subjectAltName extension, or null without names. */
export function encodeAlternativeNames(names: AlternativeNames): Der | null {
  const all = [
    ...(names.dns ?? []).map(generalName.dns),
    ...(names.ips ?? []).map(generalName.ip),
    ...(names.emails ?? []).map(generalName.email),
    ...(names.uris ?? []).map(generalName.uri),
    ...(names.dirName ? [generalName.dirName(names.dirName)] : []),
    ...(names.registeredId ? [generalName.registeredId(names.registeredId)] : []),
    ...(names.otherName ? [generalName.otherName(names.otherName)] : []),
    ...(names.rawNames ?? []),
  ];
  return all.length === 0 ? null : sequence(...all);
}

export const generalName = {
  otherName: (name: OtherName): Der =>
    context(0, true, oid(name.oid), context(0, true, utf8String(name.value))),
  email: (value: string): Der => context(1, false, Buffer.from(value, 'latin1')),
  dns: (value: string): Der => context(2, false, Buffer.from(value, 'latin1')),
  dirName: (name: DistinguishedName): Der => context(4, true, encodeName(name)),
  uri: (value: string): Der => context(6, false, Buffer.from(value, 'latin1')),
  ip: (value: string): Der => context(7, false, addressBytes(value)),
  registeredId: (value: string): Der => context(8, false, oid(value).subarray(2)),
};

/** The 4 or 16 bytes of an address, or the bytes of a hexadecimal string, for iPAddress values of a wrong length. */
function addressBytes(address: string): Der {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) return Buffer.from(address, 'hex');
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return Buffer.from(
    [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''),
    'hex',
  );
}

/** A BMPString, for subjects with text that is neither UTF-8 nor ASCII. */
export const bmpString = (value: string): Der =>
  tlv(Tag.BMP_STRING, Buffer.from(value, 'utf16le').swap16());
