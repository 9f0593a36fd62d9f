// What a run of the tests elsewhere than on this machine's Node gave: vitest's results against the failures that are known,
// test/runtimes/known-failures.json, with a reason each.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';

const KNOWN = path.join(repoRoot, 'test', 'runtimes', 'known-failures.json');

/** The failures that are known where `name` says: the test's name, as vitest prints it, to the reason. */
export function knownFailures(name) {
  return JSON.parse(fs.readFileSync(KNOWN, 'utf8'))[name] ?? {};
}

/**
 * Each test's name, as vitest prints it, and how it ended.
 * @param {string} file what vitest's reporter `json` has written
 * @param {string} root what the repository was called there
 */
export function readResults(file, root = repoRoot) {
  const { testResults } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const module = path.relative(root, name).replaceAll(path.sep, '/');
    if (assertionResults.length === 0) return [{ name: module, status, message }];
    return assertionResults.map((test) => ({
      name: [module, ...test.ancestorTitles, test.title].join(' > '),
      status: test.status,
      message: test.failureMessages?.[0],
    }));
  });
}

/**
 * Prints what failed, the counts last, and gives the exit code: 1 when a failure is not listed.
 * @param {number} numFailed what the summary counts: also errors outside of every test, and workers that have ended
 */
export function report(results, known, numFailed) {
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
