// The binaries for Windows, made by scripts/prebuild.mjs on Linux: read as its loader would read them. The test is skipped
// without a binary in prebuilds/. test/windows runs the one for x64.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readPe, type Pe } from '../helpers/pe.js';
import { load } from './openssl-fixtures.js';
import { ENTRY_POINTS } from './support/hermeticity.js';
import { repoRoot } from './support/paths.js';

type Symbols = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
const { symbols } = createRequire(import.meta.url)('node-api-headers') as { symbols: Symbols };
const { forgetFolder } = await load<{ forgetFolder: (bytes: Buffer, folder: string) => void }>(
  '../prebuild/trim-pe.mjs',
);

const MAX_SIZE = 6_000_000;
/** Each is a part of every Windows, in its system folder. */
const SYSTEM_LIBRARIES = /^(?:kernel32|advapi32|bcrypt|crypt32|msvcrt|user32|ws2_32)\.dll$/i;
/** With one of these, code could come from a file. */
const LOADERS = /^(?:LoadLibrary|LdrLoadDll|LoadPackagedLibrary)/;
/** Folders of machines that build. */
const FOLDER = /\/(?:root|home|tmp|work|github)\/[\w.-]+|zig-linux|[A-Z]:[\\/](?:Users|a)[\\/]/;

/** Names of Node-API that came after a version. */
const after = (version: string): string[] => {
  const known = new Set(Object.values(symbols[version] ?? {}).flat());
  const all = Object.values(symbols).flatMap((parts) => Object.values(parts).flat());
  return all.filter((name) => !known.has(name));
};

describe.each(['x64', 'arm64'] as const)('prebuilds/win32-%s', (cpu) => {
  const file = join(repoRoot, 'prebuilds', `win32-${cpu}`, 'hermetic_ssl.node');
  const isThere = existsSync(file);
  let bytes: Buffer;
  let found: Pe;
  beforeAll(() => {
    if (!isThere) return;
    bytes = readFileSync(file);
    found = readPe(bytes);
  });
  beforeEach(({ skip }) => {
    if (!isThere) skip(`node scripts/prebuild.mjs --target win32-${cpu} makes it`);
  });

  it('is a small library for that processor, and offers the entry points only', () => {
    expect(found).toMatchObject({ cpu, isLibrary: true, isHardened: true });
    expect(found.exports).toEqual(ENTRY_POINTS);
    expect(bytes.length).toBeLessThanOrEqual(MAX_SIZE);
  });

  it('needs libraries of the system only, and does not load others later', () => {
    const libraries = found.imports.map(({ library }) => library);
    expect(libraries.filter((name) => !SYSTEM_LIBRARIES.test(name))).toEqual([]);
    expect(found.hasDelayedImports).toBe(false);
    const names = found.imports.flatMap((each) => each.names);
    expect(names.filter((name) => LOADERS.test(name))).toEqual([]);
    expect(names).toContain('BCryptGenRandom');
  });

  // It looks the functions up in the program that loads it, whatever its name.
  it('asks for the functions of Node-API 8, and for no later functions', () => {
    const isNamed = (name: string) => bytes.includes(`\0${name}\0`);
    for (const name of Object.values(symbols['v8'] ?? {}).flat()) expect(isNamed(name), name).toBe(true); // prettier-ignore
    expect(after('v8').filter(isNamed)).toEqual([]);
  });

  it('has no memory that is both written and run', () => {
    const { sections } = found;
    expect(sections.filter((each) => each.isWritable && each.isExecutable)).toEqual([]);
    expect(sections.filter((each) => each.isExecutable).map(({ name }) => name)).toEqual(['.text']);
  });

  it('says neither when nor where it was made', () => {
    expect(found).toMatchObject({ time: 0, hasDebugDirectory: false });
    expect(FOLDER.exec(bytes.toString('latin1'))?.[0]).toBeUndefined();
  });
});

it('a folder is taken out of every text that begins with it', () => {
  const bytes = Buffer.from('x\0/a/b/one\0y/a/b\0/a/b/two\0z');
  forgetFolder(bytes, '/a/b');
  expect(bytes.toString()).toBe('x\0one\0\0\0\0\0\0y/a/b\0two\0\0\0\0\0\0z');
});
