// The cache of objects for builds under sanitizers and of fuzz targets: it gives an object only if nothing has changed that it
// was compiled from, wherever the clone is.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chdir, cwd } from 'node:process';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

interface ObjectCache {
  compileCached: (command: string[], places: { home: string; root: string }) => number;
  readDependencies: (text: string) => string[];
}
const { compileCached, readDependencies } = await load<ObjectCache>('../lib/object-cache.mjs');

let folder: TempDirectory;
const started = cwd();
const folders: TempDirectory[] = [];
beforeEach(async () => {
  folder = await TempDirectory.create('object cache ');
  folders.push(folder);
  await folder.write('outside.h', '#define OUTSIDE 1\n');
  await folder.write('log', '');
  // The compiler, which writes down that it was called.
  const compiler = await folder.write(
    'compiler',
    `#!/bin/sh\ncase "$1" in --version) ;; *) echo compiled >>"${folder.path}/log";; esac\nexec c++ "$@"\n`,
  );
  await chmod(compiler, 0o755);
});
afterEach(() => chdir(started));
afterAll(() => Promise.all(folders.map((one) => one.close())));

async function clone(name: string): Promise<string> {
  await folder.write(`${name}/a.h`, 'inline int One() { return 1; }\n');
  await folder.write(
    `${name}/a.cc`,
    '#include "a.h"\n#include "outside.h"\nint Two() { return One() + OUTSIDE; }\nconst char* File() { return __FILE__; }\n',
  );
  await folder.write(`${name}/build/keep`, '');
  return folder.join(name);
}

type Arguments = (source: string) => string[];
const byCMake: Arguments = (source) => ['-MD', '-MT', 'a.o', '-MF', 'a.o.d', '-o', 'a.o', '-c', source]; // prettier-ignore
const byNodeGyp: Arguments = (source) => ['-o', 'a.o', source, '-MMD', '-MF', 'a.o.d', '-c'];

/** Compiles a clone's file; returns how often the compiler was called, and the object. */
async function compile(
  root: string,
  options: string[] = [],
  by = byCMake,
): Promise<[number, Buffer]> {
  chdir(path.join(root, 'build'));
  const count = async () => (await readFile(folder.join('log'), 'utf8')).split('\n').length - 1;
  const before = await count();
  await rm('a.o', { force: true });
  await rm('a.o.d', { force: true });
  const files = by(path.join(root, 'a.cc'));
  const command = [folder.join('compiler'), '-g', `-I${root}`, `-I${folder.path}`, ...options];
  expect(compileCached([...command, ...files], { home: folder.join('home'), root })).toBe(0);
  const dependencies = readDependencies(await readFile('a.o.d', 'utf8'));
  expect(dependencies).toEqual(expect.arrayContaining([path.join(root, 'a.h')]));
  return [(await count()) - before, await readFile('a.o')];
}

describe('The cache of objects', () => {
  it('compiles once, and gives the same object', async () => {
    const root = await clone('one');
    const [first, object] = await compile(root);
    expect(first).toBe(1);
    expect(await compile(root)).toEqual([0, object]);
  });

  it('serves another clone, whose path is in neither the object nor the dependencies', async () => {
    const [, object] = await compile(await clone('one'));
    expect(object.includes('object cache ')).toBe(false);
    expect(await compile(await clone('another'))).toEqual([0, object]);
  });

  it.each([
    ['the source', (root: string) => writeFile(path.join(root, 'a.cc'), '#include "a.h"\n#include "outside.h"\nint Three() { return 3; }\n')],
    ['a header of the clone', (root: string) => writeFile(path.join(root, 'a.h'), 'inline int One() { return 9; }\n')],
    ['another header', () => writeFile(folder.join('outside.h'), '#define OUTSIDE 22\n')],
  ])('compiles again after a change of %s', async (_what, change) => {
    const root = await clone('one');
    await compile(root);
    await change(root);
    const [count, object] = await compile(root);
    expect(count).toBe(1);
    expect(await compile(root)).toEqual([0, object]);
  }); // prettier-ignore

  it('knows the source before -c too, as make of node-gyp names it', async () => {
    const root = await clone('one');
    expect((await compile(root, [], byNodeGyp))[0]).toBe(1);
    expect((await compile(root, [], byNodeGyp))[0]).toBe(0);
  });

  it('compiles again with other options', async () => {
    const root = await clone('one');
    await compile(root);
    expect((await compile(root, ['-O2']))[0]).toBe(1);
    expect((await compile(root))[0]).toBe(0);
  });

  it('passes a failure on, and keeps nothing of it', async () => {
    const root = await clone('one');
    const good = await readFile(path.join(root, 'a.cc'));
    await writeFile(path.join(root, 'a.cc'), 'int Two() { return }\n');
    chdir(path.join(root, 'build'));
    const args = ['-w', '-MD', '-MF', 'a.o.d', '-o', 'a.o', '-c', path.join(root, 'a.cc')];
    const where = { home: folder.join('home'), root };
    expect(compileCached([folder.join('compiler'), ...args], where)).not.toBe(0);
    expect(compileCached([folder.join('compiler'), ...args], where)).not.toBe(0);
    await writeFile(path.join(root, 'a.cc'), good);
    expect((await compile(root))[0]).toBe(1);
  });
});
