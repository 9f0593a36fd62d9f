// The local authority: made once, kept in the user's folder, and limited to local names.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { tokenHex } from '../../secrets.js';
import { pemCertToDerCert } from '../../ssl.js';
import { authorityOf, makeAuthorityPair, type Authority } from '../development-authority.js';
import { readCertificate } from '../connect/certificate.js';
import { authorityFolder, certificateFile, keyFile } from './folder.js';
import { PERMITTED_SUBTREES } from './local-names.js';

const YEARS_10 = 3650;

const MOST_NAME = 64; // ub-common-name of RFC 5280

/** A name of its own for each authority: stores tell certificates apart by their subject. */
const makeName = (): string =>
  `hermetic-ssl local authority ${tokenHex(4)} of ${hostname()}`.slice(0, MOST_NAME); // prettier-ignore

/** Makes the files in a folder aside and renames it, so that two processes do not make two authorities. */
function makeFiles(): void {
  const folder = authorityFolder();
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const aside = mkdtempSync(path.join(parent, 'new-')); // mode 0700
  try {
    const { certificate, key } = makeAuthorityPair(makeName(), PERMITTED_SUBTREES, YEARS_10);
    writeFileSync(path.join(aside, path.basename(keyFile())), key, { mode: 0o600 });
    writeFileSync(path.join(aside, path.basename(certificateFile())), certificate);
    key.fill(0);
    renameSync(aside, folder);
  } catch (error) {
    if (!existsSync(certificateFile())) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Returns whether the authority exists. */
export const hasAuthority = (): boolean => existsSync(certificateFile());

const OTHERS = 0o077;

/** Takes the key's permissions away from other users, if it has any. */
function protectKey(): void {
  if (process.platform === 'win32' || (statSync(keyFile()).mode & OTHERS) === 0) return;
  chmodSync(keyFile(), 0o600);
  throw new Error(
    `other users could read ${keyFile()}. They no longer can, but may have copied it: make another with "hermetic-ssl ca uninstall" and "hermetic-ssl ca install"`,
  );
}

/** Returns the authority, and makes it if it does not exist. @throws Error if other users could read its key */
export function localAuthority(): Authority {
  if (!hasAuthority()) makeFiles();
  protectKey();
  const certificate = readFileSync(certificateFile(), 'utf8');
  const { notAfter } = readCertificate(pemCertToDerCert(certificate));
  if (Date.parse(notAfter) < Date.now())
    throw new Error(
      `the local authority expired on ${notAfter}: make another with "hermetic-ssl ca uninstall" and "hermetic-ssl ca install"`,
    );
  return authorityOf({ certificate, key: readFileSync(keyFile()) });
}

/** Deletes the authority's files, and the folder of this package if it is then empty. */
export function deleteAuthority(): void {
  rmSync(authorityFolder(), { recursive: true, force: true });
  try {
    rmdirSync(path.dirname(authorityFolder()));
  } catch {
    // Other files are in it.
  }
}
