// os.urandom and os.getrandom: what they give and what they refuse.
import { constants as limits } from 'node:buffer';

import * as os from 'hermetic-ssl/os';
import { describe, expect, it } from 'vitest';

import { runModule } from '../../differential/support/child.js';

const isLinux = process.platform === 'linux';
const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });

const NO_INTEGERS: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', '1'],
  ['a fraction', 1.5],
  ['NaN', Number.NaN],
  ['infinity', Infinity],
  ['a bigint', 1n],
  ['a symbol', Symbol('size')],
  ['an array', [1]],
  ['a proxy', new Proxy({}, {})],
  [
    'an object whose valueOf throws',
    {
      valueOf() {
        throw new Error('asked for its value');
      },
    },
  ],
];

describe('urandom', () => {
  it.each([0, 1, 2, 10, 1000, 3 * 1024 * 1024 + 1])('gives a Buffer of %d bytes', (size) => {
    const bytes = os.urandom(size);
    expect(Buffer.isBuffer(bytes)).toBe(true);
    expect(bytes.length).toBe(size);
  });

  it('gives other bytes each time', () => {
    const given = new Set(Array.from({ length: 1000 }, () => os.urandom(16).toString('hex')));
    expect(given.size).toBe(1000);
  });

  it('fills a large Buffer to its end', () => {
    const bytes = os.urandom(40 * 1024 * 1024);
    for (const at of [0, 1 << 20, 33554431, bytes.length - 64]) {
      expect(bytes.subarray(at, at + 64).equals(Buffer.alloc(64))).toBe(false);
    }
  });

  it('shares its memory with no other Buffer', () => {
    const bytes = os.urandom(16);
    expect(bytes.buffer.byteLength).toBe(16);
  });

  it('gives bytes whose values are spread evenly', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of os.urandom(256 * 1000)) counts[byte] = (counts[byte] ?? 0) + 1;
    // Ten standard deviations around the mean of 1000.
    expect(Math.min(...counts)).toBeGreaterThan(684);
    expect(Math.max(...counts)).toBeLessThan(1316);
  });

  it('refuses a negative size', () => {
    expect(() => os.urandom(-1)).toThrow(wrongValue);
    expect(() => os.urandom(-1)).toThrow('size cannot be negative');
  });

  it.each([limits.MAX_LENGTH + 1, 2 ** 53, 1e300].filter((size) => size > limits.MAX_LENGTH))(
    'refuses %d bytes and names the limit',
    (size) => {
      expect(() => os.urandom(size)).toThrow(outOfRange);
      expect(() => os.urandom(size)).toThrow(String(limits.MAX_LENGTH));
    },
  );

  it.each(NO_INTEGERS)('refuses %s', (_what, size) => {
    expect(() => os.urandom(size as number)).toThrow(wrongType);
  });

  it.skipIf(!isLinux)('reports a lack of memory as ENOMEM (Linux)', async () => {
    const source = `
      import { constants } from 'node:buffer';
      import { urandom } from 'hermetic-ssl/os';
      try { urandom(constants.MAX_LENGTH); } catch (error) { console.log(error.code, error.syscall); }`;
    const prefix = ['sh', '-c', 'ulimit -v 3000000; exec "$@"', 'sh'];
    const { stdout, code } = await runModule(source, { prefix });
    expect([code, stdout]).toEqual([0, 'ENOMEM malloc\n']);
  });
});

describe.skipIf(!isLinux)('getrandom (Linux)', () => {
  it.each([0, 1, 16, 256])('gives a Buffer of %d bytes', (size) => {
    expect(os.getrandom(size).length).toBe(size);
  });

  it('gives other bytes each time', () => {
    expect(os.getrandom(16).equals(os.getrandom(16))).toBe(false);
  });

  it('gives what one call gives, and no memory that it did not write', () => {
    const bytes = os.getrandom(64 * 1024 * 1024);
    expect(bytes.length).toBeGreaterThan(256);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it.each([os.GRND_NONBLOCK, os.GRND_RANDOM, os.GRND_NONBLOCK | os.GRND_RANDOM])(
    'takes the flags %d',
    (flags) => {
      try {
        expect(os.getrandom(16, flags).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN', syscall: 'getrandom' });
      }
    },
  );

  it('refuses a negative size and unknown flags as the system does', () => {
    const invalid = expect.objectContaining({ code: 'EINVAL', errno: -22, syscall: 'getrandom' });
    expect(() => os.getrandom(-1)).toThrow(invalid);
    for (const flags of [0x4000_0000, -1, -(2 ** 31)])
      for (const size of [16, 0]) expect(() => os.getrandom(size, flags)).toThrow(invalid);
  });

  it('refuses flags that do not fit in 32 bits', () => {
    for (const flags of [2 ** 31, 2 ** 32, -(2 ** 31) - 1])
      expect(() => os.getrandom(1, flags)).toThrow(outOfRange);
  });

  it.each(NO_INTEGERS)('refuses %s as size and as flags', (what, value) => {
    expect(() => os.getrandom(value as number)).toThrow(wrongType);
    if (what !== 'undefined') expect(() => os.getrandom(1, value as number)).toThrow(wrongType);
  });
});

describe.skipIf(isLinux)('getrandom (not Linux)', () => {
  it('says that it does not exist', () => {
    expect(() => os.getrandom(16)).toThrow(
      expect.objectContaining({ code: 'ERR_METHOD_NOT_IMPLEMENTED' }),
    );
  });
});
