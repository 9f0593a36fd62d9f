// Our modules against the machine's Python: the scripts of operations/ performed on both sides, results and kinds of
// errors compared step by step. The differences are listed, with reasons, in differences/.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describePeer } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { expectedDifferences, LISTED } from './differences/listed.js';
import { concerns } from './differences/peers.js';
import { RULES } from './differences/rules.js';
import { SUITES, type Suite } from './operations/suites.js';
import { compare, idsOf, type Comparison } from './support/compare.js';
import { writeScriptFiles } from './support/files.js';
import { renderPage } from './support/page.js';

/** The peers that the lists were made with; others have differences that are not listed. */
const PYTHONS: readonly string[] = ['3.11', '3.12', '3.13'];
const OPENSSL = 'OpenSSL 3.0';
const WHAT = `needs python3 ${PYTHONS.join(', ')} with ${OPENSSL}`;

function hasPeer(): boolean {
  const peer = describePeer('python3');
  const [version = ''] = /\d+\.\d+/.exec(peer?.version ?? '') ?? [];
  return PYTHONS.includes(version) && (peer?.tls ?? '').startsWith(OPENSSL);
}

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

describe.skipIf(!hasPeer())(`against Python (${WHAT})`, () => {
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

  it('and the reasons are counted in docs/python/differences.md (-u writes it again)', async () => {
    await expect(renderPage()).toMatchFileSnapshot('../../docs/python/differences.md');
  });
});
