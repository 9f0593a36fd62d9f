// A build is skipped only if it would not change anything.
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

interface Step {
  folder: string;
  binary: string;
  options: unknown;
  clean: () => void;
  build: () => Promise<void>;
}

interface StampModule {
  readonly buildIfChanged: (step: Step) => Promise<void>;
}

const { buildIfChanged } = await load<StampModule>('../lib/addon-stamp.mjs');

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let folder: TempDirectory;
beforeEach(async () => {
  folder = cleanup.add(await TempDirectory.create());
  expect(await build()).toEqual(['clean', 'build']);
});

/** Runs the step with a stand-in for the tools; gives what was called. */
async function build({ options = 'x', fails = false } = {}): Promise<string[]> {
  const called: string[] = [];
  const binary = folder.join('built.node');
  await buildIfChanged({
    folder: folder.path,
    binary,
    options,
    clean: () => void called.push('clean'),
    build: async () => {
      called.push('build');
      if (fails) throw new Error('interrupted');
      await folder.write('built.node', 'an addon');
    },
  });
  return called;
}

/** Builds with a variable of the environment set. */
async function buildWith(name: string, value: string): Promise<string[]> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await build();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

interface Stamp {
  sources: Record<string, string>;
}

/** Changes the sources in the stamp, and sets its time to `time`. */
function changeStamp(change: (stamp: Stamp) => void, time: Date): void {
  const file = folder.join('.addon-stamp.json');
  const stamp = JSON.parse(readFileSync(file, 'utf8')) as Stamp;
  change(stamp);
  writeFileSync(file, JSON.stringify(stamp));
  utimesSync(file, time, time);
}

const SOURCE = 'native/napi/addon.cc';
const LONG_AGO = new Date(0);
const NOW = new Date(Date.now() + 1000);

describe('building the addon', () => {
  it('is left out when nothing changed', async () => {
    expect(await build()).toEqual([]);
    expect(await build()).toEqual([]);
  });

  it('goes on after an interruption, without starting over', async () => {
    writeFileSync(folder.join('built.node'), 'another one');
    await expect(build({ fails: true })).rejects.toThrow('interrupted');
    expect(await build()).toEqual(['build']);
    expect(await build()).toEqual([]);
  });

  it('waits for another one in the same folder, and then has nothing to do', async () => {
    await folder.write('built.node', 'another one');
    expect(await Promise.all([build(), build()])).toEqual(expect.arrayContaining([[], ['build']]));
  });

  it('is done when the file is gone or is another one', async () => {
    writeFileSync(folder.join('built.node'), 'made by hand');
    expect(await build()).toEqual(['build']);
  });

  it('starts over with other options', async () => {
    expect(await build({ options: 'y' })).toEqual(['clean', 'build']);
  });

  it.each([
    ['CXXFLAGS', '-O0'],
    ['CI', 'another value'],
    ['CXX', 'c++ -DOTHER'],
  ])('starts anew when %s changes', async (name, value) => {
    expect(await buildWith(name, value)).toEqual(['clean', 'build']);
    expect(await buildWith(name, value)).toEqual([]);
    expect(await build()).toEqual(['clean', 'build']);
  });

  it('is left to the tool when a source changed after the last build', async () => {
    changeStamp(({ sources }) => (sources[SOURCE] = 'another'), LONG_AGO);
    expect(await build()).toEqual(['build']);
  });

  it.each<[string, (stamp: Stamp) => void]>([
    [
      'a source has changed but is older than the last build',
      ({ sources }) => (sources[SOURCE] = 'another'),
    ],
    ['a header is gone', ({ sources }) => (sources['native/napi/gone.h'] = 'its text')],
  ])('starts anew when %s', async (_, change) => {
    changeStamp(change, NOW);
    expect(await build()).toEqual(['clean', 'build']);
  });

  it.each(['native/exports.map', 'binding.gyp', 'CMakeLists.txt', 'native/sources.json'])(
    'starts anew when %s changes',
    async (file) => {
      changeStamp(({ sources }) => (sources[file] = 'another'), LONG_AGO);
      expect(await build()).toEqual(['clean', 'build']);
    },
  );

  it('starts over when the stamp cannot be read', async () => {
    expect(existsSync(folder.join('.addon-stamp.json'))).toBe(true);
    writeFileSync(folder.join('.addon-stamp.json'), '{"setting":');
    expect(await build()).toEqual(['clean', 'build']);
  });
});
