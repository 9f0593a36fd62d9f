// The places of the OpenSSL source, their order, and the effect of a wrong checksum.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  load,
  makeSandbox,
  namesIn,
  pinFakeSource,
  restrictedPath,
  run,
  sha256Of,
  VERSION,
  writePin,
  type Sandbox,
} from './openssl-fixtures.js';

interface Way {
  name: string;
  owned: boolean;
  find: (request: unknown, folder: string) => Promise<string>;
}
interface Sources {
  WAYS: Way[];
  obtain: (archive: object, options: object) => Promise<string>;
}
interface Archives {
  sourceArchive: (release: object, templates: string[]) => object;
}
interface Apt {
  parseTargets: (text: string) => string[];
  poolUris: (base: string, name: string) => string[];
}

const { sourceArchive } = await load<Archives>('../lib/archives.mjs');

const SCRIPT = 'openssl/build.mjs';
const WRONG = '0'.repeat(64);
let sandbox: Sandbox;
let cacheHome: string | undefined;

beforeEach(() => {
  sandbox = makeSandbox();
  cacheHome = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = path.dirname(sandbox.cache);
});
afterEach(() => {
  if (cacheHome === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheHome;
  sandbox.remove();
});

/** A PATH with all that a build needs except apt. */
const withoutApt = (): NodeJS.ProcessEnv => ({
  ...sandbox.env,
  PATH: restrictedPath(sandbox, ['perl', 'make', 'cc', 'ar', 'as', 'ld', 'tar', 'gzip', 'sh']),
});

describe('the OpenSSL source', () => {
  it('is looked for in the documented order', async () => {
    const { WAYS, obtain } = await load<Sources>('sources.mjs');
    expect(WAYS.map(({ name }) => name)).toEqual([
      'HERMETIC_OPENSSL_SOURCE',
      'the download cache',
      'its official addresses',
      "the Debian mirror of this machine's apt configuration",
    ]);
    const asked: string[] = [];
    const file = path.join(sandbox.root, 'archive');
    fs.writeFileSync(file, 'archive');
    const ways = WAYS.map(({ name }, index) => ({
      name,
      owned: false,
      find: (): Promise<string> => {
        asked.push(name);
        return index < 2 ? Promise.reject(new Error('no')) : Promise.resolve(file);
      },
    }));
    const archive = sourceArchive({ version: VERSION, sha256: sha256Of(file) }, []);
    await obtain(archive, { log: () => {}, ways });
    expect(asked).toEqual(WAYS.slice(0, 3).map(({ name }) => name));
  });

  it('is downloaded from the first address that answers, through redirects, into the cache', async () => {
    const { file, sha256 } = pinFakeSource(sandbox);
    const server = http.createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(200).end(fs.readFileSync(file));
      else if (request.url?.startsWith('/a/')) response.writeHead(404).end();
      else response.writeHead(302, { location: '/moved' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { obtain } = await load<Sources>('sources.mjs');
      const urls = [`${base}/a/{version}`, `${base}/b/{version}`];
      const archive = sourceArchive({ version: VERSION, sha256 }, urls);
      const found = await obtain(archive, { log: () => {}, env: {} });
      expect(found).toBe(path.join(sandbox.cache, 'downloads', `openssl-${VERSION}.tar.gz`));
      expect(sha256Of(found)).toBe(sha256);
    } finally {
      server.close();
    }
  });

  it('may lie in a folder under its Debian name', async () => {
    const { file } = pinFakeSource(sandbox);
    fs.renameSync(file, path.join(sandbox.sources, `openssl_${VERSION}.orig.tar.gz`));
    const { status, stderr } = await run(SCRIPT, [], sandbox.env);
    expect(stderr).toContain(
      'the source of OpenSSL 3.5.7: from HERMETIC_OPENSSL_SOURCE, sha256 verified',
    );
    expect(status).toBe(0);
  });

  it('of the wrong checksum stops the build, names both sums, and leaves the file of the user', async () => {
    const { file, sha256 } = pinFakeSource(sandbox);
    writePin(sandbox, WRONG);
    const { status, stderr } = await run(SCRIPT, [], {
      ...sandbox.env,
      HERMETIC_OPENSSL_SOURCE: file,
    });
    expect(status).toBe(1);
    expect(stderr).toContain(WRONG);
    expect(stderr).toContain(sha256);
    expect(stderr).not.toContain('Debian');
    expect(fs.existsSync(file)).toBe(true);
    expect(namesIn(path.join(sandbox.cache, 'openssl'))).toEqual([]);
  });

  it('of the wrong checksum in the download cache is set aside', async () => {
    const { file, sha256 } = pinFakeSource(sandbox);
    writePin(sandbox, WRONG);
    const downloads = path.join(sandbox.cache, 'downloads');
    fs.mkdirSync(downloads, { recursive: true });
    fs.renameSync(file, path.join(downloads, `openssl-${VERSION}.tar.gz`));
    const { status, stderr } = await run(SCRIPT, [], sandbox.env);
    expect(status).toBe(1);
    expect(stderr).toContain(sha256);
    expect(namesIn(downloads)).toEqual([`openssl-${VERSION}.tar.gz.rejected`]);
  });

  it('that no way yields is an error that lists each way with its cause and what to do', async () => {
    writePin(sandbox, WRONG);
    const { status, stderr } = await run(SCRIPT, [], withoutApt());
    expect(status).toBe(1);
    expect(stderr).toMatch(/1\. HERMETIC_OPENSSL_SOURCE: the folder .* does not hold/);
    expect(stderr).toMatch(/2\. the download cache: no .*openssl-3\.5\.7\.tar\.gz/);
    expect(stderr).toMatch(/3\. its official addresses: http:\/\/127\.0\.0\.1:9\/.*fetch failed/);
    expect(stderr).toMatch(/4\. the Debian mirror .*: no apt-get on this machine/);
    expect(stderr).toMatch(
      /download http:\/\/127\.0\.0\.1:9\/openssl-3\.5\.7\.tar\.gz and save it as openssl-3\.5\.7\.tar\.gz[^]*set HERMETIC_OPENSSL_SOURCE/,
    );
  });
});

describe('the Debian mirror', () => {
  it('is taken from the apt configuration: known origins, main only, the security archive last', async () => {
    const { parseTargets } = await load<Apt>('source-apt.mjs');
    const rows = [
      ['Debian', 'main', 'http://one.example/debian-security/'],
      ['Debian', 'main', 'http://one.example/debian'],
      ['Debian', 'contrib', 'http://two.example/debian/'],
      ['Somebody', 'main', 'http://three.example/'],
      ['Debian', 'main', 'http://one.example/debian/'],
    ];
    const text = rows.map((row) => row.join('\t')).join('\n');
    expect(parseTargets(text)).toEqual([
      'http://one.example/debian/',
      'http://one.example/debian-security/',
    ]);
  });

  it('is asked for the pool file of the version', async () => {
    const { poolUris } = await load<Apt>('source-apt.mjs');
    const place = 'o/openssl/openssl_3.5.7.orig.tar.gz';
    expect(poolUris('http://one.example/debian/', place)).toEqual([
      'http://one.example/debian/pool/main/o/openssl/openssl_3.5.7.orig.tar.gz',
    ]);
    expect(poolUris('http://one.example/debian-security/', place)[0]).toContain(
      'pool/updates/main/o/openssl',
    );
  });
});
