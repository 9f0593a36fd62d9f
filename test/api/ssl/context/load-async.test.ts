// loadCertChainAsync and replaceCertChainsAsync: what the synchronous ones do, without the thread.
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';

import { afterAll, describe, expect, it, vi } from 'vitest';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as ssl from 'hermetic-ssl/ssl';

import { encryptByPbkdf2 } from '../../../helpers/password-der.js';
import { certBag, keyBag, pbkdf2, pkcs12, plainSafe } from '../../../helpers/pkcs12.js';
import { seenByNode } from '../../../helpers/seen-by-node.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, caPem } = await testPki();
const { certPem: cert, keyPem: key } = localhost;
const PASSWORD = 'secret';
const keyDer = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
const slowKey = encryptByPbkdf2(keyDer, PASSWORD, 2_000_000);
const protection = { password: PASSWORD, derivation: pbkdf2(1_000_000) };
const slowPfx = pkcs12([plainSafe(certBag(localhost.certDer), keyBag(key, protection))]);
const hostile = { password: PASSWORD, derivation: pbkdf2(10_000_001) };
const hostilePfx = pkcs12([plainSafe(certBag(localhost.certDer), keyBag(key, hostile))]);
const quickKey = encryptByPbkdf2(keyDer, PASSWORD, 1);

const folder = await TempDirectory.create();
afterAll(() => folder.close());

/** Collects garbage, which needs a flag that the run does not have. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

const newServer = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const leafOf = async (context: ssl.SSLContext): Promise<Buffer> =>
  (await seenByNode(context, { ca: caPem })).leaf;

describe('SSLContext.loadCertChainAsync', () => {
  it('takes what loadCertChain takes', async () => {
    const certfile = await folder.write('cert.pem', cert);
    const keyfile = await folder.write('key.pem', key);
    const loads: ((context: ssl.SSLContext) => Promise<void>)[] = [
      (context) => context.loadCertChainAsync(certfile, keyfile),
      (context) => context.loadCertChainAsync({ certfile, keyfile }),
      (context) => context.loadCertChainAsync({ cert, key }),
      (context) => context.loadCertChainAsync(Buffer.from(certfile), keyfile, null, {}),
      (context) => context.loadCertChainAsync({ cert, key: quickKey, password: PASSWORD }),
    ];
    for (const load of loads) {
      const context = newServer();
      await load(context);
      expect(await leafOf(context)).toEqual(localhost.certDer);
    }
  });

  it('gives the errors of loadCertChain, in the promise, and changes nothing', async () => {
    const certPath = await folder.write('good.pem', cert);
    const pfxPath = await folder.write('good.p12', slowPfx);
    const chains = [
      { cert, key: localhostRsa.keyPem },
      { cert: 'nothing', key },
      { cert, key: quickKey },
      { cert, key: quickKey, password: 'wrong' },
      { certfile: folder.join('missing') },
      { certfile: certPath, keyfile: folder.join('missing') },
      { certfile: pfxPath, keyfile: folder.join('missing') },
      { certfile: cert },
      { certfile: certPath, keyfile: key },
      { certfile: 1 },
      { certfile: folder.join('missing'), password: 1 },
      { pfx: slowPfx, password: 'wrong' },
      { pfx: hostilePfx, password: PASSWORD },
      { pfx: hostilePfx, password: () => expect.unreachable('asked') },
      { pfx: 'text' },
      { cert: [], key },
      { cert, key, legacy: 1 },
      7,
    ];
    const context = newServer();
    context.loadCertChain({ cert, key });
    for (const chain of chains as never[]) {
      let expected: unknown;
      try {
        newServer().loadCertChain(chain);
      } catch (error) {
        expected = error;
      }
      const found: unknown = await context
        .loadCertChainAsync(chain)
        .catch((error: unknown) => error);
      expect(found).toBeInstanceOf(Error);
      const { name, message, code } = expected as NodeJS.ErrnoException;
      expect(found).toMatchObject({ name, message });
      expect((found as NodeJS.ErrnoException).code).toBe(code);
    }
    expect(await leafOf(context)).toEqual(localhost.certDer);
  });

  it('keeps the event loop turning', async () => {
    let turns = 0;
    let turning = true;
    const turn = (): void => {
      turns += 1;
      if (turning) setImmediate(turn);
    };
    const chains: ssl.CertChainAsync[] = [
      { cert, key: slowKey, password: PASSWORD },
      { pfx: slowPfx, password: PASSWORD },
      { pfx: slowPfx, password: () => PASSWORD },
    ];
    for (const chain of chains) {
      turns = 0;
      turning = true;
      setImmediate(turn);
      await newServer().loadCertChainAsync(chain);
      turning = false;
      // On this thread the loop would turn once or twice around the derivation, which takes half a second.
      expect(turns).toBeGreaterThan(50);
    }
  });

  it('lets a whole connection be made while a key is derived', async () => {
    const other = newServer();
    other.loadCertChain({ cert, key });
    const order: string[] = [];
    const slowest = encryptByPbkdf2(keyDer, PASSWORD, 4_000_000);
    const loading = newServer()
      .loadCertChainAsync({ cert, key: slowest, password: PASSWORD })
      .then(() => order.push('loaded'));
    expect(await leafOf(other)).toEqual(localhost.certDer);
    order.push('connected');
    await loading;
    expect(order).toEqual(['connected', 'loaded']);
  });

  it('asks for a password that comes later', async () => {
    const asked = vi.fn(async () => {
      await sleep(5);
      return PASSWORD;
    });
    const context = newServer();
    await context.loadCertChainAsync({ cert, key: quickKey, password: asked });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(await leafOf(context)).toEqual(localhost.certDer);
    await context.loadCertChainAsync({ cert, key, password: asked });
    expect(asked).toHaveBeenCalledTimes(1);
    const boom = new Error('the vault is closed');
    const refused = context.loadCertChainAsync({
      cert,
      key: quickKey,
      password: () => Promise.reject(boom),
    });
    await expect(refused).rejects.toBe(boom);
    const wrong = context.loadCertChainAsync({
      cert,
      key: quickKey,
      password: () => Promise.resolve(7 as never),
    });
    await expect(wrong).rejects.toThrow('password callback must return a string or bytes');
  });

  it('has copied the bytes when it returns', async () => {
    const bytes = Buffer.from(cert);
    const keyBytes = Buffer.from(quickKey);
    const password = Buffer.from(PASSWORD);
    const context = newServer();
    const loading = context.loadCertChainAsync({ cert: bytes, key: keyBytes, password });
    for (const each of [bytes, keyBytes, password]) each.fill(0);
    await loading;
    expect(await leafOf(context)).toEqual(localhost.certDer);
  });

  it('changes the context in the order of the calls', async () => {
    const context = newServer();
    const order: string[] = [];
    const { certPem, keyPem, certDer } = localhostRsa;
    await Promise.all([
      context
        .replaceCertChainsAsync([{ cert, key: slowKey, password: PASSWORD }])
        .then(() => order.push('slow')),
      context
        .replaceCertChainsAsync([{ cert: certPem, key: keyPem }])
        .then(() => order.push('quick')),
    ]);
    expect(order).toEqual(['slow', 'quick']);
    expect(await leafOf(context)).toEqual(certDer);
  });

  it('goes on after one that failed', async () => {
    const context = newServer();
    const failing = context.loadCertChainAsync({ cert: 'nothing', key });
    const loading = context.loadCertChainAsync({ cert, key });
    await expect(failing).rejects.toThrow(ssl.SSLError);
    await loading;
    expect(await leafOf(context)).toEqual(localhost.certDer);
  });

  it('ends with the reason of its signal, in every phase, and changes nothing', async () => {
    const reason = new Error('enough');
    const context = newServer();
    const never = () => new Promise<string>(() => undefined);
    const chains: ssl.CertChainAsync[] = [
      { cert, key: slowKey, password: PASSWORD },
      { cert, key: quickKey, password: never },
      { cert, key },
    ];
    for (const chain of chains) {
      for (const delay of [null, 0, 20]) {
        const controller = new AbortController();
        if (delay === null) controller.abort(reason);
        else if (chain === chains[2]) continue; // ready by then
        else setTimeout(() => controller.abort(reason), delay);
        const { signal } = controller;
        await expect(context.loadCertChainAsync(chain, { signal })).rejects.toBe(reason);
      }
    }
    await context.loadCertChainAsync({ cert, key });
    expect(await leafOf(context)).toEqual(localhost.certDer);
    await expect(context.loadCertChainAsync({ cert, key }, { signal: 1 as never })).rejects.toThrow(
      TypeError,
    );
  });

  it('is refused when too much is pending', async () => {
    hashlib.configure({ maxPending: 0 });
    try {
      await expect(newServer().loadCertChainAsync({ cert, key })).rejects.toMatchObject({
        code: 'ERR_QUEUE_FULL',
      });
    } finally {
      hashlib.configure({ maxPending: 65_536 });
    }
    await newServer().loadCertChainAsync({ cert, key });
  });

  it('lets connections be made while it runs', async () => {
    const context = newServer();
    context.loadCertChain({ cert, key });
    const loads = Array.from({ length: 20 }, () =>
      context.replaceCertChainsAsync([{ cert, key: quickKey, password: PASSWORD }]),
    );
    for (let i = 0; i < 10; i++) expect(await leafOf(context)).toEqual(localhost.certDer);
    await Promise.all(loads);
  });

  it('copies the names of files at the call', async () => {
    const certfile = Buffer.from(await folder.write('copied.pem', cert));
    const keyfile = Buffer.from(await folder.write('copied.key', key));
    const context = newServer();
    const loading = context.loadCertChainAsync({ certfile, keyfile });
    certfile.fill(0x78);
    keyfile.fill(0x78);
    await loading;
    expect(await leafOf(context)).toEqual(localhost.certDer);
  });

  it('wipes its copies of keys and passwords, also those that come after it was given up', async () => {
    const made: Buffer[] = [];
    const from = Buffer.from.bind(Buffer) as (value: unknown, ...rest: unknown[]) => Buffer;
    const spy = vi.spyOn(Buffer, 'from').mockImplementation(((
      value: unknown,
      ...rest: unknown[]
    ) => {
      const buffer = from(value, ...rest);
      made.push(buffer);
      return buffer;
    }) as typeof Buffer.from);
    const body = quickKey
      .toString('base64')
      .match(/.{1,64}/g)!
      .join('\n');
    const label = 'ENCRYPTED PRIVATE KEY';
    const encrypted = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
    let resolve = (_password: string): void => undefined;
    const promise = new Promise<string>((settle) => (resolve = settle));
    try {
      made.length = 0;
      await newServer().loadCertChainAsync({ cert, key: encrypted, password: PASSWORD });
      await newServer().loadCertChainAsync({ cert, key });
      const controller = new AbortController();
      const loading = newServer().loadCertChainAsync(
        { cert, key: encrypted, password: () => promise },
        { signal: controller.signal },
      );
      await sleep(20);
      controller.abort();
      await expect(loading).rejects.toThrow('abort');
      resolve(PASSWORD);
      await sleep(1);
    } finally {
      spy.mockRestore();
    }
    // Each of the two texts, the password at the call, the key in clear, and the password that came too late.
    expect(made.length).toBeGreaterThanOrEqual(5);
    for (const secret of [encrypted, PASSWORD, key])
      expect(made.filter((buffer) => buffer.includes(secret))).toEqual([]);
  });

  it('may be called by a password function, and by what it settles', async () => {
    const context = newServer();
    const inner: Promise<void>[] = [];
    const { certPem, keyPem, certDer } = localhostRsa;
    await context.loadCertChainAsync({
      cert,
      key: quickKey,
      password: () => {
        inner.push(context.replaceCertChainsAsync([{ cert: certPem, key: keyPem }]));
        context.loadCertChain({ cert, key });
        return PASSWORD;
      },
    });
    await Promise.all(inner);
    expect(await leafOf(context)).toEqual(certDer);
  });

  it('keeps its context, and nothing when it has ended', async () => {
    const contexts: WeakRef<ssl.SSLContext>[] = [];
    const loads = Array.from({ length: 4 }, () => {
      const context = newServer();
      contexts.push(new WeakRef(context));
      return context.loadCertChainAsync({ cert, key: slowKey, password: PASSWORD });
    });
    collectGarbage();
    await Promise.all(loads);
    loads.length = 0;
    await sleep(1);
    collectGarbage();
    await sleep(1);
    collectGarbage();
    expect(contexts.filter((context) => context.deref() !== undefined)).toEqual([]);
  });

  it.each(['process.exit(0)', 'parentPort.postMessage(1)'])(
    'does not outlive a worker that ends while it is pending, by %s',
    async (end) => {
      const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import('hermetic-ssl/ssl').then(({ SSLContext, PROTOCOL_TLS_SERVER }) => {
        const { cert, key } = workerData;
        for (let i = 0; i < 4; i++)
          void new SSLContext(PROTOCOL_TLS_SERVER).loadCertChainAsync({ cert, key: Buffer.from(key), password: 'secret' });
        setTimeout(() => ${end}, 10);
      });`;
      for (let i = 0; i < 3; i++) {
        const worker = new Worker(code, { eval: true, workerData: { cert, key: slowKey } });
        worker.once('message', () => void worker.terminate());
        const [status] = (await once(worker, 'exit')) as [number];
        expect(status).toBe(end.startsWith('process') ? 0 : 1);
      }
      // The pool is none the worse for it.
      await newServer().loadCertChainAsync({ cert, key: quickKey, password: PASSWORD });
    },
  );
});

describe('SSLContext.replaceCertChainsAsync', () => {
  it('gives all or nothing, and names the chain that fails', async () => {
    const context = newServer();
    await context.replaceCertChainsAsync([{ cert, key }]);
    const second = { cert, key: localhostRsa.keyPem };
    const failing = context.replaceCertChainsAsync([
      { cert: localhostRsa.certPem, key: localhostRsa.keyPem },
      second,
    ]);
    await expect(failing).rejects.toThrow('chains[1].key');
    expect(await leafOf(context)).toEqual(localhost.certDer);
    await expect(context.replaceCertChainsAsync([])).rejects.toThrow('chains is empty');
  });
});
