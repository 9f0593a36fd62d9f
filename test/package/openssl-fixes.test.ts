// A distribution's security patches, which the pin names: how they are obtained, verified, applied and recorded, and what
// stops the build. With a stand-in for the OpenSSL source and an archive made by the test.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changeFixes,
  makeSandbox,
  namesIn,
  patchAdding,
  pinFakeFixes,
  pinFakeSource,
  restrictedPath,
  run,
  timesBuilt,
  type FakeFixes,
  type Sandbox,
} from './openssl-fixtures.js';

const SCRIPT = 'openssl/build.mjs';
const TOOLS = ['perl', 'make', 'cc', 'ar', 'as', 'ld', 'tar', 'gzip', 'sh', 'patch'];
/** Each fits the line that the one before it has added. */
const FIXES: FakeFixes = {
  files: {
    'b.patch': patchAdding('first', 'licence'),
    'a.patch': patchAdding('second', 'first').replace('@@ -1 +1,2 @@', '@@ -2 +2,2 @@'),
    'unnamed.patch': patchAdding('third', 'licence'),
  },
  patches: [
    { file: 'b.patch', fixes: ['CVE-2026-2', 'CVE-2026-1'] },
    { file: 'a.patch', fixes: ['CVE-2026-2'] },
  ],
};
const CHANGE = '--- a/LICENSE.txt\n+++ b/LICENSE.txt\n@@ -1 +1 @@\nLINES\n';
let sandbox: Sandbox;
beforeEach(() => {
  sandbox = makeSandbox();
  pinFakeSource(sandbox);
});
afterEach(() => sandbox.remove());

const build = (env: NodeJS.ProcessEnv = {}) => run(SCRIPT, [], { ...sandbox.env, ...env });
const prefixOf = ({ stdout }: { stdout: string }): string => stdout.trim();
const read = (prefix: string, name: string): string =>
  fs.readFileSync(path.join(prefix, name), 'utf8');

/** The build must have stopped before anything was compiled. */
async function stops(env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { status, stderr } = await build(env);
  expect(status).toBe(1);
  expect(timesBuilt(sandbox)).toBe(0);
  expect(namesIn(path.join(sandbox.cache, 'openssl'))).toEqual([]);
  return stderr;
}

describe('security patches', () => {
  it('are applied in the order of the pin, those that it names alone', async () => {
    pinFakeFixes(sandbox, FIXES);
    const outcome = await build();
    expect(outcome.stderr).toContain('applying b.patch of Debian 3.5.7-1 (CVE-2026-2, CVE-2026-1)');
    expect(read(prefixOf(outcome), 'LICENSE.txt')).toBe('licence\nfirst\nsecond\n');
  });

  it('are recorded: for the addon in a header, for the bill of materials in build-info.json', async () => {
    const { sha256 } = pinFakeFixes(sandbox, FIXES);
    const prefix = prefixOf(await build());
    expect(read(prefix, 'include/hermetic/openssl_fixes.h')).toContain(
      '#define HERMETIC_OPENSSL_FIXES "CVE-2026-1 CVE-2026-2"',
    );
    const info = JSON.parse(read(prefix, 'build-info.json')) as { fixes: object };
    expect(info.fixes).toMatchObject({ sha256, patches: FIXES.patches });
  });

  it('are recorded as an empty list when the pin does not name any', async () => {
    const prefix = prefixOf(await build());
    expect(read(prefix, 'include/hermetic/openssl_fixes.h')).toContain('FIXES ""');
    expect(JSON.parse(read(prefix, 'build-info.json'))).not.toHaveProperty('fixes');
  });

  it('of the wrong checksum stop the build, which names both sums', async () => {
    const { sha256 } = pinFakeFixes(sandbox, FIXES);
    const wrong = '0'.repeat(64);
    changeFixes(sandbox, { sha256: wrong });
    const stderr = await stops();
    expect(stderr).toContain(
      'the security patches for OpenSSL 3.5.7, from HERMETIC_OPENSSL_SOURCE',
    );
    expect(stderr).toContain(wrong);
    expect(stderr).toContain(sha256);
  });

  it.each([
    ['does not fit', patchAdding('more', 'something else')],
    ['is in the source already', CHANGE.replace('LINES', '-none\n+licence')],
  ])('stop the build when one %s', async (_name, text) => {
    const patches = [{ file: 'one.patch', fixes: ['CVE-2026-1'] }];
    pinFakeFixes(sandbox, { files: { 'one.patch': text }, patches });
    expect(await stops()).toContain(
      'one.patch of Debian 3.5.7-1 (CVE-2026-1) does not fit the source, so the build stops here',
    );
  }); // prettier-ignore

  it('stop the build when the archive lacks one', async () => {
    pinFakeFixes(sandbox, FIXES);
    changeFixes(sandbox, { patches: [...FIXES.patches, { file: 'gone.patch', fixes: ['CVE-2026-3'] }] });
    expect(await stops()).toContain('does not hold debian/patches/gone.patch');
  }); // prettier-ignore

  it('need a program that the error names with its package', async () => {
    pinFakeFixes(sandbox, FIXES);
    const stderr = await stops({ PATH: restrictedPath(sandbox, TOOLS) });
    expect(stderr).toContain('xz: not found on PATH: xz');
    expect(stderr).toContain('apt-get install xz-utils');
  });
});

describe('the archive of security patches', () => {
  it('is next to the source that HERMETIC_OPENSSL_SOURCE names', async () => {
    pinFakeFixes(sandbox, FIXES);
    const file = path.join(sandbox.sources, 'openssl-3.5.7.tar.gz');
    const { status, stderr } = await build({ HERMETIC_OPENSSL_SOURCE: file });
    expect(status).toBe(0);
    expect(stderr).toContain(
      'the security patches for OpenSSL 3.5.7: from HERMETIC_OPENSSL_SOURCE',
    );
  });

  it('is downloaded from its address into the cache, where the next build finds it', async () => {
    const { file } = pinFakeFixes(sandbox, FIXES);
    const bytes = fs.readFileSync(file);
    fs.rmSync(file);
    const server = http.createServer((_request, response) => response.writeHead(200).end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    changeFixes(sandbox, { urls: [`http://127.0.0.1:${port}/file/1`] });
    const first = await build();
    server.close();
    expect(first.stderr).toContain('3.5.7: from its official addresses');
    expect(namesIn(path.join(sandbox.cache, 'downloads'))).toContain(path.basename(file));
    fs.rmSync(path.join(sandbox.cache, 'openssl'), { recursive: true });
    expect((await build()).stderr).toContain(
      'the security patches for OpenSSL 3.5.7: from the download cache',
    );
  });

  it('that cannot be had is an error whose way out works', async () => {
    const { file } = pinFakeFixes(sandbox, FIXES);
    const away = path.join(sandbox.root, 'on another machine');
    fs.renameSync(file, away);
    const stderr = await stops({ PATH: restrictedPath(sandbox, [...TOOLS, 'xz']) });
    const [, url, name] =
      /download (\S+) and save it as (\S+); copy it here, and set HERMETIC_OPENSSL_SOURCE/.exec(stderr) ?? [];
    expect(url).toBe('http://127.0.0.1:9/patches');
    fs.renameSync(away, path.join(sandbox.sources, name ?? ''));
    expect((await build({ HERMETIC_OPENSSL_SOURCE: sandbox.sources })).status).toBe(0);
  }); // prettier-ignore
});
