// The binaries for macOS, made by scripts/prebuild.mjs on Linux: read as its loader would read them, since nothing here can run
// them. Where there is none in prebuilds/ it is skipped.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readMachO } from '../helpers/mach-o.js';
import { ENTRY_POINTS } from './support/hermeticity.js';
import { repoRoot } from './support/paths.js';

const MAX_SIZE = 6_000_000;
const OPENSSL_NAME = /^(?:OPENSSL|ossl|OSSL|CRYPTO|SSL|EVP|X509|ASN1|BIO|BN|RSA|EC|PEM|ERR|RAND)_/;

describe.each(['x64', 'arm64'] as const)('prebuilds/darwin-%s', (cpu) => {
  it('offers the entry points only, needs the system only, and runs on macOS 11', (test) => {
    const file = join(repoRoot, 'prebuilds', `darwin-${cpu}`, 'hermetic_ssl.node');
    if (!existsSync(file))
      return test.skip(`node scripts/prebuild.mjs --target darwin-${cpu} makes it`);
    const found = readMachO(file);
    expect(found).toMatchObject({ cpu, oldestSystem: '11.0', exports: ENTRY_POINTS });
    expect(
      found.libraries.filter((name) => !/^\/(?:usr\/lib|System\/Library)\//.test(name)),
    ).toEqual([]);
    expect(found.imports.filter((name) => OPENSSL_NAME.test(name))).toEqual([]);
    expect(found.imports).toContain('napi_create_function');
    // macOS loads no code for arm64 without a signature, be it one that names nobody.
    if (cpu === 'arm64') expect(found.isSigned).toBe(true);
    expect(statSync(file).size).toBeLessThanOrEqual(MAX_SIZE);
  });
});
