// ssl.systemCertificates and ssl.preloadSystemCertificates.
import { X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { decoded } from '../../../helpers/decoded.js';
import { pem } from '../../../helpers/certificates.js';
import { typeError, valueError } from '../../../helpers/expected-errors.js';
import { isFromStore, STORES } from '../../../helpers/platform-stores.js';
import { moduleAnswer, runModule } from '../../../helpers/run-module.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';
import { withTrust, type TrustVariables } from '../../../helpers/trust-environment.js';
import { PURPOSES, trustedPem } from '../../../helpers/trusted-pem.js';

const { root, intermediate, strangerAuthority, localhost } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const { SERVER_AUTH, CLIENT_AUTH } = ssl.Purpose;
const list = (
  variables: TrustVariables,
  options?: ssl.SystemCertificatesOptions,
): ssl.SystemCertificate[] =>
  withTrust(variables, () => ssl.systemCertificates(options).filter((one) => !isFromStore(one)));
const nameOf = ({ subject }: ssl.SystemCertificate): string => String(subject.at(-1)?.[0]?.[1]);
const names = (certificates: readonly ssl.SystemCertificate[]): string[] =>
  certificates.map((certificate) => nameOf(certificate)).toSorted();

describe('systemCertificates', () => {
  it('describes each certificate as getpeercert does, with where it is from', async () => {
    const SSL_CERT_FILE = await folder.write('one', `text\n${root.certPem}`);
    const [only, ...others] = list({ SSL_CERT_FILE });
    const { subject, issuer, serialNumber, notBefore, notAfter } = decoded(root.certDer);
    expect(others).toEqual([]);
    expect(only).toEqual({
      der: root.certDer,
      ...{ subject, issuer, serialNumber, notBefore, notAfter },
      source: SSL_CERT_FILE,
      isAnchor: true,
      trustedFor: 'all',
      distrustedFor: [],
      distrustedAfter: null,
    });
    expect(only?.serialNumber).toBe(new X509Certificate(root.certDer).serialNumber);
    expect(Buffer.isBuffer(only?.der)).toBe(true);
  });

  it('says what each is trusted and distrusted for, and filters by purpose', async () => {
    const SSL_CERT_FILE = await folder.write(
      'purposes',
      root.certPem +
        trustedPem(intermediate, { trust: ['clientAuth', 'emailProtection'] }) +
        trustedPem(strangerAuthority, { reject: ['anyExtendedKeyUsage'] }) +
        trustedPem(localhost, { trust: ['anyExtendedKeyUsage'], reject: ['clientAuth'] }),
    );
    const all = list({ SSL_CERT_FILE });
    expect(all.map((one) => [nameOf(one), one.trustedFor, one.distrustedFor])).toEqual([
      ['test root', 'all', []],
      ['test intermediate', [PURPOSES.clientAuth, PURPOSES.emailProtection], []],
      ['stranger root', [], 'all'],
      ['localhost', 'all', [PURPOSES.clientAuth]],
    ]);
    const named = (purpose: ssl.Purpose): unknown[] => names(list({ SSL_CERT_FILE }, { purpose }));
    expect(named(SERVER_AUTH)).toEqual(['localhost', 'test root']);
    expect(named(CLIENT_AUTH)).toEqual(['test intermediate', 'test root']);
    expect(list({ SSL_CERT_FILE }, { purpose: null })).toHaveLength(4);
  });

  it('has what is in hashed directories, each certificate once', async () => {
    const SSL_CERT_FILE = await folder.write('file', root.certPem);
    const files = {
      [`${subjectHash('test root')}.0`]: root.certPem,
      [`${subjectHash('stranger root')}.3`]: strangerAuthority.certPem,
      'name.pem': intermediate.certPem,
      [`${subjectHash('test root')}.r0`]: await root.crl(),
    };
    for (const [name, text] of Object.entries(files)) await folder.write(`hashed/${name}`, text);
    const both = list({
      SSL_CERT_FILE,
      SSL_CERT_DIR: ['/nonexistent', folder.join('hashed')].join(delimiter),
    });
    expect(both.map((one) => [nameOf(one), one.source])).toEqual([
      ['test root', SSL_CERT_FILE],
      ['stranger root', folder.join('hashed', `${subjectHash('stranger root')}.3`)],
    ]);
  });

  it('is what a context loads, and follows changes', async () => {
    const SSL_CERT_FILE = await folder.write('changing', root.certPem);
    const loaded = (): number =>
      withTrust(
        { SSL_CERT_FILE },
        () => ssl.createDefaultContext().certStoreStats().x509 - STORES.x509,
      );
    expect([names(list({ SSL_CERT_FILE })), loaded()]).toEqual([['test root'], 1]);
    writeFileSync(SSL_CERT_FILE, root.certPem + strangerAuthority.certPem);
    expect([names(list({ SSL_CERT_FILE })), loaded()]).toEqual([['stranger root', 'test root'], 2]);
    rmSync(SSL_CERT_FILE);
    await folder.write('changing', strangerAuthority.certPem);
    expect([names(list({ SSL_CERT_FILE })), loaded()]).toEqual([['stranger root'], 1]);
  });

  it('leaves out what cannot be decoded', async () => {
    const [broken, cut] = [Buffer.from(root.certDer), root.certDer.subarray(0, 200)];
    // The public key is not decoded before the certificate is used.
    const key = broken.indexOf(Buffer.from('2a8648ce3d0201', 'hex'));
    broken.fill(0xff, key - 4, key);
    const text = pem('CERTIFICATE', broken) + strangerAuthority.certPem;
    const SSL_CERT_FILE = await folder.write('broken', text);
    expect(names(list({ SSL_CERT_FILE }))).toEqual(['stranger root']);
    const context = withTrust({ SSL_CERT_FILE }, () => ssl.createDefaultContext());
    expect(context.certStoreStats().x509 - STORES.x509).toBe(1);
    const SSL_CERT_DIR = folder.join('cut');
    await folder.write('cut/01234567.0', pem('CERTIFICATE', cut));
    expect(list({ SSL_CERT_DIR })).toEqual([]);
  });

  it('takes members of Purpose only', () => {
    for (const purpose of ['serverAuth', 1, {}])
      expect(() => ssl.systemCertificates({ purpose: purpose as never })).toThrow(
        typeError('purpose'),
      );
    const another = { ...SERVER_AUTH, nid: 131 };
    expect(() => ssl.systemCertificates({ purpose: another as never })).toThrow(
      valueError('purpose'),
    );
    expect(() => ssl.systemCertificates(SERVER_AUTH.oid as never)).toThrow(typeError());
  });
});

const PRELUDE = `
  import fs from 'node:fs';
  import * as ssl from 'hermetic-ssl/ssl';
  const print = (value) => console.log(JSON.stringify(value));
  const readBytes = () => Number(/rchar: (\\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))[1]);
  const count = () => ssl.createDefaultContext().certStoreStats().x509 - ${STORES.x509};`;

describe('preloadSystemCertificates', () => {
  it.skipIf(process.platform !== 'linux')(
    'reads what a context then finds done, in every thread (Linux)',
    async () => {
      // Far more than anything else that the process reads at that time.
      const text = 'x'.repeat(99) + '\n';
      const SSL_CERT_FILE = await folder.write('large', text.repeat(20_000) + root.certPem);
      const code = `
        import { Worker } from 'node:worker_threads';
        const before = readBytes();
        await ssl.preloadSystemCertificates();
        const preloaded = readBytes();
        const here = count();
        const worker = new Worker(\`
          import * as ssl from 'hermetic-ssl/ssl';
          import { parentPort } from 'node:worker_threads';
          parentPort.postMessage(ssl.createDefaultContext().certStoreStats().x509);\`, { eval: true });
        worker.once('message', (there) =>
          print({ preload: preloaded - before, contexts: readBytes() - preloaded, here, there }));`;
      const seen = (await moduleAnswer(PRELUDE + code, { env: { SSL_CERT_FILE } })) as {
        preload: number;
        contexts: number;
      };
      expect(seen).toMatchObject({ here: 1, there: 1 });
      expect(seen.preload).toBeGreaterThan(2_000_000);
      expect(seen.contexts).toBeLessThan(2_000_000);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'leaves the event loop free while it reads (needs mkfifo)',
    async () => {
      const SSL_CERT_FILE = folder.join('pipe');
      // A pipe without a writer yet: reading it takes as long as the test wants.
      const code = `
      import { execFileSync } from 'node:child_process';
      execFileSync('mkfifo', [process.env.SSL_CERT_FILE]);
      let isDone = false;
      const done = ssl.preloadSystemCertificates().then(() => (isDone = true));
      for (let i = 0; i < 50; i++) await new Promise(setImmediate);
      const wasDone = isDone;
      fs.writeFileSync(process.env.SSL_CERT_FILE, ${JSON.stringify(root.certPem)});
      await done;
      print([wasDone, isDone, count()]);`;
      expect(await moduleAnswer(PRELUDE + code, { env: { SSL_CERT_FILE } })).toEqual([
        false,
        true,
        1,
      ]);
    },
  );

  it('may be called often, at once and by workers that end during the call', async () => {
    const SSL_CERT_FILE = await folder.write('several', root.certPem);
    const code = `
      import { Worker } from 'node:worker_threads';
      const workers = Array.from({ length: 4 }, () => new Worker(\`
        import * as ssl from 'hermetic-ssl/ssl';
        for (let i = 0; i < 20; i++) ssl.preloadSystemCertificates();
        process.exit(0);\`, { eval: true }));
      const ends = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
      const answers = await Promise.all(Array.from({ length: 50 }, () => ssl.preloadSystemCertificates()));
      print([await Promise.all(ends), answers.every((answer) => answer === undefined), count()]);`;
    const answer = await moduleAnswer(PRELUDE + code, { env: { SSL_CERT_FILE } });
    expect(answer).toEqual([[0, 0, 0, 0], true, 1]);
  });

  it('is waited for by a process that has nothing else to do', async () => {
    const code = 'ssl.preloadSystemCertificates().then(() => print("done"));';
    const { code: status, stdout } = await runModule(PRELUDE + code);
    expect([status, stdout.trim()]).toEqual([0, '"done"']);
  });
});
