// Wycheproof's PBKDF2 vectors, from the folder shared/vectors next to the repository if it exists.
import fs from 'node:fs';
import path from 'node:path';

import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

interface WycheproofFile {
  testGroups: { tests: WycheproofTest[] }[];
}

interface WycheproofTest {
  tcId: number;
  comment: string;
  password: string;
  salt: string;
  iterationCount: number;
  dkLen: number;
  dk: string;
  result: string;
}

const folder = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'vectors');
const ALGORITHMS = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
/** Seconds each, so they are announced and run by themselves. */
const MANY = 1_000_000;

const fileOf = (algorithm: string) => path.join(folder, `pbkdf2_hmac${algorithm}_test.json`);

function testsOf(algorithm: string): WycheproofTest[] {
  const file: WycheproofFile = JSON.parse(fs.readFileSync(fileOf(algorithm), 'utf8'));
  return file.testGroups.flatMap(({ tests }) => tests);
}

async function derive(algorithm: string, test: WycheproofTest): Promise<string> {
  const [password, salt] = [Buffer.from(test.password, 'hex'), Buffer.from(test.salt, 'hex')];
  return (await pbkdf2Hmac(algorithm, password, salt, test.iterationCount, test.dkLen)).toString(
    'hex',
  );
}

describe.each(ALGORITHMS)('Wycheproof, PBKDF2 with HMAC and %s', (algorithm) => {
  if (!fs.existsSync(fileOf(algorithm))) {
    it.skip(`is skipped: ${fileOf(algorithm)} does not exist`);
    return;
  }
  const tests = testsOf(algorithm);
  const quick = tests.filter(({ iterationCount }) => iterationCount < MANY);
  const slow = tests.filter(({ iterationCount }) => iterationCount >= MANY);

  it(`holds for the ${quick.length} quick tests`, { timeout: 120_000 }, async () => {
    expect(quick.length).toBeGreaterThan(0);
    const keys = await Promise.all(quick.map((test) => derive(algorithm, test)));
    for (const [index, test] of quick.entries()) {
      expect(test.result).toBe('valid');
      expect(keys[index], `tcId ${test.tcId}: ${test.comment}`).toBe(test.dk);
    }
  });

  it.each(slow)(
    'holds for test $tcId with $iterationCount iterations (takes seconds)',
    { timeout: 300_000 },
    async (test) => {
      expect(await derive(algorithm, test)).toBe(test.dk);
    },
  );
});
