// Lets the second of two identical builds wait for the first instead of repeating the work. The lock is only an
// optimisation: results are published by an atomic rename, so concurrent builds cannot damage each other.
import fs from 'node:fs';
import path from 'node:path';
import { isDead, readOwner, self } from './owner.mjs';

const POLL_MS = 300;
const BEAT_MS = 5_000;
/** An owner on another host that has not touched its lock for this long counts as gone. */
const SILENT_MS = 60_000;

/**
 * Runs `work` while holding the lock file.
 * @template T
 * @param {string} file
 * @param {{ onWait?: (owner: import('./owner.mjs').Owner | null) => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait = () => {} }, work) {
  await acquire(file, onWait);
  const beat = setInterval(() => touch(file), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    releaseLock(file);
  }
}

/** Removes the lock if it is ours; also for a signal handler. */
export function releaseLock(file) {
  if (readOwner(file)?.pid === process.pid) fs.rmSync(file, { force: true });
}

async function acquire(file, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let waited = false; !tryTake(file); waited = true) {
    if (!waited && fs.existsSync(file)) onWait(readOwner(file));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function tryTake(file) {
  removeIfStale(file);
  // Written to another file and linked, so that the lock never exists without its owner in it.
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(self()));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    // A file system without links: continue without the lock.
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code)) return true;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function removeIfStale(file) {
  try {
    if (isDead(readOwner(file), fs.statSync(file).mtimeMs, SILENT_MS))
      fs.rmSync(file, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function touch(file) {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // The cache was removed during the build; the build itself will report that.
  }
}
