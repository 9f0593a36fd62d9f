// Compares vitest's results in another runtime with the known failures in test/runtimes/known-failures.json, each of
// which has a reason.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';

const KNOWN = path.join(repoRoot, 'test', 'runtimes', 'known-failures.json');

/** Returns the known failures of the runtime `name`: from the test's name, as vitest prints it, to the reason. */
export function knownFailures(name) {
  return JSON.parse(fs.readFileSync(KNOWN, 'utf8'))[name] ?? {};
}

/**
 * Returns each test's name, as vitest prints it, and its result.
 * @param {string} file what vitest's reporter `json` has written
 * @param {string} root the repository's path in that runtime
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
 * Prints the failures and then the counts, and returns the exit code: 1 if a failure is not listed.
 * @param {number} numFailed the summary's count, which includes errors outside of tests, and workers that have ended
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
