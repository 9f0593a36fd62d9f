// scrypt of random input against node:crypto and Python's hashlib.
import { scrypt, scryptSync } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import type { Case } from './support/oracles.js';
import { askNode, askPython, hasPython } from './support/oracles.js';
import { Random } from './support/random.js';

const NUM_CASES = 60;

type Asked = Extract<Case, { op: 'scrypt' }>;

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('random derivations by scrypt', () => {
  const random = new Random('scrypt');
  const cases = Array.from({ length: NUM_CASES }, (): Asked => ({
    op: 'scrypt',
    password: random.hex(random.below(random.pick([1, 40, 300]))),
    salt: random.hex(1 + random.below(random.pick([1, 40, 300]))),
    n: 2 ** (1 + random.below(11)),
    r: 1 + random.below(9),
    p: 1 + random.below(4),
    dklen: 1 + random.below(200),
  }));
  const answers = Promise.all(
    cases.map(async ({ password, salt, op: _op, ...options }) => {
      const key = await scrypt(bytes(password), { salt: bytes(salt), ...options });
      return key.toString('hex');
    }),
  );

  it(`agree with themselves on the caller's thread in ${NUM_CASES} cases`, async () => {
    const here = cases.map(({ password, salt, op: _op, ...options }) =>
      scryptSync(bytes(password), { salt: bytes(salt), ...options }).toString('hex'),
    );
    expect(await answers).toEqual(here);
  });

  it(`agree with node:crypto in ${NUM_CASES} cases`, async () => {
    expect(await answers).toEqual(cases.map(askNode));
  });

  it.skipIf(!hasPython)(`agree with Python in ${NUM_CASES} cases (needs python3)`, async () => {
    expect(await answers).toEqual(askPython(cases));
  });
});
