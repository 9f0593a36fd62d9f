// Records the owner of a lock or an unfinished folder, and checks whether that process is still alive. A process id
// alone is not enough: ids are reused, so the start time is recorded too; and hosts that share a cache cannot see each
// other's processes.
import fs from 'node:fs';
import os from 'node:os';
import { capture } from './process.mjs';

/** @typedef {{ pid: number, start: string, host: string }} Owner */

/** Describes this process as an owner. */
export function self() {
  return { pid: process.pid, start: startTime(process.pid), host: os.hostname() };
}

/**
 * Returns whether the owner is certainly gone. On another host the only evidence is silence for `silentMs`.
 * @param {Owner | null} owner null if the file could not be read
 * @param {number} lastSignMs time of the owner's last sign of life
 */
export function isDead(owner, lastSignMs, silentMs) {
  const silent = Date.now() - lastSignMs > silentMs;
  if (!owner || owner.host !== os.hostname()) return silent;
  return startTime(owner.pid) !== owner.start;
}

/** @returns {Owner | null} */
export function readOwner(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Returns the start time of a process as an opaque text; empty if no such process exists. */
export function startTime(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22; the second field may contain spaces and parentheses, so count from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return fs.existsSync('/proc/self/stat')
      ? ''
      : capture('ps', ['-o', 'lstart=', '-p', String(pid)]).stdout.trim();
  }
}
