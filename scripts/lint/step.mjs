// The common parts of the steps of scripts/lint.mjs: running a program, and reporting its result.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';

/**
 * @typedef {{ status: 'passed' | 'failed' | 'skipped', note?: string, output?: string }} Outcome
 * @typedef {{ fix: boolean, base?: string, tidyAll: boolean }} Options
 * @typedef {{ name: string, run: (options: Options) => Promise<Outcome> }} Step
 */

/** @returns {Outcome} */
export const skipped = (note) => ({ status: 'skipped', note });

/** Runs a program in the repository; any exit code but 0 is a failure with the program's output. */
export function run(command, args, { cwd = repoRoot } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) =>
      resolve({ status: 'failed', output: `${output}${error.message}\n` }),
    );
    child.on('close', (code) => resolve({ status: code === 0 ? 'passed' : 'failed', output }));
  });
}

/** Runs a development dependency's program with this Node, without npm's wrappers. */
export function runDependency(name, program, args) {
  const folder = path.join(repoRoot, 'node_modules', name);
  const manifest = path.join(folder, 'package.json');
  if (!fs.existsSync(manifest))
    return { status: 'failed', output: `${name} is not installed; run \`npm ci\`\n` };
  const { bin } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[program];
  return run(process.execPath, [path.join(folder, file), ...args]);
}

export const runScript = (name, args = []) =>
  run(process.execPath, [path.join(repoRoot, 'scripts', name), ...args]);

/** Combines several outcomes: failed if one failed. */
export function combine(outcomes, note) {
  const failed = outcomes.some(({ status }) => status === 'failed');
  return {
    status: failed ? 'failed' : 'passed',
    note,
    output: outcomes.map(({ output }) => output).join(''),
  };
}
