// The scheduler of derivations under ThreadSanitizer, without Node, whose own code that tool cannot see.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const SECONDS = 10;

const { sources, defines } = JSON.parse(
  readFileSync(path.join(root, 'native', 'sources.json'), 'utf8'),
) as { sources: string[]; defines: string[] };
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
const NEEDED = /^native\/(kdf|threads)\/|^native\/openssl\/(error|reasons)\.cc$/;

/** Why the program cannot be built here, or null. */
function whyNot(): string | null {
  if (process.platform !== 'linux') return 'ThreadSanitizer is tried on Linux only';
  const probe = spawnSync('g++', ['-fsanitize=thread', '-x', 'c++', '-', '-o', '/dev/null'], {
    input: 'int main() {}',
  });
  if (probe.error !== undefined || probe.status !== 0) return 'g++ has no ThreadSanitizer here';
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
      const openssl = execFileSync(
        process.execPath,
        ['scripts/openssl-link.mjs', '--field', 'root'],
        { cwd: root, encoding: 'utf8' },
      ).trim();
      const program = folder.join('stress');
      const flags = [
        '-std=c++20',
        '-O1',
        '-g',
        '-fsanitize=thread',
        '-w',
        '-I.',
        '-isystem',
        `${openssl}/include`,
      ];
      const files = [
        ...sources.filter((name) => NEEDED.test(name)),
        'test/native/scheduler_stress.cc',
      ];
      const libraries = [`${openssl}/lib/libcrypto.a`, '-ldl', '-lpthread'];
      execFileSync(
        'g++',
        [...flags, ...defines.map((name) => `-D${name}`), ...files, ...libraries, '-o', program],
        { cwd: root },
      );
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
