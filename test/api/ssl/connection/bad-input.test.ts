// Arbitrary arguments of the addon's TLS part give a value or a typed error, and the process continues. All of this runs
// in children, so that a crash is only a failed test.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { createAuthority } from '../../../helpers/certificates.js';
import { Child } from '../../../helpers/child.js';
import { runModule } from '../../../helpers/run-module.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { limit } from '../../../helpers/time-limit.js';
import { everyKindOfName, namesWithNul, testPki } from '../../../helpers/test-pki.js';

const { root, localhost, strangerAuthority, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

/** Another seed, or more rounds, for a longer search: HERMETIC_TEST_SEED=7 HERMETIC_FUZZ_ROUNDS=100000. */
const SEED = process.env['HERMETIC_TEST_SEED'] ?? '2026';
const rounds = (usual: number): string => process.env['HERMETIC_FUZZ_ROUNDS'] ?? String(usual);

const addonPath =
  process.env['HERMETIC_SSL_BINARY'] ??
  fileURLToPath(new URL('../../../../build/Release/hermetic_ssl.node', import.meta.url));

async function authoritiesWithNames(): Promise<string[]> {
  const all = [everyKindOfName(), namesWithNul()].map(({ commonName: name, ...names }) =>
    createAuthority({ name, ...names }),
  );
  return [root, strangerAuthority, ...(await Promise.all(all))].map(({ certPem }) => certPem);
}

const input = await folder.write(
  'input.json',
  JSON.stringify({
    caPem,
    certPem: localhost.certPem,
    keyPem: localhost.keyPem,
    encryptedKeyPem: localhost.encryptedKeyPem('password'),
    crlPem: await root.crl({ revoked: [localhost] }),
    authorities: await authoritiesWithNames(),
  }),
);

/** Runs a program of test/api/children to its end and gives what it printed. */
async function run(program: string, ...args: string[]): Promise<unknown> {
  const file = fileURLToPath(new URL(`../../children/${program}`, import.meta.url));
  const child = Child.start(process.execPath, [file, ...args]);
  const status = await child.finish(120_000);
  expect({ ...status, stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(child.stdout);
}

describe('the native functions', { timeout: limit(150_000) }, () => {
  it('refuse wrong types, missing arguments, strange buffers and foreign handles; each has a case here', async () => {
    expect(await run('native-misuse.mjs', addonPath, input)).toBeGreaterThan(4_000);
  });

  it('survive every change to handshakes, data and closes, and never deliver changed data', async () => {
    const outcomes = await run('tls-fuzz.mjs', input, SEED, rounds(1_500));
    // All three kinds must be among them, or the changes hit nothing.
    expect(outcomes).toEqual({
      done: expect.any(Number),
      failed: expect.any(Number),
      waiting: expect.any(Number),
    });
    for (const count of Object.values(outcomes as Record<string, number>))
      expect(count).toBeGreaterThan(10);
  });

  it('survive certificates, keys and lists that are cut, changed, nested or junk', async () => {
    const outcomes = (await run('certificate-fuzz.mjs', input, SEED, rounds(1_500))) as Record<
      string,
      number
    >;
    expect(outcomes['taken']).toBeGreaterThan(100);
    expect(outcomes['refused']).toBeGreaterThan(100);
  });
});

const canLimit =
  spawnSync('prlimit', ['--version']).status === 0 && process.env['LD_PRELOAD'] === undefined;

describe('memory that runs out', () => {
  it.skipIf(!canLimit)('is an error, not the end of the process (needs prlimit)', async () => {
    const code = `
      import { spawnSync } from 'node:child_process';
      import fs from 'node:fs';
      import * as ssl from 'hermetic-ssl/ssl';
      const [bio, chunk] = [new ssl.MemoryBIO(), new Uint8Array(32 << 20)];
      const used = Number(/VmSize:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
      spawnSync('prlimit', ['--pid', String(process.pid), '--as=' + (used + (512 << 20))]);
      let code = '';
      try { for (let i = 0; i < 100; i++) bio.write(chunk); } catch (error) { code = error.code; }
      console.log(code);`;
    expect(await runModule(code)).toEqual({
      code: 0,
      signal: null,
      stdout: 'ERR_MEMORY_ALLOCATION_FAILED\n',
      stderr: '',
    });
  });
});
