// The default sources of trusted certificates.
import { statSync, type Stats } from 'node:fs';
import { delimiter } from 'node:path';

import { binding } from '../../internal/native/binding.js';
import { trustEnvironment } from './environment.js';

/**
 * The default sources of trusted certificates (Python: ssl.DefaultVerifyPaths). Null means that the source does not exist.
 */
export interface DefaultVerifyPaths {
  /** The file that is used now. */
  readonly cafile: string | null;
  /** The directories that are used now, separated by `path.delimiter`. */
  readonly capath: string | null;
  /** The environment's variable for the file. */
  readonly opensslCafileEnv: 'SSL_CERT_FILE';
  /** The platform's file, used unless the environment names a file or a directory. */
  readonly opensslCafile: string | null;
  /** The environment's variable for the directories. */
  readonly opensslCapathEnv: 'SSL_CERT_DIR';
  /** The platform's directories. */
  readonly opensslCapath: string | null;
}

const isThere = (path: string, kind: (stats: Stats) => boolean): boolean => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && kind(stats);
};

const orNull = (text: string): string | null => (text === '' ? null : text);

/**
 * Returns the sources that `loadDefaultCerts` reads (Python: ssl.get_default_verify_paths). As in Python, if the
 * environment names a file or a directory, only that is used. The platform's paths are detected on this machine; the path
 * that is compiled into OpenSSL is never used.
 */
export function getDefaultVerifyPaths(): DefaultVerifyPaths {
  const now = binding.rootPlaces(...trustEnvironment());
  const usual = binding.rootPlaces('', '');
  const directories = now.directories.filter((path) => isThere(path, (it) => it.isDirectory()));
  return {
    cafile: now.file !== '' && isThere(now.file, (it) => it.isFile()) ? now.file : null,
    capath: orNull(directories.join(delimiter)),
    opensslCafileEnv: 'SSL_CERT_FILE',
    opensslCafile: orNull(usual.file),
    opensslCapathEnv: 'SSL_CERT_DIR',
    opensslCapath: orNull(usual.directories.join(delimiter)),
  };
}
