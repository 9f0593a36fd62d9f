// Every engine of PBKDF2 that runs on this processor against node:crypto, on random input: passwords and salts of any
// length, outputs of several blocks, and derivations of different iteration counts side by side.
import { createRequire } from 'node:module';

import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { afterAll, describe, expect, it } from 'vitest';

import { addonPath } from './support/child.js';
import type { Case } from './support/oracles.js';
import { askNode } from './support/oracles.js';
import { Random } from './support/random.js';

interface Kernel {
  name: string;
  lanes: number;
  passed: boolean;
}

/** The part of the addon that chooses engines; the package uses the same addon. */
const addon = createRequire(import.meta.url)(addonPath) as {
  pbkdf2Engines(): string[];
  pbkdf2Kernels(hashName: string): Kernel[];
  pbkdf2Rules(forced: string, failing: string): unknown;
};

type Derivation = Extract<Case, { op: 'pbkdf2' }>;

const NUM_CASES = 3000;
const NUM_SYNC_CASES = 300;
const ALGORITHMS = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256'];

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** Small counts are as likely as large ones: 1 to 5000. */
const someIterations = (random: Random) =>
  1 + random.below(random.pick([1, 3, 10, 30, 100, 300, 1000, 3000, 5000]));

function someDerivation(random: Random): Derivation {
  return {
    op: 'pbkdf2',
    algorithm: random.pick(ALGORITHMS),
    password: random.hex(random.below(301)),
    salt: random.hex(random.below(301)),
    iterations: someIterations(random),
    dklen: 1 + random.below(random.pick([20, 65, 300])),
  };
}

const random = new Random('random derivations for engines');
const cases = Array.from({ length: NUM_CASES }, () => someDerivation(random));
const expected = cases.map((asked) => askNode(asked));

afterAll(() => addon.pbkdf2Rules('', ''));

describe.each(addon.pbkdf2Engines())('the engine %s', (engine) => {
  it('can be chosen', () => {
    expect(addon.pbkdf2Rules(engine, '')).toBeUndefined();
  });

  it('computes alone, and every kernel passes its self-test', () => {
    for (const algorithm of ALGORITHMS) {
      const kernels = addon.pbkdf2Kernels(algorithm);
      expect(kernels.length === 0).toBe(engine === 'evp');
      for (const { name, passed } of kernels) {
        expect(name).toMatch(new RegExp(`^sha(1|256t?|512t?)c?-(${engine}|portable)-x\\d+$`));
        expect(passed, name).toBe(true);
      }
    }
  });

  it(
    `agrees with node:crypto in ${NUM_CASES} cases, all in flight at once`,
    { timeout: 120_000 },
    async () => {
      const keys = await Promise.all(
        cases.map(({ algorithm, password, salt, iterations, dklen }) =>
          pbkdf2Hmac(algorithm, bytes(password), bytes(salt), iterations, dklen),
        ),
      );
      for (const [index, asked] of cases.entries())
        expect(keys[index]?.toString('hex'), JSON.stringify(asked)).toBe(expected[index]);
    },
  );

  it(
    `agrees with node:crypto in ${NUM_SYNC_CASES} cases on the caller's thread`,
    { timeout: 120_000 },
    () => {
      for (const [index, asked] of cases.slice(0, NUM_SYNC_CASES).entries()) {
        const { algorithm, password, salt, iterations, dklen } = asked;
        const key = pbkdf2HmacSync(algorithm, bytes(password), bytes(salt), iterations, dklen);
        expect(key.toString('hex'), JSON.stringify(asked)).toBe(expected[index]);
      }
    },
  );
});
