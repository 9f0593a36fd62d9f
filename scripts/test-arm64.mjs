// Runs tests on Linux for arm64, on a machine that is not one: vitest itself runs on this machine's Node, its workers, and
// what the tests start as process.execPath, on the real Node for arm64 under qemu-user. Arguments go to vitest. It wants an
// idle machine: vitest gives a worker 60 seconds to start, which is too little for an emulated one on a busy machine.
//   node scripts/test-arm64.mjs                       the fast part
//   node scripts/test-arm64.mjs test/api/ssl-psk.test.ts
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { FAST_PART } from './lib/fast-part.mjs';
import { cacheDir, repoRoot } from './lib/paths.mjs';
import { ensurePinnedPackage } from './lib/pinned-package.mjs';
import { findOnPath } from './lib/tools.mjs';
import { compileTypescript } from './lib/typescript.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { prebuild } from './prebuild.mjs';

const TARGET = 'linux-arm64-gnu';
const QEMU = 'qemu-aarch64-static';
const LIBRARIES = '/usr/aarch64-linux-gnu';

/** What the time limits of the tests, and of what they start, are multiplied by. */
const TIMES_SLOWER = 10;

function requireEmulator() {
  if (!findOnPath(QEMU) || !fs.existsSync(path.join(LIBRARIES, 'lib', 'libstdc++.so.6')))
    throw new UserError(
      `this needs ${QEMU} and a C++ library for arm64 in ${LIBRARIES}:\n` +
        '      apt-get install qemu-user-static libstdc++6-arm64-cross (Debian, Ubuntu)',
    );
}

/** The binary that is there, or one made now. */
async function binary() {
  const file = path.join(repoRoot, 'prebuilds', TARGET, 'hermetic_ssl.node');
  return fs.existsSync(file) ? file : prebuild(TARGET);
}

/** A program that is called as node is: qemu cannot run another program for arm64 by its name. */
function writeNode(node) {
  const file = path.join(cacheDir(), 'node-arm64', 'node');
  const text = `#!/bin/sh\nexec ${QEMU} -L ${LIBRARIES} ${JSON.stringify(node)} "$@"\n`;
  fs.writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}

await runMain(async () => {
  requireEmulator();
  const folder = await ensurePinnedPackage('node-arm64', { anyPlatform: true });
  const node = writeNode(path.join(folder, 'bin', 'node'));
  await compileTypescript();
  const env = {
    ...process.env,
    HERMETIC_SSL_BINARY: await binary(),
    HERMETIC_TEST_NODE: node,
    HERMETIC_TEST_TIMES_SLOWER: String(TIMES_SLOWER),
  };
  const asked = process.argv.slice(2);
  const config = path.join(repoRoot, 'test', 'arm64', 'vitest.config.ts');
  const vitest = path.join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = [
    '--reporter=default',
    `--reporter=${path.join(repoRoot, 'scripts', 'lib', 'summary-reporter.mjs')}`,
  ];
  const args = [vitest, 'run', '--config', config, '--root', repoRoot, ...reporters];
  const { status } = spawnSync(
    process.execPath,
    [...args, ...(asked.length > 0 ? asked : FAST_PART)],
    { cwd: repoRoot, env, stdio: 'inherit' },
  );
  return status ?? 1;
});
