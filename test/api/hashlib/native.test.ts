// The native functions of BLAKE2 and scrypt, called without lib/: each argument that is of the wrong type is a TypeError,
// each that is out of range a record, and the process lives on.
import { createRequire } from 'node:module';

import { describe, expect, it } from 'vitest';

import { addonPath } from '../../differential/support/child.js';

type NativeFunction = (...given: unknown[]) => unknown;
const addon = createRequire(import.meta.url)(addonPath) as Record<string, NativeFunction>;

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const bytes = Buffer.from('bytes');

function detached(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

const NO_OBJECT = [true, Symbol('s'), 'text', {}, [], () => 1, new Proxy(bytes, {}), new Date()];
const NO_INTEGER = [...NO_OBJECT, undefined, null, 1n, 1.5, Number.NaN, Infinity, 2 ** 53, bytes];
/** By kind of argument: values of another kind. */
const WRONG: Record<string, readonly unknown[]> = {
  string: [undefined, null, 1, 1n, true, Symbol('s'), {}, [], bytes],
  integer: NO_INTEGER,
  bigint: [undefined, null, 1, '1', true, -1n, 2n ** 64n, 2n ** 200n, {}, bytes],
  boolean: [undefined, null, 1, 'true', {}, bytes],
  bytes: [...NO_OBJECT, undefined, null, 1, 1n, detached(), detached().buffer],
  cancellation: [...NO_OBJECT, 1, 1n, bytes],
};

const cost = ['integer', 'integer', 'integer', 'integer'];
const ENTRIES: [name: string, kinds: string[], good: unknown[]][] = [
  [
    'hashNewBlake2',
    ['string', 'integer', 'bytes', 'bytes', 'bytes', 'integer', 'integer', 'integer', 'bigint', 'integer', 'integer', 'boolean'],
    ['blake2b', 20, bytes, bytes, bytes, 1, 1, 0, 0n, 0, 0, false],
  ], // prettier-ignore
  ['scryptCheck', [...cost, 'integer'], [16, 8, 1, 0, 64]],
  [
    'scryptSync',
    ['bytes', 'bytes', ...cost, 'bytes'],
    [bytes, bytes, 16, 8, 1, 0, Buffer.alloc(9)],
  ],
  [
    'scrypt',
    ['bytes', 'bytes', ...cost, 'bytes', 'cancellation'],
    [bytes, bytes, 16, 8, 1, 0, Buffer.alloc(9), addon['newCancellation']?.()],
  ],
];

describe.each(ENTRIES)('%s', (name, kinds, good) => {
  const call = addon[name] as NativeFunction;

  it('takes what it should', async () => {
    expect((await call(...good)) ?? {}).not.toHaveProperty('nativeError');
  });

  it.each(kinds.map((kind, index) => [index, kind] as const))(
    'refuses argument %d when it is no %s',
    (index, kind) => {
      for (const [which, value] of (WRONG[kind] ?? []).entries()) {
        const given = good.with(index, value);
        expect(() => call(...given), `value ${which}`).toThrow(wrongType);
      }
    },
  );

  it('refuses calls with fewer arguments', () => {
    for (let length = 0; length < kinds.filter((kind) => kind !== 'cancellation').length; length++)
      expect(() => call(...good.slice(0, length))).toThrow(wrongType);
  });
});

describe('numbers out of range', () => {
  const huge = [-(2 ** 53) + 1, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  const blake2 = ENTRIES[0]?.[2] ?? [];

  it.each([1, 5, 6, 9, 10])('are records of argument %d of hashNewBlake2', (index) => {
    for (const value of huge) {
      const result = addon['hashNewBlake2']?.(...blake2.with(index, value));
      expect(result).toMatchObject({ nativeError: 'value' });
    }
  });

  it('are records of a leaf, an offset, a key and an algorithm of hashNewBlake2', () => {
    const call = (index: number, value: unknown) =>
      addon['hashNewBlake2']?.(...blake2.with(index, value));
    expect(call(7, 2 ** 32)).toMatchObject({ nativeError: 'overflow' });
    expect(call(7, -1)).toMatchObject({ nativeError: 'value' });
    expect(call(2, new Uint8Array(2 ** 24))).toMatchObject({ nativeError: 'value' });
    expect(call(0, 'sha256')).toMatchObject({ nativeError: 'value' });
    expect(call(0, 'spam')).toMatchObject({ nativeError: 'value' });
    const small = blake2.with(0, 'blake2s');
    expect(addon['hashNewBlake2']?.(...small.with(3, Buffer.alloc(8)).with(4, Buffer.alloc(8)).with(8, 2n ** 48n)))
      .toMatchObject({ nativeError: 'overflow' }); // prettier-ignore
  });

  it.each(['scryptCheck', 'scryptSync', 'scrypt'])('are records of %s', (name) => {
    const [, kinds = [], good = []] = ENTRIES.find(([entry]) => entry === name) ?? [];
    for (const [index, kind] of kinds.entries()) {
      if (kind !== 'integer') continue;
      for (const value of huge) {
        const result = addon[name]?.(...good.with(index, value));
        expect(result, `argument ${index}, ${value}`).toMatchObject({ nativeError: 'value' });
      }
    }
    const empty = good.with(
      name === 'scryptCheck' ? 4 : 6,
      name === 'scryptCheck' ? 0 : Buffer.alloc(0),
    );
    expect(addon[name]?.(...empty)).toMatchObject({ nativeError: 'value' });
  });
});

describe('a Buffer that is detached while scrypt runs', () => {
  it('rejects the promise', async () => {
    const out = new Uint8Array(32);
    const promise = addon['scrypt']?.(bytes, bytes, 1024, 8, 1, 0, out);
    structuredClone(out.buffer, { transfer: [out.buffer] });
    await expect(promise).rejects.toEqual(wrongType);
  });
});

describe('hashOnce and hashOnceHex', () => {
  const algorithm = addon['algorithm'] as (name: string) => { id: number };
  const { id } = algorithm('sha256');
  const hexOf = (...given: unknown[]) => addon['hashOnceHex']?.(id, ...given);

  it('read a part, also at 4 GiB', () => {
    const data = new Uint8Array(2 ** 32); // the longest array of Node 20
    data.set(bytes, 2 ** 32 - bytes.length);
    expect(hexOf(data, 2 ** 32 - bytes.length, bytes.length)).toBe(hexOf(bytes, 0, bytes.length));
    expect(hexOf(data, 2 ** 32, 0)).toBe(hexOf(bytes, 0, 0));
  });

  it.each([
    [0, 6],
    [6, 0],
    [1, 5],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ])('refuse a part that is not within the bytes: %d, %d', (offset, length) => {
    expect(() => hexOf(bytes, offset, length)).toThrow('within');
    const out = Buffer.alloc(32);
    expect(() => addon['hashOnce']?.(id, bytes, offset, length, out)).toThrow('within');
  });
});
