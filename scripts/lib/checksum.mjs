// The check that an archive has to pass, regardless of its origin.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UserError } from './user-error.mjs';

/** Returns the SHA-256 of a file, in hex. */
export async function sha256File(file) {
  const hash = crypto.createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

export const sha256Text = (text) => crypto.createHash('sha256').update(text).digest('hex');

/** Thrown for an archive that differs from the pinned one; it ends the search. */
export class ChecksumError extends UserError {
  constructor({ what, file, origin, expected, actual, aftermath }) {
    super(
      `${what}, from ${origin}, is not the pinned file, so the build stops here.\n` +
        `  file:     ${file}\n  expected: sha256 ${expected}\n  found:    sha256 ${actual}\n` +
        `${aftermath}\nThe expected sum is the one in deps/openssl/pin.json.`,
    );
    this.name = 'ChecksumError';
  }
}
