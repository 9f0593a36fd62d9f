// Names, versions and tags of the published packages, and the errors for an unfit set of binaries.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

interface Options {
  readonly prebuilds: string;
  readonly out: string;
  readonly complete?: boolean;
  readonly repository?: string;
}
const { layOut } = await load<{ layOut: (options: Options) => string[] }>('../pack.mjs');
const { TARGETS } = await load<{ TARGETS: Record<string, { os: string; cpu: string; libc?: string }> }>('../prebuild/targets.mjs'); // prettier-ignore
const { readPin } = await load<{
  readPin: () => { channels: Record<'lts' | 'latest', { version: string }> };
}>('pin.mjs');
const { channels } = readPin();

const temp = await TempDirectory.create('hermetic-ssl packing ');
afterAll(() => temp.close());
let count = 0;

/** Lays out packages of stand-ins for binaries, each with the OpenSSL that it says it carries. */
async function pack(
  builds: Record<string, string>,
  more: Partial<Options> = {},
): Promise<string[]> {
  const prebuilds = `prebuilds ${++count}`;
  for (const [name, version] of Object.entries(builds)) {
    await temp.write(path.join(prebuilds, name, 'hermetic_ssl.node'), 'binary');
    await temp.write(path.join(prebuilds, name, 'openssl-LICENSE.txt'), 'license');
    const info = JSON.stringify({ version, sha256: '00', arguments: [] });
    await temp.write(path.join(prebuilds, name, 'openssl-build-info.json'), info);
  }
  return layOut({ prebuilds: temp.join(prebuilds), out: temp.join(`out ${count}`), ...more });
}

const allOf = (version: string): Record<string, string> =>
  Object.fromEntries(Object.keys(TARGETS).map((name) => [name, version]));
const manifestOf = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
const { version: own } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the packages', () => {
  it('are one small one, and one for each platform with os, cpu and libc, of one exact version', async () => {
    const folders = await pack(allOf(channels.lts.version), { complete: true });
    const main = manifestOf(folders.at(-1) ?? '');
    const platforms = folders.slice(0, -1).map(manifestOf);
    expect(main).toMatchObject({ name: 'hermetic-ssl', version: own });
    expect(main['optionalDependencies']).toEqual(
      Object.fromEntries(platforms.map(({ name }) => [name, own])),
    );
    expect(main['publishConfig']).toEqual({ access: 'public', tag: 'latest' });
    for (const key of ['scripts', 'dependencies', 'devDependencies']) expect(main[key]).toBeUndefined();
    for (const [i, { os, cpu, libc }] of Object.values(TARGETS).entries())
      expect(platforms[i]).toMatchObject({
        ...{ version: own, os: [os], cpu: [cpu] },
        ...(libc ? { libc: [libc] } : {}),
      });
    expect(platforms.flatMap(Object.keys)).not.toContain('scripts');
  }); // prettier-ignore

  it('have an entry point for every platform', async () => {
    const main = (await pack(allOf(channels.lts.version))).at(-1) ?? '';
    const expected = Object.keys(TARGETS).flatMap((name) => [`${name}.cjs`, `${name}.js`]);
    const found = readdirSync(path.join(main, 'addon'));
    expect(found.toSorted()).toEqual([...expected, 'addon.d.ts'].toSorted());
  });

  it('of the other channel have a version that no range reaches, and a tag', async () => {
    const version = `${own}-openssl.${channels.latest.version}`;
    for (const folder of await pack({ 'linux-x64-gnu': channels.latest.version })) {
      const manifest = manifestOf(folder);
      expect(manifest['version']).toBe(version);
      expect(manifest['publishConfig']).toEqual({ access: 'public', tag: 'openssl-latest' });
    }
  });

  it('name the repository that provenance is checked against', async () => {
    const repository = 'https://localhost/owner/name';
    for (const folder of await pack({ 'win32-x64': channels.lts.version }, { repository }))
      expect(manifestOf(folder)['repository']).toEqual({
        ...{ type: 'git', url: `git+${repository}.git` },
      });
  });

  it('replace those of an earlier time, and nothing else in the folder', async () => {
    const out = 'of the user';
    const file = await temp.write(path.join(out, 'letters', 'letter.txt'), 'dear');
    const stale = await temp.write(path.join(out, 'darwin-x64', 'package.json'), '{}');
    await pack({ 'win32-x64': channels.lts.version }, { out: temp.join(out) });
    expect(readFileSync(file, 'utf8')).toBe('dear');
    expect(existsSync(stale)).toBe(false);
  });

  it('are refused without a binary, with too few, of several OpenSSLs, and of one that is not pinned', async () => {
    const { lts, latest } = channels;
    await expect(pack({})).rejects.toThrow('has no binary');
    await expect(pack({ 'win32-x64': lts.version }, { complete: true })).rejects.toThrow(
      'for linux-x64-gnu, linux-x64-musl',
    );
    await expect(
      pack({ 'win32-x64': lts.version, 'darwin-x64': latest.version }),
    ).rejects.toThrow('carry different versions of OpenSSL');
    await expect(pack({ 'win32-x64': '1.0.2' })).rejects.toThrow('1.0.2, which is not pinned');
  }); // prettier-ignore
});
