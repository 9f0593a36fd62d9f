// The generated tables against Python's ssl module (3.15) and against themselves.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as constants from '../../lib/generated/constants.js';
import { pythonNames } from '../helpers/python-names.js';

const repoRoot = path.resolve(import.meta.dirname, '..', '..');
const script = path.join(repoRoot, 'scripts', 'generate-constants.mjs');

/** The enums that are generated. Options are bigint here. */
const python = Object.entries(pythonNames.enums).filter(([name]) => name !== 'Purpose');
const plain = (members: object): Record<string, number> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, Number(value)]));

describe('generated constants', () => {
  it.each(python)("%s has every member of Python's", (name, members) => {
    expect(plain(constants[name as 'Options'])).toMatchObject(members);
  });

  it('adds the alerts of the IANA registry that Python lacks', () => {
    expect(constants.AlertDescription).toMatchObject({
      ALERT_DESCRIPTION_INAPPROPRIATE_FALLBACK: 86,
      ALERT_DESCRIPTION_MISSING_EXTENSION: 109,
      ALERT_DESCRIPTION_CERTIFICATE_REQUIRED: 116,
      ALERT_DESCRIPTION_NO_APPLICATION_PROTOCOL: 120,
    });
  });

  it('keeps the options above bit 31 whole', () => {
    expect(constants.Options.OP_PREFER_NO_DHE_KEX).toBe(1n << 35n);
  });

  it('names only existing members in the table of channels', () => {
    const special = Object.entries(constants.CONSTANT_CHANNELS);
    expect(special.flatMap(([, members]) => Object.keys(members)).length).toBeGreaterThan(0);
    for (const [group, members] of special) {
      for (const [name, channels] of Object.entries<string>(members)) {
        expect(constants[group as 'Options']).toHaveProperty(name);
        expect(channels).not.toBe('');
      }
    }
  });
});

/** The least that a channel's headers and reason list must have, and what a test adds. */
function writeChannel(prefix: string, macros: Record<string, string>, reasons: string) {
  const all = {
    SSL_OP_ALL: '((uint64_t)1 << 31)',
    SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS: '0',
    X509_V_FLAG_CRL_CHECK: '4',
    X509_V_FLAG_CRL_CHECK_ALL: '8',
    ERR_LIB_SSL: '20',
    ...macros,
  };
  const lines = Object.entries(all).map(([name, value]) => `#define ${name} ${value}\n`);
  fs.mkdirSync(path.join(prefix, 'include', 'openssl'), { recursive: true });
  for (const header of ['x509_vfy', 'tls1', 'err']) {
    fs.writeFileSync(path.join(prefix, 'include', 'openssl', `${header}.h`), '');
  }
  const ssl = `#include <stdint.h>\n${lines.join('')}`;
  fs.writeFileSync(path.join(prefix, 'include', 'openssl', 'ssl.h'), ssl);
  fs.writeFileSync(path.join(prefix, 'openssl.txt'), `# Reasons\n${reasons}`);
}

describe('generate-constants with channels that differ', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'constants-'));
  const [lts, latest] = [path.join(root, 'lts'), path.join(root, 'latest')];
  const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');

  beforeAll(() => {
    writeChannel(lts, { SSL_OP_GONE: '0x10', SSL_AD_MOVED: '1' }, 'SSL_R_OLD_NAME:7:\\\n\told\n');
    writeChannel(latest, { SSL_OP_NEW: '0x20', SSL_AD_MOVED: '2' }, 'SSL_R_NEW_NAME:7:new\n');
    const headers = ['--headers', `lts=${lts}`, '--headers', `latest=${latest}`];
    const { stderr } = spawnSync(process.execPath, [script, '--output', root, ...headers], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  it('guards what only one channel has by the version of the headers', () => {
    const table = read('native/openssl/generated/constants.inc');
    expect(table).toContain('\nHERMETIC_CONSTANT(Options, SSL_OP_ALL, 0x80000000)\n');
    expect(table).toContain(
      '#if OPENSSL_VERSION_NUMBER >= 0x40000000  // latest\n' +
        'HERMETIC_CONSTANT(Options, SSL_OP_NEW, 0x20)\n' +
        '#else  // lts\n' +
        'HERMETIC_CONSTANT(Options, SSL_OP_GONE, 0x10)\n' +
        '#endif\n',
    );
  });

  it('gives a reason the name that each channel has for it', () => {
    const table = read('native/openssl/generated/reasons.inc');
    expect(table).toMatch(/latest\nHERMETIC_REASON\(SSL, 7, NEW_NAME\)\n#else.*\n.*OLD_NAME\)/);
  });

  it('says in TypeScript where a member is to be had', () => {
    const table = read('lib/generated/constants.ts');
    expect(table).toMatch(/\n  Options: \{\n(?:    .*\n)*    OP_NEW: 'latest',\n/);
    expect(table).toContain('/** Only in the OpenSSL channel lts. */\n  OP_GONE: 0x10n,');
    expect(table).toContain("    ALERT_DESCRIPTION_MOVED: 'lts=0x1 latest=0x2',");
  });
});

describe('generate-constants --check', () => {
  const run = (env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });

  it('finds the checked-in tables current, or says that it has no headers', () => {
    const { status, stdout, stderr } = run();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(?:generate-constants: \d+ files are|skipped: no headers)/);
    expect(status).toBe(0);
  });

  it('names the channels whose headers are missing, and fails nothing', () => {
    const empty = fs.mkdtempSync(path.join(os.tmpdir(), 'constants-'));
    const { status, stdout } = run({ XDG_CACHE_HOME: empty });
    fs.rmSync(empty, { recursive: true, force: true });
    expect(stdout).toMatch(/^skipped: no headers in the cache for OpenSSL lts \(.*latest \(/);
    expect(status).toBe(0);
  });
});
