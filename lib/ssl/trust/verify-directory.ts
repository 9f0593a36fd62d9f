// Checks the directory given as capath to loadVerifyLocations. OpenSSL reads it when it builds a chain, and ignores what it
// cannot read, so a path that can never work is refused here.
import { opendirSync, statSync } from 'node:fs';

/** Throws Node's error for a path that is not a directory, with the way out. */
function refuse(path: Buffer): void {
  try {
    opendirSync(path).closeSync(); // it has become one
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node omits a path that was given as bytes.
    const text = path.toString();
    const message = `${error.message} '${text}': capath names a directory; pass a file as cafile`;
    throw Object.assign(error, { path: text, message });
  }
}

/**
 * Throws if the path exists and is not a directory. A missing one may be created later, as in Python.
 * @throws Error as from node:fs, with the code ENOTDIR
 */
export function requireDirectory(path: Buffer): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) refuse(path);
}
