// Installs the npm programs that the tests of an installation use: pinned in test/package/tools, installed into the
// cache at the first use. They do not become dependencies of the package.
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { runShown } from '../lib/run-shown.mjs';

const pinnedIn = (set) => path.join(repoRoot, 'test', 'package', 'tools', set);
const homeOf = (set) => path.join(cacheDir(), 'install-tools', set);
const LOCK = 'package-lock.json';

function isInstalled(set) {
  const mark = path.join(homeOf(set), 'installed');
  const pinned = fs.readFileSync(path.join(pinnedIn(set), LOCK), 'utf8');
  return fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === pinned;
}

/**
 * Installs one set of tools if necessary.
 * @param {'registry' | 'runtimes'} set
 * @returns {Promise<string>} its node_modules
 * @throws UserError with npm's output, for example without a network
 */
export async function ensureTools(set) {
  const home = homeOf(set);
  await withLock(path.join(cacheDir(), 'locks', `install-tools-${set}.lock`), {}, async () => {
    if (isInstalled(set)) return;
    fs.mkdirSync(home, { recursive: true });
    for (const file of ['package.json', LOCK])
      fs.copyFileSync(path.join(pinnedIn(set), file), path.join(home, file));
    const options = ['--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund'];
    await runShown(`installing the ${set} of the tests`, 'npm', [
      'ci',
      '--prefix',
      home,
      ...options,
    ]);
    fs.copyFileSync(path.join(home, LOCK), path.join(home, 'installed'));
  });
  return path.join(home, 'node_modules');
}

/** Returns whether a set of tools is installed, so that using it needs no network. */
export const haveTools = isInstalled;

/**
 * The path of each program below a node_modules.
 * @type {Readonly<Record<string, string>>}
 */
export const PROGRAMS = {
  bun: 'bun/bin/bun',
  deno: 'deno/deno',
  node20: 'node20/bin/node',
  node22: 'node22/bin/node',
  node24: 'node24/bin/node',
  node26: 'node26/bin/node',
  npm11: 'npm11/bin/npm-cli.js',
  npm12: 'npm12/bin/npm-cli.js',
  pnpm10: 'pnpm10/bin/pnpm.cjs',
  pnpm12: '@pnpm/exe.linux-x64/pnpm',
  vite: 'vite/package.json',
  webpack: 'webpack/package.json',
  yarn1: 'yarn1/bin/yarn.js',
  yarn4: 'yarn4/bin/yarn.js',
};
