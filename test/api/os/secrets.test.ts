// secrets: tokens, numbers, choices, SystemRandom.
import { constants as limits } from 'node:buffer';

import * as secrets from 'hermetic-ssl/secrets';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const wrongValue = expect.objectContaining({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
const notImplemented = expect.objectContaining({ code: 'ERR_METHOD_NOT_IMPLEMENTED' });

const NOT_INTEGERS = ['1', 1.5, Number.NaN, Infinity, true, null, {}, [1], undefined, Symbol('1')];

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/**
 * Pearson's chi-squared of counts that should be equal. With k degrees of freedom it is above k + 2 * sqrt(kx) + 2x with
 * a probability below e^-x (Laurent and Massart, 2000): with x = 28 in fewer than one of a million million runs.
 */
function expectUniform(results: readonly number[], numKinds: number): void {
  const counts = Array<number>(numKinds).fill(0);
  for (const result of results) counts[result] = (counts[result] ?? Number.NaN) + 1;
  const mean = results.length / numKinds;
  const chi = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = numKinds - 1;
  expect(chi).toBeLessThan(freedom + 2 * Math.sqrt(freedom * 28) + 2 * 28);
}

describe('the tokens', () => {
  it('have DEFAULT_ENTROPY bytes, or as many as are asked for', () => {
    expect(secrets.DEFAULT_ENTROPY).toBe(32);
    for (const nbytes of [undefined, null]) {
      expect(secrets.tokenBytes(nbytes)).toHaveLength(32);
      expect(secrets.tokenHex(nbytes)).toMatch(/^[0-9a-f]{64}$/);
      expect(secrets.tokenUrlsafe(nbytes)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }
    for (const nbytes of [0, 1, 2, 3, 16, 100]) {
      expect(secrets.tokenBytes(nbytes)).toHaveLength(nbytes);
      expect(secrets.tokenHex(nbytes)).toHaveLength(2 * nbytes);
      expect(secrets.tokenUrlsafe(nbytes)).toHaveLength(Math.ceil((nbytes * 4) / 3));
    }
  });

  it('are Buffers, and never the same', () => {
    expect(Buffer.isBuffer(secrets.tokenBytes())).toBe(true);
    const tokens = times(1000, () => secrets.tokenHex(16));
    expect(new Set(tokens).size).toBe(1000);
  });

  it.each([secrets.tokenBytes, secrets.tokenHex, secrets.tokenUrlsafe])(
    '%o refuses a number that is none, negative or too large',
    (token) => {
      for (const value of NOT_INTEGERS.filter((given) => given !== null && given !== undefined))
        expect(() => token(value as number)).toThrow(wrongType);
      expect(() => token(32n as unknown as number)).toThrow(wrongType);
      expect(() => token(-1)).toThrow(wrongValue);
      expect(() => token(2 ** 53)).toThrow(outOfRange);
    },
  );

  it('are refused as text that no string holds', () => {
    const most = Math.floor(limits.MAX_STRING_LENGTH / 2);
    expect(() => secrets.tokenHex(most + 1)).toThrow(outOfRange);
    expect(() => secrets.tokenUrlsafe(most + 1)).toThrow(outOfRange);
  });
});

describe('randbelow', () => {
  it.each([1, 2, 3, 10, 64, 100])('gives each number below %d as often', (bound) => {
    const drawn = times(20_000, () => secrets.randbelow(bound));
    expectUniform(drawn, bound);
    expectUniform(
      times(20_000, () => Number(secrets.randbelow(BigInt(bound)))),
      bound,
    );
  });

  it.each([2 ** 31, 2 ** 32, 2 ** 32 + 1, 3 * 2 ** 50, 2 ** 53 - 1, 2 ** 53])(
    'reaches all thirds of %d, without bias',
    (bound) => {
      const drawn = times(6000, () => secrets.randbelow(bound));
      expect(drawn.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
      expectUniform(
        drawn.map((number) => Math.floor(number / (bound / 3))),
        3,
      );
      // The low bits are there too.
      expectUniform(
        drawn.map((number) => number % 2),
        2,
      );
    },
  );

  it('gives bigints below a bigint', () => {
    for (const bound of [1n, 2n, 2n ** 53n, 2n ** 64n, 2n ** 64n + 1n, 10n ** 100n]) {
      const drawn = times(600, () => secrets.randbelow(bound));
      expect(drawn.every((number) => number >= 0n && number < bound)).toBe(true);
      if (bound < 1000n) continue;
      expectUniform(
        drawn.map((number) => Number((number * 3n) / bound)),
        3,
      );
    }
  });

  it('refuses a value that is not a positive integer', () => {
    for (const bound of [0, -1, -(2 ** 60), 0n, -1n]) {
      expect(() => secrets.randbelow(bound as number)).toThrow(wrongValue);
      expect(() => secrets.randbelow(bound as number)).toThrow('Upper bound must be positive.');
    }
    for (const bound of NOT_INTEGERS)
      expect(() => secrets.randbelow(bound as number)).toThrow(wrongType);
    for (const bound of [2 ** 53 + 2, 1e300])
      expect(() => secrets.randbelow(bound)).toThrow(outOfRange);
  });
});

describe('randbits', () => {
  it.each([0, 1, 7, 8, 9, 31, 32, 33, 48, 52, 53])('gives %d bits, each as often', (k) => {
    const drawn = times(500, () => secrets.randbits(k));
    const large = times(500, () => secrets.randbits(BigInt(k)));
    for (const numbers of [drawn.map(BigInt), large]) {
      expect(numbers.every((number) => number >= 0n && number < 1n << BigInt(k))).toBe(true);
      for (let bit = 0n; bit < k; bit++)
        expectUniform(
          numbers.map((number) => Number((number >> bit) & 1n)),
          2,
        );
    }
  });

  it('gives bigints of any size', () => {
    expect(secrets.randbits(0n)).toBe(0n);
    const lengths = times(200, () => secrets.randbits(1000n).toString(2).length);
    expect(Math.max(...lengths)).toBe(1000);
    expect(secrets.randbits(2n ** 20n) > 0n).toBe(true);
  });

  it('refuses a value that is not a number of bits', () => {
    for (const k of [-1, -1n, -(2 ** 60)])
      expect(() => secrets.randbits(k as number)).toThrow(wrongValue);
    for (const k of NOT_INTEGERS) expect(() => secrets.randbits(k as number)).toThrow(wrongType);
    for (const k of [54, 2 ** 60, 1e300, 2n ** 31n, 2n ** 200n])
      expect(() => secrets.randbits(k as number)).toThrow(outOfRange);
    expect(() => secrets.randbits(64)).toThrow('k = 64n');
  });
});

describe('choice', () => {
  it('gives each element as often', () => {
    const seq = [0, 1, 2, 3, 4, 5, 6];
    expectUniform(
      times(7000, () => secrets.choice(seq)),
      7,
    );
    expectUniform(
      times(7000, () => secrets.choice(Uint8Array.from(seq))),
      7,
    );
    expectUniform(
      times(7000, () => Number(secrets.choice('0123456'))),
      7,
    );
  });

  it('gives characters of a string, not halves', () => {
    const drawn = new Set(times(200, () => secrets.choice('a😀')));
    expect(drawn).toEqual(new Set(['a', '😀']));
  });

  it('takes anything with a length', () => {
    expect(secrets.choice({ length: 1, 0: 'x' })).toBe('x');
    expect(secrets.choice([undefined])).toBe(undefined);
  });

  it('refuses values without elements', () => {
    for (const none of [[], '', new Uint8Array(0)])
      expect(() => secrets.choice(none as string)).toThrow(outOfRange);
    expect(() => secrets.choice([])).toThrow('Cannot choose from an empty sequence');
    const wrong = [undefined, null, 1, new Set([1]), {}, () => 1, { length: 1.5 }, { length: '1' }];
    for (const seq of wrong) expect(() => secrets.choice(seq as string)).toThrow(wrongType);
  });
});

describe('compareDigest', () => {
  it("is hmac's", () => expect(secrets.compareDigest).toBe(hmac.compareDigest));
});

describe('SystemRandom', () => {
  const random = new secrets.SystemRandom();

  it('gives numbers from 0 to below 1, with 53 bits', () => {
    const drawn = times(5000, () => random.random());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expectUniform(
      drawn.map((number) => Math.floor(number * 10)),
      10,
    );
    expect(drawn.some((number) => (number * 2 ** 53) % 2 === 1)).toBe(true);
  });

  it('gives numbers between two', () => {
    const drawn = times(1000, () => random.uniform(-2, 3));
    expect(drawn.every((number) => number >= -2 && number <= 3)).toBe(true);
    expect(() => random.uniform('1' as never, 2)).toThrow(wrongType);
  });

  it('gives bits and bytes', () => {
    expect(random.getrandbits(5)).toBeLessThan(32);
    expect(random.getrandbits(64n)).toBeTypeOf('bigint');
    expect(random.randbytes(5)).toHaveLength(5);
  });

  it.each([
    [[5], [0, 1, 2, 3, 4]],
    [
      [5, null],
      [0, 1, 2, 3, 4],
    ],
    [
      [-2, 2],
      [-2, -1, 0, 1],
    ],
    [
      [0, 10, 3],
      [0, 3, 6, 9],
    ],
    [
      [10, 0, -5],
      [10, 5],
    ],
  ] as [[number, number?, number?], number[]][])('draws from randrange(%j)', (given, all) => {
    const drawn = times(500, () => random.randrange(...given));
    expect(new Set(drawn)).toEqual(new Set(all));
  });

  it('draws from randint, both ends included', () => {
    expect(new Set(times(300, () => random.randint(3, 6)))).toEqual(new Set([3, 4, 5, 6]));
    expect(() => random.randint(2, 1)).toThrow(wrongValue);
    expect(() => random.randint(0, 1.5)).toThrow(wrongType);
  });

  it('refuses an empty range and one too wide', () => {
    for (const given of [[0], [-1], [1, 1], [2, 1], [1, 2, -1], [0, 1, 0]])
      expect(() => random.randrange(...(given as [number]))).toThrow(wrongValue);
    expect(() => random.randrange(-(2 ** 53), 5)).toThrow(outOfRange);
    expect(() => random.randrange(-(2 ** 52) - 1, 2 ** 52 + 1)).toThrow(outOfRange);
    for (const value of NOT_INTEGERS)
      expect(() => random.randrange(value as number)).toThrow(wrongType);
  });

  it('shuffles into each order as often', () => {
    const orders = ['012', '021', '102', '120', '201', '210'];
    const drawn = times(6000, () => {
      const array = [0, 1, 2];
      random.shuffle(array);
      return orders.indexOf(array.join(''));
    });
    expectUniform(drawn, 6);
    const bytes = Uint8Array.from([1, 2, 3]);
    random.shuffle(bytes);
    expect([...bytes].toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    for (const wrong of ['abc', null, 1, {}])
      expect(() => random.shuffle(wrong as never)).toThrow(wrongType);
  });

  it('samples without putting back, and leaves the population alone', () => {
    const population = Object.freeze([0, 1, 2, 3, 4]);
    const drawn = times(2000, () => random.sample(population, 2));
    expect(drawn.every(([a, b]) => a !== b)).toBe(true);
    expectUniform(drawn.flat(), 5);
    expect(random.sample('abc', 3).toSorted()).toEqual(['a', 'b', 'c']);
    expect(random.sample([], 0)).toEqual([]);
    expect(() => random.sample([1], 2)).toThrow(wrongValue);
    expect(() => random.sample([1], -1)).toThrow(wrongValue);
    expect(() => random.sample([1], 0.5)).toThrow(wrongType);
    expect(() => random.sample(new Set([1]) as never, 1)).toThrow(wrongType);
  });

  it('chooses', () => {
    expect(['x', 'y']).toContain(random.choice('xy'));
    expect(random.choice([7])).toBe(7);
  });

  it('has no state', () => {
    random.seed();
    expect(() => random.getstate()).toThrow(notImplemented);
    expect(() => random.setstate()).toThrow(notImplemented);
  });
});
