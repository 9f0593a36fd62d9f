// The cache of the C++ linter: it records only that nothing was found, and only until one of the inputs changes.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { load } from './openssl-fixtures.js';

interface Outcome {
  readonly status: 'passed' | 'failed';
  readonly output: string;
}
interface Cache {
  ask(file: string, look: () => Promise<Outcome>): Promise<Outcome>;
  prune(now?: number): void;
}
type Tools = { program: string; compiler: string | null; flags: string[] };

const folder = await TempDirectory.create('tidy cache ');
afterAll(() => folder.close());

const DAY = 24 * 60 * 60 * 1000;
const passed: Outcome = { status: 'passed', output: '' };
const failed: Outcome = { status: 'failed', output: 'a fault' };

const { TidyCache } = await load<{ TidyCache: new (tools: Tools) => Cache }>(
  '../lint/tidy-cache.mjs',
);

/** How often of two times, each by another process, the file is looked at. */
async function looks(
  { flags = [], compiler = 'g++', outcome = passed }: Partial<Tools> & { outcome?: Outcome } = {},
  between: () => unknown = () => undefined,
): Promise<number> {
  const look = vi.fn(() => Promise.resolve(outcome));
  const ask = () => new TidyCache({ program: 'g++', compiler, flags }).ask(source, look);
  expect(await ask()).toEqual(outcome);
  await between();
  expect(await ask()).toMatchObject(outcome);
  return look.mock.calls.length;
}

let source: string;
beforeEach(async () => {
  vi.stubEnv('XDG_CACHE_HOME', folder.join(randomUUID()));
  await folder.write('header.h', 'int answer();\n');
  source = await folder.write('a source.cc', '#include "header.h"\n');
});
afterEach(() => vi.unstubAllEnvs());

describe.skipIf(spawnSync('g++', ['--version']).status !== 0)("the linter's memory", () => {
  it('knows a file in which nothing was found', async () => {
    expect(await looks()).toBe(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the file', () => folder.write('a source.cc', '#include "header.h"\n// more\n')],
    ['a header', () => folder.write('header.h', 'long answer();\n')],
  ])('knows nothing once %s has changed', async (_, change) => {
    expect(await looks({}, change)).toBe(2);
  });

  it('knows nothing for other flags', async () => {
    expect(await looks({ flags: ['-DONE'] })).toBe(1);
    expect(await looks({ flags: ['-DTWO'] })).toBe(1);
  });

  it('knows nothing of a file in which something was found', async () => {
    expect(await looks({ outcome: failed })).toBe(2);
  });

  it('knows nothing if no compiler reports what the file includes', async () => {
    expect(await looks({ compiler: null })).toBe(2);
    expect(await looks({ flags: ['-not-a-flag'] })).toBe(2);
  });

  it.each([
    [59, 1],
    [61, 2],
  ])('after %d days unasked has looked %d times', async (days, times) => {
    const tools = { program: 'g++', compiler: null, flags: [] };
    const prune = () => new TidyCache(tools).prune(Date.now() + days * DAY);
    expect(await looks({}, prune)).toBe(times);
  });
});
