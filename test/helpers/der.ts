/**
 * A small DER encoder (ITU-T X.690) for the certificate fields that tests need and certificate libraries refuse to
 * write: embedded NULs, wrong string types, otherName, distribution points without a name, malformed values.
 */
/** Encoded bytes; the plain ArrayBuffer underneath is what web APIs ask for. */
export type Der = Buffer<ArrayBuffer>;

export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  T61_STRING: 0x14,
  IA5_STRING: 0x16,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** Tag, length and value; the length is always in the shortest form. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Der {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body]);
}

function encodeLength(length: number): Der {
  if (length < 0x80) return Buffer.from([length]);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.from([0x80 | digits.length, ...digits]);
}

export const sequence = (...parts: readonly Uint8Array[]): Der => tlv(Tag.SEQUENCE, ...parts);

export const set = (...parts: readonly Uint8Array[]): Der => tlv(Tag.SET, ...parts);

export const octetString = (value: Uint8Array): Der => tlv(Tag.OCTET_STRING, value);

export const utf8String = (value: string): Der => tlv(Tag.UTF8_STRING, Buffer.from(value, 'utf8'));

/** Latin-1 on purpose: a test may put bytes into an IA5String that do not belong there. */
export const ia5String = (value: string): Der => tlv(Tag.IA5_STRING, Buffer.from(value, 'latin1'));

export const printableString = (value: string): Der =>
  tlv(Tag.PRINTABLE_STRING, Buffer.from(value, 'latin1'));

/** A context-specific tag: [n] EXPLICIT or constructed when `constructed`, else [n] IMPLICIT primitive. */
export function context(n: number, constructed: boolean, ...parts: readonly Uint8Array[]): Der {
  return tlv(0x80 | (constructed ? 0x20 : 0) | n, ...parts);
}

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(Tag.OID, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(0x80 | (rest % 128));
  return digits;
}

/** The DER in a PEM text of one block. */
export const derOfPem = (pem: string): Buffer =>
  Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
