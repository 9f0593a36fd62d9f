// hmac.compareDigest: equality in constant time, of bytes or of ASCII text.
import { compareDigest } from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

import { typeError, wrong } from '../../helpers/expected-errors.js';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const any = (value: unknown) => value as Buffer;

describe('compareDigest', () => {
  it('distinguishes equal bytes from unequal bytes', () => {
    const bytes = Buffer.from('the same bytes');
    expect(compareDigest(bytes, Buffer.from(bytes))).toBe(true);
    expect(compareDigest(bytes, bytes)).toBe(true);
    for (let at = 0; at < bytes.length; at++) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(compareDigest(bytes, other)).toBe(false);
      expect(compareDigest(other, bytes)).toBe(false);
    }
  });

  it('distinguishes equal text from unequal text', () => {
    expect(compareDigest('sesame', 'sesame')).toBe(true);
    expect(compareDigest('sesame', 'sesamE')).toBe(false);
    expect(compareDigest('\0', '\0')).toBe(true);
    expect(compareDigest('a\0b', 'a\0c')).toBe(false);
    const long = 'x'.repeat(100_000);
    expect(compareDigest(long, `${long.slice(1)}x`)).toBe(true);
    expect(compareDigest(long, `${long.slice(1)}y`)).toBe(false);
  });

  it('says no to other lengths, also when one begins with the other', () => {
    for (const [a, b] of [
      ['', 'a'],
      ['a', ''],
      ['ab', 'a'],
      ['a', 'ab'],
      ['aa', 'a'],
    ] as const) {
      expect(compareDigest(a, b)).toBe(false);
      expect(compareDigest(Buffer.from(a), Buffer.from(b))).toBe(false);
    }
  });

  it('accepts two empty operands', () => {
    expect(compareDigest('', '')).toBe(true);
    expect(compareDigest(Buffer.alloc(0), new ArrayBuffer(0))).toBe(true);
  });

  it('compares views of every kind as bytes', () => {
    const words = new Uint16Array([0x6261, 0x6463]);
    expect(compareDigest(words, Buffer.from('abcd'))).toBe(true);
    expect(compareDigest(new DataView(words.buffer, 1, 2), Buffer.from('bc'))).toBe(true);
    expect(compareDigest(words.buffer, words)).toBe(true);
  });

  it.each([
    ['text with bytes', 'a', Buffer.from('a')],
    ['bytes with text', Buffer.from('a'), 'a'],
    ['bytes with a number', Buffer.from('a'), 1],
    ['null with bytes', null, Buffer.from('a')],
    ['numbers', 1, 2],
    ['undefined twice', undefined, undefined],
    ['a string object', new String('a'), 'a'],
    ['arrays', [1], [1]],
    ['text with a number', 'a', 1],
    ['bare shared memory', new SharedArrayBuffer(1), new SharedArrayBuffer(1)],
  ])('refuses %s', (_what, a, b) => {
    expect(() => compareDigest(any(a), any(b))).toThrow(wrongType);
  });

  it('names the combination of types when neither is bytes', () => {
    expect(() => compareDigest(any(1), any(2))).toThrow(
      'unsupported operand types(s) or combination of types',
    );
  });

  it.each([
    ['ä', 'ä'],
    ['a', 'ä'],
    ['ä', 'a'],
    ['€', 'abc'],
    ['\ud800', '\ud800'],
    ['\u0080', '\u0080'],
  ])('refuses the text %j and %j, which is not ASCII', (a, b) => {
    expect(() => compareDigest(a, b)).toThrow(wrongType);
    expect(() => compareDigest(a, b)).toThrow(
      'comparing strings with non-ASCII characters is not supported',
    );
  });

  it('calls no methods of its operands', () => {
    class Loud extends Uint8Array {
      override valueOf(): never {
        throw new Error('asked for its value');
      }
      [Symbol.toPrimitive](): never {
        throw new Error('converted');
      }
    }
    expect(compareDigest(new Loud([1, 2]), new Loud([1, 2]))).toBe(true);
    expect(compareDigest(new Loud([1, 2]), new Uint8Array([1, 3]))).toBe(false);
  });

  it('refuses text beyond ASCII, and text with bytes', () => {
    expect(() => compareDigest('ä', 'ä')).toThrow(typeError('ASCII'));
    expect(() => compareDigest('a', wrong(Buffer.from('a')))).toThrow(typeError());
  });
});
