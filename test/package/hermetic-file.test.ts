// The built file, read as the dynamic linker reads it: it does not export the private OpenSSL, does not import another
// one, and holds no traces of the machine that built it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { newestVersion, readElf } from '../helpers/elf.js';
import { peerPath, skipUnless } from '../helpers/peers.js';
import { complaints, ENTRY_POINTS } from './support/hermeticity.js';
import { addonPath, isElf, repoRoot } from './support/paths.js';

describe.skipIf(!isElf)('the built addon', () => {
  const elf = isElf ? readElf(addonPath) : undefined!;

  it('is hermetic by every check of its file', () => {
    expect(complaints(elf)).toEqual([]);
  });

  it('exports exactly the two entry points of Node-API', () => {
    expect(elf.exports).toEqual(ENTRY_POINTS);
  });

  it('has the C++ run-time library inside', () => {
    expect(elf.needed.filter((name) => /stdc\+\+|libgcc|libc\+\+|libunwind/.test(name))).toEqual(
      [],
    );
    expect(elf.imports.filter(({ name }) => /^_Z|^__gxx_/.test(name))).toEqual([]);
  });

  it('asks for no glibc newer than that of the build machine, and says for which', () => {
    const newest = newestVersion(elf, 'GLIBC');
    const { glibcVersionRuntime } = (
      process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
    ).header;
    console.info(
      `newest glibc symbol version that the addon needs: ${newest?.join('.') ?? 'none'}`,
    );
    if (newest === undefined || glibcVersionRuntime === undefined) return;
    const [major = 0, minor = 0] = glibcVersionRuntime.split('.').map(Number);
    expect(newest[0]).toBe(major);
    expect(newest[1]).toBeLessThanOrEqual(minor);
  });

  it('looks the same to nm', (test) => {
    skipUnless(test, 'nm');
    const list = (option: string) =>
      execFileSync(peerPath('nm'), ['-D', option, addonPath], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => (line.trim().split(/\s+/).at(-1) ?? '').replace(/@+.*/, ''))
        .toSorted();
    expect(list('--defined-only')).toEqual(elf.exports);
    expect(list('--undefined-only')).toEqual(elf.imports.map(({ name }) => name).toSorted());
  });

  it('looks the same to readelf', (test) => {
    skipUnless(test, 'readelf');
    const text = execFileSync(peerPath('readelf'), ['-dlW', addonPath], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const needed = [...text.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
    expect(needed).toEqual(elf.needed);
    expect(text).toMatch(/\(FLAGS\)\s+SYMBOLIC BIND_NOW/);
    expect(text).toMatch(/\(FLAGS_1\)\s+Flags: NOW NODELETE/);
    expect(text).toMatch(/GNU_STACK .* RW /);
    expect(text).toMatch(/GNU_RELRO/);
  });
});

/** Returns texts that would reveal where, or by whom, a file was made. */
function tracesOfThisMachine(): string[] {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hermetic-ssl');
  const linked = join(repoRoot, 'deps', 'openssl', 'linked');
  const prefixes = existsSync(linked)
    ? readdirSync(linked).map((name) => realpathSync(join(linked, name)))
    : [];
  const { username } = userInfo();
  const folders = [repoRoot, realpathSync(repoRoot), cache, tmpdir(), ...prefixes];
  return [
    ...new Set([...folders, ...prefixes.map(dirname), `${homedir()}/`, `/home/${username}`]),
    'deps/openssl',
    'node_modules/',
  ].filter((text) => text.length > 3);
}

function tracesIn(file: string): string[] {
  const content = readFileSync(file);
  return tracesOfThisMachine().filter((text) => content.includes(text));
}

describe('what is shipped', () => {
  it('has no path of the build machine in the addon, symbol table included', () => {
    expect(tracesIn(addonPath)).toEqual([]);
  });

  it('has no path of the build machine in dist', () => {
    const files = readdirSync(join(repoRoot, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => tracesIn(file).length > 0)).toEqual([]);
  });

  it('has no debug information in the addon, which would name folders', () => {
    const content = readFileSync(addonPath);
    expect(
      ['.debug_info', '.debug_line', '.debug_str'].filter((name) => content.includes(name)),
    ).toEqual([]);
  });
});
