// verifyCallback of SSLSocket and createServer: waiting, leaving, time, and what other programs see.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { serverContext, tls12 } from '../../../helpers/contexts.js';
import { certificateError, sslError } from '../../../helpers/expected-errors.js';
import { connectNode, startNodeServer } from '../../../helpers/node-tls.js';
import { connectOpenssl } from '../../../helpers/openssl-cli.js';
import { skipUnless } from '../../../helpers/peers.js';
import { testPki } from '../../../helpers/test-pki.js';
import {
  discard,
  listening,
  memoryPair,
  rejection,
  tcpPair,
  watch,
  wrapBoth,
} from '../../../helpers/tls-pair.js';
import {
  askingClient,
  askingServer,
  boom,
  deferred,
  type Callback,
} from '../../support/verify-callbacks.js';

const { localhost, client: good, stranger, caPem } = await testPki();

describe('verifyCallback of an SSLSocket', () => {
  it('is waited for, and authorized says whether the peer is verified', async () => {
    const server = serverContext(stranger);
    const pair = await memoryPair({
      clientContext: askingClient(async () => sleep(5, true)),
      serverContext: server,
    });
    expect(pair.client.authorized).toBe(false);
    expect(pair.client.authorizationError).toEqual(certificateError(20));
    discard(pair.client, pair.server);
    const verified = await memoryPair({ clientContext: askingClient(async () => true) });
    expect(verified.client.authorized).toBe(true);
    expect(verified.client.authorizationError).toBeNull();
    discard(verified.client, verified.server);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('sends its alert to node:tls, %s', async (version) => {
    for (const answer of [false, 49, boom] as const) {
      const server = await startNodeServer({ identity: localhost, maxVersion: version });
      const context = askingClient(async () => {
        if (answer === boom) throw boom;
        return answer;
      });
      const error = await rejection(ssl.connect({ port: server.port, host: '127.0.0.1', serverHostname: 'localhost', context })); // prettier-ignore
      expect(error).toMatchObject({ verifyCode: 50 });
      expect(error.cause).toBe(answer === boom ? boom : undefined);
      if (version === 'TLSv1.2') {
        const [facts] = await server.connections(1);
        expect(facts?.error?.message).toMatch(answer === 49 ? /access.denied/i : /handshake.failure/i);
      }
      await server.close();
    } // prettier-ignore
  });

  it('may destroy its socket, at once or later', async () => {
    for (const wait of [false, true]) {
      const pair = await wrapBoth(await tcpPair(), {
        clientContext: askingClient((peer) => {
          (peer as ssl.SSLSocket).destroy();
          return wait ? sleep(5, true) : true;
        }),
      });
      const [client, server] = [watch(pair.client), watch(pair.server)];
      await client.closed();
      expect(client.errors).toEqual([]);
      expect((await server.closed()).errors).toHaveLength(1);
      await sleep(10);
    }
  });

  it('is limited by handshakeTimeout, and the server is informed', async () => {
    const pair = await wrapBoth(await tcpPair(), {
      clientContext: askingClient(() => new Promise(() => undefined)),
      client: { handshakeTimeout: 200 },
    });
    const [client, server] = [watch(pair.client), watch(pair.server)];
    expect((await client.closed()).errors).toEqual([
      expect.objectContaining({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' }),
    ]);
    expect((await server.closed()).errors).toEqual([sslError('TLSV1_ALERT_INTERNAL_ERROR')]);
  });

  it('is not waited for once the server has left', async () => {
    const pair = await wrapBoth(await tcpPair(), {
      clientContext: askingClient((_peer) => {
        setTimeout(() => pair.transports.server.end(), 5);
        return new Promise(() => undefined);
      }, tls12),
      server: { allowHalfOpen: true },
    });
    watch(pair.server);
    const story = await watch(pair.client).closed();
    expect(story.errors).toEqual([
      expect.objectContaining({ message: 'the server left while a callback was pending' }),
    ]);
    discard(pair.server);
  });

  it('ignores an answer that came too late', async () => {
    let answer: (value: boolean) => void = () => undefined;
    const pair = await wrapBoth(await tcpPair(), {
      clientContext: askingClient(() => new Promise<boolean>((resolve) => (answer = resolve))),
    });
    const [client] = [watch(pair.client), watch(pair.server)];
    await expect.poll(() => answer.length).toBe(1);
    pair.client.destroy();
    answer(true);
    expect((await client.closed()).errors).toEqual([]);
  });
});

describe('verifyCallback of createServer', () => {
  interface Served {
    readonly port: number;
    readonly server: ssl.SSLServer;
    readonly errors: Error[];
    readonly sockets: ssl.SSLSocket[];
  }

  async function serve(callback: Callback, options: Partial<ssl.SSLServerOptions> = {}): Promise<Served> {
    const { server: context } = askingServer(callback);
    const [errors, sockets]: [Error[], ssl.SSLSocket[]] = [[], []];
    const server = ssl.createServer({ context, ...options }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.end('welcome\n');
    });
    server.on('tlsClientError', (error) => errors.push(error));
    return { port: await listening(server), server, errors, sockets };
  } // prettier-ignore

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('lets node:tls in, or not, %s', async (version) => {
    const identity = stranger;
    for (const [callback, isWelcome] of [[async () => sleep(5, true), true], [() => true, true], [() => 49, false], [async () => sleep(5, false), false]] as const) {
      const { port, server, errors, sockets } = await serve(callback);
      const facts = await connectNode({ port, ca: caPem, identity, maxVersion: version, read: 'end' });
      expect(facts.received.toString()).toBe(isWelcome ? 'welcome\n' : '');
      expect(sockets).toHaveLength(isWelcome ? 1 : 0);
      if (isWelcome) expect(errors).toEqual([]);
      else await expect.poll(() => errors).toEqual([certificateError(20)]);
      server.close();
    } // prettier-ignore
  });

  it('accepts openssl s_client, or refuses it with the alert', async (test) => {
    skipUnless(test, 'openssl');
    for (const [callback, isWelcome] of [[async () => sleep(5), true], [() => 49, false], [async () => sleep(5, false), false]] as const) {
      const { port, server, errors } = await serve(callback);
      const facts = await connectOpenssl({ port, ca: caPem, identity: good, until: /welcome/ });
      expect(facts.stdout.includes('welcome')).toBe(isWelcome);
      expect(/alert number 49/.test(facts.stderr)).toBe(callback.length === 0 && !isWelcome && callback() === 49);
      expect(errors).toHaveLength(isWelcome ? 0 : 1);
      server.close();
    } // prettier-ignore
  });

  it('delivers the data of a client that has ended before the answer', async () => {
    const { promise, resolve } = deferred();
    const contexts = askingServer(() => promise);
    const pair = await wrapBoth(await tcpPair(), {
      clientContext: contexts.client,
      serverContext: contexts.server,
    });
    const story = watch(pair.server);
    pair.client.on('error', () => undefined);
    await pair.client.doHandshake();
    pair.client.end('all that it had to say');
    await sleep(30);
    expect([story.chunks, story.errors, story.closes]).toEqual([[], [], 0]);
    resolve(undefined);
    await expect.poll(() => String(story.chunks)).toBe('all that it had to say');
    discard(pair.client, pair.server);
  });

  it('has its time: handshakeTimeout', async () => {
    const { port, server, errors, sockets } = await serve(() => new Promise(() => undefined), {
      handshakeTimeout: 200,
    });
    const { client: context } = askingServer(null);
    const socket = await ssl.connect({ port, host: '127.0.0.1', serverHostname: 'localhost', context }); // prettier-ignore
    const story = await watch(socket).closed();
    expect(story.chunks).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' })]);
    expect(sockets).toEqual([]);
    server.close();
  });

  it('may destroy its socket, at once or later', async () => {
    for (const wait of [false, true]) {
      const contexts = askingServer((peer) => {
        (peer as ssl.SSLSocket).destroy();
        return wait ? sleep(5, true) : true;
      });
      const pair = await wrapBoth(await tcpPair(), {
        clientContext: contexts.client,
        serverContext: contexts.server,
      });
      const [client, server] = [watch(pair.client), watch(pair.server)];
      expect((await server.closed()).errors).toEqual([]);
      expect((await client.closed()).chunks).toEqual([]);
      await sleep(10);
    }
  });

  it('ignores an answer that came too late', async () => {
    const { promise, resolve } = deferred();
    const contexts = askingServer(() => promise);
    const pair = await wrapBoth(await tcpPair(), {
      clientContext: contexts.client,
      serverContext: contexts.server,
    });
    const [client, server] = [watch(pair.client), watch(pair.server)];
    await pair.client.doHandshake();
    await sleep(10);
    pair.server.destroy();
    resolve(true);
    expect((await server.closed()).errors).toEqual([]);
    expect((await client.closed()).chunks).toEqual([]);
  });

  it('says by authorized whether the client is verified', async () => {
    for (const [identity, isAuthorized] of [[good, true], [stranger, false]] as const) {
      const contexts = askingServer(async () => true, { identity });
      const pair = await memoryPair({ clientContext: contexts.client, serverContext: contexts.server }); // prettier-ignore
      expect(pair.server.authorized).toBe(isAuthorized);
      expect(pair.server.authorizationError).toEqual(isAuthorized ? null : certificateError(20));
      discard(pair.client, pair.server);
    } // prettier-ignore
  });
});
