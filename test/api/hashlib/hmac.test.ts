// hmac: objects, the one-shot function, and their errors.
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });

const key = Buffer.from('Jefe');
const msg = Buffer.from('what do ya want for nothing?');
const CODE = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

/** The two ways to give all arguments, whose errors are the same. */
const WAYS: [string, (key: Buffer, msg: Buffer, digestmod: hmac.DigestMod) => unknown][] = [
  ['new', hmac.new],
  ['digest', hmac.digest],
  ['HMAC', (...given) => new hmac.HMAC(...given)],
];

describe('hmac.new', () => {
  it('gives the code of the message', () => {
    expect(hmac.new(key, msg, 'sha256').hexdigest()).toBe(CODE);
    expect(new hmac.HMAC(key, msg, 'sha256').hexdigest()).toBe(CODE);
    expect(hmac.digest(key, msg, 'sha256').toString('hex')).toBe(CODE);
  });

  it('takes no message, a function of hashlib, and other spellings of a name', () => {
    expect(hmac.new(key, null, 'sha256').hexdigest()).toBe(
      hmac.new(key, Buffer.alloc(0), 'sha256').hexdigest(),
    );
    expect(hmac.new(key, undefined, 'sha256').digest().length).toBe(32);
    expect(hmac.new(key, msg, hashlib.sha256).hexdigest()).toBe(CODE);
    expect(hmac.new(key, msg, 'SHA2-256').hexdigest()).toBe(CODE);
  });

  it('has the name, the sizes and the class of Python', () => {
    const mac = hmac.new(key, msg, 'SHA3-256');
    expect(mac).toBeInstanceOf(hmac.HMAC);
    expect([mac.name, mac.digestSize, mac.blockSize]).toEqual(['hmac-sha3_256', 32, 136]);
    expect(hmac.new(key, msg, 'sha512').blockSize).toBe(128);
  });

  it('takes an empty key, which is the same as a key of zeros', () => {
    const empty = hmac.new(new Uint8Array(0), msg, 'sha256').hexdigest();
    expect(empty).toBe(hmac.new(Buffer.alloc(64), msg, 'sha256').hexdigest());
    expect(empty).not.toBe(hmac.new(Buffer.alloc(65), msg, 'sha256').hexdigest());
  });

  it('hashes a key that is longer than a block', () => {
    const long = Buffer.alloc(65, 'k');
    const hashed = hashlib.sha256(long).digest();
    expect(hmac.digest(long, msg, 'sha256')).toEqual(hmac.digest(hashed, msg, 'sha256'));
  });

  it('reads the key at the call', () => {
    const changing = Buffer.from(key);
    const mac = hmac.new(changing, null, 'sha256');
    changing.fill(0);
    mac.update(msg);
    expect(mac.hexdigest()).toBe(CODE);
  });

  it('works with every digest of fixed length', () => {
    for (const name of hashlib.algorithmsAvailable) {
      if (name.startsWith('shake')) continue;
      const mac = hmac.new(key, msg, name);
      expect(mac.digest().length).toBe(hashlib.new(name).digestSize);
      expect(mac.digest()).toEqual(hmac.digest(key, msg, name));
    }
  });
});

describe('HMAC', () => {
  it('goes on after digest()', () => {
    const mac = hmac.new(key, msg.subarray(0, 9), 'sha256');
    mac.digest();
    mac.update(msg.subarray(9));
    expect([mac.hexdigest(), mac.digest().toString('hex')]).toEqual([CODE, CODE]);
  });

  it('is independent of its copy', () => {
    const mac = hmac.new(key, msg.subarray(0, 9), 'sha256');
    const copy = mac.copy();
    mac.update(Buffer.from('something else'));
    copy.update(msg.subarray(9));
    expect(copy).toBeInstanceOf(hmac.HMAC);
    expect([copy.name, copy.hexdigest()]).toEqual(['hmac-sha256', CODE]);
    expect(mac.hexdigest()).not.toBe(CODE);
  });

  it('refuses a message that is not bytes', () => {
    const mac = hmac.new(key, null, 'sha256');
    for (const wrong of ['abc', 1, null, undefined, {}]) {
      expect(() => mac.update(wrong as Buffer)).toThrow(wrongType);
    }
  });
});

describe.each(WAYS)('hmac.%s', (_name, make) => {
  it.each([undefined, null, ''])('says that digestmod %j is missing', (digestmod) => {
    expect(() => make(key, msg, digestmod as string)).toThrow(wrongType);
    expect(() => make(key, msg, digestmod as string)).toThrow(
      "Missing required argument 'digestmod'.",
    );
  });

  it.each(['spam', 'shake_128', 'shake_256'])('refuses the digest %s as a value', (digestmod) => {
    expect(() => make(key, msg, digestmod)).toThrow(wrongValue);
    expect(() => make(key, msg, digestmod)).toThrow(`unsupported hash algorithm ${digestmod}`);
  });

  it.each([[1], [{}], [() => 'sha256'], [key], [Symbol('sha256')]])(
    'refuses %s as a type of digest',
    (digestmod) => {
      expect(() => make(key, msg, digestmod as unknown as string)).toThrow(wrongType);
    },
  );

  it('refuses a BLAKE2 of another length than its own', () => {
    expect(() => make(key, msg, () => hashlib.blake2b(null, { digestSize: 20 }))).toThrow(
      expect.objectContaining({ code: 'ERR_METHOD_NOT_IMPLEMENTED' }),
    );
  });

  it.each(['text', 1, null, undefined, {}, []])('refuses %j as key', (wrong) => {
    expect(() => make(wrong as Buffer, msg, 'sha256')).toThrow(wrongType);
  });

  it('refuses a string as message', () => {
    expect(() => make(key, 'text' as unknown as Buffer, 'sha256')).toThrow(wrongType);
  });
});
