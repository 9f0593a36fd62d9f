// The matrix of hostile peers: runs cells (cells.mjs) with our side in a runtime, and reports the result of each.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { makeAuthority } from '../../dist/cli/development-authority.js';
import { startGoodServer } from './good-peer.mjs';
import { OurSide } from './our-side.mjs';
import { Run } from './run.mjs';
import { faultOf } from './verdict.mjs';

export { attemptsOf } from './attempt.mjs';

/** A placeholder for the unknown cell of a peer that had left before it was accepted. */
const NAMELESS = { role: 'server', state: { phase: 'other' }, action: {} };

/** Makes a certificate for both sides, and a folder for files of the peers. */
function makeMaterial() {
  const authority = makeAuthority('hostile peers');
  const { certificate: cert, key } = authority.issue(['localhost', '127.0.0.1']);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hostile-peers-'));
  return { ca: authority.certificate, cert, key: key.toString(), folder };
}

/** Starts processes of our side, and collects the problems outside of the cells. */
function starter(how, problems) {
  return async () => {
    const side = await OurSide.start(how);
    side.on('warning', ({ text }) => problems.add(text));
    side.on('story', ({ key, facts }) => {
      const fault = key === null ? faultOf({ facts, reports: 1, hasLetGo: true }, NAMELESS) : null;
      if (fault !== null) problems.add(`a peer that had left before it was accepted: ${fault}`);
    });
    return side;
  };
}

/** Runs the cells of one role and one version. */
async function runGroup(cells, { material, program, args, env, onResult }, problems) {
  const [{ role, version }] = cells;
  const good = await startGoodServer(material);
  const start = starter({ role, version, material, program, args, env }, problems);
  const options = { material, goodPort: good.address().port };
  const run = new Run({ start, options, onResult });
  try {
    const { suspects, tardy, why } = await run.together(
      cells.filter(({ action }) => !action.isAlone),
    );
    const innocent = await run.apart(suspects);
    if (suspects.length > 0 && innocent.length === suspects.length)
      problems.add(`our side ended with one of ${innocent.map(({ id }) => id).join(', ')}: ${why}`);
    await run.apart(tardy);
    await run.measured(cells.filter(({ action }) => action.isAlone));
  } finally {
    good.close();
  }
}

/**
 * Runs cells, the roles and versions one after the other.
 * @param {object[]} cells that make sense
 * @param {{ program: string, args?: string[], env?: object, onResult: (cell: object, fault: string | null) => void }} options
 * @returns {Promise<string[]>} what went wrong beyond the cells: warnings, and an end of our side that no single cell reproduces
 */
export async function runGroups(cells, { program, args = [], env = {}, onResult }) {
  const material = makeMaterial();
  const problems = new Set();
  const names = [...new Set(cells.map(groupOf))];
  try {
    for (const name of names)
      await runGroup(
        cells.filter((cell) => groupOf(cell) === name),
        { material, program, args, env, onResult },
        problems,
      );
  } finally {
    fs.rmSync(material.folder, { recursive: true, force: true });
  }
  return [...problems];
}

const groupOf = ({ role, version }) => `${role} ${version}`;
