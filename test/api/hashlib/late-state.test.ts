// Hashes of short data: the addon makes a state for one only when update or copy needs it. Nothing else shows that.
import { createHash, randomBytes } from 'node:crypto';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as os from 'hermetic-ssl/os';
import { describe, expect, it } from 'vitest';

import { runModule } from '../../differential/support/child.js';
import { typeError, valueError } from '../../helpers/expected-errors.js';

const nodeDigest = (data: Uint8Array) => createHash('sha256').update(data).digest();
const [first, second] = [randomBytes(64), randomBytes(64)];
const both = Buffer.concat([first, second]);

/** Prints the functions of the addon that make or use a state, for each statement that calls them. */
const CALLS = `
import { binding } from ${JSON.stringify(new URL('../../../dist/internal/native/binding.js', import.meta.url).href)};
const calls = [];
for (const name of ['hashNew', 'hashUpdate', 'hashDigest', 'hashCopy']) {
  const original = binding[name];
  binding[name] = (...given) => (calls.push(name), original(...given));
}
const hashlib = await import('hermetic-ssl/hashlib');
const data = Buffer.alloc(64, 1);
const of = (action) => (calls.length = 0, action(), [...calls]);
let hash;
console.log(JSON.stringify({
  make: of(() => { hash = hashlib.sha256(data, { usedforsecurity: false }); }),
  digest: of(() => [hash.digest(), hash.hexdigest()]),
  update: of(() => hash.update(data)),
  updateMuch: of(() => hash.update(Buffer.alloc(10_000))),
  copy: of(() => hash.copy()),
  digestAfterwards: of(() => hash.digest()),
}));`;

describe('a hash of short data', () => {
  it('has a state only when copy or more data needs it', async () => {
    const { stdout, stderr } = await runModule(CALLS);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      make: [],
      digest: [],
      update: [],
      updateMuch: ['hashNew', 'hashUpdate', 'hashUpdate'],
      copy: ['hashCopy'],
      digestAfterwards: ['hashDigest'],
    });
  });

  it('goes on after a digest and a copy, which are independent of it', () => {
    const hash = hashlib.sha256(first, { usedforsecurity: false });
    const before = hash.digest();
    const copies = [hash.copy(), hash.copy()];
    hash.update(second);
    copies[0]?.update(second);
    expect(before).toEqual(nodeDigest(first));
    expect([hash.digest(), copies[0]?.digest()]).toEqual([nodeDigest(both), nodeDigest(both)]);
    expect(copies[1]?.digest()).toEqual(nodeDigest(first));
    expect(copies[1]?.copy().hexdigest()).toBe(nodeDigest(first).toString('hex'));
  });

  it('goes on after large data, when short data follows and is copied', () => {
    const large = randomBytes(20_000);
    const hash = hashlib.sha256(large);
    for (let i = 0; i < 200; i += 1) hash.update(first);
    const expected = nodeDigest(
      Buffer.concat([large, ...Array.from({ length: 200 }, () => first)]),
    );
    expect(hash.copy().digest()).toEqual(expected);
    expect(hash.digest()).toEqual(expected);
    // Another hash begins where the first one has given its memory back.
    const other = hashlib.sha256(second);
    hash.update(first);
    expect(other.digest()).toEqual(nodeDigest(second));
  });

  it('refuses wrong names, data and options when it is made', () => {
    const make = hashlib.new as (...given: unknown[]) => unknown;
    expect(() => make('spam', first)).toThrow(valueError('unsupported hash algorithm spam'));
    expect(() => make('sha256', 'text')).toThrow(typeError('encode it first'));
    expect(() => make('sha256', first, { key: second })).toThrow(typeError("unknown option 'key'"));
    expect(() => make('sha256', first, { usedforsecurity: 1 })).toThrow(typeError('a boolean'));
    expect(() => make('blake2b', first, { key: randomBytes(65) })).toThrow(valueError('key'));
    expect(() => make('blake2b', first, { digestSize: 65 })).toThrow(valueError('digestSize'));
    const detached = new Uint8Array(8);
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(() => make('sha256', detached)).toThrow(typeError('detached'));
  });
});

describe('a short result', () => {
  it.each([
    ['a digest', (data: Uint8Array) => hashlib.digest('sha256', data)],
    ['the digest of a hash', (data: Uint8Array) => hashlib.sha512(data).digest()],
    ['a digest of SHAKE', (data: Uint8Array) => hashlib.shake_128(data).digest(20)],
    ['a code in one step', (data: Uint8Array) => hmac.digest(data, data, 'sha1')],
    ['the code of an HMAC', (data: Uint8Array) => hmac.new(data, data, 'sha384').digest()],
    ['random bytes', (data: Uint8Array) => os.urandom(data.length)],
  ])('is a Buffer that later results leave alone: %s', (_, make) => {
    const result = make(first);
    const bytes = [...result];
    make(second);
    expect(Buffer.isBuffer(result)).toBe(true);
    expect([...result]).toEqual(bytes);
    expect([result.byteOffset, result.buffer.byteLength]).toEqual([0, result.length]);
    result.fill(0);
    expect(new Set(make(first)).size).toBeGreaterThan(4);
  });
});
