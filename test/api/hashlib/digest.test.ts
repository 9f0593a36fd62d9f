// hashlib.digest, and hashes of many small parts, which are kept until a call of the addon is worth while.
import { createHash, randomBytes, randomInt } from 'node:crypto';

import * as hashlib from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import { typeError, valueError } from '../../helpers/expected-errors.js';

const nodeDigest = (name: string, data: Uint8Array) => createHash(name).update(data).digest();
const fixed = [...hashlib.algorithmsAvailable].filter((name) => !name.startsWith('shake'));

describe('hashlib.digest', () => {
  it.each(fixed)('gives the digest that new(%s) gives', (name) => {
    for (const size of [0, 1, 63, 64, 1000, 100_000]) {
      const data = randomBytes(size);
      const expected = hashlib.new(name, data).digest();
      expect(hashlib.digest(name, data)).toEqual(expected);
      expect(hashlib.digest(name, data, null)).toEqual(expected);
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(hashlib.digest(name, data, encoding)).toBe(expected.toString(encoding));
    }
  });

  it('takes every kind of bytes, by their bytes', () => {
    const bytes = randomBytes(24);
    const buffer = new Uint8Array(bytes).buffer;
    const expected = nodeDigest('sha256', bytes).toString('hex');
    const shared = new Uint8Array(new SharedArrayBuffer(24));
    shared.set(bytes);
    for (const data of [
      buffer,
      new DataView(buffer),
      new Uint16Array(buffer),
      new Float64Array(buffer),
      shared,
    ])
      expect(hashlib.digest('sha256', data, 'hex')).toBe(expected);
    expect(hashlib.digest('sha256', new Uint16Array(buffer, 2, 3), 'hex')).toBe(
      nodeDigest('sha256', bytes.subarray(2, 8)).toString('hex'),
    );
  });

  it('gives a Buffer with memory of its own', () => {
    const digest = hashlib.digest('sha256', Buffer.from('abc'));
    expect(digest.buffer.byteLength).toBe(32);
  });

  it('refuses SHAKE, and the advice of the message works', () => {
    const data = Buffer.from('abc');
    expect(() => hashlib.digest('shake_128', data)).toThrow(
      typeError("use hashlib.new('shake_128', data).digest(length)"),
    );
    expect(hashlib.new('shake_128', data).digest(20)).toHaveLength(20);
  });

  it('refuses what is not a name, bytes or an encoding', () => {
    const digest = hashlib.digest as (...values: unknown[]) => unknown;
    const data = Buffer.from('abc');
    expect(() => digest('spam', data)).toThrow(valueError('unsupported hash algorithm spam'));
    expect(() => digest(1, data)).toThrow(typeError('name must be a string'));
    expect(() => digest('sha256', 'abc')).toThrow(typeError('encode it first'));
    expect(() => digest('sha256', data, 'utf8')).toThrow(
      valueError("hex, base64, base64url, not 'utf8'"),
    );
    expect(() => digest('sha256', data, 1)).toThrow(
      typeError('hex, base64, base64url, not type number'),
    );
    const detached = new Uint8Array(8);
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(() => digest('sha256', detached)).toThrow(typeError('detached'));
  });
});

describe('a hash of many parts', () => {
  it('has the digest of the whole, however it is cut', () => {
    for (let round = 0; round < 200; round += 1) {
      const parts = Array.from({ length: randomInt(40) }, () =>
        randomBytes(randomInt(round % 2 === 0 ? 100 : 3000)),
      );
      const hash = hashlib.sha256();
      for (const part of parts) hash.update(part);
      const expected = nodeDigest('sha256', Buffer.concat(parts));
      expect(hash.digest()).toEqual(expected);
      expect(hash.hexdigest()).toBe(expected.toString('hex'));
      hash.update(Buffer.from('more'));
      expect(hash.digest()).toEqual(
        nodeDigest('sha256', Buffer.concat([...parts, Buffer.from('more')])),
      );
    }
  });

  it('is independent of others that are fed in turn with it, and of its copies', () => {
    const hashes = Array.from({ length: 5 }, (_, index) => ({
      hash: hashlib.sha1(),
      fed: [Buffer.of(index)],
    }));
    for (const { hash, fed } of hashes) hash.update(fed[0] as Buffer);
    for (let turn = 0; turn < 2000; turn += 1) {
      const entry = hashes[randomInt(hashes.length)] as (typeof hashes)[number];
      const part = randomBytes(randomInt(1, 50));
      entry.hash.update(part);
      entry.fed.push(part);
      if (turn % 500 === 250) hashes.push({ hash: entry.hash.copy(), fed: [...entry.fed] });
    }
    for (const { hash, fed } of hashes)
      expect(hash.hexdigest()).toBe(nodeDigest('sha1', Buffer.concat(fed)).toString('hex'));
  });

  it('has read each part when update returns', () => {
    const part = Buffer.from('before');
    const [alone, updated] = [hashlib.sha256(part), hashlib.sha256()];
    updated.update(part);
    part.fill(0);
    const expected = nodeDigest('sha256', Buffer.from('before')).toString('hex');
    expect([alone.hexdigest(), updated.hexdigest()]).toEqual([expected, expected]);
  });

  it.each([1, 4095, 4096, 4097, 16_384, 16_385])(
    'is right at the edges of what is kept: %i bytes',
    (size) => {
      const data = randomBytes(size);
      const hash = hashlib.sha512(data);
      hash.update(data.subarray(0, 1));
      hash.update(data);
      const expected = nodeDigest('sha512', Buffer.concat([data, data.subarray(0, 1), data]));
      expect(hash.digest()).toEqual(expected);
    },
  );
});
