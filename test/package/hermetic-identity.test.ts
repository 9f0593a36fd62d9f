// The running OpenSSL is the pinned one, is linked into our own file, and reads nothing from the machine.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { version } from 'hermetic-ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { runModule } from '../differential/support/child.js';
import { Cleanup } from '../helpers/cleanup.js';
import { hasPeer, peerPath } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { addonPath, loadAddon, repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const told = loadAddon().version();

describe('the running OpenSSL', () => {
  it('lies inside the file of the addon', () => {
    const file = realpathSync(addonPath);
    expect(realpathSync(told.image)).toBe(file);
    expect(realpathSync(told.ownImage)).toBe(file);
  });

  it('is the pinned version, as its headers were', () => {
    expect(told.openssl).toBe(told.headers);
    expect(told.openssl.split(' ')[1]).toBe(told.pin);
    const pin = JSON.parse(readFileSync(join(repoRoot, 'deps/openssl/pin.json'), 'utf8')) as {
      channels: Record<string, { version: string }>;
    };
    if (process.env['HERMETIC_OPENSSL_PREFIX']) return;
    expect(Object.values(pin.channels).map((entry) => entry.version)).toContain(told.pin);
  });

  it('is what the package says it carries', () => {
    expect(version).toEqual({ openssl: told.openssl, pin: told.pin, built: told.built });
  });
});

describe('the folders that OpenSSL was configured with', () => {
  it.skipIf(process.platform === 'win32' || Boolean(process.env['HERMETIC_OPENSSL_PREFIX']))(
    'are places where no file can be',
    () => {
      const text = readFileSync(addonPath, 'latin1');
      const folders = [...text.matchAll(/\b(OPENSSLDIR|ENGINESDIR|MODULESDIR): "([^"]*)"/g)];
      expect(folders.map(([, name]) => name)).toEqual(
        expect.arrayContaining(['OPENSSLDIR', 'MODULESDIR']),
      );
      for (const [, , folder = ''] of folders) {
        expect(folder).toMatch(/^\/dev\/null\//);
        expect(existsSync(folder)).toBe(false);
      }
    },
  );
});

// Activates no provider but `null`, so that a library which reads it has no algorithm left.
const CONFIGURATION = `openssl_conf = top
[top]
providers = providers
[providers]
null = null_section
[null_section]
activate = 1
`;

describe('a configuration file named by OPENSSL_CONF', () => {
  const HASH = `
    import { sha256 } from 'hermetic-ssl/hashlib';
    import { createDefaultContext } from 'hermetic-ssl/ssl';
    createDefaultContext();
    console.log(sha256(Buffer.from('abc')).hexdigest());
  `;

  it('is not read, nor are folders of modules and engines', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const file = await folder.write('openssl.cnf', CONFIGURATION);
    const variables = [`OPENSSL_CONF=${file}`, `OPENSSL_MODULES=${folder.path}`, `OPENSSL_ENGINES=${folder.path}`]; // prettier-ignore
    const { code, stdout, stderr } = await runModule(HASH, { prefix: ['env', ...variables] });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('ba7816bf8f01cfea');
  });

  it.skipIf(!hasPeer('openssl'))('would disarm a library that reads it', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const file = await folder.write('openssl.cnf', CONFIGURATION);
    const options = { env: { OPENSSL_CONF: file } };
    expect((await run(peerPath('openssl'), ['dgst', '-sha256', file], options)).code).not.toBe(0);
  });
});
