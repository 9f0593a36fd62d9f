// Builds dist/ from lib/ if a source is newer than the last complete compilation: declarations by tsc, the JavaScript
// by bundle.mjs, and the man page.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { readManifest } from './manifest.mjs';
import { repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';

const OTHER_SOURCES = ['tsconfig.json', 'package.json', 'scripts/lib/bundle.mjs'];
const STAMP = path.join(repoRoot, 'dist', '.compiled');

function newest(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(
    ...entries.map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
  );
}

function isUpToDate() {
  try {
    const sources = Math.max(
      newest(path.join(repoRoot, 'lib')),
      ...OTHER_SOURCES.map((file) => fs.statSync(path.join(repoRoot, file)).mtimeMs),
    );
    return fs.statSync(STAMP).mtimeMs >= sources;
  } catch {
    return false;
  }
}

/** Replaces the folder by two renames, the shortest gap that every file system allows. */
function swap({ dist, aside, former }) {
  if (fs.existsSync(dist)) fs.renameSync(dist, former);
  try {
    fs.renameSync(aside, dist);
  } catch (error) {
    if (fs.existsSync(former) && !fs.existsSync(dist)) fs.renameSync(former, dist);
    throw error;
  }
}

/** Writes the man page from the table of commands, whose code does not load the addon. */
async function writeManPage(folder) {
  const table = pathToFileURL(path.join(folder, 'cli/table.js')).href;
  const { COMMANDS, manPage } = await import(table);
  fs.writeFileSync(
    path.join(folder, 'cli/hermetic-ssl.1'),
    manPage(COMMANDS, readManifest().version),
  );
}

/**
 * Compiles into another folder and swaps, so that a concurrent user of dist/ sees the old or the
 * new version.
 */
export async function compileTypescript() {
  if (isUpToDate()) return;
  const dist = path.join(repoRoot, 'dist');
  const aside = path.join(repoRoot, `build-dist-${process.pid}`);
  const former = `${aside}-former`;
  const tsc = path.join(repoRoot, 'node_modules/typescript/bin/tsc');
  try {
    const options = ['-p', 'tsconfig.json', '--emitDeclarationOnly', '--outDir', aside];
    await runShown('tsc', process.execPath, [tsc, ...options]);
    await bundle(aside);
    fs.chmodSync(path.join(aside, 'cli/main.js'), 0o755);
    await writeManPage(aside);
    fs.writeFileSync(path.join(aside, path.basename(STAMP)), '');
    swap({ dist, aside, former });
  } finally {
    for (const folder of [aside, former]) fs.rmSync(folder, { recursive: true, force: true });
  }
}
