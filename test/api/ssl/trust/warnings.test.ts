// Places of trusted certificates that cannot be read, and machines without any: one warning, the rest counts, and a
// verification that fails for that reason says so. Each in a process of its own: a warning comes once per process.
import { mkdirSync } from 'node:fs';
import { delimiter } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { emptySystem } from '../../../helpers/empty-system.js';
import { STORES } from '../../../helpers/platform-stores.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, intermediate, strangerAuthority, localhost } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const broken = root.certPem.replace(/\n[^\n]{20}/, '\n!');
const files = await folder.writeFiles({
  'server.pem': localhost.keyPem + localhost.certPem,
  broken: strangerAuthority.certPem + broken + intermediate.certPem,
  allBroken: broken,
  text: 'no certificate here\n',
});
const nonsense = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const undecodable = await folder.write('undecodable', nonsense + root.certPem);
const [emptyDirectory, newRoot] = [folder.join('empty'), folder.join('root')];
const emptyDirectories = ['/nonexistent', emptyDirectory].join(delimiter);
mkdirSync(emptyDirectory);
mkdirSync(newRoot);

const PRELUDE = `
  import fs from 'node:fs';
  import path from 'node:path';
  import * as ssl from 'hermetic-ssl/ssl';
  const warnings = [];
  process.on('warning', ({ name, code, message }) => warnings.push({ name, code, message }));
  const load = () => ssl.createDefaultContext();
  const count = () => load().certStoreStats().x509 - ${STORES.x509};
  const tick = () => new Promise(setImmediate);
  const print = (value) => console.log(JSON.stringify(value));
  function failure(context = load()) {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.loadCertChain(${JSON.stringify(files['server.pem'])});
    const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const ends = [context.wrapBio(a, b, { serverHostname: 'localhost' }), server.wrapBio(b, a, { serverSide: true })];
    for (let i = 0; i < 6; i++) {
      try { ends[i % 2].doHandshake(); } catch (error) {
        if (error instanceof ssl.SSLCertVerificationError) return error.message;
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
      }
    }
    return null;
  }`;

interface Told {
  warnings: { name: string; code: string; message: string }[];
  value: unknown;
}
const tell = (
  value: string,
  env: Record<string, string>,
  prefix: readonly string[] = [],
): Promise<Told> => {
  const code = `${PRELUDE}\nconst value = ${value}; await tick(); print({ warnings, value });`;
  return moduleAnswer(code, { env, prefix }) as Promise<Told>;
};

describe('a place that cannot be read', () => {
  it.each([
    ['does not exist', '/nonexistent/bundle', 'ENOENT'],
    ['is a directory', emptyDirectory, 'EISDIR'],
    ['holds a broken block', files.allBroken, 'block 1 of it could not be decoded'],
  ])('is named in a warning when it %s', async (_name, SSL_CERT_FILE, cause) => {
    const { warnings, value } = await tell('count()', { SSL_CERT_FILE });
    expect(value).toBe(0);
    expect(warnings).toEqual([
      {
        name: 'HermeticSslWarning',
        code: 'HERMETIC_TRUST_UNREADABLE',
        message: expect.stringContaining(`'${SSL_CERT_FILE}'`) as string,
      },
    ]);
    expect(warnings[0]?.message).toContain(cause);
  });

  it.each([
    ['of text that is no base64', files.broken, 2, 'block 2'],
    ['of bytes that are no certificate', undecodable, 1, 'block 1'],
  ])('does not count, but for the rest of it: a block %s', async (_name, file, expected, block) => {
    const { warnings, value } = await tell('count()', { SSL_CERT_FILE: file });
    expect(value).toBe(expected);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain(block);
  });

  it('is named once, by whatever asks for it, on whatever thread', async () => {
    const value = `await (async () => {
      const { Worker } = await import('node:worker_threads');
      await ssl.preloadSystemCertificates();
      for (let i = 0; i < 3; i++) load();
      ssl.systemCertificates();
      new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).loadDefaultCerts(ssl.Purpose.CLIENT_AUTH);
      const worker = new Worker(\`
        import * as ssl from 'hermetic-ssl/ssl';
        import { parentPort } from 'node:worker_threads';
        let told = 0;
        process.on('warning', () => told++);
        ssl.createDefaultContext();
        setImmediate(() => parentPort.postMessage(told));\`, { eval: true });
      return new Promise((resolve) => worker.once('message', resolve));
    })()`;
    const told = await tell(value, { SSL_CERT_FILE: files.broken });
    expect(told.value).toBe(0);
    expect(told.warnings).toHaveLength(1);
  });

  it('does not count when it is a directory of a list or holds no certificate', async () => {
    const env = { SSL_CERT_FILE: files.text, SSL_CERT_DIR: emptyDirectories };
    expect(await tell('count()', env)).toEqual({ warnings: [], value: 0 });
  });
});

describe('a verification for which no root was found', () => {
  it.skipIf(STORES.x509 > 0)('says so, where it looked, and what to do', async () => {
    const env = { SSL_CERT_FILE: files.text, SSL_CERT_DIR: emptyDirectories };
    const { value } = await tell('failure()', env);
    expect(value).toContain('unable to get local issuer certificate');
    expect(value).toContain(
      'no trusted root was found on this machine; looked for ' +
        `SSL_CERT_FILE=${files.text}, SSL_CERT_DIR=${emptyDirectories}; install`,
    );
  });

  it('does not say so where there are others, or the application has added one', async () => {
    const SSL_CERT_FILE = await folder.write('others', strangerAuthority.certPem);
    expect((await tell('failure()', { SSL_CERT_FILE })).value).not.toContain('no trusted root');
    const cadata = JSON.stringify(strangerAuthority.certPem);
    const added = `(() => {
      const context = load();
      context.loadVerifyLocations({ cadata: ${cadata} });
      return failure(context);
    })()`;
    const { value } = await tell(added, { SSL_CERT_FILE: files.text });
    expect(value).toContain('unable to get local issuer certificate');
    expect(value).not.toContain('no trusted root');
    const SSL_CERT_DIR = folder.join('hashed');
    await folder.write('hashed/0123abcd.0', strangerAuthority.certPem);
    expect((await tell('failure()', { SSL_CERT_DIR })).value).not.toContain('no trusted root');
  });
});

const system = emptySystem(newRoot);

describe.skipIf(!system.works)('on an empty system (needs unshare, mount and chroot)', () => {
  it('a failed verification names the places of the distributions', async () => {
    const { value, warnings } = await tell('failure()', {}, system.prefix);
    expect(value).toContain('no trusted root was found on this machine; looked for ');
    for (const place of [
      '/etc/ssl/certs/ca-certificates.crt',
      '/etc/ssl/cert.pem',
      '/etc/pki/tls/certs',
    ])
      // prettier-ignore
      expect(value).toContain(place);
    expect(warnings).toEqual([]);
  });

  it.skipIf(!system.canDropPrivileges)(
    'a bundle that may not be read is passed over for the next, with a warning (needs setpriv)',
    async () => {
      const value = `(() => {
        const first = '/etc/ssl/certs/ca-certificates.crt';
        const next = '/etc/ssl/cert.pem';
        fs.mkdirSync(path.dirname(first), { recursive: true });
        fs.writeFileSync(first, '', { mode: 0o000 });
        fs.writeFileSync(next, ${JSON.stringify(root.certPem)});
        return [count(), failure(), ssl.getDefaultVerifyPaths().cafile];
      })()`;
      const { value: seen, warnings } = await tell(value, {}, system.unprivileged);
      expect(seen).toEqual([1, null, '/etc/ssl/cert.pem']);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.message).toContain("'/etc/ssl/certs/ca-certificates.crt'");
      expect(warnings[0]?.message).toContain('EACCES');
    },
  );
});
