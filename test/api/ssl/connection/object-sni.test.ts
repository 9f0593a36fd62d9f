// sniCallback on an SSLObject: its arguments, its possible answers, and what client and server see of each answer.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  NO_CHANGE,
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  tls13,
  type Change,
} from '../../../helpers/contexts.js';
import { sslError, typeError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  thrown,
  tryHandshake,
  tryHandshakeAsync,
  type Pair,
} from '../../../helpers/make-pair.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, example, caPem } = await testPki();

/** A pair whose server has this callback; the client asks for localhost. */
function pairWith(
  callback: (...args: Parameters<ssl.SniCallback>) => unknown,
  only: Change = NO_CHANGE,
): Pair {
  const server = serverContext(localhost, (context) => {
    only(context);
    context.sniCallback = callback as ssl.SniCallback;
  });
  return makePair({ client: clientContext(caPem), server });
}

/** Makes an object that is not a Promise, but is awaited all the same. */
// oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
const thenable = (then: (done: (value: unknown) => void) => void): object => ({ then });

/** A promise that throws when it is asked for `key`, after so many times. */
function trap(key: string, times = 0): Promise<undefined> {
  const promise = Promise.resolve(undefined);
  // oxlint-disable-next-line typescript/unbound-method -- to be found on the promise
  const { then } = promise;
  const get = (): unknown => {
    if (times-- > 0) return then;
    throw boom;
  };
  return Object.defineProperty(promise, key, { get });
}

const FAILED = 'CALLBACK_FAILED';
const internalError = sslError('TLSV1_ALERT_INTERNAL_ERROR');
const handshakeFailure = sslError('SSLV3_ALERT_HANDSHAKE_FAILURE');
const boom = new Error('boom');
const hostile = new Proxy({}, { get: () => { throw boom; }, getPrototypeOf: () => { throw boom; } }); // prettier-ignore

describe.each(VERSIONS)('sniCallback in %s', (_version, only) => {
  it.each([[undefined], [null]])('goes on after %s', (answer) => {
    expect(tryHandshake(pairWith(() => answer, only))).toEqual({ client: null, server: null });
  });

  it.each([
    [ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME, 'TLSV1_UNRECOGNIZED_NAME'],
    [ssl.ALERT_DESCRIPTION_ACCESS_DENIED, 'TLSV1_ALERT_ACCESS_DENIED'],
    [ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE, 'SSLV3_ALERT_HANDSHAKE_FAILURE'],
  ])('refuses with alert %i, which the client calls %s', (alert, reason) => {
    const outcome = tryHandshake(pairWith(() => alert, only));
    expect(outcome).toEqual({
      client: sslError(reason),
      server: sslError(FAILED, { library: 'SSL' }),
    });
  });

  it.each([
    [0], [false], [true], [256], [300], [-1], [1.5], [Number.NaN], ['foo'], [112n], [{}], [[]],
    [Symbol('alert')], [boom], [new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)], [() => 112],
  ])('sends internal_error for %o (Python leaves the client waiting for some)', (answer) => {
    const outcome = tryHandshake(pairWith(() => answer, only));
    expect(outcome).toEqual({ client: internalError, server: sslError(FAILED) });
    expect(outcome.server?.cause).toEqual(typeError('sniCallback must return undefined or an alert'));
  }); // prettier-ignore

  it('sends handshake_failure when it throws, and keeps what it threw as the cause', () => {
    const callback = (): never => {
      throw boom;
    };
    const outcome = tryHandshake(pairWith(callback, only));
    expect(outcome).toEqual({ client: handshakeFailure, server: sslError(FAILED) });
    expect(outcome.server?.cause).toBe(boom);
    expect(outcome.server?.message).toMatch(/^\[SSL: CALLBACK_FAILED\] callback failed: boom/);
  });

  it('describes in the message what it threw, also when that is not an Error', () => {
    const things: [unknown, string][] = [
      ['text', "type string ('text')"],
      [null, 'null'],
      [hostile, 'an instance of Object'],
      [{ message: 7 }, 'an instance of Object'],
    ];
    for (const [thing, text] of things) {
      const callback = (): never => {
        throw thing;
      };
      const outcome = tryHandshake(pairWith(callback, only));
      expect(outcome).toEqual({ client: handshakeFailure, server: sslError(FAILED) });
      expect(outcome.server?.message).toContain(`callback failed: ${text}`);
    }
  });

  it('sends handshake_failure when what it sets or gives is a trap', () => {
    for (const callback of [
      (peer: ssl.SSLPeer) => void (peer.context = 'x' as never),
      () => hostile,
    ])
      expect(tryHandshake(pairWith(callback, only))).toEqual({
        client: handshakeFailure,
        server: sslError(FAILED),
      });
  });

  it('waits for a promise, and then does what a plain answer would do', async () => {
    const answers: [() => unknown, Error | null, Error | null][] = [
      [() => sleep(1), null, null],
      [() => Promise.resolve(null), null, null],
      [() => thenable((done) => done(undefined)), null, null],
      [() => Promise.resolve(112), sslError('TLSV1_UNRECOGNIZED_NAME'), sslError(FAILED)],
      [() => Promise.resolve('foo'), internalError, sslError(FAILED)],
      [() => Promise.resolve(new Proxy(() => undefined, {})), internalError, sslError(FAILED)],
      [() => Promise.reject(boom), handshakeFailure, sslError(FAILED)],
      [() => trap('constructor'), handshakeFailure, sslError(FAILED)],
      [() => trap('then'), handshakeFailure, sslError(FAILED)],
      [() => trap('then', 1), handshakeFailure, sslError(FAILED)],
    ];
    for (const [callback, client, server] of answers)
      expect(await tryHandshakeAsync(pairWith(callback, only))).toEqual({ client, server });
  });

  it('throws SSLWantCallbackError from every operation while the answer is not there', async () => {
    let answer: (value: undefined) => void = () => undefined;
    const pair = pairWith(() => new Promise<undefined>((resolve) => (answer = resolve)), only);
    const { server } = tryHandshake(pair);
    expect(server).toBeInstanceOf(ssl.SSLWantCallbackError);
    expect(server).toMatchObject({
      errno: ssl.SSL_ERROR_WANT_X509_LOOKUP,
      library: null,
      reason: null,
    });
    for (const use of [
      () => pair.server.read(),
      () => pair.server.write(Buffer.alloc(1)),
      () => pair.server.unwrap(),
    ])
      expect(use).toThrow(ssl.SSLWantCallbackError);
    expect(pair.toClient.pending).toBe(0);
    answer(undefined);
    await (server as ssl.SSLWantCallbackError).ready;
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
  });

  it('gives certificate and ALPN protocols of the context that it sets, at once or later', async () => {
    const other = serverContext(example, (context) => context.setAlpnProtocols(['h2']));
    for (const callback of [
      (peer: ssl.SSLPeer): void => void (peer.context = other),
      async (peer: ssl.SSLPeer): Promise<void> => {
        await sleep(1);
        peer.context = other;
      },
    ]) {
      const server = serverContext(localhost, (context) => {
        only(context);
        context.setAlpnProtocols(['http/1.1']);
        context.sniCallback = callback;
      });
      const client = clientContext(caPem, (context) =>
        context.setAlpnProtocols(['http/1.1', 'h2']),
      );
      const pair = makePair({ client, server, serverHostname: 'example.com' });
      expect(await tryHandshakeAsync(pair)).toEqual({ client: null, server: null });
      expect(pair.client.getpeercert({ binaryForm: true })).toEqual(example.certDer);
      expect([pair.client.selectedAlpnProtocol(), pair.server.selectedAlpnProtocol()]).toEqual([
        'h2',
        'h2',
      ]);
      expect(pair.server.context).toBe(other);
    }
  });
});

describe('sniCallback', () => {
  it('receives the connection, the name and the context, once for each connection', () => {
    const callback = vi.fn(() => undefined);
    const pair = pairWith(callback);
    tryHandshake(pair);
    expect(callback.mock.calls).toEqual([[pair.server, 'localhost', pair.server.context]]);
  });

  it('is asked once although a HelloRetryRequest brings a second ClientHello', () => {
    const callback = vi.fn((peer: ssl.SSLPeer) => void (peer.context = other));
    const group: Change = (context) => {
      tls13(context);
      context.setGroups('P-384');
    };
    const other = serverContext(localhost, group);
    const server = serverContext(example, group);
    server.sniCallback = callback;
    const client = clientContext(caPem, (context) => context.setGroups('X25519:P-384'));
    expect(connectedPair({ client, server }).client.group()).toBe('secp384r1');
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('gives neither versions nor verify mode of the context that it sets: parity with Python, a trap for client certificates', () => {
    const strict = serverContext(example, (context) => {
      tls12(context);
      context.verifyMode = ssl.CERT_REQUIRED;
      context.loadVerifyLocations({ cadata: caPem });
    });
    const pair = pairWith((peer) => void (peer.context = strict));
    const client = clientContext(caPem).wrapBio(pair.toClient, pair.toServer, {
      serverHostname: 'example.com',
    });
    expect(tryHandshake({ client, server: pair.server })).toEqual({ client: null, server: null });
    expect(client.version()).toBe('TLSv1.3');
    expect(pair.server.getpeercert()).toBeNull();
  });

  it('counts from the moment when a connection is made', () => {
    const late = pairWith(() => 112);
    late.server.context.sniCallback = null;
    expect(tryHandshake(late)).toEqual({ client: null, server: null });
    const server = serverContext(localhost);
    const before = makePair({ client: clientContext(caPem), server });
    server.sniCallback = () => ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME;
    expect(tryHandshake(before)).toEqual({ client: null, server: null });
  });

  it('may come from a thenable that settles twice or never: the first answer counts', async () => {
    const twice = pairWith(() => thenable((done) => [49, 112].forEach(done)));
    expect((await tryHandshakeAsync(twice)).client).toEqual(sslError('TLSV1_ALERT_ACCESS_DENIED'));
    const never = pairWith(() => new Promise(() => undefined));
    expect(tryHandshake(never).server).toBeInstanceOf(ssl.SSLWantCallbackError);
  });

  /** The ClientHello for `localhost`, changed on its way; what the server makes of it. */
  function changedHello(change: (name: Buffer, hello: Buffer, at: number) => void): {
    names: unknown[];
    outcome: ReturnType<typeof tryHandshake>;
  } {
    const names: unknown[] = [];
    const pair = pairWith((_peer, name) => void names.push(name));
    thrown(() => pair.client.doHandshake());
    const hello = pair.toServer.read();
    const at = hello.indexOf('localhost');
    change(hello.subarray(at, at + 9), hello, at);
    pair.toServer.write(hello);
    return { names, outcome: tryHandshake(pair) };
  }

  it.each(['l\xf6calhost', 'local host', 'local\0ost', '\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f'])(
    'is not asked about the malformed name %j: internal_error',
    (name) => {
      const { names, outcome } = changedHello((bytes) => void bytes.write(name, 'latin1'));
      expect(names).toEqual([]);
      expect(outcome).toEqual({ client: internalError, server: sslError(FAILED) });
      expect(outcome.server?.cause).toEqual(typeError('malformed server name'));
    },
  );

  it.each([
    ['type of the name', (hello: Buffer, at: number) => (hello[at - 3] = 7)],
    ['length of the name', (hello: Buffer, at: number) => (hello[at - 1] = 200)],
    ['length of the list', (hello: Buffer, at: number) => (hello[at - 4] = 3)],
  ])('sees no name where the %s is wrong; OpenSSL refuses the extension', (_what, change) => {
    const { names, outcome } = changedHello((_name, hello, at) => void change(hello, at));
    expect(names.filter((name) => name !== null)).toEqual([]);
    expect(outcome.server).toBeInstanceOf(ssl.SSLError);
    expect(outcome.client).toBeInstanceOf(ssl.SSLError);
    expect(outcome.client).not.toBeInstanceOf(ssl.SSLWantReadError);
  });
});

describe('memory', () => {
  const SETUP = `
    import * as ssl from 'hermetic-ssl/ssl';
    const [cert, key, otherCert, otherKey, ca] = ${JSON.stringify([example.certPem, example.keyPem, localhost.certPem, localhost.keyPem, caPem])};
    const context = (cert, key) => {
      const made = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      made.loadCertChain({ cert, key });
      made.setGroups('P-384');
      return made;
    };
    const step = (side) => { try { side.doHandshake(); return null; } catch (error) { return error.constructor.name; } };
    function pair(callback) {
      const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
      const first = context(cert, key);
      first.sniCallback = callback;
      const mine = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      mine.setGroups('X25519:P-384');
      mine.loadVerifyLocations({ cadata: ca });
      return [mine.wrapBio(a, b, { serverHostname: 'localhost' }), first.wrapBio(b, a, { serverSide: true })];
    }
    const collect = async () => { for (let i = 0; i < 3; i++) { gc(); await new Promise(setImmediate); } };`;
  const run = (code: string): Promise<unknown> =>
    moduleAnswer(SETUP + code, { nodeOptions: ['--expose-gc'] });

  it('releases the first context after a switch, also before the second ClientHello', async () => {
    const code = `
      let released = 0;
      const registry = new FinalizationRegistry(() => released++);
      const [client, server] = pair((peer, _name, first) => { registry.register(first); peer.context = context(otherCert, otherKey); });
      step(client); step(server);
      await collect();
      for (let i = 0; i < 4; i++) { step(client); step(server); }
      await collect();
      console.log(JSON.stringify([client.group(), client.version(), released]));`;
    expect(await run(code)).toEqual(['secp384r1', 'TLSv1.3', 1]);
  });

  it('survives a callback that switches, collects and throws', async () => {
    const code = `
      const [client, server] = pair((peer) => { peer.context = context(otherCert, otherKey); gc(); throw new Error('x'); });
      step(client);
      const refused = step(server);
      await collect();
      console.log(JSON.stringify([refused, step(client)]));`;
    expect(await run(code)).toEqual(['SSLError', 'SSLError']);
  });

  it('survives contexts and connections that go in every order, also while an answer is awaited', async () => {
    const code = `
      for (let i = 0; i < 200; i++) {
        let [client, server] = pair((peer) => i % 2 ? new Promise(() => {}) : void (peer.context = context(otherCert, otherKey)));
        step(client); step(server);
        if (i % 3 === 0) client = null;
        if (i % 5 === 0) server = null;
        if (i % 10 === 0) await collect();
        if (client) step(client);
      }
      await collect();
      console.log('true');`;
    expect(await run(code)).toBe(true);
  });
});
