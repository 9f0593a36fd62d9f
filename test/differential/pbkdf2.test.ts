// PBKDF2 of random input against node:crypto and Python's hashlib.
import { algorithmsAvailable, pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import type { Case } from './support/oracles.js';
import { askNode, askPython, hasPython } from './support/oracles.js';
import { Random } from './support/random.js';

type Derivation = Extract<Case, { op: 'pbkdf2' }>;

const NUM_CASES = 2000;
const ALGORITHMS = [...algorithmsAvailable].filter((name) => !name.startsWith('shake'));
const COMMON = ['sha1', 'sha256', 'sha512'];

const bytes = (hex: string) => Buffer.from(hex, 'hex');

function someDerivation(random: Random): Derivation {
  return {
    op: 'pbkdf2',
    algorithm: random.pick(random.below(2) === 0 ? COMMON : ALGORITHMS),
    password: random.hex(random.below(301)),
    salt: random.hex(random.below(301)),
    iterations: 1 + random.below(random.pick([3, 100, 1500])),
    dklen: 1 + random.below(random.pick([65, 301])),
  };
}

const random = new Random('random derivations');
const cases = Array.from({ length: NUM_CASES }, () => someDerivation(random));

function deriveAll(): Promise<Buffer[]> {
  return Promise.all(
    cases.map(({ algorithm, password, salt, iterations, dklen }) =>
      pbkdf2Hmac(algorithm, bytes(password), bytes(salt), iterations, dklen),
    ),
  );
}

describe('pbkdf2Hmac', () => {
  it(`agrees with node:crypto in ${NUM_CASES} cases`, { timeout: 120_000 }, async () => {
    const keys = await deriveAll();
    for (const [index, asked] of cases.entries()) {
      expect(keys[index]?.toString('hex'), JSON.stringify(asked)).toBe(askNode(asked));
    }
  });

  it.skipIf(!hasPython)(
    `agrees with Python in ${NUM_CASES} cases (needs python3)`,
    { timeout: 120_000 },
    async () => {
      const keys = await deriveAll();
      for (const [index, expected] of askPython(cases).entries()) {
        expect(keys[index]?.toString('hex'), JSON.stringify(cases[index])).toBe(expected);
      }
    },
  );
});

describe('pbkdf2HmacSync', () => {
  it(`agrees with pbkdf2Hmac in ${NUM_CASES} cases`, { timeout: 120_000 }, async () => {
    const keys = await deriveAll();
    for (const [index, { algorithm, password, salt, iterations, dklen }] of cases.entries()) {
      const key = pbkdf2HmacSync(algorithm, bytes(password), bytes(salt), iterations, dklen);
      expect(key.equals(keys[index] ?? Buffer.alloc(0)), JSON.stringify(cases[index])).toBe(true);
    }
  });
});
