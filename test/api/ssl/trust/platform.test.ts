// Default trust of a context: SSL_CERT_FILE and SSL_CERT_DIR, and the store that contexts share. Each test uses a process
// of its own, because the environment and the store belong to the process. The places of the distributions are in
// ssl-trust-distributions.test.ts.
import { delimiter } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority } from '../../../helpers/certificates.js';
import { typeError, valueError } from '../../../helpers/expected-errors.js';
import { STORES } from '../../../helpers/platform-stores.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, intermediate, strangerAuthority, localhost } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const files = await folder.writeFiles({
  leaf: localhost.certPem,
  ca: root.certPem,
  bundle: Array.from({ length: 50 }, () => root.certPem).join('') + strangerAuthority.certPem,
  bad: 'x',
  'serverKey.pem': localhost.keyPem + localhost.certPem,
});
const hashed = folder.join('hashed');
await folder.write(`hashed/${subjectHash('test root')}.0`, root.certPem);
const nothing = { x509: 0, x509Ca: 0, crl: 0 };

const PRELUDE = `
  import fs from 'node:fs';
  import * as ssl from 'hermetic-ssl/ssl';
  const load = (context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) => (context.loadDefaultCerts(), context);
  const [STORES, CAS] = [${JSON.stringify(STORES)}, ${STORES.x509Ca}];
  const stats = (context) => {
    const { x509, x509Ca, crl } = context.certStoreStats();
    return { x509: x509 - STORES.x509, x509Ca: x509Ca - CAS, crl: crl - STORES.crl };
  };
  const print = (value) => console.log(JSON.stringify(value));
  const readBytes = () => Number(/rchar: (\\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))[1]);
  function verifies(context) {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.loadCertChain(${JSON.stringify(files['serverKey.pem'])});
    const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const ends = [context.wrapBio(a, b, { serverHostname: 'localhost' }), server.wrapBio(b, a, { serverSide: true })];
    for (let i = 0; i < 6; i++) {
      try { ends[i % 2].doHandshake(); } catch (error) {
        if (error instanceof ssl.SSLCertVerificationError) return false;
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
      }
    }
    return true;
  }`;
const ask = (code: string, env: Record<string, string> = {}): Promise<unknown> =>
  moduleAnswer(PRELUDE + code, { env });

describe('SSLContext.loadDefaultCerts', () => {
  it('reads SSL_CERT_FILE at once and SSL_CERT_DIR when needed', async () => {
    const env = { SSL_CERT_FILE: files.leaf, SSL_CERT_DIR: hashed };
    const answer = await ask(
      'const c = load(); print([stats(c), c.getCaCerts().length - CAS, verifies(c), stats(c)])',
      env,
    );
    expect(answer).toEqual([
      { x509: 1, x509Ca: 0, crl: 0 },
      0,
      true,
      { x509: 2, x509Ca: 1, crl: 0 },
    ]);
  });

  it('reads a list of directories', async () => {
    const env = { SSL_CERT_DIR: ['/nonexistent', hashed, ''].join(delimiter) };
    expect(await ask('const c = load(); print([stats(c), verifies(c)])', env)).toEqual([
      nothing,
      true,
    ]);
  });

  it('skips files that do not exist, and then trusts no authority', async () => {
    const env = { SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: '/nonexistent' };
    expect(await ask('const c = load(); print([stats(c), verifies(c)])', env)).toEqual([
      nothing,
      false,
    ]);
  });

  it('trusts no authority when SSL_CERT_FILE holds no certificate', async () => {
    expect(await ask('print(stats(load()))', { SSL_CERT_FILE: files.bad })).toEqual(nothing);
  });

  it("reads the variables of its own thread's process.env, as they are when it is called", async () => {
    const code = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const program = \`
        import { parentPort } from 'node:worker_threads';
        import * as ssl from 'hermetic-ssl/ssl';
        const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
        context.loadDefaultCerts();
        parentPort.postMessage(context.certStoreStats());\`;
      const env = { ...process.env, SSL_CERT_FILE: ${JSON.stringify(files.leaf)} };
      const [theirs] = await once(new Worker(program, { eval: true, env }), 'message');
      process.env.SSL_CERT_FILE = ${JSON.stringify(files.ca)};
      print([stats({ certStoreStats: () => theirs }), stats(load())]);`;
    expect(await ask(code, { SSL_CERT_FILE: files.bad })).toEqual([
      { x509: 1, x509Ca: 0, crl: 0 },
      { x509: 1, x509Ca: 1, crl: 0 },
    ]);
  });

  it('takes an empty variable as an absent one', async () => {
    const [empty, absent] = [{ SSL_CERT_FILE: '', SSL_CERT_DIR: '' }, {}];
    expect(await ask('print(stats(load()))', empty)).toEqual(
      await ask('print(stats(load()))', absent),
    );
  });

  it('adds to what is there, and adds nothing the second time', async () => {
    const code = `
      const c = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      c.loadVerifyLocations({ cafile: ${JSON.stringify(files.leaf)} });
      print([stats(load(c)), stats(load(c))]);`;
    const both = { x509: 2, x509Ca: 1, crl: 0 };
    expect(await ask(code, { SSL_CERT_FILE: files.ca })).toEqual([both, both]);
  });

  // OpenSSL takes a certificate for a new one unless it is next to the other one with the same name.
  it('counts each certificate once, however often it is asked, also two of one name', async () => {
    const namesake = await createAuthority({ name: 'test root' });
    const pem = root.certPem + strangerAuthority.certPem + namesake.certPem;
    const file = await folder.write('namesakes.pem', pem);
    const code = `
      const c = load();
      print([stats(c), c.getCaCerts().length - CAS, c.getCaCerts().length - CAS, stats(c), stats(load())]);`;
    const all = { x509: 3, x509Ca: 3, crl: 0 };
    expect(await ask(code, { SSL_CERT_FILE: file })).toEqual([all, 3, 3, all, all]);
    const again = `
      const c = load();
      const given = () => (c.loadVerifyLocations({ cafile: ${JSON.stringify(file)} }), stats(c));
      print([given(), given(), stats(load(c)), stats(load(c))]);`;
    const others = await folder.write('others.pem', intermediate.certPem);
    const four = { x509: 4, x509Ca: 4, crl: 0 };
    expect(await ask(again, { SSL_CERT_FILE: others })).toEqual([four, four, four, four]);
    expect(await ask(again, { SSL_CERT_FILE: file })).toEqual([all, all, all, all]);
  });

  it('takes members of Purpose only', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    for (const purpose of [null, 129, 'serverAuth', {}])
      expect(() => context.loadDefaultCerts(purpose as never)).toThrow(typeError('purpose'));
    const another = { ...ssl.Purpose.SERVER_AUTH, nid: 131 };
    expect(() => context.loadDefaultCerts(another as never)).toThrow(valueError('purpose'));
    context.loadDefaultCerts(ssl.Purpose.CLIENT_AUTH);
  });
});

describe('createDefaultContext', () => {
  it('trusts the platform when no authority is given, and only the given ones otherwise', async () => {
    const code = `
      const given = ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cafile: ${JSON.stringify(files.leaf)} });
      print([ssl.createDefaultContext(), given].map((c) => c.certStoreStats().x509Ca));`;
    expect(await ask(code, { SSL_CERT_FILE: files.ca })).toEqual([1 + STORES.x509Ca, 0]);
  });

  it('does not load anything for a server, which asks for no certificate', async () => {
    const code = 'print(ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH).certStoreStats())';
    expect(await ask(code, { SSL_CERT_FILE: files.ca })).toEqual(nothing);
  });
});

describe('the shared store', () => {
  const env = { SSL_CERT_FILE: files.bundle };

  it('does not show one context what another one added', async () => {
    const code = `
      const [first, second] = [load(), load()];
      first.loadVerifyLocations({ cafile: ${JSON.stringify(files.leaf)} });
      print([first, second, load()].map((context) => stats(context).x509));`;
    expect(await ask(code, env)).toEqual([3, 2, 2]);
  });

  it('keeps a directory that one context added out of the others', async () => {
    const code = `
      const [first, second] = [load(), load()];
      first.loadVerifyLocations({ capath: ${JSON.stringify(hashed)} });
      print([verifies(first), verifies(second)]);`;
    expect(await ask(code, { SSL_CERT_FILE: files.leaf })).toEqual([true, false]);
  });

  it.skipIf(process.platform !== 'linux')(
    'reads the bundle once for all contexts, also those of a worker (Linux)',
    async () => {
      const code = `
      import { Worker } from 'node:worker_threads';
      load();
      const before = readBytes();
      for (let i = 0; i < 50; i++) load();
      const mine = readBytes() - before;
      const worker = new Worker(\`${PRELUDE.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}
        import { parentPort } from 'node:worker_threads';
        new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
        const before = readBytes();
        const x509 = stats(load()).x509;
        parentPort.postMessage([readBytes() - before, x509]);\`, { eval: true });
      worker.once('message', ([theirs, x509]) => print({ mine, theirs, x509 }));`;
      const answer = (await ask(code, env)) as { mine: number; theirs: number; x509: number };
      // Reading /proc/self/io counts as well: about 100 bytes.
      expect(answer.mine).toBeLessThan(1_000);
      expect(answer.theirs).toBeLessThan(1_000);
      expect(answer.x509).toBe(2);
    },
  );

  it('is made again when the bundle has changed; contexts keep what they have', async () => {
    const path = JSON.stringify(await folder.write('changing', root.certPem));
    const code = `
      const before = load();
      fs.writeFileSync(${path}, fs.readFileSync(${JSON.stringify(files.bundle)}));
      print([stats(before).x509, stats(load()).x509, stats(before).x509]);`;
    expect(await ask(code, { SSL_CERT_FILE: JSON.parse(path) as string })).toEqual([1, 2, 1]);
  });

  it('is made again when a hashed directory has changed', async () => {
    const directory = folder.join('changing-directory');
    const path = await folder.write(`changing-directory/${subjectHash('test root')}.0`, '');
    // Both changes are within one second, and farther apart than the ticks of Linux' clock.
    const code = `
      const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      pause(1_000 - (Date.now() % 1_000));
      fs.rmSync(${JSON.stringify(path)});
      fs.writeFileSync(${JSON.stringify(path)}, ${JSON.stringify(root.certPem)});
      pause(50);
      const before = load();
      const seen = [verifies(before)];
      fs.rmSync(${JSON.stringify(path)});
      print([...seen, verifies(before), verifies(load())]);`;
    expect(await ask(code, { SSL_CERT_DIR: directory })).toEqual([true, true, false]);
  });
});
