/** The file names of a hashed directory of certificates (OpenSSL: X509_NAME_hash, c_rehash). */
import { createHash } from 'node:crypto';

import { encodeName } from './distinguished-names.js';

/** SEQUENCE and a length below 128. */
const HEADER = 2;

/**
 * The hash of the subject that createAuthority gives to `name`. OpenSSL hashes the canonical form, which for UTF-8 text
 * in lower case is the encoding itself without its outer SEQUENCE.
 */
export function subjectHash(name: string): string {
  const encoded = encodeName([
    ['O', 'hermetic-ssl tests'],
    ['CN', name],
  ]);
  const digest = createHash('sha1').update(encoded.subarray(HEADER)).digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}
