// The list of digests, which the addon has without asking OpenSSL, compared with OpenSSL's answers.
import { describe, expect, it } from 'vitest';

import { outputOf, whyNoCompiler } from './support/program.js';

const NEEDED =
  /^native\/digest\/algorithms\.cc$|^native\/base\/|^native\/openssl\/(error|reasons)\.cc$/;

describe('AvailableAlgorithms', () => {
  it('lists what the default provider has, sorted', { timeout: 120_000 }, async (test) => {
    const why = whyNoCompiler();
    if (why !== null) return test.skip(why);
    const output = await outputOf({ main: 'available_digests.cc', needed: NEEDED });
    const [listed, provided] = output.split('\n');
    expect(listed).toContain(' sha512_256 ');
    expect(listed).toBe(provided);
  });
});
