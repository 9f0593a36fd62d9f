// Random bytes in several processes, and of several types.
import * as os from 'hermetic-ssl/os';
import * as secrets from 'hermetic-ssl/secrets';
import { describe, expect, it } from 'vitest';

import { runModule } from '../../differential/support/child.js';

describe('os.urandom', () => {
  it('gives other bytes in another process', async () => {
    const source = `
      import { urandom } from 'hermetic-ssl/os';
      process.stdout.write(urandom(16).toString('hex'));`;
    const results = await Promise.all([runModule(source), runModule(source)]);
    const outputs = results.map(({ stdout }) => stdout);
    for (const output of outputs) expect(output).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(outputs).size).toBe(2);
  });

  it.each([0, 1, 10, 100, 1000])('gives a Buffer of %d bytes', (size) => {
    const bytes = os.urandom(size);
    expect([Buffer.isBuffer(bytes), bytes.length]).toEqual([true, size]);
  });
});

describe('secrets', () => {
  it('compares with a boolean for an answer, whatever the kind and the length', () => {
    const pairs = [
      ['abc', 'abc'],
      ['abc', 'abd'],
      ['abc', 'ab'],
      ['', ''],
    ] as const;
    for (const [a, b] of pairs) {
      expect(secrets.compareDigest(a, b)).toBe(a === b);
      expect(secrets.compareDigest(Buffer.from(a), Buffer.from(b))).toBe(a === b);
    }
  });

  it.each([1, 2, 10, 45, 53])(
    'draws numbers of %d bits that are not negative and not longer',
    (k) => {
      for (let i = 0; i < 200; i++) {
        const drawn = secrets.randbits(k);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < 2 ** k).toBe(true);
      }
    },
  );

  it('chooses what is in the sequence, each element in time', () => {
    const items = ['a', 'b', 'c', 'd'];
    const drawn = new Set(Array.from({ length: 500 }, () => secrets.choice(items)));
    expect([...drawn].toSorted()).toEqual(items);
  });
});
