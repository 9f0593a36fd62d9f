// Our own vectors, on which Python's hashlib and node:crypto agree (scripts/generate-vectors.mjs).
import fs from 'node:fs';
import path from 'node:path';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

function read<T>(name: string): T {
  return JSON.parse(fs.readFileSync(path.join(import.meta.dirname, name), 'utf8'));
}

interface Pbkdf2Vector {
  algorithm: string;
  password: string;
  salt: string;
  iterations: number;
  dklen: number;
  key: string;
}

const hashes = read<{ messages: string[]; digests: Record<string, string[]> }>('hashes.json');
const codes = read<{ keys: string[]; messages: string[]; codes: Record<string, string[]> }>(
  'hmac.json',
);
const derivations = read<Pbkdf2Vector[]>('pbkdf2.json');
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('the vectors', () => {
  it('cover every algorithm that the linked OpenSSL has', () => {
    expect(new Set(Object.keys(hashes.digests))).toEqual(hashlib.algorithmsAvailable);
  });

  it('cover every length of key from 1 to 300 bytes', () => {
    expect(derivations.map(({ dklen }) => dklen)).toEqual(
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
  });
});

describe.each(Object.entries(hashes.digests))('hashlib.new(%s)', (algorithm, digests) => {
  it(`gives all ${digests.length} digests`, () => {
    const given = hashes.messages.map((message) => {
      const hash = hashlib.new(algorithm, bytes(message));
      return hash.hexdigest(hash.digestSize === 0 ? 200 : undefined);
    });
    expect(given).toEqual(digests);
  });
});

describe.each(Object.entries(codes.codes))('hmac with %s', (algorithm, expected) => {
  it(`gives all ${expected.length} codes`, () => {
    const given = codes.keys.flatMap((key) =>
      codes.messages.map((message) => hmac.new(bytes(key), bytes(message), algorithm).hexdigest()),
    );
    expect(given).toEqual(expected);
  });
});

describe('pbkdf2', () => {
  it(`gives all ${derivations.length} keys on the caller's thread`, () => {
    for (const { algorithm, password, salt, iterations, dklen, key } of derivations) {
      const derived = hashlib.pbkdf2HmacSync(
        algorithm,
        bytes(password),
        bytes(salt),
        iterations,
        dklen,
      );
      expect(derived.toString('hex'), `${algorithm}, ${dklen} bytes`).toBe(key);
    }
  });

  it(`gives all ${derivations.length} keys at once on the pool`, async () => {
    const derived = await Promise.all(
      derivations.map(({ algorithm, password, salt, iterations, dklen }) =>
        hashlib.pbkdf2Hmac(algorithm, bytes(password), bytes(salt), iterations, dklen),
      ),
    );
    expect(derived.map((key) => key.toString('hex'))).toEqual(derivations.map(({ key }) => key));
  });
});
