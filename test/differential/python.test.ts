// Our modules against the machine's Python: the scripts of operations/ performed on both sides, results and kinds of
// errors compared step by step. Where they differ is listed, with reasons, in differences/.
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hasPeer } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { expectedDifferences, LISTED } from './differences/listed.js';
import { concerns } from './differences/peers.js';
import { RULES } from './differences/rules.js';
import { SUITES, type Suite } from './operations/suites.js';
import { compare, idsOf, type Comparison } from './support/compare.js';
import { describeReasons, describeSuites } from './support/counts.js';
import { writeScriptFiles } from './support/files.js';
import { pythonVersion } from './support/python.js';

/** Before it file_digest is missing, and contexts differ in much that nobody needs to list any more. */
const OLDEST: readonly [number, number] = [3, 11];
const isNewEnough = ([major, minor]: readonly [number, number]) =>
  major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
const hasPython = hasPeer('python3') && isNewEnough(pythonVersion());

const folder = await TempDirectory.create();
afterAll(() => folder.close());

const done = new Map<Suite, Comparison>();

function compareOnce(suite: Suite): Comparison {
  const comparison = done.get(suite) ?? compare(suite, folder.path);
  done.set(suite, comparison);
  return comparison;
}

/** The steps of the suite that are listed for these peers, with what is done here. */
function listed(suite: Suite, { versions }: Comparison): Record<string, string> {
  const ids = new Set(suite.scripts.flatMap(idsOf));
  const all = [...expectedDifferences(versions)];
  return Object.fromEntries(all.filter(([id]) => ids.has(id)));
}

describe.skipIf(!hasPython)(`against Python (needs python3, ${OLDEST.join('.')} or later)`, () => {
  beforeAll(() => writeScriptFiles(folder), 120_000);

  it.each(SUITES)(
    'the suite $name has the listed differences alone',
    { timeout: 120_000 },
    (suite) => {
      const comparison = compareOnce(suite);
      const { differences } = comparison;
      const message = differences.map(({ id, python }) => `Python: ${id} -> ${python}`).join('\n');
      expect(Object.fromEntries(differences.map(({ id, ours }) => [id, ours])), message).toEqual(
        listed(suite, comparison),
      );
    },
  );

  it('every rule explains some difference', { timeout: 600_000 }, () => {
    const comparisons = SUITES.map(compareOnce);
    const explained = new Set(comparisons.flatMap((one) => [...one.explained.keys()]));
    const concerned = RULES.filter(({ when = {} }) =>
      comparisons.some(({ versions }) => concerns(when, versions)),
    );
    expect(explained).toEqual(new Set(concerned));
  });
});

describe('the scripts', () => {
  const ids = SUITES.flatMap(({ scripts }) => scripts.flatMap(idsOf));

  it('name every step once', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have every step that is listed as a difference', () => {
    const known = new Set(ids);
    const steps = LISTED.flatMap((group) => Object.keys(group.steps));
    expect(steps.filter((id) => !known.has(id))).toEqual([]);
  });

  it('and the reasons are counted in docs/differential.md', () => {
    const page = readFileSync(new URL('../../docs/differential.md', import.meta.url), 'utf8');
    expect(page).toContain(describeSuites());
    expect(page).toContain(describeReasons());
  });
});
