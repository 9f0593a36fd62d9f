// Values that standards state: hashes, HMAC and PBKDF2 give exactly those.
import fs from 'node:fs';
import path from 'node:path';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

interface Published {
  hashes: { source: string; algorithm: string; message: string; repeat: number; digest: string }[];
  hmac: { source: string; algorithm: string; key: string; message: string; code: string }[];
  pbkdf2: {
    source: string;
    algorithm: string;
    password: string;
    salt: string;
    iterations: number;
    dklen: number;
    key: string;
  }[];
}

const file = path.join(import.meta.dirname, 'published.json');
const published: Published = JSON.parse(fs.readFileSync(file, 'utf8'));
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('hashlib.new', () => {
  it.each(published.hashes)('gives $algorithm of $source', (stated) => {
    const hash = hashlib.new(stated.algorithm);
    const message = bytes(stated.message);
    for (let i = 0; i < stated.repeat; i += 1000) {
      hash.update(Buffer.concat(Array<Buffer>(Math.min(1000, stated.repeat - i)).fill(message)));
    }
    const length = hash.digestSize === 0 ? stated.digest.length / 2 : undefined;
    expect(hash.hexdigest(length)).toBe(stated.digest);
  });
});

describe('hmac', () => {
  it.each(published.hmac)('gives $algorithm of $source', ({ algorithm, key, message, code }) => {
    const whole = hmac.new(bytes(key), bytes(message), algorithm).hexdigest();
    expect(whole.slice(0, code.length)).toBe(code);
    expect(hmac.digest(bytes(key), bytes(message), algorithm).toString('hex')).toBe(whole);
  });
});

describe('pbkdf2Hmac', () => {
  it.each(published.pbkdf2)(
    'gives $algorithm of $source with $iterations iterations',
    { timeout: 120_000 },
    async ({ algorithm, password, salt, iterations, dklen, key }) => {
      const derived = await hashlib.pbkdf2Hmac(
        algorithm,
        bytes(password),
        bytes(salt),
        iterations,
        dklen,
      );
      expect(derived.toString('hex')).toBe(key);
    },
  );
});
