// Electron applications: how the addon is found in a packager's archive, whose binaries are next to it. A folder stands
// for the archive here: Electron shows archives as folders to its own Node, and no other runtime does.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { TempDirectory } from '../helpers/temp.js';
import { addonPath, repoRoot } from './support/paths.js';

const folder = await TempDirectory.create('electron app ');
const resources = folder.join('resources');
const archive = path.join(resources, 'app.asar');
const name = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
const binary = path.join('node_modules', '@hermetic-ssl', name, 'hermetic_ssl.node');
const unpacked = path.join(resources, 'app.asar.unpacked', binary);
afterAll(() => folder.close());

const MAIN = `
import { pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { binaryPath } from './node_modules/hermetic-ssl/dist/internal/native/binding.js';
const key = pbkdf2HmacSync('sha1', Buffer.from('password'), Buffer.from('salt'), 2);
console.log(JSON.stringify({ key: key.toString('hex'), binaryPath }));
`;
// RFC 6070, the second vector.
const KEY = 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957';

async function writeInto(root: string, file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), content);
}

async function run(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const environment = { HERMETIC_SSL_BINARY: '' };
  const child = Child.start(process.execPath, [path.join(archive, 'main.mjs')], environment);
  const { code } = await child.finish(60_000);
  return { code, stdout: child.stdout, stderr: child.stderr };
}

beforeAll(async () => {
  const main = path.join(archive, 'node_modules', 'hermetic-ssl');
  for (const part of ['dist', 'package.json'])
    await cp(path.join(repoRoot, part), path.join(main, part), { recursive: true });
  await writeInto(archive, 'main.mjs', MAIN);
  const manifest = { name: `@hermetic-ssl/${name}`, exports: { './hermetic_ssl.node': './hermetic_ssl.node' } };
  await writeInto(archive, path.join(path.dirname(binary), 'package.json'), JSON.stringify(manifest));
  // The archive has its name in its list, and nothing to load.
  await writeInto(archive, binary, 'in an archive');
}); // prettier-ignore

describe('the addon of an application in an archive', () => {
  it('is loaded from the folder next to the archive', async () => {
    await mkdir(path.dirname(unpacked), { recursive: true });
    await cp(addonPath, unpacked);
    const { code, stdout, stderr } = await run();
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ key: KEY, binaryPath: unpacked });
    expect(code).toBe(0);
  });

  it('is left to the runtime if it was not unpacked', async () => {
    await rm(unpacked, { force: true });
    const { code, stderr } = await run();
    expect(stderr).toContain('ERR_HERMETIC_SSL_BINARY');
    expect(stderr).toContain(path.join(archive, binary));
    expect(code).toBe(1);
  });
});
