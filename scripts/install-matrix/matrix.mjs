// The matrix: its cells, and running them.
import { bundles } from './cells/bundles.mjs';
import { managers } from './cells/managers.mjs';
import { refusals } from './cells/refusals.mjs';
import { runtimes } from './cells/runtimes.mjs';
import { singleFiles } from './cells/single-files.mjs';
import { types } from './cells/types.mjs';

/**
 * @typedef {object} Cell
 * @property {string} id
 * @property {string} title
 * @property {string[]} needs programs of the context
 * @property {string} [lacks] why it cannot be run, if a program from npm would not help
 * @property {boolean} [quick] part of the short form
 * @property {(context: import('./context.mjs').Context, id: string) => Promise<{ runtime?: string, note?: string }>} [run]
 *   throws when the cell fails
 */

/** @typedef {{ status: 'passed' | 'failed' | 'skipped', note: string, seconds: number }} Outcome */

/** @type {Readonly<Record<string, Cell[]>>} */
export const MATRIX = {
  'Package managers': managers,
  Runtimes: runtimes,
  Bundles: bundles,
  'Single executables': singleFiles,
  Types: types,
  Failures: refusals,
};

/** @returns {Promise<Outcome>} */
export async function runCell(cell, context) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  if (cell.lacks) return { status: 'skipped', note: cell.lacks, seconds: 0 };
  const missing = cell.needs.filter((name) => context.programs[name] === undefined);
  if (missing.length > 0)
    return { status: 'skipped', note: `missing: ${missing.join(', ')}`, seconds: seconds() };
  try {
    const { runtime = '', note = '' } = await cell.run(context, cell.id);
    return {
      status: 'passed',
      note: [runtime, note].filter(Boolean).join(', '),
      seconds: seconds(),
    };
  } catch (error) {
    return { status: 'failed', note: error.message, seconds: seconds() };
  }
}
