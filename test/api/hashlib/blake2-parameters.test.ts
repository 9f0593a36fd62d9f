// BLAKE2's parameters: whole ranges, the first values outside, and all at once.
import { blake2b, blake2s, type Blake2Options } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import { askPython, hasPython } from '../../differential/support/oracles.js';
import { overflowError, typeError, valueError } from '../../helpers/expected-errors.js';

const abc = Buffer.from('abc');
const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

const VARIANTS = [
  { name: 'blake2b', start: blake2b, most: 64, salt: 16, offset: 2n ** 64n - 1n },
  { name: 'blake2s', start: blake2s, most: 32, salt: 8, offset: 2n ** 48n - 1n },
] as const;

describe.each(VARIANTS)('hashlib.$name', ({ name, start, most, salt, offset }) => {
  /** How many different digests there are, and how many were asked for. */
  function expectDistinct(each: readonly Blake2Options[]): void {
    const digests = each.map((options) => start(abc, options).hexdigest());
    expect(new Set(digests).size).toBe(each.length);
  }

  it.each(['key', 'salt', 'person'] as const)('takes a %s of every length', (option) => {
    const longest = option === 'key' ? most : salt;
    expectDistinct(from(0, longest).map((length) => ({ [option]: Buffer.alloc(length, 'a') })));
    const tooLong = { [option]: Buffer.alloc(longest + 1, 'a') };
    expect(() => start(abc, tooLong)).toThrow(valueError());
    expect(start(abc, { [option]: Buffer.alloc(0) }).digest()).toEqual(start(abc).digest());
  });

  it.each([
    ['digestSize', 1, most],
    ['fanout', 0, 255],
    ['depth', 1, 255],
    ['nodeDepth', 0, 255],
    ['innerSize', 0, most],
  ] as const)('takes every %s from %d to %d', (option, first, last) => {
    expectDistinct(from(first, last).map((value) => ({ [option]: value })));
    for (const value of [-1, first - 1, last + 1])
      expect(() => start(abc, { [option]: value })).toThrow(valueError(option));
  });

  it('takes the least and the greatest size of a leaf and offset of a node', () => {
    expectDistinct([{ leafSize: 0 }, { leafSize: 2 ** 32 - 1 }, { nodeOffset: offset }]);
    expect(start(abc, { nodeOffset: 0, leafSize: 0 }).digest()).toEqual(start(abc).digest());
    for (const wrong of [{ leafSize: -1 }, { nodeOffset: -1 }])
      expect(() => start(abc, wrong)).toThrow(valueError());
    for (const wrong of [{ leafSize: 2 ** 32 }, { nodeOffset: offset + 1n }])
      expect(() => start(abc, wrong)).toThrow(overflowError());
  });

  it('refuses text as data, whatever the parameters', () => {
    expect(() => start('' as never, { digestSize: 17 })).toThrow(typeError('data'));
  });

  it.skipIf(!hasPython)(
    'gives what Python gives for all parameters at once (needs python3)',
    () => {
      const bytes = { key: 'a key', salt: 'salt', person: 'me' };
      const numbers = { digestSize: 24, fanout: 8, depth: 7, leafSize: 6, nodeOffset: 5 };
      const rest = { nodeDepth: 4, innerSize: 3, lastNode: true };
      const { key, salt: pepper, person } = bytes;
      const hash = start(abc, {
        ...numbers,
        ...rest,
        key: Buffer.from(key),
        salt: Buffer.from(pepper),
        person: Buffer.from(person),
      });
      const options = Object.fromEntries(
        Object.entries({ ...bytes, ...numbers, ...rest }).map(([option, value]) => [
          option.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`),
          typeof value === 'string' ? Buffer.from(value).toString('hex') : value,
        ]),
      );
      const asked = {
        op: 'blake2' as const,
        algorithm: name,
        message: abc.toString('hex'),
        options,
      };
      expect([hash.hexdigest()]).toEqual(askPython([asked]));
    },
  );

  it('does not leave its parameters to the next hash', () => {
    const before = start(abc).hexdigest();
    expect(start(abc, { digestSize: 1 }).digest()).toHaveLength(1);
    expect(start(abc).hexdigest()).toBe(before);
    expect(start(abc, { fanout: 1 }).hexdigest()).toBe(before); // the default, given
    expect(before).toMatch(name === 'blake2b' ? /^ba80a53f981c4d0d/ : /^508c5e8c327c14e2/); // RFC 7693
  });
});
