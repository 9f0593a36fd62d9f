// The runtimes in which our side of the matrix of hostile peers can run; the peers themselves run in this machine's Node.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureTools, PROGRAMS } from '../install-matrix/tools.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { UserError } from '../lib/user-error.mjs';

const NAMES = ['bun', 'node20', 'node22', 'node24', 'node26'];

/**
 * Bun reads the `paths` of the tests' tsconfig.json, which maps the package's name to its sources instead of the
 * shipped files.
 */
const BUN_ARGS = [`--tsconfig-override=${path.join(repoRoot, 'tsconfig.json')}`];

async function programOf(name) {
  if (name === 'node') return process.execPath;
  if (NAMES.includes(name)) return path.join(await ensureTools('runtimes'), PROGRAMS[name]);
  if (fs.existsSync(name)) return path.resolve(name);
  throw new UserError(`name node (this one), ${NAMES.join(', ')}, or the path of a program`);
}

function versionOf(program) {
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (error) throw new UserError(`${program} cannot be run: ${error.message}`);
  return stdout.trim().replace(/^v/, '');
}

/**
 * @returns {Promise<{ title: string, program: string, args: string[] }>} the program to start, and its name with its
 * version
 */
export async function findRuntime(name) {
  const program = await programOf(name);
  const isBun = /\bbun\b/.test(path.basename(program));
  return {
    title: `${isBun ? 'Bun' : 'Node'} ${versionOf(program)}`,
    program,
    args: isBun ? BUN_ARGS : ['--expose-gc'],
  };
}
