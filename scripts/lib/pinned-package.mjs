// Installs npm packages that only some tasks need, each pinned by a folder of deps/ with a package.json and a lock,
// into the cache instead of node_modules.
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { readManifest } from './manifest.mjs';
import { cacheDir, repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';

/**
 * Installs the package of deps/NAME if need be.
 * @param {string} name
 * @param {{ anyPlatform?: boolean }} [options] also packages for other platforms
 * @returns {Promise<string>} the package's folder in the cache
 */
export async function ensurePinnedPackage(name, { anyPlatform = false } = {}) {
  const pinned = path.join(repoRoot, 'deps', name);
  const { dependencies } = readManifest(pinned);
  const [[packageName, version]] = Object.entries(dependencies);
  const home = path.join(cacheDir(), name, version);
  await withLock(path.join(cacheDir(), 'locks', `${name}-${version}.lock`), {}, async () => {
    if (fs.existsSync(path.join(home, 'installed'))) return;
    fs.mkdirSync(home, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      fs.copyFileSync(path.join(pinned, file), path.join(home, file));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
    if (anyPlatform) options.push('--force');
    await runShown(`installing ${packageName}`, 'npm', ['ci', '--prefix', home, ...options]);
    fs.writeFileSync(path.join(home, 'installed'), '');
  });
  return path.join(home, 'node_modules', ...packageName.split('/'));
}
