// Runs the tests of the API in another runtime than this machine's Node: vitest itself, its workers, and what the tests start as
// process.execPath. Arguments after the runtime's name go to vitest. Fails when a test fails that
// test/runtimes/known-failures.json does not list; it prints those that it lists with the reason.
//   node scripts/test-runtime.mjs bun | node22 | node24 | node26 [test/api/connect.test.ts]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureTools, PROGRAMS } from './install-matrix/tools.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { makeWorkDir, removeTree } from './lib/work-dir.mjs';

const RUNTIMES = ['bun', 'node20', 'node22', 'node24', 'node26'];
const KNOWN = path.join(repoRoot, 'test', 'runtimes', 'known-failures.json');

/** Bun reads the `paths` of the tests' tsconfig.json, by which the package's name is its sources, and not what is shipped. */
const BUN = {
  args: ['--bun'],
  env: { BUN_OPTIONS: `--tsconfig-override=${path.join(repoRoot, 'tsconfig.json')}` },
};

/** Each test's name, as vitest prints it, and how it ended. */
function readResults(file) {
  const { testResults } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const module = path.relative(repoRoot, name).replaceAll(path.sep, '/');
    if (assertionResults.length === 0) return [{ name: module, status, message }];
    return assertionResults.map((test) => ({
      name: [module, ...test.ancestorTitles, test.title].join(' > '),
      status: test.status,
      message: test.failureMessages?.[0],
    }));
  });
}

/**
 * @param {number} numFailed what the summary counts: also errors outside of every test, and workers that have ended
 */
function report(results, known, numFailed) {
  const having = (status) => results.filter((test) => test.status === status);
  const failed = having('failed');
  const listed = failed.filter(({ name }) => name in known);
  const unlisted = failed.filter(({ name }) => !(name in known));
  for (const { name } of listed) console.log(`failed as listed: ${name}: ${known[name]}`);
  for (const { name, message } of unlisted) console.log(`FAILED: ${name}\n${message ?? ''}`);
  for (const { name } of having('passed'))
    if (name in known) console.log(`passed, although listed: ${name}`);
  const passed = having('passed').length;
  const skipped = results.length - passed - failed.length;
  const others = numFailed - failed.length;
  if (others > 0)
    console.log(`FAILED: ${others} times outside of a test; vitest itself tells more`);
  console.log(`${listed.length} of the failures are listed`);
  console.log(`${passed} passed, ${numFailed} failed, ${skipped} skipped`);
  return unlisted.length === 0 && others <= 0 && passed > 0 ? 0 : 1;
}

await runMain(async () => {
  const [name, ...asked] = process.argv.slice(2);
  if (!RUNTIMES.includes(name)) throw new UserError(`name one of ${RUNTIMES.join(', ')}`);
  const program = path.join(await ensureTools('runtimes'), PROGRAMS[name]);
  const { args, env } = name === 'bun' ? BUN : { args: [], env: {} };
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
    const known = JSON.parse(fs.readFileSync(KNOWN, 'utf8'))[name] ?? {};
    return report(readResults(file), known, JSON.parse(fs.readFileSync(summary, 'utf8')).failed);
  } finally {
    removeTree(folder);
  }
});
