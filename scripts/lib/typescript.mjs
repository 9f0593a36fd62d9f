// dist/ from lib/, when a source is newer than the last complete compilation.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';

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
      fs.statSync(path.join(repoRoot, 'tsconfig.json')).mtimeMs,
    );
    return fs.statSync(STAMP).mtimeMs >= sources;
  } catch {
    return false;
  }
}

export async function compileTypescript() {
  if (isUpToDate()) return;
  fs.rmSync(path.join(repoRoot, 'dist'), { recursive: true, force: true });
  await runShown('tsc', process.execPath, [
    path.join(repoRoot, 'node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.json',
  ]);
  fs.chmodSync(path.join(repoRoot, 'dist/cli/main.js'), 0o755);
  fs.writeFileSync(STAMP, '');
}
