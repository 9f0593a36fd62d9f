// unwrap: from TLS back to plain text on the same transport, and to TLS again (STARTTLS and back).
import type { Duplex } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { eventually, nextEvent } from '../../helpers/collect.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import {
  memoryPair,
  ready,
  rejection,
  tcpTlsPair,
  watch,
  wrapBoth,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

/** Both ends unwrap; gives the plain transports. */
function unwrapBoth({ client, server }: TlsPair): Promise<[Duplex, Duplex]> {
  return Promise.all([client.unwrap(), server.unwrap()]);
}

async function readText(stream: Duplex): Promise<string> {
  const [chunk] = (await nextEvent(stream, 'data')) as [Buffer];
  return chunk.toString();
}

const listenersOf = (stream: Duplex) =>
  ['connect', 'data', 'end', 'drain', 'timeout', 'error', 'close'].map((name) =>
    stream.listenerCount(name),
  );

describe.each([
  ['TCP', tcpTlsPair],
  ['memory', memoryPair],
] as const)('SSLSocket.unwrap over %s', (_name, connect) => {
  it('gives the transport back, with no listener of ours, for plain text both ways', async () => {
    const pair: TlsPair = await connect();
    const [near, far] = await unwrapBoth(pair);
    expect([near, far]).toEqual([pair.transports.client, pair.transports.server]);
    const heard = [readText(near), readText(far)];
    near.write('plain hello');
    far.write('plain answer');
    expect(await Promise.all(heard)).toEqual(['plain answer', 'plain hello']);
    near.removeAllListeners('data').destroy();
    far.destroy();
  });

  it('can go on with TLS on the same transport, several times', async () => {
    let pair: TlsPair = await connect();
    const listeners: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      const plain = await unwrapBoth(pair);
      pair = await ready(await wrapBoth(plain));
      const heard = readText(pair.server);
      pair.client.write(`round ${round}`);
      expect(await heard).toBe(`round ${round}`);
      listeners.push(plain.map(listenersOf));
      expect(listeners.at(-1)).toEqual(listeners[0]);
    }
    pair.client.destroy();
    watch(pair.server);
  });

  it('keeps what the peer sent before, also when it is read later', async () => {
    const pair: TlsPair = await connect();
    pair.server.write('the last of TLS');
    await unwrapBoth(pair);
    const chunks = (await pair.client.toArray()) as Buffer[];
    expect(Buffer.concat(chunks).toString()).toBe('the last of TLS');
    expect(pair.transports.client.destroyed).toBe(false);
    pair.transports.client.destroy();
    pair.transports.server.destroy();
  });

  it('sends what was written before it, also what was corked', async () => {
    const pair: TlsPair = await connect();
    const story = watch(pair.server);
    pair.client.cork();
    pair.client.write('corked ');
    pair.client.write(Buffer.alloc(500_000));
    await unwrapBoth(pair);
    expect(Buffer.concat(story.chunks).length).toBe(500_007);
    expect(story.errors).toEqual([]);
    pair.transports.client.destroy();
    pair.transports.server.destroy();
  });

  it('works when the peer has unwrapped first', async () => {
    const pair: TlsPair = await connect({ server: { allowHalfOpen: true } });
    const theirs = watch(pair.server);
    const first = pair.client.unwrap();
    await nextEvent(pair.server, 'end');
    const far = await pair.server.unwrap();
    const near = await first;
    const heard = readText(far);
    near.write('plain');
    expect(await heard).toBe('plain');
    expect(theirs.errors).toEqual([]);
    near.destroy();
    far.destroy();
  });

  it("works in an 'end' listener without allowHalfOpen", async () => {
    const pair: TlsPair = await connect();
    pair.server.resume();
    const far = new Promise<Duplex>((resolve, reject) => {
      pair.server.on('end', () => void pair.server.unwrap().then(resolve, reject));
    });
    const near = await pair.client.unwrap();
    expect(await far).toBe(pair.transports.server);
    near.destroy();
    (await far).destroy();
  });
});

describe('Data that follows close_notify in the clear', () => {
  it.each([{}, { split: 1 }, { glue: true, slow: true }, { split: 3, slow: true }])(
    'is left in the transport (%j)',
    async (way) => {
      const pair = await memoryPair({ pair: way, server: { allowHalfOpen: true } });
      const { client, server, transports } = pair;
      watch(server);
      const unwrapping = client.unwrap();
      await nextEvent(server, 'end');
      // In one chunk: the server's close_notify and its plain text.
      transports.server.cork();
      const far = await server.unwrap();
      far.write('plain text at once');
      far.uncork();
      const near = await unwrapping;
      const story = watch(near);
      await eventually(() => Buffer.concat(story.chunks).toString() === 'plain text at once');
      near.destroy();
    },
  );

  it('stays there while the application has not unwrapped yet, even past the end', async () => {
    const pair = await memoryPair({
      pair: { glue: true, slow: true },
      client: { allowHalfOpen: true },
    });
    const { client, server, transports } = pair;
    client.resume();
    transports.server.cork();
    const unwrapping = server.unwrap();
    await new Promise((resolve) => setImmediate(resolve));
    transports.server.write('clear');
    transports.server.uncork();
    await nextEvent(client, 'end');
    const near = await client.unwrap();
    expect(await readText(near)).toBe('clear');
    (await unwrapping).destroy();
    near.destroy();
  });
});

describe('SSLSocket.unwrap rejects', () => {
  it('before and during the handshake, which goes on', async () => {
    const pair = await wrapBoth(duplexPair());
    const error = await rejection(pair.client.unwrap());
    expect(error).toMatchObject({ reason: 'SHUTDOWN_WHILE_IN_INIT', library: 'SSL' });
    expect(error).toBeInstanceOf(ssl.SSLError);
    await ready(pair);
    await unwrapBoth(pair);
  });

  it('a second time, while the first goes on', async () => {
    const pair = await memoryPair();
    const first = pair.client.unwrap();
    expect(await rejection(pair.client.unwrap())).toMatchObject({ code: 'ERR_INVALID_STATE' });
    await pair.server.unwrap();
    expect(await first).toBe(pair.transports.client);
    expect(await rejection(pair.client.unwrap())).toMatchObject({ code: 'ERR_INVALID_STATE' });
  });

  it('after destroy, and after the socket has ended', async () => {
    const [destroyed, ended] = [await memoryPair(), await memoryPair()];
    watch(destroyed.server);
    destroyed.client.destroy();
    watch(ended.server);
    ended.client.end();
    await nextEvent(ended.client, 'finish');
    for (const { client } of [destroyed, ended])
      expect(await rejection(client.unwrap())).toMatchObject({ code: 'ERR_INVALID_STATE' });
  });

  it('when the transport ends instead, once, with the error that is emitted', async () => {
    const { client, server, transports } = await memoryPair();
    const story = watch(client, { reads: false });
    const unwrapping = client.unwrap();
    watch(server, { reads: false });
    transports.server.destroy();
    const error = await rejection(unwrapping);
    expect(error).toBeInstanceOf(ssl.SSLEOFError);
    await story.closed();
    expect(story).toMatchObject({ errors: [error], closes: 1 });
  });

  it('when the transport ends instead although ragged ends are suppressed', async () => {
    const { client, server, transports } = await memoryPair({
      client: { suppressRaggedEofs: true },
    });
    watch(client);
    const unwrapping = client.unwrap();
    watch(server, { reads: false });
    transports.server.destroy();
    expect(await rejection(unwrapping)).toBeInstanceOf(ssl.SSLEOFError);
  });

  it('when the socket is destroyed while it waits', async () => {
    const { client, server } = await memoryPair({ server: { allowHalfOpen: true } });
    const story = watch(client);
    watch(server);
    const unwrapping = client.unwrap();
    client.destroy(new Error('changed my mind'));
    expect(await rejection(unwrapping)).toMatchObject({ message: 'changed my mind' });
    await story.closed();
    expect(story.errors).toMatchObject([{ message: 'changed my mind' }]);
  });

  it('nothing that is unread: it waits for the reader when the buffer is full', async () => {
    const { client, server, transports } = await memoryPair();
    server.write(Buffer.alloc(1 << 20));
    const [near, far] = [client.unwrap(), server.unwrap()];
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(client.readableLength).toBeLessThan(200_000);
    const story = watch(client);
    expect(await Promise.all([near, far])).toEqual([transports.client, transports.server]);
    expect(Buffer.concat(story.chunks).length).toBe(1 << 20);
  });
});
