// Paths of the repository, and of the cache that outlives every clone.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Returns the cache folder: $XDG_CACHE_HOME/hermetic-ssl or ~/.cache/hermetic-ssl. The XDG rule
 * ignores a relative value.
 */
export function cacheDir(env = process.env) {
  const xdg = env.XDG_CACHE_HOME;
  const base = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(base, 'hermetic-ssl');
}

export const downloadsDir = () => path.join(cacheDir(), 'downloads');
export const prefixesDir = () => path.join(cacheDir(), 'openssl');
export const logsDir = () => path.join(cacheDir(), 'logs');
/** Folder for unfinished work, on the file system of the cache so that a rename publishes it. */
export const workBase = () => path.join(cacheDir(), 'work');
