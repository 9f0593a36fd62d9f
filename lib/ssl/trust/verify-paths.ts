// Where trusted certificates come from by default.
import { statSync, type Stats } from 'node:fs';
import { delimiter } from 'node:path';

import { binding } from '../../internal/native/binding.js';
import { trustEnvironment } from './environment.js';

/** Where trusted certificates are looked for (Python: ssl.DefaultVerifyPaths). Null stands for what is not there. */
export interface DefaultVerifyPaths {
  /** The file that is used now. */
  readonly cafile: string | null;
  /** The directories that are used now, between `path.delimiter`. */
  readonly capath: string | null;
  /** The environment's variable for the file. */
  readonly opensslCafileEnv: 'SSL_CERT_FILE';
  /** The platform's file, which is used while the environment names nothing. */
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
 * What `loadDefaultCerts` reads (Python: ssl.get_default_verify_paths). As there, once the environment names a file or a
 * directory nothing else is used. The platform's places are found on this machine: the path that is compiled into
 * OpenSSL is never used.
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
