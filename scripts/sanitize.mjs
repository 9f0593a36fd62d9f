// Builds the addon under sanitizers and runs tests on it:
//   node scripts/sanitize.mjs address                        the tests listed below for it
//   node scripts/sanitize.mjs address,undefined --sockets    two at once; only what sockets and servers do, as CI has it
//   node scripts/sanitize.mjs thread test/api/pbkdf2/pool.test.ts -t cancel
//   node scripts/sanitize.mjs address --openssl              OpenSSL is instrumented as well (built into the cache)
//   node scripts/sanitize.mjs address --leaks                no tests: connections of every kind, and what is never freed
//   node scripts/sanitize.mjs address --leaks --planted      the control, which must fail
// Further arguments go to vitest. Node itself is not instrumented: the sanitizer's library is preloaded, and only the
// addon's own code is checked, and OpenSSL's with --openssl. Exit code 1 if a test failed or any process, including
// children, left a report; the reports are printed. The tests take several times as long.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { checkLeaks } from './sanitize/leaks.mjs';
import { repoRoot } from './lib/paths.mjs';
import { capture } from './lib/process.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const EVERYTHING = ['test/api', 'test/package/hermetic-coexistence.test.ts', 'test/package/hermetic-loading.test.ts', 'test/package/workers.test.ts']; // prettier-ignore

/** The tests of sockets and servers, the part that CI has time for. */
const SOCKETS = ['test/api/socket/', 'test/api/server/', 'test/api/ssl/psk/sockets.test.ts', 'test/api/ssl/verify/verify-callback-socket.test.ts']; // prettier-ignore

/** The time limits of the tests are multiplied by this (test/helpers/time-limit.ts). */
const TIMES_SLOWER = 5;

/**
 * Tests that limit a process's memory, since a sanitizer takes terabytes of address space and keeps freed memory to watch
 * it; and those that emulate a processor, where it cannot be loaded.
 */
const NOT_THESE =
  '^(?!.*(?:lack of memory|cost no memory|too little memory|do not grow without end|gives their memory back|keeps nothing of what|under emulation))';

const SANITIZERS = {
  address: {
    library: 'libasan.so',
    variable: 'ASAN_OPTIONS',
    // Node's own allocations at exit are not our leaks; --leaks reports them nevertheless.
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
    // It does not see Node's synchronisation, so operations that Node orders look unordered.
    options: { ignore_noninstrumented_modules: 1, second_deadlock_stack: 1 },
    tests: ['test/api/os/os.test.ts', 'test/api/pbkdf2/pool.test.ts', 'test/api/pbkdf2/abort.test.ts', 'test/api/ssl/trust/system-certificates.test.ts', 'test/api/ssl/trust/platform.test.ts', 'test/package/hermetic-loading.test.ts', 'test/package/workers.test.ts'],
  }, // prettier-ignore
};

/** Returns a sanitizer's run-time library, according to the compiler that built the addon. */
function libraryOf(name) {
  const { library } = SANITIZERS[name];
  const [program, ...rest] = (process.env.CXX || 'c++').split(/\s+/);
  const file = capture(program, [...rest, `-print-file-name=${library}`]).stdout.trim();
  if (path.isAbsolute(file)) return file;
  throw new UserError(`${program} has no ${library}; install the compiler's sanitizer libraries`);
}

/**
 * Returns the options of a sanitizer for its variable; the variable's present value comes last, and so takes
 * precedence.
 */
function optionsOf(name, reports) {
  const { variable, options } = SANITIZERS[name];
  const all = { ...options, log_path: path.join(reports, 'report') };
  const texts = Object.entries(all).map(([key, value]) => `${key}=${value}`);
  return [variable, [...texts, process.env[variable]].filter(Boolean).join(':')];
}

function environment(names, binary, reports) {
  const { HERMETIC_TEST_SLOW: _, HERMETIC_OPENSSL_INSTRUMENTATION: __, ...env } = process.env;
  return {
    ...env,
    HERMETIC_SSL_BINARY: binary,
    HERMETIC_TEST_TIMES_SLOWER: String(TIMES_SLOWER),
    LD_PRELOAD: names.map(libraryOf).join(' '),
    ...Object.fromEntries(names.map((name) => optionsOf(name, reports))),
  };
}

/** Prints the reports of the processes, each distinct one once. */
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

function readArguments([list = '', ...rest]) {
  const names = list.split(',');
  const takes = (option) => rest.includes(option);
  const isKnown = names.every((name) => Object.hasOwn(SANITIZERS, name));
  if (!isKnown || (names.length > 1 && names.includes('thread')))
    throw new UserError(
      `usage: node scripts/sanitize.mjs ${Object.keys(SANITIZERS).join('|')}|address,undefined [--sockets] [--openssl] [--leaks [--planted]] [vitest's arguments]`,
    );
  const own = ['--sockets', '--openssl', '--leaks', '--planted'];
  return {
    names,
    args: rest.filter((argument) => !own.includes(argument)),
    sockets: takes('--sockets'),
    openssl: takes('--openssl'),
    leaks: takes('--leaks'),
    planted: takes('--planted'),
  };
}

/** Returns the tests to run: the named ones, or the list. */
function testsOf({ names, args, sockets }) {
  const isNamed = args.some((argument) => /^(?:-t$|--testNamePattern)/.test(argument));
  const listed = sockets ? SOCKETS : SANITIZERS[names[0]].tests;
  const files = args.length === 0 ? listed : args;
  return isNamed ? files : [...files, `--testNamePattern=${NOT_THESE}`];
}

function runTests(options, binary) {
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'sanitize-'));
  const vitest = path.join(repoRoot, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--testTimeout=300000', '--hookTimeout=300000'];
  const { status } = spawnSync(process.execPath, [...args, ...testsOf(options)], {
    cwd: repoRoot,
    stdio: 'inherit',
    env: environment(options.names, binary, reports),
  });
  const count = printReports(reports);
  fs.rmSync(reports, { recursive: true, force: true });
  console.log(`${options.names.join(', ')} sanitizer: ${count === 0 ? 'no reports' : `${count} processes reported`}`); // prettier-ignore
  return status === 0 && count === 0 ? 0 : 1;
}

await runMain(async () => {
  const options = readArguments(process.argv.slice(2));
  const sanitizer = options.names.join(',');
  if (options.openssl) process.env.HERMETIC_OPENSSL_INSTRUMENTATION = sanitizer;
  const binary = await build({ sanitizer });
  if (!options.leaks) return runTests(options, binary);
  const preload = options.names.map(libraryOf).join(' ');
  return checkLeaks({ binary, preload, planted: options.planted });
});
