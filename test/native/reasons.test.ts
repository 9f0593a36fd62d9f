// The names of reasons, compared with the tables that they are made from.
import { describe, expect, it } from 'vitest';

import { outputOf, whyNoCompiler } from './support/program.js';

describe('ReasonName', () => {
  it(
    'gives each of the table its name, and no other a name',
    { timeout: 120_000 },
    async (test) => {
      const why = whyNoCompiler();
      if (why !== null) return test.skip(why);
      const needed = /^native\/openssl\/reasons\.cc$/;
      const output = await outputOf({ main: 'reasons.cc', needed });
      expect(output.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^1\d{3}$/),
        'CERTIFICATE_VERIFY_FAILED',
        ...Array.from({ length: 6 }, () => 'nothing'),
      ]);
    },
  );
});
