// The pool of threads: handshakes before other jobs, and one thread more for them while every thread is in another job.
import { describe, expect, it } from 'vitest';

import { outputOf, whyNoCompiler } from './support/program.js';

describe('the pool of threads', () => {
  it(
    'runs handshakes first, also while all its threads are in long jobs, and no job twice',
    { timeout: 120_000 },
    async (test) => {
      const why = whyNoCompiler();
      if (why !== null) return test.skip(why);
      const needed = /^native\/threads\//;
      expect(await outputOf({ main: 'pool.cc', needed })).toBe('0 failures\n');
    },
  );
});
