// The vectors of RFC 7914 section 12.
import { freemem } from 'node:os';

import { scrypt, scryptSync } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

const VECTORS = [
  {
    password: '',
    salt: '',
    cost: [16, 1, 1],
    key:
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' +
      'fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  },
  {
    password: 'password',
    salt: 'NaCl',
    cost: [1024, 8, 16],
    key:
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
      '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  },
  {
    password: 'pleaseletmein',
    salt: 'SodiumChloride',
    cost: [16384, 8, 1],
    key:
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  },
  {
    password: 'pleaseletmein',
    salt: 'SodiumChloride',
    cost: [1048576, 8, 1],
    key:
      '2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa47' +
      '8e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4',
  },
] as const;

const MAXMEM = 2 ** 31 - 1;

describe('scrypt', () => {
  it.each(VECTORS)('gives the key of RFC 7914 for $cost', async (vector) => {
    const { password, salt, cost, key } = vector;
    const [n, r, p] = cost;
    const needed = 128 * n * r;
    if (freemem() < 2 * needed) return console.log(`${needed} bytes of memory are not free`);
    const options = { salt: Buffer.from(salt), n, r, p, maxmem: MAXMEM, dklen: key.length / 2 };
    const derived = await scrypt(Buffer.from(password), options);
    expect(derived.toString('hex')).toBe(key);
    if (needed < 2 ** 28)
      expect(scryptSync(Buffer.from(password), options).toString('hex')).toBe(key);
  });
});
