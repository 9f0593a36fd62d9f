// The linker of the binaries for macOS: its choice and its arguments.
import { mkdirSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

const { findLinker, linkerArguments } = await load<{
  findLinker: (env: NodeJS.ProcessEnv) => string;
  linkerArguments: (args: readonly string[]) => string[];
}>('../prebuild/link-macos.mjs');

let folder: TempDirectory;
beforeAll(async () => (folder = await TempDirectory.create('linkers ')));
afterAll(() => folder.close());

/** A folder of PATH that has programs of these names. */
function withPrograms(...names: string[]): string {
  const path = folder.join(names.join(' and '));
  mkdirSync(path);
  for (const name of names) writeFileSync(`${path}/${name}`, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

it.each([
  [['ld64.lld-18', 'ld64.lld', 'ld64.lld-19', 'ld64.lld-14'], 'ld64.lld-19'],
  [['ld64.lld', 'ld64.lld-14'], 'ld64.lld'],
])('of %j takes %s', (names, taken) => {
  const path = withPrograms(...names);
  expect(findLinker({ PATH: path })).toBe(`${path}/${taken}`);
});

it('without one says what to install', () => {
  expect(() => findLinker({ PATH: withPrograms('ld64.lld-14') })).toThrow(
    /need LLD 16 or newer, .*\n *apt-get install lld-19/,
  );
});

it('receives the compiler arguments of CMake, without those that only a compiler knows', () => {
  const args = '-w -O3 -DNDEBUG -bundle -Wl,-undefined,dynamic_lookup -s -o x.node a.o libssl.a';
  expect(linkerArguments(args.split(' '))).toEqual(
    '-bundle -undefined dynamic_lookup -S -x -o x.node a.o libssl.a'.split(' '),
  );
});
