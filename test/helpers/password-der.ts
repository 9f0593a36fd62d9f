/** Encrypted keys and PKCS#12 with any parameters, also those that no program writes (RFC 8018, RFC 7292). */
import { createCipheriv, pbkdf2Sync, scryptSync } from 'node:crypto';

import { context, octetString, oid, sequence, Tag, tlv, type Der } from './der.js';

const SALT = Buffer.from('saltsalt');
const IV = Buffer.alloc(16, 7);
const DATA = oid('1.2.840.113549.1.7.1');
const SHROUDED_KEY = oid('1.2.840.113549.1.12.10.1.2');
const SAFE_CONTENTS = oid('1.2.840.113549.1.12.10.1.6');

export function integer(value: number): Der {
  let hex = BigInt(value).toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  const bytes = Buffer.from(hex, 'hex');
  return tlv(Tag.INTEGER, bytes[0]! > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export const AES_256_CBC = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(IV));

export const pbes2 = (derivation: Der, cipher = AES_256_CBC): Der =>
  sequence(oid('1.2.840.113549.1.5.13'), sequence(derivation, cipher));

export const pbkdf2 = (
  iterations: number,
  { prf = '1.2.840.113549.2.9', keyLength }: { prf?: string; keyLength?: number } = {},
): Der =>
  sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(
      octetString(SALT),
      integer(iterations),
      ...(keyLength === undefined ? [] : [integer(keyLength)]),
      sequence(oid(prf), tlv(Tag.NULL)),
    ),
  );

export const scrypt = (n: number, r: number, p: number): Der =>
  sequence(
    oid('1.3.6.1.4.1.11591.4.11'),
    sequence(octetString(SALT), integer(n), integer(r), integer(p)),
  );

export const encrypted = (algorithm: Der, ciphertext: Uint8Array): Der =>
  sequence(algorithm, octetString(ciphertext));

function encrypt(key: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, IV);
  return Buffer.concat([cipher.update(plaintext), cipher.final()]);
}

export const encryptByScrypt = (der: Uint8Array, password: string, n: number): Der =>
  encrypted(
    pbes2(scrypt(n, 8, 1)),
    encrypt(scryptSync(password, SALT, 32, { N: n, r: 8, p: 1, maxmem: 2 ** 30 }), der),
  );

export const encryptByPbkdf2 = (der: Uint8Array, password: string, iterations: number): Der =>
  encrypted(
    pbes2(pbkdf2(iterations)),
    encrypt(pbkdf2Sync(password, SALT, iterations, 32, 'sha256'), der),
  );

/** A bag with an encrypted key. */
export const keyBag = (key: Der): Der => sequence(SHROUDED_KEY, context(0, true, key));

/** A bag with bags. */
export const nested = (...bags: readonly Der[]): Der =>
  sequence(SAFE_CONTENTS, context(0, true, sequence(...bags)));

/** A PKCS#12 with these bags, without a MAC. */
export const pfxOfBags = (...bags: readonly Der[]): Der => {
  const data = (content: Der): Der => sequence(DATA, context(0, true, octetString(content)));
  return sequence(integer(3), data(sequence(data(sequence(...bags)))));
};
