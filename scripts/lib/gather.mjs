// Lays out a finished prefix: the archives, the headers, the licence, the list of error reasons, and build-info.json,
// which is written last and whose sizes tell a whole prefix from a damaged one.
import fs from 'node:fs';
import path from 'node:path';
import { sha256Text } from './checksum.mjs';

export const ARCHIVES = ['libssl.a', 'libcrypto.a'];
const INFO_FILE = 'build-info.json';

/** Copies what a prefix consists of from the build and the source folder. */
export function gatherPrefix({ build, source, built, prefix, started }) {
  const lib = path.join(prefix, 'lib');
  const include = path.join(prefix, 'include', 'openssl');
  fs.mkdirSync(lib, { recursive: true });
  fs.mkdirSync(include, { recursive: true });
  for (const name of ARCHIVES) fs.copyFileSync(path.join(built, name), path.join(lib, name));
  for (const root of [source, built]) copyHeaders(path.join(root, 'include', 'openssl'), include);
  fs.copyFileSync(path.join(source, 'LICENSE.txt'), path.join(prefix, 'LICENSE.txt'));
  fs.copyFileSync(
    path.join(source, 'crypto', 'err', 'openssl.txt'),
    path.join(prefix, 'openssl.txt'),
  );
  const info = {
    ...build,
    archives: describeArchives(lib),
    seconds: Math.round((Date.now() - started) / 1000),
    built: new Date().toISOString(),
  };
  fs.writeFileSync(path.join(prefix, INFO_FILE), `${JSON.stringify(info, null, 2)}\n`);
}

function copyHeaders(from, to) {
  for (const name of fs.readdirSync(from).filter((entry) => entry.endsWith('.h'))) {
    fs.copyFileSync(path.join(from, name), path.join(to, name));
  }
}

function describeArchives(lib) {
  const describe = (name) => {
    const bytes = fs.readFileSync(path.join(lib, name));
    return [name, { size: bytes.length, sha256: sha256Text(bytes) }];
  };
  return Object.fromEntries(ARCHIVES.map(describe));
}

/** The build-info of a whole prefix, or null when there is none or something of it is missing. */
export function readPrefix(prefix) {
  try {
    const info = JSON.parse(fs.readFileSync(path.join(prefix, INFO_FILE), 'utf8'));
    const whole = ARCHIVES.every(
      (name) => fs.statSync(path.join(prefix, 'lib', name)).size === info.archives[name].size,
    );
    return whole && fs.existsSync(path.join(prefix, 'include', 'openssl', 'opensslv.h'))
      ? info
      : null;
  } catch {
    return null;
  }
}
