// The names of reasons, each beside the table that it is made from.
import { execFileSync } from 'node:child_process';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const folder = await TempDirectory.create('reasons ');
afterAll(() => folder.close());

describe('ReasonName', () => {
  it('gives each of the table its name, and no other a name', { timeout: 120_000 }, (test) => {
    const why = whyNoCompiler();
    if (why !== null) return test.skip(why);
    const program = folder.join('program');
    compileProgram({ program, main: 'reasons.cc', needed: /^native\/openssl\/reasons\.cc$/ });
    const lines = execFileSync(program, { encoding: 'utf8' }).trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^1\d{3}$/),
      'CERTIFICATE_VERIFY_FAILED',
      ...Array.from({ length: 6 }, () => 'nothing'),
    ]);
  });
});
