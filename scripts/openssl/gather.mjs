// Lays out a finished prefix: the archives, the headers, the licence, the list of error reasons, and build-info.json,
// which is written last and whose sizes distinguish a complete prefix from a damaged one.
import fs from 'node:fs';
import path from 'node:path';
import { sha256Text } from '../lib/checksum.mjs';
import { decoderLicenses } from './decoders.mjs';
import { fixedByPatches } from './pin.mjs';

export const ARCHIVES = ['libssl.a', 'libcrypto.a'];
const INFO_FILE = 'build-info.json';
/** Included by native/openssl/library.cc if it exists. */
const FIXES_HEADER = 'hermetic/openssl_fixes.h';

/** Copies the parts of a prefix from the build and source folders. */
export function gatherPrefix({ build, source, built, prefix, started }) {
  const lib = path.join(prefix, 'lib');
  const include = path.join(prefix, 'include', 'openssl');
  fs.mkdirSync(lib, { recursive: true });
  fs.mkdirSync(include, { recursive: true });
  for (const name of ARCHIVES) fs.copyFileSync(path.join(built, name), path.join(lib, name));
  for (const root of [source, built]) copyHeaders(path.join(root, 'include', 'openssl'), include);
  writeHeader(path.join(prefix, 'include', FIXES_HEADER), build);
  const license = fs.readFileSync(path.join(source, 'LICENSE.txt'), 'utf8');
  const text = [license, ...decoderLicenses(build, source)].join('');
  fs.writeFileSync(path.join(prefix, 'LICENSE.txt'), text);
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

/** Writes a header that lists the additional fixes and decoders in the libraries, so that the addon can report them. */
function writeHeader(file, build) {
  const lines = [
    '/* Security fixes in these libraries that their version does not have. */',
    `#define HERMETIC_OPENSSL_FIXES "${fixedByPatches(build).join(' ')}"`,
  ];
  if (build.decoders) {
    const names = build.decoders.map(({ name, version }) => `${name} ${version}`).join(', ');
    lines.push(
      '/* The decoders of compressed certificates that they include. */',
      `#define HERMETIC_OPENSSL_DECODERS "${names}"`,
    );
  }
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
}

function describeArchives(lib) {
  const describe = (name) => {
    const bytes = fs.readFileSync(path.join(lib, name));
    return [name, { size: bytes.length, sha256: sha256Text(bytes) }];
  };
  return Object.fromEntries(ARCHIVES.map(describe));
}

/** Returns the build-info of a complete prefix, or null if it or one of its files is missing. */
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
