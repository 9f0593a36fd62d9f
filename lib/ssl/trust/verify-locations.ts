// The arguments of SSLContext.loadVerifyLocations.
import { fileURLToPath } from 'node:url';

import { typeError, unwrap, valueError } from '../../errors.js';
import { binding, type Bytes, type ContextHandle } from '../../internal/native/binding.js';
import { describe, isBytes, ownOptions } from '../../internal/validate.js';
import type { PathLike } from '../certificates/cert-chain.js';
import { changing } from '../engine/dormant.js';
import { requireDirectory } from './verify-directory.js';

/** The sources of the certificates that `SSLContext.loadVerifyLocations` trusts. */
export interface VerifyLocations {
  /** A file of certificates and revocation lists: PEM, DER or PKCS#7. */
  cafile?: PathLike | null | undefined;
  /**
   * A directory of them under OpenSSL's hashed names (openssl-rehash(1)), searched when a certificate is needed. A missing
   * directory is not an error; a file in its place is (ENOTDIR). On Windows the name must be representable in the machine's
   * code page, or have a short form.
   */
  capath?: PathLike | null | undefined;
  /**
   * Certificates and revocation lists: PEM as text or bytes, with any other text between the blocks; DER as bytes, one or
   * more after the other; PKCS#7 in either; or an array of all these.
   */
  cadata?: string | Bytes | readonly (string | Bytes)[] | null | undefined;
}

// As bytes: a name need not be UTF-8.
function pathBytes(value: unknown, name: string): Buffer {
  let path: Buffer;
  if (value instanceof URL) path = Buffer.from(fileURLToPath(value));
  else if (typeof value === 'string') path = Buffer.from(value);
  else if (Buffer.isBuffer(value)) path = value;
  else throw typeError(`${name} should be a valid filesystem path, not ${describe(value)}`);
  if (path.includes(0)) throw valueError(`${name} contains a NUL character`);
  return path;
}

function addPiece(handle: ContextHandle, piece: unknown, name: string): void {
  const isText = typeof piece === 'string';
  if (!isText && !isBytes(piece)) {
    const forms = 'a string or a bytes-like object, or an array of them';
    throw typeError(`${name} should be ${forms}, not ${describe(piece)}`);
  }
  const bytes = isText ? Buffer.from(piece) : piece;
  if (bytes.byteLength === 0) throw valueError(`Empty certificate data: ${name}`);
  unwrap(binding.contextLoadVerifyData(changing(handle), name, bytes, isText));
}

function addData(handle: ContextHandle, cadata: unknown): void {
  if (!Array.isArray(cadata)) {
    addPiece(handle, cadata, 'cadata');
    return;
  }
  if (cadata.length === 0) throw valueError('Empty certificate data: cadata is an empty array');
  for (const [i, piece] of cadata.entries()) addPiece(handle, piece, `cadata[${i}]`);
}

/** Adds the contents of the locations to the context, `cadata` first, as in Python. */
export function addTrust(handle: ContextHandle, locations: VerifyLocations): void {
  const { cafile = null, capath = null, cadata = null } = ownOptions(locations, 'locations');
  if (cafile === null && capath === null && cadata === null) {
    throw typeError('cafile, capath and cadata cannot be all omitted');
  }
  const file = cafile === null ? null : pathBytes(cafile, 'cafile');
  const directory = capath === null ? null : pathBytes(capath, 'capath');
  if (directory !== null) requireDirectory(directory);
  if (cadata !== null) addData(handle, cadata);
  if (file !== null) unwrap(binding.contextLoadVerifyFile(changing(handle), file));
  if (directory !== null) unwrap(binding.contextLoadVerifyDirectory(changing(handle), directory));
}
