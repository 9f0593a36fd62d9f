// hashlib: hash objects, names, lists of algorithms, options.
import { constants as limits } from 'node:buffer';

import * as hashlib from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });

/** name, digest size, block size, of Python 3.15. */
const SIZES = [
  ['md5', 16, 64],
  ['sha1', 20, 64],
  ['sha224', 28, 64],
  ['sha256', 32, 64],
  ['sha384', 48, 128],
  ['sha512', 64, 128],
  ['sha3_224', 28, 144],
  ['sha3_256', 32, 136],
  ['sha3_384', 48, 104],
  ['sha3_512', 64, 72],
  ['shake_128', 0, 168],
  ['shake_256', 0, 136],
  ['blake2b', 64, 128],
  ['blake2s', 32, 64],
] as const;

const abc = Buffer.from('abc');
const SHA256_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('hashlib.algorithmsGuaranteed', () => {
  it("has Python's 14 names", () => {
    expect([...hashlib.algorithmsGuaranteed]).toEqual(SIZES.map(([name]) => name));
  });

  it('has a function of the same name for each', () => {
    for (const name of hashlib.algorithmsGuaranteed) {
      const make = hashlib[name as 'sha256'];
      expect(make(abc).name).toBe(name);
    }
  });
});

describe('hashlib.algorithmsAvailable', () => {
  it('has the guaranteed ones and what else OpenSSL computes, each once', () => {
    const extra = ['md5-sha1', 'ripemd160', 'sha512_224', 'sha512_256', 'sm3'];
    expect(hashlib.algorithmsAvailable).toEqual(
      new Set([...hashlib.algorithmsGuaranteed, ...extra]),
    );
  });

  it("has no name in OpenSSL's spelling", () => {
    for (const name of hashlib.algorithmsAvailable) expect(name).toMatch(/^[a-z0-9_]+(-sha1)?$/);
    expect(hashlib.algorithmsAvailable.has('blake2b512')).toBe(false);
    expect(hashlib.algorithmsAvailable.has('sha3-512')).toBe(false);
  });

  it('has only names that new() takes and gives back', () => {
    for (const name of hashlib.algorithmsAvailable) expect(hashlib.new(name).name).toBe(name);
  });
});

describe('hashlib.new', () => {
  it.each(SIZES)(
    'makes %s with a digest of %d bytes and blocks of %d',
    (name, digestSize, blockSize) => {
      const hash = hashlib.new(name, abc);
      expect([hash.name, hash.digestSize, hash.blockSize]).toEqual([name, digestSize, blockSize]);
      if (digestSize > 0) expect(hash.digest().length).toBe(digestSize);
    },
  );

  it.each([
    ['SHA256', 'sha256'],
    ['Sha256', 'sha256'],
    ['SHA2-256', 'sha256'],
    ['SHA3-256', 'sha3_256'],
    ['SHA3_256', 'sha3_256'],
    ['sha512-256', 'sha512_256'],
    ['SHAKE128', 'shake_128'],
    ['BLAKE2b512', 'blake2b'],
    ['RIPEMD-160', 'ripemd160'],
    ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ])('knows %s as %s', (spelling, name) => {
    expect(hashlib.new(spelling).name).toBe(name);
  });

  it.each([
    'spam',
    '',
    ' sha256',
    'sha256 ',
    'sha256  ',
    'sha256\0',
    'null',
    'md4',
    'keccak-kmac-128',
    'sha256é',
    'x'.repeat(100_000),
  ])('refuses the name %j as a value', (name) => {
    expect(() => hashlib.new(name)).toThrow(wrongValue);
  });

  it('names what it does not support', () => {
    expect(() => hashlib.new('spam spam')).toThrow('unsupported hash algorithm spam spam');
  });

  it.each([[1], [null], [undefined], [Symbol('sha256')], [abc], [{ toString: () => 'sha256' }]])(
    'refuses %s as a type of name',
    (name) => {
      expect(() => hashlib.new(name as unknown as string)).toThrow(wrongType);
    },
  );

  it('takes usedforsecurity', () => {
    expect(hashlib.new('md5', abc, { usedforsecurity: false }).hexdigest()).toBe(
      hashlib.md5(abc).hexdigest(),
    );
    expect(hashlib.md5(abc, { usedforsecurity: true }).digestSize).toBe(16);
    const wrong = { usedforsecurity: 1 } as unknown as hashlib.HashOptions;
    expect(() => hashlib.md5(abc, wrong)).toThrow(wrongType);
  });

  it('refuses an option that it does not know', () => {
    const options = { digestSize: 20 } as hashlib.HashOptions;
    expect(() => hashlib.sha256(abc, options)).toThrow(wrongType);
    expect(() => hashlib.sha256(abc, options)).toThrow("unknown option 'digestSize'");
    expect(() => hashlib.sha256(abc, 'sha256' as hashlib.HashOptions)).toThrow(wrongType);
  });
});

describe('Hash', () => {
  it('cannot be made without an algorithm', () => {
    const Constructor = hashlib.Hash as unknown as new (...given: unknown[]) => hashlib.Hash;
    for (const given of [[], ['sha256'], [{}], [hashlib.sha256()]]) {
      expect(() => new Constructor(...given)).toThrow(wrongType);
    }
  });

  it('hashes the same whatever the pieces', () => {
    const whole = Buffer.alloc(5000, 'a piece of text ');
    const expected = hashlib.sha256(whole).hexdigest();
    for (const size of [1, 63, 64, 65, 1000]) {
      const hash = hashlib.sha256();
      for (let at = 0; at < whole.length; at += size) hash.update(whole.subarray(at, at + size));
      expect(hash.hexdigest()).toBe(expected);
    }
  });

  it('goes on after digest(), which gives a new Buffer each time', () => {
    const hash = hashlib.sha256(Buffer.from('ab'));
    const first = hash.digest();
    expect(hash.digest()).toEqual(first);
    first.fill(0);
    hash.update(Buffer.from('c'));
    expect(hash.hexdigest()).toBe(SHA256_OF_ABC);
  });

  it('is independent of its copy', () => {
    const hash = hashlib.sha256(Buffer.from('ab'));
    const copy = hash.copy();
    copy.update(Buffer.from('c'));
    hash.update(Buffer.from('d'));
    expect(copy).toBeInstanceOf(hashlib.Hash);
    expect([copy.name, copy.digestSize, copy.blockSize]).toEqual(['sha256', 32, 64]);
    expect(copy.hexdigest()).toBe(SHA256_OF_ABC);
    expect(hash.hexdigest()).toBe(hashlib.sha256(Buffer.from('abd')).hexdigest());
  });

  it('has properties that cannot be set', () => {
    const hash: { name: string } = hashlib.sha256();
    expect(() => {
      hash.name = 'md5';
    }).toThrow(TypeError);
  });

  it.each([
    ['a Uint8Array', new Uint8Array(abc)],
    ['an ArrayBuffer', new Uint8Array(abc).buffer],
    ['a DataView', new DataView(new Uint8Array(abc).buffer)],
    ['an Int8Array', new Int8Array(abc)],
    ['a view of a part', new Uint8Array(Buffer.from('xabcx')).subarray(1, 4)],
    [
      'a view of shared memory',
      new Uint8Array(new SharedArrayBuffer(3)).fill(0).map((_, i) => 97 + i),
    ],
  ])('reads %s', (_what, data) => {
    expect(hashlib.sha256(data).hexdigest()).toBe(SHA256_OF_ABC);
  });

  it('reads typed arrays as their bytes, whatever their elements', () => {
    const words = new Uint32Array([0x64636261]);
    expect(hashlib.sha256(words).hexdigest()).toBe(hashlib.sha256(Buffer.from('abcd')).hexdigest());
    expect(hashlib.sha256(new Float64Array(2)).hexdigest()).toBe(
      hashlib.sha256(Buffer.alloc(16)).hexdigest(),
    );
    expect(hashlib.sha256(new BigInt64Array(2)).hexdigest()).toBe(
      hashlib.sha256(Buffer.alloc(16)).hexdigest(),
    );
  });

  it('refuses a string and says what to do', () => {
    const text = 'abc' as unknown as Buffer;
    expect(() => hashlib.sha256(text)).toThrow(wrongType);
    expect(() => hashlib.sha256().update(text)).toThrow('encode it first');
  });

  it('hashes more than a call reads at once', () => {
    const data = Buffer.alloc(64 * 1024 * 1024 + 1, 1);
    const hash = hashlib.sha1(data);
    const halves = hashlib.sha1(data.subarray(0, 12345));
    halves.update(data.subarray(12345));
    expect(hash.hexdigest()).toBe(halves.hexdigest());
  });
});

describe.each(['shake_128', 'shake_256'] as const)('hashlib.%s', (name) => {
  it('gives as many bytes as asked for, each a continuation of the shorter', () => {
    const hash = hashlib[name](abc);
    const long = hash.digest(1000);
    for (const length of [0, 1, 31, 200])
      expect(hash.digest(length)).toEqual(long.subarray(0, length));
    expect(hash.hexdigest(1000)).toBe(long.toString('hex'));
    expect(hash.hexdigest(0)).toBe('');
  });

  it('gives 64 MiB', () => {
    expect(
      hashlib[name](abc)
        .digest(1 << 26)
        .subarray(0, 8),
    ).toEqual(hashlib[name](abc).digest(8));
  });

  it('needs a length', () => {
    expect(() => hashlib[name]().digest()).toThrow(wrongType);
    expect(() => hashlib[name]().hexdigest()).toThrow(wrongType);
  });

  it('refuses a length that no Buffer or no string has', () => {
    expect(() => hashlib[name]().digest(-1)).toThrow(wrongValue);
    expect(() => hashlib[name]().digest(-1)).toThrow('length cannot be negative');
    expect(() => hashlib[name]().digest(2 ** 53)).toThrow(outOfRange);
    expect(() => hashlib[name]().digest(1.5)).toThrow(wrongType);
    expect(() => hashlib[name]().digest(1n as unknown as number)).toThrow(wrongType);
    expect(() => hashlib[name]().hexdigest(limits.MAX_STRING_LENGTH / 2 + 1)).toThrow(outOfRange);
  });
});

describe('a digest of fixed length', () => {
  it('takes no length', () => {
    expect(() => hashlib.sha256().digest(32)).toThrow(wrongType);
    expect(() => hashlib.sha256().hexdigest(32)).toThrow(wrongType);
  });
});

describe.each([
  ['blake2b', 64],
  ['blake2s', 32],
] as const)('hashlib.%s', (name, most) => {
  it(`gives digests of 1 to ${most} bytes`, () => {
    const digests = Array.from({ length: most }, (_, i) =>
      hashlib[name](abc, { digestSize: i + 1 }),
    );
    expect(digests.map((hash) => hash.digest().length)).toEqual(
      digests.map((hash) => hash.digestSize),
    );
    // A shorter BLAKE2 is another function, not a prefix.
    expect(
      new Set(digests.map((hash) => hash.hexdigest(undefined).slice(0, 2))).size,
    ).toBeGreaterThan(8);
    expect(digests.at(-1)?.digest()).toEqual(hashlib[name](abc).digest());
  });

  it('keeps its length when it is copied and used again', () => {
    const hash = hashlib[name](Buffer.from('ab'), { digestSize: 20 });
    const copy = hash.copy();
    copy.update(Buffer.from('c'));
    expect(copy.digestSize).toBe(20);
    expect(copy.digest()).toEqual(hashlib.new(name, abc, { digestSize: 20 }).digest());
  });

  it.each([0, -1, most + 1, 2 ** 31 - 1])('refuses a digest of %d bytes', (digestSize) => {
    expect(() => hashlib[name](abc, { digestSize })).toThrow(wrongValue);
    expect(() => hashlib[name](abc, { digestSize })).toThrow(
      `digestSize for ${name} must be between 1 and ${most} bytes, got ${digestSize}`,
    );
  });

  it.each([2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1e300])(
    'refuses a digest of %d bytes as no 32 bits hold it',
    (digestSize) => {
      expect(() => hashlib[name](abc, { digestSize })).toThrow(outOfRange);
    },
  );

  it('refuses an option that it does not know', () => {
    const options = { digest_size: 2 } as hashlib.Blake2Options;
    expect(() => hashlib[name](abc, options)).toThrow(wrongType);
    expect(() => hashlib[name](abc, options)).toThrow("unknown option 'digest_size'");
  });
});
