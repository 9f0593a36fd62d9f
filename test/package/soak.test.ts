// How scripts/soak.mjs and the leak check of scripts/sanitize.mjs judge what they have seen. Both run in .ci/run, each with a
// control that has to fail.
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { repoRoot } from './support/paths.js';

const load = async <T>(name: string): Promise<T> =>
  (await import(path.join(repoRoot, 'scripts', name))) as T;

interface Soak {
  riseOf: (values: number[]) => number;
  judge: (samples: object[], handshakes: number) => { name: string; grows: boolean }[];
}

const { riseOf, judge } = await load<Soak>('soak.mjs');

describe('scripts/soak.mjs', () => {
  const flat = {
    rss: 64 << 20,
    heapUsed: 5 << 20,
    external: 2 << 20,
    handles: 3,
    descriptors: 22,
    connections: 0,
  };
  const grown = (change: (i: number) => object) =>
    judge(
      Array.from({ length: 11 }, (_, i) => ({ ...flat, ...change(i) })),
      100_000,
    )
      .filter(({ grows }) => grows)
      .map(({ name }) => name);

  it('measures the rise of a straight line through the values', () => {
    expect(riseOf([1, 2, 3, 4])).toBeCloseTo(3);
    expect(riseOf([5, 5, 5])).toBe(0);
    expect(riseOf([0, 10, 0, 10, 0])).toBeCloseTo(0);
    expect(riseOf([4, 3, 2])).toBeCloseTo(-2);
  });

  it('takes one value out of line for noise', () => {
    expect(grown((i) => ({ rss: flat.rss + (i === 4 ? 30 << 20 : 0) }))).toEqual([]);
  });

  it.each([
    ['rss', 500 * 10_000],
    ['heapUsed', 100 * 10_000],
    ['external', 50 * 10_000],
    ['handles', 1],
    ['descriptors', 1],
    ['connections', 1],
  ])('sees that %s grows', (name, perTenth) => {
    const base = flat[name as keyof typeof flat];
    expect(grown((i) => ({ [name]: base + i * perTenth }))).toEqual([name]);
  });
});

describe('the leaks in a report', () => {
  const leak = (...frames: string[]) =>
    `Direct leak of 8 byte(s) in 1 object(s) allocated from:\n${frames.map((frame, i) => `    #${i} 0x7f00 ${frame}`).join('\n')}`;
  const ASAN = 'in __interceptor_malloc (/usr/lib/gcc/libasan.so.8)';
  const NODE = 'in node::Start (/usr/bin/node)';
  const OURS = 'in hermetic::tls::Context::Create (/x/Release/hermetic_ssl.node)';

  it('are those that the addon has allocated itself', async () => {
    const { leaksOfAddon } = await load<{ leaksOfAddon: (report: string) => string[] }>(
      'sanitize/leaks.mjs',
    );
    const ours = [
      leak(ASAN, OURS, NODE),
      leak(
        'in operator new(unsigned long) (libasan.so.8)',
        'in std::string (libstdc++.so.6)',
        OURS,
      ),
    ];
    const others = [leak(ASAN, NODE), leak(ASAN, NODE, OURS), leak(ASAN)];
    const report = ['==1==ERROR: LeakSanitizer: detected memory leaks', ...ours, ...others];
    expect(leaksOfAddon(report.join('\n\n'))).toEqual(ours);
  });
});
