// `hermetic-ssl info`: prints the contents of this package and the place it was loaded from.

import { algorithmsAvailable } from '../hashlib.js';
import { binaryPath, binding, linked } from '../internal/native/binding.js';
import { paint } from './frame/style.js';
import { folded } from './frame/text.js';
import { packageVersion } from '../internal/package-version.js';
import { describeKernels } from '../hashlib/pbkdf2-engines.js';
import {
  HAS_TLSv1,
  HAS_TLSv1_1,
  HAS_TLSv1_2,
  HAS_TLSv1_3,
  OPENSSL_FIXES,
  PROTOCOL_TLS_CLIENT,
} from '../ssl/constants.js';
import { SSLContext } from '../ssl/context.js';
import { trustEnvironment } from '../ssl/trust/environment.js';

const KEY_WIDTH = 14;

function protocols(): string[] {
  const has = {
    TLSv1: HAS_TLSv1,
    'TLSv1.1': HAS_TLSv1_1,
    'TLSv1.2': HAS_TLSv1_2,
    'TLSv1.3': HAS_TLSv1_3,
  };
  return Object.entries(has).flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function facts(): Record<string, string | string[]> {
  const { openssl, pin, built, decoders } = linked;
  const { file, directories } = binding.rootPlaces(...trustEnvironment());
  return {
    package: packageVersion,
    openssl: OPENSSL_FIXES.length > 0 ? `${openssl} + fixes` : openssl,
    'openssl fixes': [...OPENSSL_FIXES],
    'certificate decoders': decoders === '' ? [] : decoders.split(', '),
    pin,
    built,
    binary: binaryPath,
    runtime: `${process.release.name} ${process.version}, whose own OpenSSL is ${process.versions.openssl ?? 'unknown'}`,
    platform: `${process.platform}-${process.arch}`,
    protocols: protocols(),
    suites: new SSLContext(PROTOCOL_TLS_CLIENT).getCiphers().map(({ name }) => name),
    hashes: [...algorithmsAvailable].toSorted(),
    'pbkdf2 engines': binding.pbkdf2Engines(),
    'pbkdf2 sha1': describeKernels('sha1'),
    'pbkdf2 sha256': describeKernels('sha256'),
    'pbkdf2 sha512': describeKernels('sha512'),
    'pbkdf2 threads': `${binding.poolState().threads}`,
    'trusted roots': [file, ...directories].filter((place) => place !== ''),
  };
}

/** Prints the facts and returns the exit code. */
export function info({ json }: { json: boolean }): number {
  const all = facts();
  if (json) {
    console.log(JSON.stringify(all, null, 2));
    return 0;
  }
  for (const [key, value] of Object.entries(all)) {
    const text = typeof value === 'string' ? value : value.join(' ');
    const label = paint('dim', key.padEnd(KEY_WIDTH));
    console.log(folded(text, process.stdout, `${label} `));
  }
  return 0;
}
