// hashlib.pbkdf2Hmac and pbkdf2HmacSync: values, arguments, errors.
import crypto from 'node:crypto';

import {
  algorithmsAvailable,
  new as newHash,
  pbkdf2Hmac,
  pbkdf2HmacSync,
} from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import { overflowError, valueError } from '../../helpers/expected-errors.js';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });

const password = Buffer.from('password');
const salt = Buffer.from('salt');

type Arguments = Parameters<typeof pbkdf2HmacSync>;

/** The result of a call that is synchronous in both forms, as a promise. */
const FORMS: [string, (...given: Arguments) => Promise<Buffer>][] = [
  ['pbkdf2Hmac', pbkdf2Hmac],
  ['pbkdf2HmacSync', async (...given) => pbkdf2HmacSync(...given)],
];

describe.each(FORMS)('%s', (_name, derive) => {
  const wrong = (...given: unknown[]) => derive(...(given as unknown as Arguments));

  it('gives a key as long as the digest when no length is given', async () => {
    for (const name of [
      'sha1',
      'sha256',
      'sha512',
      'sha3_224',
      'blake2b',
      'ripemd160',
      'md5-sha1',
    ]) {
      const { digestSize } = newHash(name);
      const key = await derive(name, password, salt, 2);
      expect(key.length).toBe(digestSize);
      expect(await derive(name, password, salt, 2, null)).toEqual(key);
      expect(await derive(name, password, salt, 2, undefined)).toEqual(key);
      expect(await derive(name, password, salt, 2, digestSize)).toEqual(key);
    }
  });

  it('gives a longer key as a continuation of a shorter one', async () => {
    const long = await derive('sha256', password, salt, 3, 1000);
    for (const length of [1, 31, 32, 33, 64, 999]) {
      expect(await derive('sha256', password, salt, 3, length)).toEqual(long.subarray(0, length));
    }
  });

  it('gives a Buffer of its own', async () => {
    const key = await derive('sha256', password, salt, 1);
    expect(Buffer.isBuffer(key)).toBe(true);
    expect(key.buffer.byteLength).toBe(32);
  });

  it('takes an empty password and an empty salt', async () => {
    const nothing = new Uint8Array(0);
    const expected = crypto.pbkdf2Sync('', '', 7, 40, 'sha512');
    expect(await derive('sha512', nothing, nothing, 7, 40)).toEqual(expected);
  });

  it('takes bytes of every kind', async () => {
    const expected = await derive('sha256', password, salt, 2);
    const bytes = new Uint8Array(password);
    for (const given of [
      bytes,
      bytes.buffer,
      new DataView(bytes.buffer),
      new Int8Array(bytes.buffer),
    ]) {
      expect(await derive('sha256', given, salt, 2)).toEqual(expected);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(password.length));
    shared.set(password);
    expect(await derive('sha256', shared, salt, 2)).toEqual(expected);
  });

  it("takes OpenSSL's spelling of a digest", async () => {
    expect(await derive('SHA2-256', password, salt, 2)).toEqual(
      await derive('sha256', password, salt, 2),
    );
  });

  it('hashes a password of a megabyte once, and a salt of a megabyte for each key', async () => {
    const long = Buffer.alloc(1 << 20, 'x');
    expect(await derive('sha256', long, long, 5, 300)).toEqual(
      crypto.pbkdf2Sync(long, long, 5, 300, 'sha256'),
    );
  });

  it('gives a key of a megabyte', async () => {
    const expected = crypto.pbkdf2Sync(password, salt, 1, 1 << 20, 'sha1');
    expect((await derive('sha1', password, salt, 1, 1 << 20)).equals(expected)).toBe(true);
  });

  it.each([[1], [null], [undefined], [Buffer.from('sha256')], [Symbol('sha256')], [{}]])(
    'refuses %s as a type of hash name',
    async (name) => {
      await expect(wrong(name, password, salt, 1)).rejects.toThrow(wrongType);
    },
  );

  it.each(['unknown', '', 'sha256\0', 'md4'])('refuses the digest %j', async (name) => {
    await expect(derive(name, password, salt, 1)).rejects.toThrow(wrongValue);
    await expect(derive(name, password, salt, 1)).rejects.toThrow(
      `unsupported hash algorithm ${name}`,
    );
  });

  it.each(['shake_128', 'shake_256'])('refuses %s, with a length and without', async (name) => {
    await expect(derive(name, password, salt, 1)).rejects.toThrow(wrongValue);
    await expect(derive(name, password, salt, 1, 32)).rejects.toThrow(
      'HMAC needs a digest of fixed length',
    );
  });

  it.each([
    ['text', 'text'],
    ['a number', 1],
    ['null', null],
    ['undefined', undefined],
    ['an array', [1, 2]],
    ['an object', {}],
    ['bare shared memory', new SharedArrayBuffer(1)],
    ['a proxy', new Proxy({}, {})],
  ])('refuses %s as password and as salt', async (_what, value) => {
    await expect(wrong('sha256', value, salt, 1)).rejects.toThrow(wrongType);
    await expect(wrong('sha256', password, value, 1)).rejects.toThrow(wrongType);
  });

  it.each([0, -1, -(2 ** 31), -(2 ** 60)])('refuses %d iterations', async (iterations) => {
    await expect(derive('sha1', password, salt, iterations)).rejects.toThrow(wrongValue);
    await expect(derive('sha1', password, salt, iterations)).rejects.toThrow(
      'iteration value must be greater than 0.',
    );
  });

  it.each([2 ** 31, 2 ** 32 + 1, 2 ** 60, 1e300])(
    'refuses %d iterations as too many',
    async (iterations) => {
      await expect(derive('sha1', password, salt, iterations)).rejects.toThrow(outOfRange);
      await expect(derive('sha1', password, salt, iterations)).rejects.toThrow(
        'iteration value is too great.',
      );
    },
  );

  it.each([0, -1, -(2 ** 60)])('refuses a key of %d bytes', async (dklen) => {
    await expect(derive('sha1', password, salt, 1, dklen)).rejects.toThrow(wrongValue);
    await expect(derive('sha1', password, salt, 1, dklen)).rejects.toThrow(
      'key length must be greater than 0.',
    );
  });

  it.each([2 ** 31, 2 ** 32 + 1, 1e300])('refuses a key of %d bytes as too long', async (dklen) => {
    await expect(derive('sha1', password, salt, 1, dklen)).rejects.toThrow(outOfRange);
    await expect(derive('sha1', password, salt, 1, dklen)).rejects.toThrow(
      'key length is too great.',
    );
  });

  it.each([
    [1.5],
    [Number.NaN],
    [Infinity],
    ['1'],
    [1n],
    [true],
    [Symbol('1')],
    [{ valueOf: () => 1 }],
  ])('refuses %s as a type of number', async (value) => {
    await expect(wrong('sha1', password, salt, value)).rejects.toThrow(wrongType);
    await expect(wrong('sha1', password, salt, 1, value)).rejects.toThrow(wrongType);
  });

  it('refuses missing iterations', async () => {
    await expect(wrong('sha1', password, salt)).rejects.toThrow(wrongType);
    await expect(wrong('sha1', password, salt, null)).rejects.toThrow(wrongType);
  });
});

describe('pbkdf2HmacSync', () => {
  it('throws its errors', () => {
    expect(() => pbkdf2HmacSync('unknown', password, salt, 1)).toThrow(wrongValue);
  });
});

describe('pbkdf2Hmac', () => {
  it('rejects, and never throws', async () => {
    const promise = pbkdf2Hmac(1 as unknown as string, password, salt, 1);
    expect(promise).toBeInstanceOf(Promise);
    await expect(promise).rejects.toThrow(wrongType);
  });

  it('copies password and salt at the call', async () => {
    const [changingPassword, changingSalt] = [new Uint8Array(password), new Uint8Array(salt)];
    const promise = pbkdf2Hmac('sha256', changingPassword, changingSalt, 20_000);
    changingPassword.fill(0);
    structuredClone(changingSalt.buffer, { transfer: [changingSalt.buffer] });
    expect(changingSalt.length).toBe(0);
    expect(await promise).toEqual(pbkdf2HmacSync('sha256', password, salt, 20_000));
  });

  it('gives what pbkdf2HmacSync gives, for every digest', async () => {
    for (const name of algorithmsAvailable) {
      if (name.startsWith('shake')) continue;
      const key = await pbkdf2Hmac(name, password, salt, 1000, 200);
      expect(key.equals(pbkdf2HmacSync(name, password, salt, 1000, 200)), name).toBe(true);
    }
  });
});

describe('the number of iterations', () => {
  it('is refused with the same error by both forms if it is 0 or too great', async () => {
    const derive = (iterations: number) => () =>
      pbkdf2HmacSync('sha1', Buffer.from('password'), Buffer.from('salt'), iterations);
    expect(derive(2 ** 31)).toThrow(overflowError('iteration value is too great.'));
    expect(derive(0)).toThrow(valueError('iteration value must be greater than 0.'));
    const promised = pbkdf2Hmac('sha1', Buffer.alloc(0), Buffer.alloc(0), 2 ** 31);
    await expect(promised).rejects.toEqual(overflowError('iteration value is too great.'));
  });
});
