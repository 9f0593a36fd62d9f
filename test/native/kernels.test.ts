// The PBKDF2 kernels of this processor, without Node: what they compute, and what they leave behind.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const LOOPS = /^native\/kdf\/(?:cpu|kernels\/.*)\./;
const ENGINES =
  /^native\/kdf\/(?:cpu|digest_shape|engine_\w+|engines|hmac_state|plan|scratch|selection|self_test|thread_plan|timing|kernels\/.*)\.|^native\/base\/error/;

const isSlow = process.env['HERMETIC_TEST_SLOW'] === '1';
/** Derivations for each kernel. */
const NUM_CASES = isSlow ? 120_000 : 1500;

describe('the PBKDF2 kernels', () => {
  const why =
    process.platform === 'linux' ? whyNoCompiler() : 'are compiled with g++ on Linux only';
  if (why !== null) return it.skip(why);
  let folder: TempDirectory;

  beforeAll(async () => {
    folder = await TempDirectory.create('kernels ');
  });
  afterAll(() => folder.close());

  function run(main: string, needed: RegExp, ...args: string[]): string[][] {
    const program = folder.join('program');
    compileProgram({ program, main, needed, flags: ['-O1'] });
    const output = execFileSync(program, args, { encoding: 'utf8' });
    rmSync(program);
    return output
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  }

  it('agree with OpenSSL, alone and side by side with other streams', { timeout: 600_000 }, () => {
    const lines = run('kernel_cases.cc', ENGINES, String(NUM_CASES));
    expect(lines.length).toBeGreaterThanOrEqual(7);
    for (const [kernel, digest, numCases, numWrong] of lines) {
      expect([kernel, digest, numCases, numWrong]).toEqual([
        kernel,
        digest,
        String(NUM_CASES),
        '0',
      ]);
    }
  });

  it('are divided so that fewer streams never take longer', { timeout: 120_000 }, () => {
    const [fast, slow, turns, ...digests] = run('kernel_selection.cc', ENGINES);
    expect(fast).toEqual(['9', 'pure', 'hybrid']);
    expect(slow).toEqual(['8', 'pure', 'narrow']);
    expect(turns).toEqual(['16', '1', '0']);
    expect(digests).toHaveLength(7);
    for (const line of digests) expect(line).toEqual(['0', '0']);
  });

  it.skipIf(process.arch !== 'x64')(
    'leave no secret in a register (assembler of x64)',
    { timeout: 120_000 },
    () => {
      const left = run('kernel_registers.cc', LOOPS).filter(([, numLeft]) => numLeft !== '0');
      expect(left).toEqual([]);
    },
  );
});
