// The clang tools that the steps use, and the files that they check.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { skipped } from './step.mjs';

/** Another version formats and warns differently. */
const CLANG_VERSION = 19;

/** Returns the program of the required version, or null. */
export function clangTool(name) {
  const exact = findOnPath(`${name}-${CLANG_VERSION}`);
  if (exact) return exact;
  const plain = findOnPath(name);
  const version = plain && /version (\d+)\./.exec(capture(plain, ['--version']).stdout);
  return version && Number(version[1]) === CLANG_VERSION ? plain : null;
}

export const notInstalled = (name) =>
  skipped(`${name} ${CLANG_VERSION} is not installed: apt-get install ${name}-${CLANG_VERSION}`);

function filesBelow(folder) {
  return fs
    .readdirSync(path.join(repoRoot, folder), { recursive: true })
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .filter((name) => /\.(?:h|cc)$/.test(name) && !name.startsWith('native/openssl/generated/'))
    .toSorted();
}

export const nativeFiles = () => filesBelow('native');
export const fuzzFiles = () => filesBelow('test/fuzz');
