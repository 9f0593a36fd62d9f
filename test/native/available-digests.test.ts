// The list of digests, which the addon has without asking OpenSSL, beside what OpenSSL answers.
import { execFileSync } from 'node:child_process';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const NEEDED = /^native\/digest\/algorithms\.cc$|^native\/openssl\/(error|reasons)\.cc$/;

const folder = await TempDirectory.create('available digests ');
afterAll(() => folder.close());

describe('AvailableAlgorithms', () => {
  it('lists what the default provider has, sorted', { timeout: 120_000 }, (test) => {
    const why = whyNoCompiler();
    if (why !== null) return test.skip(why);
    const program = folder.join('program');
    compileProgram({ program, main: 'available_digests.cc', needed: NEEDED });
    const [listed, provided] = execFileSync(program, { encoding: 'utf8' }).split('\n');
    expect(listed).toContain(' sha512_256 ');
    expect(listed).toBe(provided);
  });
});
