// HERMETIC_OPENSSL_PREFIX: what is accepted and what is refused. The libraries here are stand-ins of a few functions, so
// that any version can be had in a second.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, run, writePin, type Outcome, type Sandbox } from './openssl-fixtures.js';

let sandbox: Sandbox;
let prefix: string;

beforeEach(() => {
  sandbox = makeSandbox();
  prefix = path.join(sandbox.root, 'some prefix');
  writePin(sandbox, '0'.repeat(64));
});
afterEach(() => sandbox.remove());

const build = (folder = prefix): Promise<Outcome> =>
  run('openssl/build.mjs', [], { ...sandbox.env, HERMETIC_OPENSSL_PREFIX: folder });

function number(version: string): string {
  const [major, minor, patch] = version.split('.').map(Number);
  return `0x${(((major ?? 0) << 28) | ((minor ?? 0) << 20) | ((patch ?? 0) << 4)).toString(16)}L`;
}

function writeHeaders(version: string): void {
  const folder = path.join(prefix, 'include', 'openssl');
  fs.mkdirSync(folder, { recursive: true });
  const versions = `#define OPENSSL_VERSION_NUMBER ${number(version)}\n#define OPENSSL_FULL_VERSION_STR "${version}"\n`;
  fs.writeFileSync(path.join(folder, 'opensslv.h'), versions);
  const crypto =
    '#define OPENSSL_FULL_VERSION_STRING 7\nunsigned long OpenSSL_version_num(void);\nconst char *OpenSSL_version(int);\n';
  fs.writeFileSync(path.join(folder, 'crypto.h'), crypto);
  fs.writeFileSync(
    path.join(folder, 'ssl.h'),
    'void *TLS_method(void);\nvoid *SSL_CTX_new(void *);\nvoid SSL_CTX_free(void *);\n',
  );
}

function writeLibraries(version: string, { lib = 'lib', flags = ['-fPIC'] } = {}): void {
  const folder = path.join(prefix, lib);
  fs.mkdirSync(folder, { recursive: true });
  const sources = {
    crypto: `int shared_state; unsigned long OpenSSL_version_num(void) { shared_state++; return ${number(version)}; } const char *OpenSSL_version(int t) { return "${version}"; }`,
    ssl: 'extern int shared_state; void *TLS_method(void) { return &shared_state; } void *SSL_CTX_new(void *m) { return m; } void SSL_CTX_free(void *c) {}',
  };
  for (const [name, text] of Object.entries(sources)) {
    const source = path.join(sandbox.root, `${name}.c`);
    const object = path.join(sandbox.root, `${name}.o`);
    fs.writeFileSync(source, text);
    execFileSync('cc', ['-w', ...flags, '-c', source, '-o', object]);
    execFileSync('ar', ['rcs', path.join(folder, `lib${name}.a`), object]);
  }
}

describe('HERMETIC_OPENSSL_PREFIX', () => {
  it('accepts static libraries with their headers, in lib or lib64', async () => {
    writeHeaders('3.6.1');
    writeLibraries('3.6.1', { lib: 'lib64' });
    const { status, stdout, stderr } = await build();
    expect(stderr).toContain('OpenSSL 3.6.1 (prefix)');
    expect(stdout).toBe(`${prefix}\n`);
    expect(status).toBe(0);
  });

  it('refuses headers and libraries of different versions, and names both', async () => {
    writeHeaders('3.5.7');
    writeLibraries('3.5.8');
    const { status, stderr } = await build();
    expect(status).toBe(1);
    expect(stderr).toContain(
      'headers are OpenSSL 3.5.7 (0x30500070), libraries are OpenSSL 3.5.8 (0x30500080)',
    );
  });

  it('refuses a version older than 3.5', async () => {
    writeHeaders('3.4.9');
    writeLibraries('3.4.9');
    expect((await build()).stderr).toContain('it is OpenSSL 3.4.9; 3.5 is the oldest');
  });

  it('refuses shared libraries', async () => {
    writeHeaders('3.5.7');
    fs.mkdirSync(path.join(prefix, 'lib'));
    fs.writeFileSync(path.join(prefix, 'lib', 'libssl.so'), '');
    expect((await build()).stderr).toContain('contains shared libraries only');
  });

  it('refuses a folder without libraries, without headers, and one that is not there', async () => {
    expect((await build()).stderr).toContain('the folder does not exist');
    fs.mkdirSync(prefix);
    expect((await build()).stderr).toContain('lacks libssl.a and libcrypto.a');
    writeLibraries('3.5.7');
    expect((await build()).stderr).toContain('no include/openssl/opensslv.h');
  });

  it('refuses libraries that are not position independent', async (context) => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      return context.skip('only x86-64 Linux tells at link time');
    writeHeaders('3.5.7');
    writeLibraries('3.5.7', { flags: ['-fno-pic', '-mcmodel=medium', '-O0'] });
    expect((await build()).stderr).toContain('its archives cannot go into a shared object');
  });

  it("refuses the machine's own OpenSSL when that is too old", async (context) => {
    const header = '/usr/include/openssl/opensslv.h';
    const major = fs.existsSync(header)
      ? /OPENSSL_VERSION_STR "3\.([0-4])\./.exec(fs.readFileSync(header, 'utf8'))
      : null;
    if (!major) return context.skip('no development files of an OpenSSL older than 3.5 in /usr');
    const { status, stderr } = await build('/usr');
    expect(status).toBe(1);
    expect(stderr).toMatch(/is the oldest|shared libraries only/);
  });
});
