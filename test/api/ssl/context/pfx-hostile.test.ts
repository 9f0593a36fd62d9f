// Keys and PKCS#12 that ask for too much: iterations, memory, bags, bytes, algorithms that do not exist. Each is refused with an
// error that names the limit and what was found, and never as a wrong password. All files are written by hand.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { sslError } from '../../../helpers/expected-errors.js';
import {
  certBag,
  encryptedKey,
  encryptedSafe,
  friendlyName,
  keyBag,
  pbkdf2,
  pbkdf2WithLength,
  pkcs12,
  plainSafe,
  scrypt,
  type Derivation,
} from '../../../helpers/pkcs12.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost } = await testPki();
const { keyPem, certPem: cert, certDer } = localhost;
const password = 'sécret';
const LIMIT = 10_000_000;

const load = (chain: ssl.CertChain): void =>
  new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).loadCertChain(chain);
const by = (derivation: Derivation) => ({ password, derivation });
const few = by(pbkdf2(1000));
const keys = (count: number, iterations: number) =>
  Array.from({ length: count }, () => keyBag(keyPem, by(pbkdf2(iterations))));
const tooMuch = (what: string, found: number | string): Error =>
  sslError(null, {
    message: `${what} asks for more work to derive its keys than is allowed: as much as ${found} iterations of PBKDF2 with SHA-256, and ${LIMIT} are allowed`,
  });
describe('The work that a PKCS#12 asks for', () => {
  it('is opened within the limit: by safes, bags and a MAC, with the password alone', () => {
    const safes = [encryptedSafe(few, certBag(certDer)), plainSafe(...keys(1, 1000))];
    for (const mac of [undefined, by(pbkdf2WithLength(1000))]) {
      const pfx = pkcs12(safes, mac);
      load({ pfx, password });
      expect(() => load({ pfx, password: 'wrong' })).toThrow('the password of pfx is wrong');
    }
  });

  it('is added up over all bags, three times where no MAC proves the password', () => {
    const pfx = pkcs12([plainSafe(certBag(certDer), ...keys(5, 833_333))]);
    expect(() => load({ pfx, password })).toThrow(tooMuch('pfx', 12_499_995));
  });

  it('is added up over MAC, safes and bags', () => {
    const part = LIMIT / 5;
    const safe = encryptedSafe(by(pbkdf2(part)), certBag(certDer));
    const mac = by(pbkdf2WithLength(part));
    expect(() => load({ pfx: pkcs12([safe, plainSafe(...keys(1, part + 1))], mac), password })).toThrow(tooMuch('pfx', LIMIT + 1)); // prettier-ignore
  });

  it('counts bags that only the password shows', () => {
    const pfx = pkcs12([encryptedSafe(few, certBag(certDer), ...keys(1, LIMIT))]);
    expect(() => load({ pfx, password })).toThrow(tooMuch('pfx', LIMIT + 1000));
  });

  it('is refused for a MAC alone, and for numbers of any size', () => {
    const safes = [plainSafe(certBag(certDer), ...keys(1, 1000))];
    const large = 2 ** 40;
    expect(() => load({ pfx: pkcs12(safes, by(pbkdf2WithLength(large))), password })).toThrow(
      tooMuch('pfx', 3 * large),
    );
    expect(() => load({ pfx: pkcs12([plainSafe(...keys(1, 2 ** 70))]), password })).toThrow(
      tooMuch('pfx', 'more than 10^15'),
    );
  });

  it('is refused before the password is asked for', () => {
    const pfx = pkcs12([plainSafe(certBag(certDer), ...keys(2, LIMIT))]);
    const never = () => expect.unreachable('asked');
    expect(() => load({ pfx, password: never })).toThrow(tooMuch('pfx', 3 * LIMIT));
  });
});

describe('The contents of a PKCS#12', () => {
  const safeOf = (count: number) =>
    plainSafe(...Array.from({ length: count }, () => certBag(certDer)));
  it('may be hundreds of certificates, and not thousands', () => {
    load({ pfx: pkcs12([safeOf(990), plainSafe(...keys(1, 1000))]), password });
    for (const safe of [
      safeOf(5000),
      encryptedSafe(few, ...Array.from({ length: 4999 }, () => certBag(certDer)), ...keys(1, 1)),
    ])
      // prettier-ignore
      expect(() => load({ pfx: pkcs12([safe]), password })).toThrow('pfx holds more than 1000 certificates');
  });

  it('may have large attributes', () => {
    const bag = certBag(certDer, [friendlyName('x'.repeat(1_000_000))]);
    load({ pfx: pkcs12([plainSafe(bag, ...keys(1, 1000))]), password });
  });
});

describe('A key under scrypt', () => {
  const keyBy = (derivation: Derivation, cipher?: string) =>
    encryptedKey(keyPem, { password, derivation, ...(cipher ? { cipher } : {}) });

  it.each([14, 15, 17])('is opened with N = 2^%i, in a key and in PKCS#12', (exponent) => {
    const derivation = scrypt(2 ** exponent);
    const key = keyBy(derivation);
    load({ cert, key, password });
    load({ cert, key, password, legacy: true });
    load({ pfx: pkcs12([encryptedSafe(by(derivation), certBag(certDer)), plainSafe(keyBag(keyPem, by(derivation)))]), password }); // prettier-ignore
    expect(() => load({ cert, key, password: 'wrong' })).toThrow('the password is wrong');
  });

  it('is refused by its memory, its work or its parameters, each by name', () => {
    expect(() => load({ cert, key: keyBy(scrypt(2 ** 20)), password })).toThrow(
      'scrypt, which needs 1025 MiB of memory with these parameters, and 256 MiB are allowed',
    );
    expect(() => load({ cert, key: keyBy(scrypt(2 ** 17, 8, 10)), password })).toThrow(
      tooMuch('the private key of key', 10 * 2 ** 20),
    );
    expect(() => load({ cert, key: keyBy(scrypt(1000)), password })).toThrow(
      'parameters that OpenSSL does not accept',
    );
  });

  it('is refused as damaged where its ciphertext is cut, whatever the password', () => {
    const whole = encryptedKey(keyPem, few);
    const short = Buffer.from(whole.subarray(0, -5));
    // Both lengths around the ciphertext, which are of two or three bytes.
    const sequenceLength = short.readUInt8(1) === 0x81 ? 2 : 3;
    if (sequenceLength === 2) short.writeUInt8(short.readUInt8(2) - 5, 2);
    else short.writeUInt16BE(short.readUInt16BE(2) - 5, 2);
    const at = short.lastIndexOf(Buffer.of(0x04, 0x81));
    short.writeUInt8(short.readUInt8(at + 2) - 5, at + 2);
    for (const given of [password, 'wrong'])
      expect(() => load({ cert, key: short, password: given })).toThrow(
        'the private key of key is damaged: 139 encrypted bytes are not whole blocks of 16',
      );
  });
});
