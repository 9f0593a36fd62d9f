// Builds the addon under a sanitizer and runs tests on it:
//   node scripts/sanitize.mjs address                        the tests listed below for it
//   node scripts/sanitize.mjs thread test/api/pbkdf2-pool.test.ts -t cancel
//   node scripts/sanitize.mjs address --leaks                also what is never freed (slow, at every process's end)
// Whatever follows goes to vitest. Node itself is not instrumented: its sanitizer library is preloaded, and only the
// addon's own code (OpenSSL's is not) is watched. Exit code 1 when a test failed or when any process, children included, left a
// report; the reports are printed. For use by hand and in a nightly run: the tests take several times as long.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { repoRoot } from './lib/paths.mjs';
import { capture } from './lib/process.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const EVERYTHING = ['test/api', 'test/package/hermetic-coexistence.test.ts', 'test/package/hermetic-loading.test.ts', 'test/package/workers.test.ts']; // prettier-ignore

/**
 * Tests that limit a process's memory, since a sanitizer takes terabytes of address space and keeps freed memory to watch
 * it; and those that emulate a processor, where it cannot be loaded.
 */
const NOT_THESE =
  '^(?!.*(?:lack of memory|too little memory|do not grow without end|gives their memory back|keeps nothing of what|under emulation))';

const SANITIZERS = {
  address: {
    library: 'libasan.so',
    variable: 'ASAN_OPTIONS',
    // Node's own allocations at exit are no leaks of ours; --leaks asks for them all the same.
    options: { detect_leaks: 0, alloc_dealloc_mismatch: 1, detect_stack_use_after_return: 1 },
    tests: EVERYTHING,
  },
  undefined: {
    library: 'libubsan.so',
    variable: 'UBSAN_OPTIONS',
    options: { print_stacktrace: 1 },
    tests: EVERYTHING,
  },
  thread: {
    library: 'libtsan.so',
    variable: 'TSAN_OPTIONS',
    // Node's code is invisible to it, so that what Node orders looks unordered there.
    options: { ignore_noninstrumented_modules: 1, second_deadlock_stack: 1 },
    tests: ['test/api/os.test.ts', 'test/api/pbkdf2-pool.test.ts', 'test/api/pbkdf2-abort.test.ts', 'test/api/ssl-system-certificates.test.ts', 'test/api/ssl-trust-platform.test.ts', 'test/package/hermetic-loading.test.ts', 'test/package/workers.test.ts'],
  }, // prettier-ignore
};

/** The sanitizer's run-time library, as the compiler that built the addon knows it. */
function preloaded(library) {
  const [program, ...rest] = (process.env.CXX || 'c++').split(/\s+/);
  const file = capture(program, [...rest, `-print-file-name=${library}`]).stdout.trim();
  if (path.isAbsolute(file)) return file;
  throw new UserError(`${program} has no ${library}; install the compiler's sanitizer libraries`);
}

function environment(name, binary, { leaks, reports }) {
  const { library, variable, options } = SANITIZERS[name];
  const all = {
    ...options,
    ...(leaks ? { detect_leaks: 1 } : {}),
    log_path: path.join(reports, 'report'),
  };
  const given = process.env[variable] ? [process.env[variable]] : [];
  const text = [...Object.entries(all).map(([key, value]) => `${key}=${value}`), ...given].join(
    ':',
  );
  const { HERMETIC_TEST_SLOW: _, ...env } = process.env;
  return { ...env, HERMETIC_SSL_BINARY: binary, LD_PRELOAD: preloaded(library), [variable]: text };
}

/** Prints what the processes reported; the same report once. */
function printReports(reports) {
  const texts = fs
    .readdirSync(reports)
    .map((name) => fs.readFileSync(path.join(reports, name), 'utf8'));
  const summary = (text) => /^SUMMARY: .*$/m.exec(text)?.[0] ?? text.split('\n', 1)[0];
  const distinct = new Map(texts.map((text) => [summary(text), text]));
  for (const text of distinct.values()) console.log(text);
  for (const line of distinct.keys()) console.log(line);
  return texts.length;
}

await runMain(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (!Object.hasOwn(SANITIZERS, name ?? ''))
    throw new UserError(
      `usage: node scripts/sanitize.mjs ${Object.keys(SANITIZERS).join('|')} [--leaks] [vitest's arguments]`,
    );
  const binary = await build({ sanitizer: name });
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), `sanitize-${name}-`));
  const args = rest.filter((argument) => argument !== '--leaks');
  const isNamed = args.some((argument) => /^(?:-t$|--testNamePattern)/.test(argument));
  if (args.length === 0) args.push(...SANITIZERS[name].tests);
  if (!isNamed) args.push(`--testNamePattern=${NOT_THESE}`);
  const { status } = spawnSync(
    process.execPath,
    [path.join(repoRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=300000', ...args],
    { cwd: repoRoot, stdio: 'inherit', env: environment(name, binary, { leaks: rest.includes('--leaks'), reports }) },
  ); // prettier-ignore
  const count = printReports(reports);
  fs.rmSync(reports, { recursive: true, force: true });
  console.log(`${name} sanitizer: ${count === 0 ? 'no reports' : `${count} processes reported`}`);
  return status === 0 && count === 0 ? 0 : 1;
});
