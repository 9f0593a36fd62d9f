// Importing an entry of the package changes no global and no module of the runtime, except for `register`.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SCRIPT = path.join(import.meta.dirname, 'children/patches.mjs');

const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
const entries = Object.keys(exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => `hermetic-ssl${entry.slice(1)}`);

async function patchesOf(entry: string): Promise<{ looked: number; changed: string[] }> {
  const child = Child.start(process.execPath, [SCRIPT, import.meta.resolve(entry)]);
  const { code } = await child.finish(30_000);
  expect(code, child.stderr).toBe(0);
  return JSON.parse(child.stdout) as { looked: number; changed: string[] };
}

describe('an import', () => {
  it.each(entries.filter((entry) => !entry.endsWith('/register')))(
    'of %s changes nothing',
    async (entry) => {
      const { looked, changed } = await patchesOf(entry);
      expect(looked).toBeGreaterThan(3000);
      expect(changed).toEqual([]);
    },
  );

  it('of hermetic-ssl/register changes node:tls and what extends it', async () => {
    const { changed } = await patchesOf('hermetic-ssl/register');
    for (const name of ['connect', 'createServer', 'Server', 'TLSSocket', 'createSecureContext'])
      expect(changed).toContain(`tls.${name}`);
    expect(changed).toContain('https.Server.[prototype]');
  });
});
