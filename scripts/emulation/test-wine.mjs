// Runs tests on Windows, on another system: vitest itself, and the programs that the tests start as process.execPath,
// in the real node.exe under Wine. Each file has its own process and time limit, so that a hanging one is a failure
// with a name. Fails if a test fails that test/runtimes/known-failures.json does not list (a file name alone covers all
// its tests); prints the listed failures.
//   node scripts/emulation/test-wine.mjs                          the fast part, and the test vectors
//   node scripts/emulation/test-wine.mjs test/api/ssl/psk/psk.test.ts
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FAST_PART } from './fast-part.mjs';
import { knownFailures, readResults, report } from './known-failures.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { compileTypescript } from '../lib/typescript.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';
import { rolldownBinary } from './rolldown.mjs';
import { Machine, requireWine, windowsPath } from './wine/machine.mjs';
import { windowsAddon, windowsLibrary, windowsNode } from './wine/needed.mjs';

/** For one file, including its child processes. */
const LIMIT_MS = 600_000;
/** Factor for the time limits of the tests, and of the programs that they start. */
const TIMES_SLOWER = 3;
/**
 * Fraction of the rounds of tests with random changes; many read the certificate stores each time, which takes 0.1 s
 * under Wine.
 */
const FUZZ_ROUNDS = 500;
const NUM_MACHINES = Math.min(2, os.availableParallelism());
const LINES_SHOWN = 100;

/** Returns the files whose path contains one of these arguments, as in vitest. */
function testFiles(asked) {
  const all = fs
    .readdirSync(path.join(repoRoot, 'test'), { recursive: true })
    .map((name) => `test/${String(name)}`)
    .filter((name) => name.endsWith('.test.ts'));
  const files = all.filter((file) => asked.some((part) => file.includes(part))).toSorted();
  if (files.length === 0) throw new UserError(`no test file has ${asked.join(' or ')} in its path`);
  return files;
}

const lastLines = (log) =>
  fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN).join('\n');

function textFrom(lines, pattern) {
  const start = lines.findIndex((line) => pattern.test(line));
  return lines.slice(start, start + LINES_SHOWN).join('\n');
}

/** Runs one file; returns its tests, and vitest's count of failures. */
async function runFile(machine, node, file) {
  const [results, summary, log] = ['results.json', 'summary', 'log'].map((name) =>
    machine.file(name),
  );
  for (const left of [results, summary]) fs.rmSync(left, { force: true });
  const vitest = path.join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    ...[windowsPath(vitest), 'run', '--root', windowsPath(repoRoot), '--pool=threads'],
    `--testTimeout=${60_000 * TIMES_SLOWER}`,
    `--hookTimeout=${60_000 * TIMES_SLOWER}`,
    ...['--reporter=verbose', '--reporter=json', `--outputFile.json=${windowsPath(results)}`],
    `--reporter=${windowsPath(path.join(repoRoot, 'scripts', 'lib', 'summary-reporter.mjs'))}`,
  ];
  const env = { HERMETIC_TEST_SUMMARY: windowsPath(summary) };
  const code = await machine.run(node, [...args, file], { limit: LIMIT_MS, log, env });
  // Includes processes that the tests have left running.
  await machine.endAll();
  const how = code === null ? `did not end within ${LIMIT_MS / 1000} s` : `ended with ${code}`;
  if (code === null || !fs.existsSync(results) || !fs.existsSync(summary))
    return failedFile(file, `${how}; the end of its output:\n${lastLines(log)}`);
  const { failed } = JSON.parse(fs.readFileSync(summary, 'utf8'));
  const lines = fs.readFileSync(log, 'utf8').split('\n');
  const reasons = lines.filter((line) => /^skipped \d/.test(line));
  const tests = readResults(results, `Z:${repoRoot}`);
  // The messages alone do not show how two values differ.
  const what = failed === 0 ? '' : textFrom(lines, / Failed (?:Tests|Suites) /);
  return { tests, failed, reasons, what };
}

const failedFile = (file, message) => ({
  tests: [{ name: file, status: 'failed', message }],
  failed: 1,
  reasons: [],
  what: '',
});

function printFile(file, { tests, failed, reasons, what }, started) {
  const count = (status) => tests.filter((test) => test.status === status).length;
  const passed = count('passed');
  const skipped = tests.length - passed - count('failed');
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${file}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  for (const reason of reasons) console.log(`  ${reason}`);
  if (what) console.log(what);
}

/** Runs the remaining files, one after the other, in a separate Wine prefix. */
async function work(files, options, node) {
  const outcomes = [];
  const machine = await Machine.start(options);
  try {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const started = performance.now();
      const outcome = await runFile(machine, node, file);
      printFile(file, outcome, started);
      outcomes.push(outcome);
    }
  } finally {
    await machine.close();
  }
  return outcomes;
}

await runMain(async () => {
  requireWine();
  const asked = process.argv.slice(2);
  const files = testFiles(asked.length > 0 ? asked : [...FAST_PART, 'test/vectors/']);
  const node = await windowsNode();
  const env = {
    HERMETIC_TEST_TIMES_SLOWER: String(TIMES_SLOWER),
    HERMETIC_FUZZ_ROUNDS: process.env.HERMETIC_FUZZ_ROUNDS ?? String(FUZZ_ROUNDS),
    HERMETIC_SSL_BINARY: windowsPath(await windowsAddon()),
    NAPI_RS_NATIVE_LIBRARY_PATH: windowsPath(await rolldownBinary('rolldown-win')),
  };
  const options = { env, libraries: [await windowsLibrary()] };
  await compileTypescript();
  const machines = Array.from({ length: Math.min(NUM_MACHINES, files.length) }, () =>
    work(files, options, node),
  );
  const outcomes = (await Promise.all(machines)).flat();
  const tests = outcomes.flatMap((outcome) => outcome.tests);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  return report(tests, knownFailures('wine'), failed);
});
