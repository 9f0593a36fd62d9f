// Refuses libraries that contain a path of the build machine: it would reveal where they were built, and an attacker
// who can create that path could influence the program.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { ARCHIVES } from './gather.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @param {string} lib folder of the archives
 * @param {string[]} workDirs folders in which they were made
 */
export function inspectArchives(lib, workDirs) {
  const findings = ARCHIVES.flatMap((name) =>
    findPaths(fs.readFileSync(path.join(lib, name)), forbiddenPaths(workDirs), name),
  );
  if (findings.length === 0) return;
  throw new UserError(
    `paths of this machine are inside the OpenSSL libraries, which are therefore not used:\n${findings.join('\n')}`,
  );
}

/** Returns paths that must not appear, each also in its resolved form. */
export function forbiddenPaths(workDirs) {
  const plain = [...workDirs, cacheDir(), repoRoot, os.homedir()];
  const resolved = plain
    .filter((entry) => fs.existsSync(entry))
    .map((entry) => fs.realpathSync(entry));
  // A home of "/" (some containers) is part of every absolute path, so it cannot be checked.
  return [...new Set([...plain, ...resolved])]
    .filter((entry) => entry.length > 2)
    .map((entry) => `${entry}/`);
}

/** @returns {string[]} a line per finding, with its context */
export function findPaths(/** @type {Buffer} */ bytes, paths, name) {
  return paths.flatMap((entry) => {
    const at = bytes.indexOf(entry);
    if (at < 0) return [];
    const around = bytes
      .subarray(at, at + 120)
      .toString('latin1')
      .split('\0')[0];
    return [`  ${name}: ${around}`];
  });
}
