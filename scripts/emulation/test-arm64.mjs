// Runs tests on Linux for arm64, on another machine: vitest itself runs on this machine's Node; its workers, and the
// programs that the tests start as process.execPath, run on the real Node for arm64 under qemu-user. Arguments go to
// vitest. Fails if a test fails that test/runtimes/known-failures.json does not list; prints the listed failures with
// their reasons.
//   node scripts/emulation/test-arm64.mjs                       the fast part, which takes an hour or two
//   node scripts/emulation/test-arm64.mjs test/api/ssl/psk/psk.test.ts
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { FAST_PART } from './fast-part.mjs';
import { knownFailures, readResults, report } from './known-failures.mjs';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { ensurePinnedPackage } from '../lib/pinned-package.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { compileTypescript } from '../lib/typescript.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';
import { prebuild } from '../prebuild.mjs';

const TARGET = 'linux-arm64-gnu';
const QEMU = 'qemu-aarch64-static';
const LIBRARIES = '/usr/aarch64-linux-gnu';

/** Factor for the time limits of the tests, and of the programs that they start. */
const TIMES_SLOWER = 10;

function requireEmulator() {
  if (!findOnPath(QEMU) || !fs.existsSync(path.join(LIBRARIES, 'lib', 'libstdc++.so.6')))
    throw new UserError(
      `this needs ${QEMU} and a C++ library for arm64 in ${LIBRARIES}:\n` +
        '      apt-get install qemu-user-static libstdc++6-arm64-cross (Debian, Ubuntu)',
    );
}

/** Returns the existing binary, or builds one. */
async function binary() {
  const file = path.join(repoRoot, 'prebuilds', TARGET, 'hermetic_ssl.node');
  return fs.existsSync(file) ? file : prebuild(TARGET);
}

/** Writes a wrapper called node, since qemu cannot run another arm64 program by its name. */
function writeNode(node) {
  const file = path.join(cacheDir(), 'node-arm64', 'node');
  const text = `#!/bin/sh\nexec ${QEMU} -L ${LIBRARIES} ${JSON.stringify(node)} "$@"\n`;
  fs.writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Returns the environment of the tests. */
async function environment() {
  requireEmulator();
  const folder = await ensurePinnedPackage('node-arm64', { anyPlatform: true });
  return {
    ...process.env,
    HERMETIC_SSL_BINARY: await binary(),
    HERMETIC_TEST_NODE: writeNode(path.join(folder, 'bin', 'node')),
    HERMETIC_TEST_TIMES_SLOWER: String(TIMES_SLOWER),
  };
}

/** Runs vitest, whose results go into files of `folder`; gives the exit code. */
function test(tests, env, folder) {
  const [file, summary] = ['results.json', 'summary.json'].map((name) => path.join(folder, name));
  const vitest = path.join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const config = path.join(repoRoot, 'test', 'arm64', 'vitest.config.ts');
  const args = [
    ...['run', '--config', config, '--root', repoRoot],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    `--reporter=${path.join(repoRoot, 'scripts', 'lib', 'summary-reporter.mjs')}`,
  ];
  const { status } = spawnSync(process.execPath, [vitest, ...args, ...tests], {
    cwd: repoRoot,
    env: { ...env, HERMETIC_TEST_SUMMARY: summary },
    stdio: 'inherit',
  });
  if (!fs.existsSync(file) || !fs.existsSync(summary))
    throw new UserError(`vitest ended with ${status} and no results`);
  const { failed } = JSON.parse(fs.readFileSync(summary, 'utf8'));
  return report(readResults(file), knownFailures('arm64'), failed);
}

await runMain(async () => {
  const env = await environment();
  await compileTypescript();
  const asked = process.argv.slice(2);
  const folder = makeWorkDir('arm64');
  try {
    return test(asked.length > 0 ? asked : FAST_PART, env, folder);
  } finally {
    removeTree(folder);
  }
});
