// end and destroy in every state of a connection: one close, only the error that was given, and never a hang.
import type { Duplex } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair, type PairEnd } from '../../helpers/duplex-pair.js';
import {
  cleanEnd,
  memoryPair,
  rejection,
  tcpPair,
  tcpTlsPair,
  watch,
  wrapBoth,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

interface Reached {
  readonly subject: ssl.SSLSocket;
  readonly peer: ssl.SSLSocket;
  /** Lets go on what held the connection in its state. */
  readonly release: () => void;
}

type Act = (socket: ssl.SSLSocket) => void;
const nothing = (): void => undefined;
const turns = async (count: number) => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

const fromClient = ({ client, server }: TlsPair, release = nothing): Reached => ({
  subject: client,
  peer: server,
  release,
});
const fromServer = ({ client, server }: TlsPair, release = nothing): Reached => ({
  subject: server,
  peer: client,
  release,
});

/** A server whose sniCallback is `callback`. */
async function asking(callback: ssl.SniCallback): Promise<TlsPair<PairEnd>> {
  const context = await pkiServerContext();
  context.sniCallback = callback;
  return wrapBoth(duplexPair(), { serverContext: context });
}

/** Brings a connection into a state and acts on it there. */
const states: Record<string, (act: Act) => Promise<Reached>> = {
  'before the handshake begins': async (act) => {
    const pair = await wrapBoth(duplexPair(), { client: { doHandshakeOnConnect: false } });
    act(pair.client);
    return fromClient(pair);
  },
  'while the ClientHello is on its way': async (act) => {
    const pair = await wrapBoth(duplexPair());
    pair.transports.client.isHeld = true;
    await eventually(() => pair.transports.client.sent.length > 0);
    act(pair.client);
    return fromClient(pair, () => pair.transports.client.release());
  },
  'while a ClientHello is awaited': async (act) => {
    const pair = await wrapBoth(duplexPair(), { client: { doHandshakeOnConnect: false } });
    await turns(2);
    act(pair.server);
    return fromServer(pair, () => void pair.client.doHandshake().catch(nothing));
  },
  'while sniCallback has a promise pending': async (act) => {
    let settle: () => void = nothing;
    let isAsked = false;
    const pair = await asking(() => {
      isAsked = true;
      return new Promise<void>((resolve) => (settle = resolve));
    });
    await eventually(() => isAsked);
    act(pair.server);
    return fromServer(pair, () => settle());
  },
  'inside sniCallback': async (act) => {
    const pair = await asking((socket) => act(socket as ssl.SSLSocket));
    return fromServer(pair);
  },
  'while the answer of the server is on its way': async (act) => {
    const pair = await wrapBoth(duplexPair());
    pair.transports.server.isHeld = true;
    await eventually(() => pair.transports.server.sent.length > 0);
    act(pair.server);
    return fromServer(pair, () => pair.transports.server.release());
  },
  'inside secureConnect': async (act) => {
    const pair = await wrapBoth(duplexPair());
    pair.client.on('secureConnect', () => act(pair.client));
    return fromClient(pair);
  },
  'after the handshake': async (act) => {
    const pair = await memoryPair();
    act(pair.client);
    return fromClient(pair);
  },
  'inside data': async (act) => {
    const pair = await memoryPair();
    pair.client.once('data', () => act(pair.client));
    pair.server.write('now');
    return fromClient(pair);
  },
  'while the peer does not read': async (act) => {
    const pair = await memoryPair();
    pair.transports.client.isHeld = true;
    pair.client.write(Buffer.alloc(4 << 20));
    await turns(3);
    act(pair.client);
    return fromClient(pair, () => pair.transports.client.release());
  },
};

const actions: Record<string, { act: Act; error?: string }> = {
  destroy: { act: (socket) => socket.destroy() },
  'destroy with an error': { act: (socket) => socket.destroy(new Error('mine')), error: 'mine' },
  'destroy twice': {
    act: (socket) => socket.destroy(new Error('first')).destroy(new Error('second')),
    error: 'first',
  },
  'end and destroy': { act: (socket) => socket.end('x').destroy() },
  'write and destroy': {
    act: (socket) => {
      socket.write('x');
      socket.destroy();
    },
  },
};

describe.each(Object.entries(states))('%s', (_state, reach) => {
  it.each(Object.entries(actions))('%s closes both ends once', async (_name, { act, error }) => {
    let story: ReturnType<typeof watch> | undefined;
    const { peer, release } = await reach((socket) => {
      story = watch(socket, { reads: false });
      act(socket);
    });
    const other = watch(peer);
    await eventually(() => story !== undefined);
    await story!.closed();
    release();
    await other.closed();
    expect(story).toMatchObject({ closes: 1, ends: 0 });
    expect(story!.errors.map(({ message }) => message)).toEqual(error ? [error] : []);
    expect(other.closes).toBe(1);
    expect(other.errors.length).toBeLessThanOrEqual(1);
  });

  it('end finishes what is under way and is clean on both ends', async () => {
    let story: ReturnType<typeof watch> | undefined;
    const { peer, release } = await reach((socket) => {
      story = watch(socket);
      socket.end('goodbye');
    });
    const other = watch(peer);
    await turns(3);
    release();
    await other.closed();
    await story!.closed();
    expect(Buffer.concat(other.chunks).subarray(-7).toString()).toBe('goodbye');
    expect([story, other]).toMatchObject([cleanEnd, cleanEnd]);
  });
});

describe('A handshake that is put off', () => {
  const transports = { 'in memory': () => Promise.resolve(duplexPair()), 'over TCP': tcpPair };

  it.each(Object.entries(transports))(
    'fails promptly when the peer has ended before it begins, %s',
    async (_name, makePair: () => Promise<[Duplex, Duplex]>) => {
      const [near, far] = await makePair();
      const context = await pkiClientContext();
      const client = context.wrapSocket(near, {
        serverHostname: 'localhost',
        doHandshakeOnConnect: false,
      });
      const story = watch(client);
      far.end();
      await nextEvent(far, 'finish');
      await turns(3);
      expect(story.closes).toBe(0);
      expect(await rejection(client.doHandshake())).toBeInstanceOf(ssl.SSLEOFError);
      await story.closed();
      expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1 });
      far.destroy();
    },
  );
});

describe('After an error', () => {
  it.each(Object.entries(actions))('%s adds neither error nor close', async (_name, { act }) => {
    const { client, server, transports } = await memoryPair();
    const story = watch(client);
    watch(server);
    client.on('error', () => act(client));
    transports.client.push('not TLS at all');
    await story.closed();
    act(client);
    await turns(3);
    // Writing to a destroyed socket is an error of the stream itself, passed to the write's callback.
    expect(story).toMatchObject({ errors: [{ library: 'SSL' }], closes: 1 });
  });

  it('doHandshake rejects with it, before and after', async () => {
    const pair = await wrapBoth(duplexPair());
    const story = watch(pair.client);
    watch(pair.server);
    const handshake = pair.client.doHandshake();
    pair.client.destroy(new Error('no'));
    expect(await rejection(handshake)).toBe(await rejection(pair.client.doHandshake()));
    await story.closed();
    expect(story.errors).toMatchObject([{ message: 'no' }]);
  });
});

describe('An error that a listener throws', () => {
  it("is the process's, not the connection's", async () => {
    const { client, server } = await tcpTlsPair();
    const story = watch(client, { reads: false });
    client.on('data', () => {
      throw new Error('a bug of the application');
    });
    const thrown = await new Promise<Error>((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => {
        for (const listener of others) process.on('uncaughtException', listener);
        resolve(error);
      });
      server.write('x');
    });
    expect(thrown.message).toBe('a bug of the application');
    expect(story).toMatchObject({ errors: [], closes: 0 });
    client.removeAllListeners('data');
    server.write('y');
    expect(String((await nextEvent(client, 'data'))[0])).toBe('y');
    client.destroy();
    watch(server);
  });
});
