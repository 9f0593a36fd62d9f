// NSS databases: the one that Chromium uses on Linux, and those of Firefox's profiles.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { findProgram, mustRun, runProgram, StoreError } from './program.js';
import type { Place } from './place.js';

const CHROMIUM = ['.pki/nssdb', 'snap/chromium/current/.pki/nssdb'];

const FIREFOX = [
  '.mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
  'Library/Application Support/Firefox/Profiles',
];

const DATABASE = 'cert9.db';

function profiles(): string[] {
  const parents = FIREFOX.map((it) => path.join(homedir(), it)).filter(existsSync);
  return parents.flatMap((parent) => readdirSync(parent).map((name) => path.join(parent, name)));
}

/** Returns the folders with a database; for adding, also the one that Chromium makes at its first start. */
function databases(forAdding: boolean): string[] {
  const chromium = CHROMIUM.map((it) => path.join(homedir(), it));
  const found = [...chromium, ...profiles()].filter((it) => existsSync(path.join(it, DATABASE)));
  const own = chromium[0] ?? '';
  const isMissing = process.platform === 'linux' && !found.includes(own);
  return forAdding && isMissing ? [own, ...found] : found;
}

function placeOf(folder: string, certutil: string): Place {
  const at = ['-d', `sql:${folder}`];
  return {
    path: folder,
    has: async ({ alias }) =>
      existsSync(path.join(folder, DATABASE)) &&
      (await runProgram(certutil, ['-L', ...at, '-n', alias])).isDone,
    async add({ alias, file }) {
      if (!existsSync(path.join(folder, DATABASE))) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await mustRun(certutil, ['-N', ...at, '--empty-password']);
      }
      await mustRun(certutil, ['-A', ...at, '-t', 'C,,', '-n', alias, '-i', file]);
    },
    remove: ({ alias }) => mustRun(certutil, ['-D', ...at, '-n', alias]),
  };
}

/** Returns the databases. @throws StoreError without NSS's certutil */
export function nssPlaces(forAdding: boolean): Place[] {
  const found = databases(forAdding);
  if (found.length === 0) return [];
  const certutil = process.platform === 'win32' ? undefined : findProgram('certutil');
  if (certutil === undefined)
    throw new StoreError(
      'NSS’s certutil is missing. Install libnss3-tools (Debian, Ubuntu), nss-tools (Fedora) or nss (Arch, Homebrew).',
    );
  return found.map((folder) => placeOf(folder, certutil));
}
