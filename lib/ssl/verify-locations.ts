// The arguments of SSLContext.loadVerifyLocations.
import { fileURLToPath } from 'node:url';

import { typeError, unwrap, valueError } from '../errors.js';
import { binding, type Bytes, type ContextHandle } from '../internal/binding.js';
import { describe, isBytes, ownOptions } from '../internal/validate.js';
import type { PathLike } from './cert-chain.js';

/** Where the certificates are that `SSLContext.loadVerifyLocations` trusts. */
export interface VerifyLocations {
  /** A PEM file of certificates and revocation lists. */
  cafile?: PathLike | null | undefined;
  /**
   * A directory of them under OpenSSL's hashed names (openssl-rehash(1)), looked into when one is needed; one that does
   * not exist is no error. On Windows its name must be in the machine's code page, or have a short form.
   */
  capath?: PathLike | null | undefined;
  /** Certificates: PEM as a string, which may hold other ASCII text too, or DER, one after the other, as bytes. */
  cadata?: string | Bytes | null | undefined;
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

function addData(handle: ContextHandle, cadata: unknown): void {
  if (typeof cadata !== 'string' && !isBytes(cadata)) {
    throw typeError(
      `cadata should be an ASCII string or a bytes-like object, not ${describe(cadata)}`,
    );
  }
  if (typeof cadata === 'string' ? cadata === '' : cadata.byteLength === 0)
    throw valueError('Empty certificate data');
  if (typeof cadata !== 'string') {
    unwrap(binding.contextLoadVerifyDer(handle, cadata));
    return;
  }
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  if (/[^\x00-\x7f]/.test(cadata))
    throw typeError('cadata should be an ASCII string or a bytes-like object');
  unwrap(binding.contextLoadVerifyPem(handle, Buffer.from(cadata)));
}

/** Adds what the locations hold to the context. `cadata` first, as in Python. */
export function addTrust(handle: ContextHandle, locations: VerifyLocations): void {
  const { cafile = null, capath = null, cadata = null } = ownOptions(locations, 'locations');
  if (cafile === null && capath === null && cadata === null) {
    throw typeError('cafile, capath and cadata cannot be all omitted');
  }
  const file = cafile === null ? null : pathBytes(cafile, 'cafile');
  const directory = capath === null ? null : pathBytes(capath, 'capath');
  if (cadata !== null) addData(handle, cadata);
  if (file !== null) unwrap(binding.contextLoadVerifyFile(handle, file));
  if (directory !== null) unwrap(binding.contextLoadVerifyDirectory(handle, directory));
}
