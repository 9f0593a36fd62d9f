// Steps of handshakes on the pool: which ones go there, and everything that can happen until they are back.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it } from 'vitest';

import { withTimeout } from '../../helpers/collect.js';
import { clientContext, serverContext, tls12, VERSIONS } from '../../helpers/contexts.js';
import { duplexPair, type PairEnd } from '../../helpers/duplex-pair.js';
import {
  countingServer as makeServer,
  countMoves,
  isElsewhere,
  nodeClient as makeClient,
} from '../../helpers/handshake-moves.js';
import { testPki } from '../../helpers/test-pki.js';
import {
  discard,
  listening,
  ready,
  rejection,
  tcpPair,
  watch,
  wrapBoth,
} from '../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  ssl.setHandshakeThreads('auto');
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function countingServer(options: ssl.WrapSocketOptions = {}) {
  const server = await makeServer(serverContext(localhost), options);
  cleanUps.push(server.close);
  return server;
}

async function nodeClient(port: number): Promise<tls.TLSSocket> {
  const client = await makeClient(port);
  cleanUps.push(() => client.destroy());
  return client;
}

describe('handshakeThreads', () => {
  it.each(['never', 'always'] as const)('%s', async (handshakeThreads) => {
    const { port, counts } = await countingServer({ handshakeThreads });
    await nodeClient(port);
    expect(counts).toEqual([{ moves: handshakeThreads === 'always' ? 1 : 0 }]);
  });

  it('is taken by createServer and connect, and for all sockets from setHandshakeThreads', async () => {
    const context = serverContext(localhost);
    const server = ssl.createServer({ context, handshakeThreads: 'always' });
    cleanUps.push(() => server.close());
    const seen: boolean[] = [];
    server.on('connection', (transport: Socket) => transport.on('data', () => seen.push(true)));
    const port = await listening(server);
    const trusting = clientContext(caPem);
    const client = await ssl.connect({ port, context: trusting, handshakeThreads: 'always' });
    expect(client.version()).toBe('TLSv1.3');
    expect(seen.length).toBeGreaterThan(0);
    discard(client);

    expect(ssl.getHandshakeThreads()).toBe('auto');
    ssl.setHandshakeThreads('always');
    const counting = await countingServer();
    await nodeClient(counting.port);
    expect(counting.counts).toEqual([{ moves: 1 }]);
  });

  it.each([
    ['sometimes', RangeError],
    [true, TypeError],
    [1, TypeError],
  ])('refuses %j', (value, error) => {
    const handshakeThreads = value as never;
    const context = serverContext(localhost);
    expect(() => ssl.createServer({ context, handshakeThreads })).toThrow(error);
    expect(() =>
      context.wrapSocket(duplexPair()[0], { serverSide: true, handshakeThreads }),
    ).toThrow(error);
    expect(() => ssl.setHandshakeThreads(handshakeThreads)).toThrow(error);
    return expect(ssl.connect({ port: 1, handshakeThreads })).rejects.toThrow(error);
  });
});

describe.each(VERSIONS)('a handshake on the pool, %s', (_, only) => {
  const always = { handshakeThreads: 'always' } as const;
  const both = () => ({
    client: always,
    server: always,
    serverContext: serverContext(localhost, only),
    clientContext: clientContext(caPem, only),
  });

  it('moves at both ends, and reports what one at once reports', async () => {
    const pair = await wrapBoth(duplexPair(), both());
    const moves = [
      countMoves(pair.client, pair.transports.client),
      countMoves(pair.server, pair.transports.server),
    ];
    await ready(pair);
    for (const { moves: count } of moves) expect(count).toBeGreaterThan(0);
    expect(pair.client.cipher()).toEqual(pair.server.cipher());
    expect(pair.client.getVerifiedChain()).toHaveLength(2);
    discard(pair.client, pair.server);
  });

  it('answers as before the handshake while it is elsewhere', async () => {
    const pair = await wrapBoth(duplexPair(), both());
    let isTried = false;
    pair.transports.client.on('data', () => {
      const { client } = pair;
      if (isTried || client.version() !== null || !isElsewhere(client)) return;
      isTried = true;
      expect(client.cipher()).toBeNull();
      expect(client.selectedAlpnProtocol()).toBeNull();
      expect(client.getVerifiedChain()).toEqual([]);
      expect(client.pending()).toBe(0);
      expect(client.session).toBeNull();
      expect(() => client.getpeercert()).toThrow('handshake not done yet');
    });
    await ready(pair);
    expect(isTried).toBe(true);
    discard(pair.client, pair.server);
  });

  it('keeps what arrives meanwhile, in chunks of any size, and the end', async () => {
    const pair = await wrapBoth(duplexPair({ split: 7 }), both());
    const story = watch(pair.server);
    pair.client.end('to the end');
    const ours = watch(pair.client);
    pair.server.end();
    await Promise.all([story.closed(), ours.closed()]);
    expect(Buffer.concat(story.chunks).toString()).toBe('to the end');
    expect([story.errors, ours.errors]).toEqual([[], []]);
  });

  it('gives a failure its own reason, although the transport ends and fails meanwhile', async () => {
    for (const handshakeThreads of ['never', 'always'] as const) {
      const [near, far] = duplexPair();
      const server = serverContext(localhost, only).wrapSocket(far, {
        serverSide: true,
        handshakeThreads,
      });
      const story = watch(server);
      near.on('error', () => undefined).end('GET / HTTP/1.1\r\n\r\n');
      far.once('data', () => setImmediate(() => far.destroy(new Error('reset'))));
      await story.closed();
      expect(story.errors).toMatchObject([{ reason: 'HTTP_REQUEST' }]);
    }
  });
});

describe.each(['never', 'always'] as const)(
  'a transport that fails, handshakeThreads %s',
  (mode) => {
    const serve = (transport: Duplex) => {
      const options = { serverSide: true, handshakeThreads: mode };
      const server = serverContext(localhost).wrapSocket(transport, options);
      server.write('waits for the handshake');
      return watch(server);
    };

    it('reports its error, not the end that follows from it', async () => {
      const [near, far] = duplexPair();
      const story = serve(far);
      clientContext(caPem)
        .wrapSocket(near, { serverHostname: 'localhost' })
        .on('error', () => undefined);
      far.once('data', () => setImmediate(() => far.destroy(new Error('reset'))));
      await story.closed();
      expect(story.errors).toMatchObject([{ message: 'reset' }]);
    });

    it('reports a reset by a client that leaves after its first flight', async () => {
      const hello = new ssl.MemoryBIO();
      const client = clientContext(caPem).wrapBio(new ssl.MemoryBIO(), hello, {
        serverHostname: 'localhost',
      });
      expect(() => client.doHandshake()).toThrow(ssl.SSLWantReadError);
      const flight = hello.read();
      for (let i = 0; i < 20; i += 1) {
        const [near, far] = await tcpPair();
        const story = serve(far);
        near.on('error', () => undefined).write(flight);
        // libuv reports an end if data and a reset come at once.
        while (far.bytesRead === 0) await turn();
        near.resetAndDestroy();
        await story.closed();
        expect(story.errors).toMatchObject([{ code: 'ECONNRESET' }]);
      }
    });
  },
);

describe('callbacks on the pool', () => {
  it('are asked on the JavaScript thread, in the middle of the handshake', async () => {
    const context = serverContext(localhost);
    const other = serverContext(localhost, tls12);
    const asked: (string | null)[] = [];
    context.sniCallback = async (peer, name) => {
      asked.push(name);
      await sleep(1);
      peer.context = other;
    };
    const client = clientContext(caPem);
    client.verifyCallback = async (_, { verified }) => {
      await sleep(1);
      return verified;
    };
    const always = { handshakeThreads: 'always' } as const;
    const pair = await wrapBoth(duplexPair(), {
      client: always,
      server: always,
      serverContext: context,
      clientContext: client,
    });
    await ready(pair);
    expect(asked).toEqual(['localhost']);
    discard(pair.client, pair.server);
  });

  it('keep what is known about a resumption while a step is on the pool', async () => {
    const contexts = {
      serverContext: serverContext(localhost, tls12),
      clientContext: clientContext(caPem, tls12),
    };
    const first = await ready(await wrapBoth(duplexPair(), contexts));
    const { session } = first.client;
    discard(first.client, first.server);
    const client = { handshakeThreads: 'always', session } as const;
    const pair = await wrapBoth(duplexPair({ split: 7 }), { ...contexts, client });
    const seen: (readonly [known: boolean, isElsewhere: boolean])[] = [];
    // Each chunk comes after the step for the one before.
    pair.transports.client.on('data', () => {
      if (pair.client.version() !== null) return;
      seen.push([pair.client.sessionReused, isElsewhere(pair.client)]);
      pair.transports.server.isHeld = true;
      const release = () => {
        if (isElsewhere(pair.client)) setImmediate(release);
        else pair.transports.server.release();
      };
      release();
    });
    await ready(pair);
    const known = seen.findIndex(([isKnown]) => isKnown);
    expect(known).toBeGreaterThan(0);
    expect(seen.slice(known).every(([isKnown]) => isKnown)).toBe(true);
    expect(seen.slice(known).some(([, elsewhere]) => elsewhere)).toBe(true);
    discard(pair.client, pair.server);
  });

  it('run in the asynchronous context of the connection', async () => {
    const storage = new AsyncLocalStorage<string>();
    ssl.setHandshakeThreads('always');
    const { port } = await countingServer();
    const context = clientContext(caPem);
    context.verifyCallback = () => {
      seen.push(storage.getStore());
    };
    const seen: unknown[] = [];
    await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        storage.run(name, async () => {
          const client = await ssl.connect({ port, context });
          seen.push(storage.getStore());
          discard(client);
        }),
      ),
    );
    expect(seen).toHaveLength(6);
    for (const name of ['one', 'two', 'three'])
      expect(seen.filter((value) => value === name)).toHaveLength(2);
  });
});

describe('close and destroy while a step is on the pool', () => {
  const acts: Record<string, (socket: ssl.SSLSocket, transport: PairEnd) => void> = {
    destroy: (socket) => socket.destroy(),
    'destroy with an error': (socket) => socket.destroy(new Error('mine')),
    destroySoon: (socket) => socket.destroySoon(),
    'the end of its transport': (_, transport) => transport.peer.end(),
    'the close of its transport': (_, transport) => transport.destroy(),
    'an error of its transport': (_, transport) => transport.destroy(new Error('theirs')),
  };

  it.each(Object.keys(acts))('%s, at each end and in each turn', async (name) => {
    const always = { handshakeThreads: 'always' } as const;
    for (const end of ['client', 'server'] as const) {
      for (let turns = 0; turns < 6; turns += 1) {
        const pair = await wrapBoth(duplexPair(), {
          client: always,
          server: always,
          serverContext: serverContext(localhost),
          clientContext: clientContext(caPem),
        });
        const stories = [watch(pair.client), watch(pair.server)];
        const act = () => acts[name]?.(pair[end], pair.transports[end]);
        pair.transports[end].once('data', () => {
          let left = turns;
          const wait = () => (left-- === 0 ? act() : setImmediate(wait));
          wait();
        });
        // A socket that has been told to end waits for its peer.
        const other = end === 'client' ? pair.server : pair.client;
        other.once('end', () => other.end()).once('error', () => undefined);
        const closed = await Promise.all(stories.map((story) => story.closed()));
        for (const { closes, errors } of closed) {
          expect(closes).toBe(1);
          expect(errors.length).toBeLessThan(2);
        }
      }
    }
  });

  it('fails with the time limit of the handshake', async () => {
    const [near, far] = duplexPair();
    const context = serverContext(localhost);
    const server = context.wrapSocket(far, {
      serverSide: true,
      handshakeThreads: 'always',
      handshakeTimeout: 30,
    });
    const story = watch(server);
    clientContext(caPem)
      .wrapSocket(near, { serverHostname: 'localhost' })
      .on('error', () => undefined);
    near.isHeld = false;
    far.isHeld = true;
    await story.closed();
    expect(story.errors).toMatchObject([{ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' }]);
    discard(near);
  });
});

describe('many handshakes over TCP', () => {
  it('are done at once, and abandoned ones leave nothing behind', async () => {
    ssl.setHandshakeThreads('always');
    const context = serverContext(localhost);
    const server = ssl.createServer({ context }, (socket) => socket.end('hello'));
    server.on('tlsClientError', () => undefined);
    const port = await listening(server);
    const trusting = clientContext(caPem);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, async (_, index) => {
        const signal = index % 3 === 0 ? AbortSignal.timeout(1 + (index % 10)) : null;
        const socket = await ssl.connect({ port, context: trusting, signal });
        const story = watch(socket);
        await story.closed();
        return Buffer.concat(story.chunks).toString();
      }),
    );
    const done = results.filter(({ status }) => status === 'fulfilled');
    expect(done.length).toBeGreaterThanOrEqual(40);
    for (const result of done) expect(result).toMatchObject({ value: 'hello' });
    await withTimeout(new Promise((resolve) => server.close(resolve)), { what: 'the server' });
    const [near, far] = await tcpPair();
    expect((near.address() as AddressInfo).port).toBeGreaterThan(0);
    discard(near, far);
    expect(await rejection(ssl.connect({ port, context: trusting }))).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
