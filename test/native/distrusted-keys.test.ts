// The table of distrusted keys that comes with the package, which is empty: with entries of the test's own, and as it is.
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const folder = await TempDirectory.create('distrusted keys ');
afterAll(() => folder.close());

const ENTRIES = `
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32},
    {${'0xff, '.repeat(32)}},
`;

/** What the program prints when it is compiled with these folders of headers. */
async function answersWith(...folders: string[]): Promise<string> {
  const program = folder.join('program');
  const openssl = execFileSync(process.execPath, ['scripts/openssl-link.mjs', '--field', 'root'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  const includes = [...folders, root, path.join(openssl, 'include')].map((name) => `-I${name}`);
  const sources = ['native/trust/distrusted.cc', 'test/native/distrusted_keys.cc'];
  execFileSync('g++', ['-std=c++20', ...includes, ...sources, '-o', program], { cwd: root });
  return execFileSync(program, { encoding: 'utf8' }).trim();
}

describe('the table of distrusted keys', () => {
  it('has the keys of its entries and no other', { timeout: 120_000 }, async (test) => {
    if (spawnSync('g++', ['--version']).status !== 0) return test.skip('needs g++');
    expect(await answersWith()).toBe('0 0 0 0 0 0');
    await folder.write('native/trust/distrusted_keys.inc', ENTRIES);
    expect(await answersWith(folder.path)).toBe('1 1 0 0 0 64');
  });
});
