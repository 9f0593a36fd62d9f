// Adopts static OpenSSL libraries that were built elsewhere (HERMETIC_OPENSSL_PREFIX), by a distribution or as an
// audited build. They are linked and hidden like our own, so they must be static, position independent, and match their
// headers.
import fs from 'node:fs';
import path from 'node:path';
import { sha256Text } from '../lib/checksum.mjs';
import { compilerIdentity } from './compiler.mjs';
import { isBefore } from './configure.mjs';
import { ARCHIVES, readPrefix } from './gather.mjs';
import { compileProbe, runProbe } from './probe.mjs';
import { requireTools } from '../lib/tools.mjs';
import { UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';

/** The oldest supported series. */
const OLDEST = '3.5';

const VERSIONS_C = `
#include <stdio.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
int main(void) {
  SSL_CTX_free(SSL_CTX_new(TLS_method())); /* so that libssl has to fit libcrypto */
  printf("%lx %lx\\n", (unsigned long)OPENSSL_VERSION_NUMBER, OpenSSL_version_num());
  printf("%s\\n%s\\n", OPENSSL_FULL_VERSION_STR, OpenSSL_version(OPENSSL_FULL_VERSION_STRING));
  return 0;
}
`;

/**
 * Checks a prefix and describes it like our own.
 * @param {string} given
 * @returns {import('./ensure.mjs').Openssl}
 */
export function adoptPrefix(given) {
  requireTools(['cc']);
  const prefix = path.resolve(given);
  const libDir = findLibraries(prefix);
  const includeDir = path.join(prefix, 'include');
  if (!fs.existsSync(path.join(includeDir, 'openssl', 'opensslv.h')))
    refuse(prefix, 'it has no include/openssl/opensslv.h');
  const version = checkVersions(prefix, { includeDir, libDir });
  const key = sha256Text(
    ARCHIVES.map((name) => sha256Text(fs.readFileSync(path.join(libDir, name)))).join(),
  ).slice(0, 16);
  return {
    prefix,
    includeDir,
    libDir,
    version,
    channel: 'prefix',
    key,
    buildInfo: readPrefix(prefix) ?? { version },
  };
}

/** Returns the folder of both archives: lib, lib64, or Debian's folder of the machine. */
function findLibraries(prefix) {
  if (!fs.existsSync(prefix)) refuse(prefix, 'the folder does not exist');
  const folders = ['lib', 'lib64', path.join('lib', compilerIdentity().machine)].map((name) =>
    path.join(prefix, name),
  );
  const found = folders.find((folder) =>
    ARCHIVES.every((name) => fs.existsSync(path.join(folder, name))),
  );
  if (found) return found;
  const shared = folders.find((folder) =>
    ['so', 'dylib', 'dll'].some((end) => fs.existsSync(path.join(folder, `libssl.${end}`))),
  );
  if (shared)
    refuse(
      prefix,
      `${shared} contains shared libraries only; ${ARCHIVES.join(' and ')} are needed, so that nothing outside the addon can replace them`,
    );
  return refuse(prefix, `its lib or lib64 folder lacks ${ARCHIVES.join(' and ')}`);
}

/** Compiles and runs a small program against the prefix; returns the version. */
function checkVersions(prefix, directories) {
  const folder = makeWorkDir('prefix');
  try {
    const source = path.join(folder, 'versions.c');
    fs.writeFileSync(source, VERSIONS_C);
    const program = compileProbe(source, folder, directories, (cause) => refuse(prefix, cause));
    const [numbers, header, library] = runProbe(program).trim().split('\n');
    const [headerNumber, libraryNumber] = numbers.split(' ');
    if (headerNumber !== libraryNumber || header !== library) {
      refuse(
        prefix,
        `its headers and libraries differ: headers are OpenSSL ${header} (0x${headerNumber}), libraries are OpenSSL ${library} (0x${libraryNumber})`,
      );
    }
    if (isBefore(header, OLDEST))
      refuse(
        prefix,
        `it is OpenSSL ${header}; ${OLDEST} is the oldest that this package works with`,
      );
    compileProbe(source, folder, { ...directories, shared: true }, (cause) =>
      refuse(
        prefix,
        `its archives cannot go into a shared object (built without -fPIC?): ${cause}`,
      ),
    );
    return header;
  } finally {
    removeTree(folder);
  }
}

/** @returns {never} */
function refuse(prefix, cause) {
  throw new UserError(`HERMETIC_OPENSSL_PREFIX=${prefix} cannot be used: ${cause}.`);
}
