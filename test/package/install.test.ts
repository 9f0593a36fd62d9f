// The packages as they are published, installed from a registry of the test's own into empty projects: by npm, the rest of
// the matrix (scripts/install-matrix) with HERMETIC_TEST_INSTALLATIONS=all, since its tools are large. docs/support.md has the table.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { load } from './openssl-fixtures.js';

interface Context {
  readonly programs: Readonly<Record<string, string | undefined>>;
  readonly binary: { readonly what: string };
  readonly close: () => void;
}
interface Cell {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly quick?: boolean;
}
interface Outcome {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly note: string;
}
const { MATRIX, runCell } = await load<{
  MATRIX: Readonly<Record<string, readonly Cell[]>>;
  runCell: (cell: Cell, context: Context) => Promise<Outcome>;
}>('../install-matrix/matrix.mjs');
const { makeContext } = await load<{
  makeContext: (options: { full: boolean }) => Promise<Context>;
}>('../install-matrix/context.mjs');

const TIMEOUT = 300_000;
const isFull = process.env['HERMETIC_TEST_INSTALLATIONS'] === 'all';
const canInstall = process.platform === 'linux';

const groups = Object.entries(MATRIX)
  .map(([group, cells]) => [group, cells.filter(({ quick }) => isFull || quick)] as const)
  .filter(([, cells]) => cells.length > 0);

let context: Context | undefined;
let obstacle = '';

/** Without the tools, which come from npm, there is nothing to run: a skip that says why. */
beforeAll(async () => {
  if (!canInstall) return;
  try {
    context = await makeContext({ full: isFull });
    console.log(`the binary that is installed: ${context.binary.what}`);
  } catch (error) {
    obstacle = (error as Error).message;
    if (!/^installing the \w+ of the tests failed/.test(obstacle)) throw error;
  }
}, 2 * TIMEOUT);
afterAll(() => context?.close());

describe.runIf(canInstall)('an installation', { timeout: TIMEOUT }, () => {
  describe.each(groups)('%s', (_group, cells) => {
    for (const cell of cells)
      it(cell.title, async (test) => {
        if (context === undefined)
          return test.skip(`no tools: ${obstacle.split('\n', 1).join('')}`);
        const { status, note } = await runCell(cell, context);
        if (status === 'skipped') return test.skip(note);
        expect({ status, note }).toMatchObject({ status: 'passed' });
      });
  });
});
