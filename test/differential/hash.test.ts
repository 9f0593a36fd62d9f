// Hashes and HMAC of random input against node:crypto and Python's hashlib.
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { describe, expect, it } from 'vitest';

import type { Case } from './support/oracles.js';
import { askNode, askPython, hasPython } from './support/oracles.js';
import { Random } from './support/random.js';

const NUM_HASHES = 3000;
const NUM_CODES = 2000;
const ALGORITHMS = [...hashlib.algorithmsAvailable];
const XOFS = new Set(['shake_128', 'shake_256']);
const FIXED = ALGORITHMS.filter((name) => !XOFS.has(name));

const bytes = (hex: string) => Buffer.from(hex, 'hex');

function someHashes(random: Random): Case[] {
  return Array.from({ length: NUM_HASHES }, (): Case => {
    const algorithm = random.pick(ALGORITHMS);
    const message = random.hex(random.below(random.pick([10, 300, 5000])));
    if (XOFS.has(algorithm))
      return { op: 'hash', algorithm, message, length: 1 + random.below(700) };
    if (!algorithm.startsWith('blake2')) return { op: 'hash', algorithm, message };
    const options = { digest_size: 1 + random.below(algorithm === 'blake2b' ? 64 : 32) };
    return { op: 'blake2', algorithm, message, options };
  });
}

function someCodes(random: Random): Case[] {
  return Array.from({ length: NUM_CODES }, (): Case => {
    const key = random.hex(random.below(random.pick([40, 300])));
    const message = random.hex(random.below(random.pick([40, 3000])));
    return { op: 'hmac', algorithm: random.pick(FIXED), key, message };
  });
}

const NUM_BLAKE2 = 2000;

/** BLAKE2 with some of its parameters, each over its whole range. */
function someBlake2(random: Random): Case[] {
  return Array.from({ length: NUM_BLAKE2 }, (): Case => {
    const algorithm = random.pick(['blake2b', 'blake2s']);
    const [most, salt, offset] = algorithm === 'blake2b' ? [64, 16, 2 ** 53] : [32, 8, 2 ** 48];
    const all = {
      digest_size: 1 + random.below(most),
      key: random.hex(random.below(most + 1)),
      salt: random.hex(random.below(salt + 1)),
      person: random.hex(random.below(salt + 1)),
      fanout: random.below(256),
      depth: 1 + random.below(255),
      leaf_size: random.below(2 ** 32),
      node_offset: random.below(random.pick([3, offset])),
      node_depth: random.below(256),
      inner_size: random.below(most + 1),
      last_node: random.below(2) === 1,
    };
    const options = Object.fromEntries(Object.entries(all).filter(() => random.below(2) === 1));
    return { op: 'blake2', algorithm, message: random.hex(random.below(400)), options };
  });
}

/** Python's keywords as our options. */
function oursOf(options: Record<string, number | string | boolean>): hashlib.Blake2Options {
  const entries = Object.entries(options).map(([name, value]) => [
    name.replace(/_./, ([, letter = '']) => letter.toUpperCase()),
    typeof value === 'string' ? bytes(value) : value,
  ]);
  return Object.fromEntries(entries) as hashlib.Blake2Options;
}

/** Our answer, with the message given in random pieces and the state copied on the way. */
function inPieces<T extends { update(data: Buffer): void; copy(): T }>(
  start: T,
  message: Buffer,
  random: Random,
): T {
  let current = start;
  let rest = message;
  while (rest.length > 0) {
    const length = 1 + random.below(rest.length);
    current.update(rest.subarray(0, length));
    rest = rest.subarray(length);
    const copy = current.copy();
    current.update(Buffer.from('only in the original'));
    current = copy;
  }
  return current;
}

function ours(asked: Case, random: Random): string {
  if (asked.op === 'hmac') {
    return inPieces(
      hmac.new(bytes(asked.key), null, asked.algorithm),
      bytes(asked.message),
      random,
    ).hexdigest();
  }
  if (asked.op === 'pbkdf2' || asked.op === 'scrypt') throw new Error('not a hash');
  const options = asked.op === 'blake2' ? oursOf(asked.options) : {};
  const hash = inPieces(hashlib.new(asked.algorithm, null, options), bytes(asked.message), random);
  return hash.hexdigest(asked.op === 'hash' ? asked.length : undefined);
}

describe.each([
  ['hashes', someHashes],
  ['codes', someCodes],
  ['BLAKE2 with parameters', someBlake2],
])('random %s', (what, make) => {
  const random = new Random(`random ${what}`);
  const cases = make(random);
  const answers = cases.map((asked) => ours(asked, random));

  it(`agree with node:crypto in ${cases.length} cases`, () => {
    for (const [index, asked] of cases.entries()) {
      const expected = askNode(asked);
      if (expected !== undefined) expect(answers[index], JSON.stringify(asked)).toBe(expected);
    }
  });

  it.skipIf(!hasPython)(
    `agree with Python in ${cases.length} cases (needs python3)`,
    { timeout: 60_000 },
    () => {
      for (const [index, expected] of askPython(cases).entries()) {
        expect(answers[index], JSON.stringify(cases[index])).toBe(expected);
      }
    },
  );
});
