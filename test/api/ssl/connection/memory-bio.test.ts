// MemoryBIO: a queue of bytes with an end.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { sslError, typeError, wrong } from '../../../helpers/expected-errors.js';

function filled(text = 'foo'): ssl.MemoryBIO {
  const bio = new ssl.MemoryBIO();
  bio.write(Buffer.from(text));
  return bio;
}

describe('MemoryBIO', () => {
  it('gives bytes in the order in which they came', () => {
    const bio = filled();
    expect(bio.read()).toEqual(Buffer.from('foo'));
    expect(bio.read()).toEqual(Buffer.alloc(0));
    expect(bio.write(Buffer.from('foo'))).toBe(3);
    expect(bio.write(Buffer.from('bar'))).toBe(3);
    expect(bio.read()).toEqual(Buffer.from('foobar'));
  });

  it('gives as many as are asked for, and all for a negative number', () => {
    const bio = filled('baz-quux');
    expect(bio.read(2).toString()).toBe('ba');
    expect(bio.read(0)).toHaveLength(0);
    expect(bio.read(1).toString()).toBe('z');
    expect(bio.read(-1).toString()).toBe('-quux');
    expect(
      filled()
        .read(2 ** 31 - 1)
        .toString(),
    ).toBe('foo');
    expect(
      filled()
        .read(-(2 ** 31))
        .toString(),
    ).toBe('foo');
  });

  it('counts what can be read', () => {
    const bio = new ssl.MemoryBIO();
    expect(bio.pending).toBe(0);
    bio.write(Buffer.from('foo'));
    expect(bio.pending).toBe(3);
    for (let left = 2; left >= 0; left--) {
      bio.read(1);
      expect(bio.pending).toBe(left);
    }
  });

  it('is at its end once the end was written and everything before it read', () => {
    const bio = filled();
    expect(bio.eof).toBe(false);
    bio.writeEof();
    expect(bio.eof).toBe(false);
    expect(bio.read(2).toString()).toBe('fo');
    expect(bio.eof).toBe(false);
    expect(bio.read().toString()).toBe('o');
    expect(bio.eof).toBe(true);
    expect(bio.read()).toHaveLength(0);
    expect(bio.eof).toBe(true);
  });

  it('takes nothing after its end', () => {
    const bio = filled();
    bio.writeEof();
    bio.writeEof();
    const refused = sslError(null, { library: null, message: 'cannot write() after writeEof()' });
    expect(() => bio.write(Buffer.from('x'))).toThrow(refused);
    expect(bio.read().toString()).toBe('foo');
  });

  it.each([
    ['a Buffer', Buffer.from([1, 2, 3, 4])],
    ['a Uint8Array', new Uint8Array([1, 2, 3, 4])],
    ['an ArrayBuffer', new Uint8Array([1, 2, 3, 4]).buffer],
    ['a DataView', new DataView(new Uint8Array([0, 1, 2, 3, 4, 0]).buffer, 1, 4)],
    ['wider elements, as bytes', new Uint16Array([0x0201, 0x0403])],
    ['part of a buffer', new Uint8Array([0, 1, 2, 3, 4, 0]).subarray(1, 5)],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(4)).fill(1).map((_, i) => i + 1)],
  ])('takes %s', (_name, bytes) => {
    const bio = new ssl.MemoryBIO();
    expect(bio.write(bytes)).toBe(4);
    expect(bio.read()).toEqual(Buffer.from([1, 2, 3, 4]));
  });

  it('refuses values that are not bytes, and values that are not a count', () => {
    for (const value of ['foo', null, undefined, true, 1, [1], {}])
      expect(() => new ssl.MemoryBIO().write(wrong(value))).toThrow(typeError('bytes'));
    for (const value of ['1', null, 1.5, 1n, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new ssl.MemoryBIO().read(wrong(value))).toThrow(typeError('size'));
  });

  it('copies: what happens to the bytes afterwards does not matter', () => {
    const [bio, bytes] = [new ssl.MemoryBIO(), Buffer.from('foo')];
    bio.write(bytes);
    bytes.fill(0);
    const taken = bio.read(1);
    bio.write(Buffer.from('x'));
    expect([taken.toString(), bio.read().toString()]).toEqual(['f', 'oox']);
  });

  it('keeps order and content over many writes and reads of uneven size', () => {
    const bio = new ssl.MemoryBIO();
    const stream = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3));
    const [out, sizes] = [[] as Buffer[], [1, 7, 20_000, 16_384, 3, 40_001]];
    for (let at = 0, turn = 0; at < stream.length || bio.pending > 0; turn++) {
      at += bio.write(stream.subarray(at, at + (sizes[turn % 6] ?? 1)));
      out.push(bio.read(sizes[(turn + 3) % 6]));
    }
    expect(Buffer.concat(out).equals(stream)).toBe(true);
  });
});
