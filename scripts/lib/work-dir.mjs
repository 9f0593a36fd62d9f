// Private folders for unfinished work. An interrupted build leaves its files only in such a folder, never in the place
// of a result; the next run removes the folders of dead builds.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDead, readOwner, self } from './owner.mjs';
import { workBase } from './paths.mjs';
import { UserError } from './user-error.mjs';

const OWNER_FILE = 'owner.json';
/** Long enough to be unique: folders of this name are removed from the shared temporary folder. */
const PREFIX = 'hermetic-ssl-openssl-work-';
/** Longer than any build: after this time a folder of an unreachable host counts as abandoned. */
const SILENT_MS = 24 * 3600 * 1000;
/** Folders in use by this process. */
const open = new Set();

/** Makes a new private folder below `base` and records this process as its owner. */
export function makeWorkDir(label, base = workBase()) {
  fs.mkdirSync(base, { recursive: true });
  const name = `${PREFIX}${label}-${process.pid}-${crypto.randomBytes(4).toString('hex')}`;
  const directory = path.join(fs.realpathSync(base), name);
  fs.mkdirSync(directory, { mode: 0o700 });
  fs.writeFileSync(path.join(directory, OWNER_FILE), JSON.stringify(self()));
  open.add(directory);
  return directory;
}

export function removeTree(directory) {
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  open.delete(directory);
}

/** Removes the folders of this process, as far as possible; for a signal handler. */
export function removeOpenWorkDirs() {
  for (const directory of open) {
    try {
      removeTree(directory);
    } catch {
      // The next run removes it.
    }
  }
}

/** Removes the folders of dead builds; returns how many. Ignores failures. */
export function sweepWorkDirs(bases = [workBase(), os.tmpdir()]) {
  let removed = 0;
  for (const base of bases) {
    for (const name of listNames(base).filter((entry) => entry.startsWith(PREFIX))) {
      if (removeIfDead(path.join(base, name))) removed += 1;
    }
  }
  return removed;
}

/**
 * Returns a folder in which OpenSSL can be compiled. Its Makefile does not support blanks or special characters of the
 * shell in the path, so with such a cache folder OpenSSL is compiled elsewhere and the result is copied.
 */
export function compileBase(cacheWork = workBase(), temporary = os.tmpdir()) {
  const usable = [cacheWork, temporary].find((base) => /^[\w@%+=.,/-]+$/.test(base));
  if (usable) return usable;
  throw new UserError(
    `OpenSSL cannot be compiled below "${cacheWork}" or "${temporary}": make needs a path without blanks and special ` +
      'characters. Set TMPDIR to such a folder.',
  );
}

function listNames(base) {
  try {
    return fs.readdirSync(base);
  } catch {
    return [];
  }
}

function removeIfDead(directory) {
  try {
    const file = path.join(directory, OWNER_FILE);
    const owner = readOwner(file);
    if (!owner || !isDead(owner, fs.statSync(file).mtimeMs, SILENT_MS)) return false;
    removeTree(directory);
    return true;
  } catch {
    return false;
  }
}
