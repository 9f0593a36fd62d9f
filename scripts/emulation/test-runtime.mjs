// Runs the tests of the API in another runtime than this machine's Node: vitest itself, its workers, and the programs
// that the tests start as process.execPath. Arguments after the runtime's name go to vitest. Fails if a test fails that
// test/runtimes/known-failures.json does not list; prints the listed failures with their reasons.
//   node scripts/emulation/test-runtime.mjs bun | bun-musl | node22 | node24 | node26 [test/api/socket/connect.test.ts]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureTools, PROGRAMS } from '../install-matrix/tools.mjs';
import { knownFailures, readResults, report } from './known-failures.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';
import { muslRuntime } from './musl.mjs';

const RUNTIMES = ['bun', 'bun-musl', 'node20', 'node22', 'node24', 'node26'];

/**
 * Bun reads the `paths` of the tests' tsconfig.json, which maps the package's name to its sources instead of the
 * shipped files.
 */
const BUN_OPTIONS = `--tsconfig-override=${path.join(repoRoot, 'tsconfig.json')}`;

/** Returns the program of a runtime, and the environment for it and the tests. */
async function runtime(name) {
  if (name === 'bun-musl') {
    const { program, env } = await muslRuntime();
    return { program, args: ['--bun'], env: { ...env, BUN_OPTIONS } };
  }
  const program = path.join(await ensureTools('runtimes'), PROGRAMS[name]);
  return name === 'bun'
    ? { program, args: ['--bun'], env: { BUN_OPTIONS } }
    : { program, args: [], env: {} };
}

await runMain(async () => {
  const [name, ...asked] = process.argv.slice(2);
  if (!RUNTIMES.includes(name)) throw new UserError(`name one of ${RUNTIMES.join(', ')}`);
  const { program, args, env } = await runtime(name);
  const folder = makeWorkDir('runtime');
  try {
    const file = path.join(folder, 'results.json');
    const vitest = path.join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs');
    const summary = path.join(folder, 'summary.json');
    const reporters = [
      '--reporter=json',
      `--outputFile.json=${file}`,
      `--reporter=${path.join(repoRoot, 'scripts', 'lib', 'summary-reporter.mjs')}`,
    ];
    const tests = asked.length > 0 ? asked : ['test/api'];
    const { status } = spawnSync(program, [...args, vitest, 'run', ...reporters, ...tests], {
      cwd: repoRoot,
      env: { ...process.env, ...env, HERMETIC_TEST_SUMMARY: summary },
      stdio: 'ignore',
    });
    if (!fs.existsSync(file) || !fs.existsSync(summary))
      throw new UserError(`${name} ended with ${status} and no results`);
    const { failed } = JSON.parse(fs.readFileSync(summary, 'utf8'));
    const known = { ...(name === 'bun-musl' ? knownFailures('bun') : {}), ...knownFailures(name) };
    return report(readResults(file), known, failed);
  } finally {
    removeTree(folder);
  }
});
