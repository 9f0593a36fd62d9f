// The look for new releases of OpenSSL, at a repository made by the test.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const temp = await TempDirectory.create('openssl newest ');
afterAll(() => temp.close());

const repository = temp.join('openssl');
const git = (...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], {
    stdio: 'pipe',
  });
git('init', '-q', repository);
git('-C', repository, 'commit', '-q', '--allow-empty', '-m', 'one');

const entry = (version: string): object => ({ version, series: version.slice(0, 3) });
const pin = await temp.write(
  'pin.json',
  JSON.stringify({ channels: { lts: entry('3.5.7'), latest: entry('4.0.2') } }),
);
const look = (...args: string[]) =>
  run(process.execPath, [path.join(repoRoot, 'scripts/openssl/newest.mjs'), ...args], {
    env: { HERMETIC_OPENSSL_PIN: pin },
  });

describe('scripts/openssl/newest.mjs', () => {
  it('refuses a repository without releases', async () => {
    const { code, output } = await look('--repository', repository);
    expect({ code, output }).toEqual({
      code: 1,
      output: `\nerror: ${repository} has no tag of an OpenSSL release\n`,
    });
  });

  it('finds nothing when there is nothing newer in a series', async () => {
    for (const tag of ['3.5.7', '3.5.6', '4.0.2', '4.1.0', '3.6.9', '3.5.99-beta1'])
      git('-C', repository, 'tag', `openssl-${tag}`);
    expect(await look('--repository', repository)).toMatchObject({ code: 0, output: '' });
    expect(await look('--repository', repository, '--json')).toMatchObject({ output: '[]\n' });
  });

  it('names the newest of each series, in the order of numbers', async () => {
    for (const tag of ['3.5.9', '3.5.10', '4.0.3']) git('-C', repository, 'tag', `openssl-${tag}`);
    const { output } = await look('--repository', repository);
    expect(output).toBe('lts 3.5.10\nlatest 4.0.3\n');
  });
});
