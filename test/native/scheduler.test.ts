// The scheduler of derivations under ThreadSanitizer, without Node, because that tool cannot instrument Node's code.
import { spawnSync } from 'node:child_process';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { compileProgram, whyNoCompiler } from './support/program.js';

const SECONDS = 10;

// OpenSSL is not built for the tool, which then cannot see how it orders its own accesses.
const SUPPRESSIONS = [
  'ossl_*',
  'OSSL_*',
  'CRYPTO_*',
  'OPENSSL_*',
  'EVP_*',
  'evp_*',
  'PKCS5_*',
  'ERR_*',
];
const NEEDED = /^native\/(kdf|threads)\/|^native\/base\/|^native\/openssl\/(error|reasons)\.cc$/;

/** Why the program cannot be built here, or null. */
function whyNot(): string | null {
  if (process.platform !== 'linux') return 'ThreadSanitizer is tried on Linux only';
  const why = whyNoCompiler('-fsanitize=thread');
  if (why !== null) return why;
  return process.env['HERMETIC_TEST_SLOW'] === '1'
    ? null
    : 'takes a minute; HERMETIC_TEST_SLOW=1 runs it';
}

describe('the scheduler of derivations', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(cleanUps.map((cleanUp) => cleanUp())));

  it(
    'has no race, loses no task and gives every key right while everything changes',
    { timeout: 600_000 },
    async (test) => {
      const why = whyNot();
      if (why !== null) return test.skip(why);
      const folder = await TempDirectory.create('scheduler ');
      cleanUps.push(() => folder.close());
      const program = folder.join('stress');
      const flags = ['-O1', '-g', '-fsanitize=thread'];
      compileProgram({ program, main: 'scheduler_stress.cc', needed: NEEDED, flags });
      const suppressions = await folder.write(
        'suppressions',
        SUPPRESSIONS.map((name) => `race:${name}\n`).join(''),
      );
      const { status, stdout, stderr } = spawnSync(program, [String(SECONDS)], {
        encoding: 'utf8',
        env: { ...process.env, TSAN_OPTIONS: `suppressions='${suppressions}'` },
      });
      expect(stderr).not.toContain('WARNING');
      expect(stdout).toMatch(/^\d{3,} right, \d{2,} cancelled, \d+ refused, 0 wrong\n$/);
      expect(status).toBe(0);
    },
  );
});
