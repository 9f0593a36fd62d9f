// Limits on the work and memory for opening a key, and the message for an encryption that OpenSSL declines.
import { createPrivateKey } from 'node:crypto';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { Der } from '../../../helpers/der.js';
import { oid, octetString, sequence } from '../../../helpers/der.js';
import { encryptKey, makePfx } from '../../../helpers/openssl-files.js';
import {
  encryptByPbkdf2,
  encryptByScrypt,
  encrypted,
  keyBag,
  nested,
  pbes2,
  pbkdf2,
  pfxOfBags,
  scrypt,
} from '../../../helpers/password-der.js';
import { skipUnless } from '../../../helpers/peers.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost } = await testPki();
const { certPem: cert, keyPem } = localhost;
const keyDer = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
const PASSWORD = 'secret';
const CIPHERTEXT = Buffer.alloc(48, 5);

const folder = await TempDirectory.create();
afterAll(() => folder.close());

function load(chain: ssl.CertChain): void {
  new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).loadCertChain(chain);
}
const loadKey = (key: Der, password = PASSWORD): void => load({ cert, key, password });

function messageOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ssl.SSLError);
    return (error as Error).message;
  }
  return 'taken';
}

const slowBag = (iterations: number): Der =>
  keyBag(encrypted(pbes2(pbkdf2(iterations)), CIPHERTEXT));

describe('The work that a PKCS#12 may ask for', () => {
  it('is that of all its bags together, refused before any of it is done', () => {
    const bags = Array.from({ length: 8 }, () => slowBag(2_000_000));
    const start = performance.now();
    // Without a MAC each may be derived three times; the second bag is beyond the limit.
    const message = messageOf(() => load({ pfx: pfxOfBags(...bags), password: PASSWORD }));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(message).toContain('asks for more work to derive its keys than is allowed');
    expect(message).toContain('as much as 12000000 iterations');
    expect(message).toContain('10000000 are allowed for the whole file');
  });

  it('counts bags within bags', () => {
    const inner = nested(nested(slowBag(2_000_000)), slowBag(2_000_000));
    const message = messageOf(() => load({ pfx: pfxOfBags(inner), password: PASSWORD }));
    expect(message).toContain('as much as 12000000 iterations');
  });

  it('counts what thousands of bags cost with one iteration each', () => {
    const bags = Array.from({ length: 40_000 }, () => slowBag(1));
    const message = messageOf(() => load({ pfx: pfxOfBags(...bags), password: PASSWORD }));
    expect(message).toContain('asks for more work');
  });

  it('leaves files of real programs alone', async (test) => {
    skipUnless(test, 'openssl');
    const args = ['-iter', '100000'];
    load({
      pfx: await makePfx(folder, keyPem + cert, { password: PASSWORD, args }),
      password: PASSWORD,
    });
  });

  it('counts the iterations of the MAC', async (test) => {
    skipUnless(test, 'openssl');
    const args = ['-iter', '4000000', '-certpbe', 'NONE', '-keypbe', 'NONE'];
    const pfx = await makePfx(folder, keyPem + cert, { password: PASSWORD, args });
    expect(messageOf(() => load({ pfx, password: PASSWORD }))).toContain('as much as 12000000');
  });

  it('refuses more than 100 private keys', async (test) => {
    skipUnless(test, 'openssl');
    const plain = sequence(
      oid('1.2.840.113549.1.12.10.1.1'),
      Buffer.concat([Buffer.of(0xa0, 0x81, keyDer.length), keyDer]),
    );
    const pfx = pfxOfBags(...Array.from({ length: 101 }, () => plain));
    expect(messageOf(() => load({ pfx, password: PASSWORD }))).toContain(
      'pfx holds more than 100 private keys',
    );
  });
});

describe('The work that a key may ask for', () => {
  it.for([
    ['iterations', pbkdf2(10_000_001), '10000001 iterations'],
    [
      'blocks: SHA-1 gives 20 bytes, and the key has 32',
      pbkdf2(6_000_000, { prf: '1.2.840.113549.2.7' }),
      '12000000 iterations',
    ],
    ['the digest', pbkdf2(3_000_000, { prf: '1.2.840.113549.2.11' }), '12000000 iterations'],
    ['N * r * p', scrypt(65536, 8, 32), '16777216 iterations'],
  ] as const)('counts %s', ([, derivation, found]) => {
    expect(messageOf(() => loadKey(encrypted(pbes2(derivation), CIPHERTEXT)))).toContain(found);
  });

  it('is enough for what programs write', () => {
    loadKey(encryptByPbkdf2(keyDer, PASSWORD, 600_000));
  });
});

describe('A key under scrypt', () => {
  it.for([14, 15, 17])('is opened with N = 2^%i, and a wrong password is called wrong', (log) => {
    const key = encryptByScrypt(keyDer, PASSWORD, 2 ** log);
    loadKey(key);
    expect(messageOf(() => loadKey(key, 'wrong'))).toContain('the password is wrong');
  });

  it('is opened as openssl writes it', (test) => {
    skipUnless(test, 'openssl');
    const key = encryptKey(keyPem, PASSWORD, ['-scrypt', '-scrypt_N', '16384', '-scrypt_p', '4']);
    load({ cert, key, password: PASSWORD });
  });

  it('is refused because of its memory beyond 256 MiB, whatever the password', () => {
    const message = messageOf(() => loadKey(encrypted(pbes2(scrypt(2 ** 19, 8, 1)), CIPHERTEXT)));
    expect(message).toContain(
      'scrypt, which needs 513 MiB of memory with these parameters, and 256 MiB are allowed',
    );
    expect(message).not.toContain('password');
  });
});

describe('An encryption that OpenSSL declines', () => {
  const unknown = sequence(oid('1.2.3.4.5'), sequence());
  it.for([
    ['an unknown derivation', pbes2(unknown), 'a key derived by 1.2.3.4.5'],
    [
      'an unknown function of PBKDF2',
      pbes2(pbkdf2(1, { prf: '1.2.3.4.5' })),
      'PBKDF2 with 1.2.3.4.5',
    ],
    ['an unknown cipher', pbes2(pbkdf2(1), unknown), 'encrypted with 1.2.3.4.5'],
    ['an unknown scheme', unknown, 'encrypted with 1.2.3.4.5'],
    [
      'a derived key of another length',
      pbes2(pbkdf2(1, { keyLength: 16 })),
      'derives a key of 16 bytes, and AES-256-CBC takes 32',
    ],
    [
      'a derivation without parameters',
      pbes2(sequence(oid('1.2.840.113549.1.5.12'), sequence())),
      'the parameters of PBKDF2 cannot be decoded',
    ],
    [
      'an IV of another length',
      pbes2(pbkdf2(1), sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(Buffer.alloc(3)))),
      'parameters that OpenSSL does not accept',
    ],
    ['no iterations', pbes2(pbkdf2(0)), 'parameters that OpenSSL does not accept'],
    [
      'a scrypt N that is not a power of two',
      pbes2(scrypt(1000, 8, 1)),
      'parameters that OpenSSL does not accept',
    ],
  ] as const)('is named: %s', ([, algorithm, text]) => {
    const message = messageOf(() => loadKey(encrypted(algorithm, CIPHERTEXT)));
    expect(message).toContain(text);
    expect(message).not.toContain('password');
    const pfx = pfxOfBags(keyBag(encrypted(algorithm, CIPHERTEXT)));
    const inPfx = messageOf(() => load({ pfx, password: PASSWORD }));
    expect(inPfx).toContain(text);
    expect(inPfx).not.toContain('password');
  });

  it('is not confused with ciphertext that is cut off', () => {
    const message = messageOf(() => loadKey(encrypted(pbes2(pbkdf2(1)), CIPHERTEXT.subarray(1))));
    expect(message).toContain('is damaged: 47 encrypted bytes are not whole blocks of 16');
  });
});

describe('A password', () => {
  it.for(['é', '😀', 'a\0b', ' '])('may be %j', async (password, test) => {
    skipUnless(test, 'openssl');
    loadKey(encryptByPbkdf2(keyDer, password, 1), password);
    if (password.includes('\0')) return; // no argument of a program can hold it
    load({ pfx: await makePfx(folder, keyPem + cert, { password }), password });
  });

  it('that ends in a line break is pointed out, and opens the key without it', async (test) => {
    skipUnless(test, 'openssl');
    const key = encryptByPbkdf2(keyDer, PASSWORD, 1);
    const pfx = await makePfx(folder, keyPem + cert, { password: PASSWORD });
    for (const chain of [{ cert, key }, { pfx }]) {
      const password = `${PASSWORD}\n`;
      expect(messageOf(() => load({ ...chain, password }))).toContain(
        'is wrong (it ends in a line break, which counts as part of it: remove the line break)',
      );
      load({ ...chain, password: password.trimEnd() });
    }
  });
});
