// The queue of ciphertext: its content against a model, and the memory that it takes at most.
import { describe, expect, it } from 'vitest';

import { outputOf, whyNoCompiler } from './support/program.js';

describe('ByteQueue', () => {
  it(
    'gives what it was given, and takes no more than 64 KiB for no more',
    { timeout: 120_000 },
    async (test) => {
      const why = whyNoCompiler();
      if (why !== null) return test.skip(why);
      const output = await outputOf({ main: 'byte_queue.cc', needed: /^$/ });
      expect(output).toBe('0 failures\n');
    },
  );
});
