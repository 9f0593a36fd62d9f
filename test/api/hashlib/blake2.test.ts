// BLAKE2 with a key, a salt, a personalization and as the node of a tree.
import { blake2b, blake2s, new as newHash } from 'hermetic-ssl/hashlib';
import type { Blake2Options } from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const abc = Buffer.from('abc');

describe('the known answers', () => {
  it('of RFC 7693, appendices A and B', () => {
    expect(blake2b(abc).hexdigest()).toBe(
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1' +
        '7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    );
    expect(blake2s(abc).hexdigest()).toBe(
      '508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982',
    );
  });

  it.each([
    [0, 64, '10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786'],
    [1, 64, '961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4'],
    [255, 64, '142709d62e28fcccd0af97fad0f8465b971e82201dc51070faa0372aa43e9248'],
  ])('of blake2b-kat, %d bytes with a key of %d', (length, keyLength, digest) => {
    const hash = blake2b(counting(length), { key: counting(keyLength) });
    expect(hash.hexdigest().slice(0, 64)).toBe(digest);
  });

  it.each([
    [0, '48a8997da407876b3d79c0d92325ad3b89cbb754d86ab71aee047ad345fd2c49'],
    [1, '40d15fee7c328830166ac3f918650f807e7e01e177258cdc0a39b11f598066f1'],
  ])('of blake2s-kat, %d bytes with a key of 32', (length, digest) => {
    expect(blake2s(counting(length), { key: counting(32) }).hexdigest()).toBe(digest);
  });

  // The tree of Python's documentation: two leaves and a root.
  it('of a tree with two leaves (Python documentation, "Tree mode")', () => {
    const data = Buffer.alloc(6000);
    const tree = { fanout: 2, depth: 2, leafSize: 4096, innerSize: 64 };
    const leaves = [
      blake2b(data.subarray(0, 4096), { ...tree, nodeOffset: 0, nodeDepth: 0, lastNode: false }),
      blake2b(data.subarray(4096), { ...tree, nodeOffset: 1, nodeDepth: 0, lastNode: true }),
    ];
    const root = blake2b(null, {
      ...tree,
      digestSize: 32,
      nodeOffset: 0,
      nodeDepth: 1,
      lastNode: true,
    });
    for (const leaf of leaves) root.update(leaf.digest());
    expect(root.hexdigest()).toBe(
      '3ad2a9b37c6070e374c7a8c508fe20ca86b6ed54e286e93a0318e95e881db5aa',
    );
  });
});

describe.each([
  ['blake2b', blake2b, 64, 16],
  ['blake2s', blake2s, 32, 8],
] as const)('hashlib.%s', (name, start, most, saltMost) => {
  const options: Blake2Options = { key: counting(7), salt: counting(5), lastNode: true };

  it('is what hashlib.new makes of the same options', () => {
    expect(newHash(name, abc, options).digest()).toEqual(start(abc, options).digest());
  });

  it('has the name, the sizes and the pieces of any hash', () => {
    const hash = start(Buffer.from('ab'), { ...options, digestSize: 20 });
    const copy = hash.copy();
    copy.update(Buffer.from('c'));
    expect([hash.name, hash.digestSize, hash.blockSize]).toEqual([name, 20, 2 * most]);
    expect([copy.name, copy.digestSize, copy.blockSize]).toEqual([name, 20, 2 * most]);
    expect(copy.digest()).toEqual(start(abc, { ...options, digestSize: 20 }).digest());
    hash.update(Buffer.from('c'));
    expect(hash.digest()).toEqual(copy.digest());
    expect(hash.hexdigest()).toBe(copy.digest().toString('hex'));
    expect(() => hash.digest(20)).toThrow(wrongType);
  });

  it('reads its key at the call', () => {
    const key = counting(16);
    const hash = start(abc, { key });
    const expected = hash.digest();
    key.fill(0);
    expect(hash.digest()).toEqual(expected);
  });

  it('is another hash with each parameter, and the plain one with the defaults', () => {
    const each: Blake2Options[] = [
      { key: abc },
      { salt: abc },
      { person: abc },
      { fanout: 0 },
      { depth: 2 },
      { leafSize: 1 },
      { nodeOffset: 1 },
      { nodeDepth: 1 },
      { innerSize: 1 },
      { lastNode: true },
    ];
    const digests = each.map((given) => start(abc, given).hexdigest());
    const plain = start(abc).hexdigest();
    expect(new Set([...digests, plain]).size).toBe(each.length + 1);
    const none = new Uint8Array(0);
    const defaults = { key: none, salt: none, person: none, fanout: 1, depth: 1, leafSize: 0 };
    const rest = { nodeOffset: 0n, nodeDepth: 0, innerSize: 0, lastNode: false };
    expect(start(abc, { ...defaults, ...rest, digestSize: most }).hexdigest()).toBe(plain);
  });

  it('adds zeros to a short salt', () => {
    const padded = new Uint8Array(saltMost);
    padded.set(abc);
    expect(start(abc, { salt: abc, person: abc }).digest()).toEqual(
      start(abc, { salt: padded, person: padded }).digest(),
    );
  });

  it('takes an offset as a number or a bigint', () => {
    const largest = name === 'blake2b' ? 2n ** 64n - 1n : 2n ** 48n - 1n;
    expect(start(abc, { nodeOffset: 5 }).digest()).toEqual(start(abc, { nodeOffset: 5n }).digest());
    expect(start(abc, { nodeOffset: largest }).digest()).not.toEqual(start(abc).digest());
    expect(() => start(abc, { nodeOffset: largest + 1n })).toThrow(outOfRange);
  });

  it.each([
    [{ key: new Uint8Array(most + 1) }, `maximum key length is ${most} bytes, got ${most + 1}`],
    [{ salt: new Uint8Array(saltMost + 1) }, `maximum salt length is ${saltMost} bytes`],
    [{ person: new Uint8Array(saltMost + 1) }, `maximum person length is ${saltMost} bytes`],
    [{ fanout: -1 }, "'fanout' must be between 0 and 255, got -1"],
    [{ fanout: 256 }, "'fanout' must be between 0 and 255, got 256"],
    [{ depth: 0 }, "'depth' must be between 1 and 255"],
    [{ depth: 256 }, "'depth' must be between 1 and 255"],
    [{ leafSize: -1 }, "'leafSize' cannot be negative"],
    [{ nodeOffset: -1 }, "'nodeOffset' cannot be negative"],
    [{ nodeDepth: 256 }, "'nodeDepth' must be between 0 and 255"],
    [{ innerSize: most + 1 }, `'innerSize' must be between 0 and ${most}`],
    [{ innerSize: -(2 ** 31) }, "'innerSize' must be between 0"],
    [{ digestSize: 0, key: abc }, `digestSize for ${name} must be between 1 and ${most} bytes`],
    [{ digestSize: most + 1, key: abc }, `digestSize for ${name} must be between 1`],
  ] as [Blake2Options, string][])('refuses %j as a value', (given, message) => {
    expect(() => start(abc, given)).toThrow(wrongValue);
    expect(() => start(abc, given)).toThrow(message);
  });

  it.each([
    ...[{ leafSize: 2 ** 32 }, { leafSize: 1e300 }, { nodeOffset: 2n ** 64n }],
    ...[{ digestSize: 2 ** 31 }, { fanout: 2 ** 31 }, { depth: 2 ** 53 }, { nodeDepth: 1e300 }],
    { innerSize: -1e300 },
  ])('refuses %s as out of what C holds', (given) =>
    expect(() => start(abc, given)).toThrow(outOfRange),
  );

  it.each(['key', 'salt', 'person'])('requires bytes for %s', (option) => {
    const detached = new Uint8Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    for (const value of ['x', 1, null, [1], {}])
      expect(() => start(abc, { [option]: value })).toThrow(wrongType);
    expect(() => start(abc, { [option]: detached, depth: 2 })).toThrow();
  });

  it.each(['fanout', 'depth', 'leafSize', 'nodeOffset', 'nodeDepth', 'innerSize'])(
    'wants an integer for %s',
    (option) => {
      for (const value of ['1', 1.5, Number.NaN, Infinity, null, true, {}])
        expect(() => start(abc, { [option]: value })).toThrow(wrongType);
    },
  );

  it('requires a boolean for lastNode', () => {
    for (const value of [1, 'true', null]) {
      expect(() => start(abc, { lastNode: value as unknown as boolean })).toThrow(wrongType);
    }
  });

  it('refuses to be a part of an HMAC, which would lose the parameters', () => {
    const notImplemented = expect.objectContaining({ code: 'ERR_METHOD_NOT_IMPLEMENTED' });
    expect(() => hmac.new(abc, abc, () => start(null, options))).toThrow(notImplemented);
    expect(() => hmac.new(abc, abc, () => start(null, options).copy())).toThrow(notImplemented);
    expect(hmac.new(abc, abc, start).hexdigest()).toBe(hmac.new(abc, abc, name).hexdigest());
  });
});
