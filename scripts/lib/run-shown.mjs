// Runs a build step: one line at its beginning and end, its output only if it fails or HERMETIC_VERBOSE is set.
import { spawn } from 'node:child_process';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

const LINES_SHOWN = 60;

/**
 * @param {string} label
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export async function runShown(label, command, args, { env = process.env } = {}) {
  const started = performance.now();
  const verbose = Boolean(process.env.HERMETIC_VERBOSE);
  const output = [];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (verbose ? process.stderr.write(chunk) : output.push(chunk)));
    }
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0) return console.error(`${label}: done in ${seconds} s`);
  const tail = Buffer.concat(output)
    .toString()
    .trimEnd()
    .split('\n')
    .slice(-LINES_SHOWN)
    .join('\n');
  throw new UserError(`${label} failed with code ${code}\n${tail}`);
}
