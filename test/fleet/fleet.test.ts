// A short run of the fleet: eight processes on four hosts behind HAProxy, with Redis and nginx, wrong clocks, three changes of
// keys, and a store that hangs and is gone. All of it: node scripts/fleet.mjs.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from 'vitest';

interface Lane {
  readonly name: string;
  readonly must: number;
  readonly may: number;
  readonly mustNot: number;
  readonly refused: number;
  readonly wronglyResumed: number;
  readonly failed: number;
}

interface Result {
  readonly lanes: readonly Lane[];
  readonly steps: number;
  readonly stops: readonly number[];
  readonly problems: readonly string[];
}

/** Plain JavaScript, since it runs in namespaces of its own. */
const load = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(path.join(import.meta.dirname, name)).href)) as T;
const { missingParts, runFleet } = await load<{
  missingParts: () => string | null;
  runFleet: (settings: object, options: { seconds: number }) => Promise<Result>;
}>('start.mjs');
const { ruleFor } = await load<{
  ruleFor: (offer: object, met: object, facts: object) => string;
}>('rules.mjs');

const LIMIT = 240;

describe('a fleet of eight processes on four hosts', () => {
  it(
    'refuses nothing that the rules allow, and fails no handshake while its store is gone',
    { timeout: LIMIT * 1000 + 10_000 },
    async (test) => {
      const missing = missingParts();
      if (missing !== null) return test.skip(missing);
      const settings = { connections: 1000, rotate: 8, skew: 4, pause: 4, keep: 3 };
      const { lanes, steps, stops, problems } = await runFleet(settings, { seconds: LIMIT });
      expect(problems).toEqual([]);
      const sum = (name: keyof Lane): number =>
        lanes.reduce((total, lane) => total + Number(lane[name]), 0);
      expect([sum('refused'), sum('wronglyResumed'), sum('failed')]).toEqual([0, 0, 0]);
      expect(sum('must')).toBeGreaterThanOrEqual(settings.connections);
      // In so short a run most sessions of the store are near its stop, and may be refused.
      for (const { name, must, may } of lanes) {
        const num = name.startsWith('store') ? must + may : must;
        expect([name, num > 30]).toEqual([name, true]);
      }
      expect(sum('mustNot')).toBeGreaterThan(0);
      expect(steps).toBeGreaterThanOrEqual(3);
      expect(stops).toHaveLength(1);
    },
  );
});

describe('the rules of the checker', () => {
  const facts = {
    rotate: 100,
    keep: 3,
    steps: [1000, 1100, 1200],
    stops: [{ from: 500, until: 560 }],
  };
  const at = (seconds: number, more: object = {}): object => ({
    ...{ seconds, from: seconds - 0.01, until: seconds, hasTrouble: false },
    ...more,
  });
  const rule = (kind: string, made: object, met: object, more: object = {}): string =>
    ruleFor({ kind, version: 'TLSv1.3', numUses: 0, made, ...more }, met, facts);

  it.each([
    ['derived', at(350), at(350), 'must'],
    ['derived', at(350), at(599), 'must'], // the third period
    ['derived', at(350), at(600.005), 'may'], // the answer came after the end, the handshake before it
    ['derived', at(350), at(601), 'must not'],
    ['shared', at(350), at(250), 'must'], // a clock that is behind by a period
    ['shared', at(350), at(150), 'must not'],
    ['files', at(950), at(1199), 'must'],
    ['files', at(950), at(1201), 'may'], // the new files may be unread
    ['files', at(950), at(1300), 'must not'],
    ['store', at(350), at(450), 'must'],
    ['store', at(350), at(352), 'may'], // perhaps not stored yet
    ['store', at(450), at(520), 'may'],
    ['store', at(565), at(590), 'may'], // connections are made again
    ['store', at(580), at(590), 'must'],
    ['store', at(580), at(590, { hasTrouble: true }), 'may'],
  ])('%s: %j at %j %s be resumed', (kind, made, met, expected) => {
    expect(rule(kind, made, met)).toBe(expected);
  });

  it('resumes a stored session of TLS 1.3 once, and one of TLS 1.2 again', () => {
    expect(rule('store', at(350), at(450), { numUses: 1 })).toBe('must not');
    expect(rule('store', at(350), at(450), { numUses: 1, version: 'TLSv1.2' })).toBe('must');
  });
});
