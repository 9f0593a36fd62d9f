/** PKCS#12 (RFC 7292) and PKCS#8 written by hand, with any number of safes, bags and iterations, right or hostile. */
import { createCipheriv, createHmac, createPrivateKey, pbkdf2Sync, scryptSync } from 'node:crypto';

import { context, octetString, oid, sequence, set, Tag, tlv, utf8String, type Der } from './der.js';

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbmac1: '1.2.840.113549.1.5.14',
  scrypt: '1.3.6.1.4.1.11591.4.11',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const;

export const SALT = Buffer.from('saltsalt');
const IV = Buffer.alloc(16, 1);

/** A whole number that is not negative. */
export function integer(value: number | bigint): Der {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = Buffer.from(even, 'hex');
  return tlv(Tag.INTEGER, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

const named = (dotted: string, ...parameters: readonly Uint8Array[]): Der =>
  sequence(oid(dotted), ...parameters);

/** How a key is derived: its AlgorithmIdentifier, and the key itself, empty where it cannot be had. */
export interface Derivation {
  readonly algorithm: Der;
  readonly key: (password: string) => Buffer;
}

export const pbkdf2 = (iterations: number, prf: string = OID.hmacWithSha256): Derivation => ({
  algorithm: named(
    OID.pbkdf2,
    sequence(octetString(SALT), integer(iterations), named(prf, tlv(Tag.NULL))),
  ),
  // A hostile number of iterations is never computed.
  key: (password) =>
    iterations > 1_000_000 || prf !== OID.hmacWithSha256
      ? Buffer.alloc(32)
      : pbkdf2Sync(password, SALT, iterations, 32, 'sha256'),
});

export const scrypt = (n: number, r = 8, p = 1): Derivation => ({
  algorithm: named(OID.scrypt, sequence(octetString(SALT), integer(n), integer(r), integer(p))),
  key: (password) =>
    n > 2 ** 17 || !Number.isInteger(Math.log2(n)) || r !== 8 || p > 4
      ? Buffer.alloc(32)
      : scryptSync(password, SALT, 32, { N: n, r, p, maxmem: 2 ** 28 }),
});

export interface Protection {
  readonly password: string;
  readonly derivation: Derivation;
  /** The object identifier of the cipher; AES-256-CBC unless given. It is what is used in any case. */
  readonly cipher?: string;
}

function encrypt(
  plaintext: Uint8Array,
  { password, derivation, cipher }: Protection,
): [Der, Buffer] {
  const aes = createCipheriv('aes-256-cbc', derivation.key(password), IV);
  const ciphertext = Buffer.concat([aes.update(plaintext), aes.final()]);
  const scheme = named(cipher ?? OID.aes256Cbc, octetString(IV));
  return [named(OID.pbes2, sequence(derivation.algorithm, scheme)), ciphertext];
}

/** The private key as an EncryptedPrivateKeyInfo. */
export function encryptedKey(keyPem: string, protection: Protection): Der {
  const plain = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  const [algorithm, ciphertext] = encrypt(plain, protection);
  return sequence(algorithm, octetString(ciphertext));
}

const bag = (dotted: string, value: Uint8Array, attributes: readonly Uint8Array[] = []): Der =>
  sequence(
    oid(dotted),
    context(0, true, value),
    ...(attributes.length === 0 ? [] : [set(...attributes)]),
  );

export const keyBag = (keyPem: string, protection: Protection): Der =>
  bag(OID.shroudedKeyBag, encryptedKey(keyPem, protection));

export const certBag = (der: Uint8Array, attributes: readonly Uint8Array[] = []): Der =>
  bag(OID.certBag, named(OID.x509Certificate, context(0, true, octetString(der))), attributes);

/** An attribute of a bag, with a text of any length. */
export const friendlyName = (text: string): Der => named(OID.friendlyName, set(utf8String(text)));

export const plainSafe = (...bags: readonly Uint8Array[]): Der =>
  named(OID.data, context(0, true, octetString(sequence(...bags))));

export function encryptedSafe(protection: Protection, ...bags: readonly Uint8Array[]): Der {
  const [algorithm, ciphertext] = encrypt(sequence(...bags), protection);
  const content = sequence(oid(OID.data), algorithm, context(0, false, ciphertext));
  return named(OID.encryptedData, context(0, true, sequence(integer(0), content)));
}

/** PBMAC1 (RFC 9579) with HMAC-SHA-256 over the safes. */
function pbmac1(content: Uint8Array, { password, derivation }: Protection): Der {
  const mac = createHmac('sha256', derivation.key(password)).update(content).digest();
  const parameters = sequence(derivation.algorithm, named(OID.hmacWithSha256, tlv(Tag.NULL)));
  const digest = sequence(named(OID.pbmac1, parameters), octetString(mac));
  return sequence(digest, octetString(Buffer.from('unused')), integer(1));
}

/** PBKDF2 with the length of its key, which PBMAC1 demands. */
export const pbkdf2WithLength = (iterations: number): Derivation => ({
  algorithm: named(
    OID.pbkdf2,
    sequence(
      octetString(SALT),
      integer(iterations),
      integer(32),
      named(OID.hmacWithSha256, tlv(Tag.NULL)),
    ),
  ),
  key: pbkdf2(iterations).key,
});

/** The file; without a MAC unless the protection of one is given. */
export function pkcs12(safes: readonly Uint8Array[], mac?: Protection): Der {
  const content = sequence(...safes);
  const authenticated = named(OID.data, context(0, true, octetString(content)));
  return sequence(integer(3), authenticated, ...(mac ? [pbmac1(content, mac)] : []));
}
