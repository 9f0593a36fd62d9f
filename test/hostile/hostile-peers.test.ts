// Hostile peers meet our servers and clients in every state of a connection: the part of the matrix that every run takes.
// All of it: node scripts/hostile-peers.mjs.
import { pathToFileURL } from 'node:url';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

interface Cell {
  readonly id: string;
  readonly role: 'server' | 'client';
  readonly version: string;
  readonly state: { readonly id: string };
  readonly action: { readonly id: string };
  readonly ending: 'stays' | 'FIN' | 'RST';
  /** Why it makes no sense. */
  readonly against: string | null;
}

interface Options {
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onResult: (cell: Cell, fault: string | null) => void;
}

/** The matrix is plain JavaScript, since other runtimes than Node run its children. */
const load = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(path.join(import.meta.dirname, name)).href)) as T;
const { allCells } = await load<{ allCells: () => Cell[] }>('cells.mjs');
const { runGroups } = await load<{
  runGroups: (cells: readonly Cell[], options: Options) => Promise<string[]>;
}>('matrix.mjs');

const LIMIT = 240_000;
/** One of each kind that has ended a process, or could be taken for a success. */
const PART: Readonly<Record<string, Cell['ending']>> = {
  reset: 'RST',
  end: 'FIN',
  undecryptable: 'RST',
  'data-after-close': 'RST',
  'sealed-alert-truncated': 'stays',
  'claims-too-much': 'FIN',
  'flood-key-updates': 'RST',
  'flood-renegotiation': 'RST',
  drip: 'FIN',
};

const cells = allCells();
const run = cells.filter(({ against }) => against === null);
const part = run.filter(({ action, ending }) => PART[action.id] === ending);

/** Runs cells and returns the faults by the names of the cells. */
async function faults(some: readonly Cell[], env = {}): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const onResult = (cell: Cell, fault: string | null): void => {
    if (fault !== null) found[cell.id] = fault;
  };
  const options = { program: process.execPath, args: ['--expose-gc'], env, onResult };
  const problems = await runGroups(some, options);
  return problems.length > 0 ? { ...found, problems: problems.join('\n') } : found;
}

describe('The matrix of hostile peers', () => {
  it('has each combination once, and runs each state and each action', () => {
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    const names = (key: 'state' | 'action', from: readonly Cell[]) =>
      new Set(from.map((cell) => cell[key].id));
    expect(names('state', run)).toEqual(names('state', cells));
    expect(names('action', run)).toEqual(names('action', cells));
    expect(names('state', part)).toEqual(names('state', cells));
  });

  it.each([
    [
      'does not listen for errors',
      'deaf',
      /the failure was not reported|Unhandled 'error' event|it ended with 1: Error: read ECONNRESET/,
    ],
    ['ends the process', 'throws', /it ended with 1: Error: the control of the matrix/],
  ])('finds an application that %s', { timeout: LIMIT }, async (_what, control, message) => {
    const some = run.filter(({ id }) => /TLSv1.3 data (reset RST|silence stays)$/.test(id));
    const found = await faults(some, { HERMETIC_HOSTILE_CONTROL: control });
    const resets = some.filter(({ ending }) => ending === 'RST').map(({ id }) => id);
    expect(Object.keys(found)).toEqual(resets);
    for (const fault of Object.values(found)) expect(fault).toMatch(message);
  });
});

describe.each(['server', 'client'])('A hostile peer of our %s', (role) => {
  it.each(['TLSv1.2', 'TLSv1.3'])(
    'under %s ends its own connection only, with one error or one close',
    { timeout: LIMIT },
    async (version) => {
      const some = part.filter((cell) => cell.role === role && cell.version === version);
      expect(await faults(some)).toEqual({});
    },
  );
});
