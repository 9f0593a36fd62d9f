// Every algorithm: construction, names, pieces, copies, refusals, and
// messages of more than 4 GiB.
import { createHash } from 'node:crypto';

import * as hashlib from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import { overflowError, typeError, valueError } from '../../helpers/expected-errors.js';

type Guaranteed = 'sha256' | 'blake2b' | 'shake_128';

const ALGORITHMS = [...hashlib.algorithmsGuaranteed] as Guaranteed[];
const SHAKES: readonly string[] = ['shake_128', 'shake_256'];
/** Around the blocks of all algorithms, which have 64 to 168 bytes. */
const PIECES = [126, 127, 128, 129, 1, 63, 64, 65, 0, 135, 136, 137, 167, 168, 169];

/** Its digest, with the length that a SHAKE needs. */
const digestOf = (hash: hashlib.Hash): string =>
  SHAKES.includes(hash.name) ? hash.hexdigest(40) : hash.hexdigest();

describe.each(ALGORITHMS)('hashlib.%s', (name) => {
  const message = Buffer.from('a message of no importance');
  const expected = digestOf(hashlib.new(name, message));

  it('is the same hash by its own function, by new(), by new() of its upper case, and by update()', () => {
    expect(digestOf(hashlib[name](message))).toBe(expected);
    expect(digestOf(hashlib.new(name.toUpperCase(), message))).toBe(expected);
    const hash = hashlib[name]();
    expect(hash.update(message)).toBeUndefined();
    expect(digestOf(hash)).toBe(expected);
  });

  it('is the same hash whether it is said to protect something or not', () => {
    for (const usedforsecurity of [true, false]) {
      expect(digestOf(hashlib[name](message, { usedforsecurity }))).toBe(expected);
      expect(digestOf(hashlib.new(name, message, { usedforsecurity }))).toBe(expected);
      expect(digestOf(hashlib[name](undefined, { usedforsecurity }))).not.toBe(expected);
    }
  });

  it('gives its digest as bytes and as hexadecimal digits in lower case, and the same again', () => {
    const lengths = SHAKES.includes(name) ? [0, 1, 16, 128, 129] : [undefined];
    for (const length of lengths) {
      const hash = hashlib[name](message);
      const digest = hash.digest(length);
      expect(digest).toHaveLength(length ?? hash.digestSize);
      expect(hash.hexdigest(length)).toBe(digest.toString('hex'));
      expect(hash.digest(length)).toEqual(digest);
    }
  });

  it('takes its message in pieces of any length', () => {
    const pieces = PIECES.map((length, index) => Buffer.alloc(length, 97 + index));
    const whole = Buffer.concat(pieces);
    const hash = hashlib[name]();
    for (const piece of pieces) hash.update(piece);
    expect(digestOf(hash)).toBe(digestOf(hashlib[name](whole)));
    const begun = hashlib.new(name, pieces[0]);
    begun.update(whole.subarray(PIECES[0]));
    expect(digestOf(begun)).toBe(digestOf(hash));
  });

  it('goes on apart from its copy, which has the same name and sizes', () => {
    const hash = hashlib[name](message);
    const copy = hash.copy();
    expect([copy.name, copy.digestSize, copy.blockSize]).toEqual([
      name,
      hash.digestSize,
      hash.blockSize,
    ]);
    expect(digestOf(copy)).toBe(expected);
    copy.update(message);
    expect(digestOf(hash)).toBe(expected);
    expect(digestOf(copy)).toBe(digestOf(hashlib[name](Buffer.concat([message, message]))));
  });

  it('has a name that new() takes', () => {
    const hash = hashlib[name]();
    expect(hash.name).toBe(name);
    expect(hashlib.new(hash.name).name).toBe(name);
  });

  it('reads typed arrays of every kind as their bytes', () => {
    for (const data of [
      new Int8Array(message),
      new Uint8Array(message),
      new Uint8Array(message).buffer,
    ])
      expect(digestOf(hashlib[name](data))).toBe(expected);
    const words = new Uint16Array([0x6261, 0x6463]);
    expect(digestOf(hashlib[name](words))).toBe(digestOf(hashlib[name](Buffer.from(words.buffer))));
  });

  it('refuses text, numbers and lists', () => {
    for (const data of ['spam', '', 1, true, [1], {}, Symbol('data')]) {
      expect(() => hashlib[name](data as never)).toThrow(typeError('data'));
      expect(() => hashlib.new(name, data as never)).toThrow(typeError('data'));
      expect(() => hashlib[name]().update(data as never)).toThrow(typeError('data'));
    }
    for (const data of [undefined, null])
      expect(() => hashlib[name]().update(data as never)).toThrow(typeError('data'));
  });
});

describe.each(['shake_128', 'shake_256'] as const)('the length of a %s', (name) => {
  const methods = [
    (length: number) => hashlib[name]().digest(length),
    (length: number) => hashlib[name]().hexdigest(length),
  ];

  it('may be 0', () => {
    expect(methods.map((method) => method(0))).toEqual([Buffer.alloc(0), '']);
  });

  it('must not be negative', () => {
    for (const method of methods) {
      for (const length of [-1, -10, -(2 ** 31), -Number.MAX_SAFE_INTEGER])
        expect(() => method(length)).toThrow(valueError('negative'));
    }
  });

  it('must be one that memory can have', () => {
    for (const method of methods) {
      for (const length of [2 ** 53, 2 ** 61, 2 ** 63, 2 ** 64 + 2 ** 12])
        expect(() => method(length)).toThrow(overflowError());
    }
  });
});

describe('SHA-3', () => {
  const STATE = 1600;

  it.each(['sha3_224', 'sha3_256', 'sha3_384', 'sha3_512'] as const)(
    '%s has blocks of its 1600 bits of state less twice the digest (FIPS 202)',
    (name) => {
      const { blockSize, digestSize } = hashlib[name]();
      expect(8 * blockSize + 2 * 8 * digestSize).toBe(STATE);
    },
  );

  it.each([
    ['shake_128', 128],
    ['shake_256', 256],
  ] as const)('%s has blocks of its 1600 bits of state less twice %d bits', (name, strength) => {
    expect(8 * hashlib[name]().blockSize + 2 * strength).toBe(STATE);
  });
});

const GIB = 2 ** 30;
const isSlow = process.env['HERMETIC_TEST_SLOW'] === '1';

describe('messages of more than 4 GiB', () => {
  /** One piece many times over, then the rest, in each hash alike. */
  function feed(length: number, hashes: readonly { update(data: Buffer): unknown }[]): void {
    const piece = Buffer.alloc(GIB / 64, 'A');
    for (let left = length; left > 0; left -= piece.length) {
      const next = left < piece.length ? piece.subarray(0, left) : piece;
      for (const hash of hashes) hash.update(next);
    }
  }

  const cases = [
    ['sha256', 'sha256', 4 * GIB + 5],
    ['sha3_256', 'sha3-256', 4 * GIB + 5],
    ['blake2b', 'blake2b512', 4 * GIB + 5],
    ['blake2s', 'blake2s256', 4 * GIB + 5],
    ['md5', 'md5', 4 * GIB + 5],
    ['md5', 'md5', 4 * GIB - 1],
  ] as const;

  for (const [name, theirs, length] of cases) {
    it(
      `have the ${name} that node:crypto gives, for ${length} bytes`,
      { timeout: 600_000 },
      (test) => {
        if (!isSlow) return test.skip('takes seconds; HERMETIC_TEST_SLOW=1 runs it');
        const [hash, other] = [hashlib.new(name), createHash(theirs)];
        feed(length, [hash, other]);
        expect(hash.hexdigest()).toBe(other.digest('hex'));
      },
    );
  }
});
