// Installs node_modules according to package-lock.json if it is missing or older than the lock file.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';

const at = (file) => path.join(repoRoot, file);

function isUpToDate() {
  try {
    // npm writes this file last, so a broken install does not count.
    const installed = fs.statSync(at('node_modules/.package-lock.json'));
    const isNewer = installed.mtimeMs >= fs.statSync(at('package-lock.json')).mtimeMs;
    return isNewer && fs.existsSync(at('node_modules/typescript'));
  } catch {
    return false;
  }
}

/** Runs `npm ci` if need be. Install scripts are not run: our dependencies do not need them. */
export async function installDependencies() {
  if (isUpToDate()) return;
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  await runShown('npm ci', command, [
    ...first,
    'ci',
    '--ignore-scripts',
    '--include=dev', // also under NODE_ENV=production: the tools are development dependencies
    '--no-audit',
    '--no-fund',
  ]);
}
