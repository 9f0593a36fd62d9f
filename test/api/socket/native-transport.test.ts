// Borrowed descriptors: when a socket's descriptor is used, what its net.Socket still does, and its return.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';

import { afterAll, describe, expect, it } from 'vitest';

const before = process.env['HERMETIC_SSL_TRANSPORT'];
process.env['HERMETIC_SSL_TRANSPORT'] = 'native'; // read when the package is loaded, by the imports below
afterAll(() => {
  if (before === undefined) delete process.env['HERMETIC_SSL_TRANSPORT'];
  else process.env['HERMETIC_SSL_TRANSPORT'] = before;
});

const ssl = await import('hermetic-ssl/ssl');
const { eventually, nextEvent } = await import('../../helpers/collect.js');
const { pkiClientContext, pkiServerContext } = await import('../../helpers/contexts.js');
const { cleanEnd, discard, listening, memoryPair, ready, tcpPair, tcpTlsPair, watch, wrapBoth } =
  await import('../../helpers/tls-pair.js');
const { TempDirectory } = await import('../../helpers/temp.js');
const { testPki } = await import('../../helpers/test-pki.js');

type TlsPair = Awaited<ReturnType<typeof tcpTlsPair>>;

async function exchange({ client, server }: Pick<TlsPair, 'client' | 'server'>): Promise<void> {
  const [ours, theirs] = [watch(client), watch(server)];
  client.end('from the client');
  server.end('from the server');
  await Promise.all([ours.closed(), theirs.closed()]);
  expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  expect(String(Buffer.concat(theirs.chunks))).toBe('from the client');
  expect(String(Buffer.concat(ours.chunks))).toBe('from the server');
}

const kinds = ({ client, server }: Pick<TlsPair, 'client' | 'server'>) => [
  client.transportKind,
  server.transportKind,
];

describe.runIf(ssl.HAS_NATIVE_TRANSPORT)('transportKind', () => {
  it('is native over TCP at both ends, from the beginning of the handshake', async () => {
    const pair = await wrapBoth(await tcpPair());
    expect(kinds(pair)).toEqual(['duplex', 'duplex']);
    await ready(pair);
    expect(kinds(pair)).toEqual(['native', 'native']);
    await exchange(pair);
    expect(kinds(pair)).toEqual(['native', 'native']);
  });

  it('is native over a socket of the file system', async () => {
    const folder = await TempDirectory.create();
    const server = net.createServer().listen(`${folder.path}/socket`);
    await once(server, 'listening');
    const near = net.connect(`${folder.path}/socket`);
    const [far] = (await nextEvent(server, 'connection')) as [net.Socket];
    const pair = await ready(await wrapBoth([near, far]));
    expect(kinds(pair)).toEqual(['native', 'native']);
    await exchange(pair);
    server.close();
    await folder.close();
  });

  it('is duplex over another Duplex', async () => {
    const pair = await memoryPair();
    expect(kinds(pair)).toEqual(['duplex', 'duplex']);
    await exchange(pair);
  });

  it('is duplex for TLS in TLS, whose inner connection has no descriptor of its own', async () => {
    const outer = await tcpTlsPair();
    const inner = await ready(await wrapBoth<Duplex>([outer.client, outer.server]));
    expect(kinds(inner as never)).toEqual(['duplex', 'duplex']);
    discard(inner.client, inner.server);
  });

  it('is duplex over a socket of node:tls', async () => {
    const { localhost, caPem } = await testPki();
    const server = tls.createServer({ key: localhost.keyPem, cert: localhost.chainPem });
    const port = await listening(server);
    const near = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: caPem });
    const [far] = (await nextEvent(server, 'secureConnection')) as [tls.TLSSocket];
    const pair = await ready(await wrapBoth<net.Socket>([near, far]));
    expect(kinds(pair)).toEqual(['duplex', 'duplex']);
    discard(pair.client, pair.server);
    server.close();
  });

  it.each([
    ['whose data has another listener', (socket: net.Socket) => socket.on('data', () => undefined)],
    [
      'whose write was replaced',
      (socket: net.Socket) => Object.assign(socket, { write: socket.write.bind(socket) }),
    ],
    [
      'whose handle has no descriptor',
      (socket: net.Socket) =>
        Object.defineProperty(Reflect.get(socket, '_handle'), 'fd', { value: -1 }),
    ],
    [
      'whose handle has a close of its own',
      (socket: net.Socket) => {
        const handle = Reflect.get(socket, '_handle') as { close(): void };
        handle.close = handle.close.bind(handle);
      },
    ],
  ])('is duplex over a socket %s', async (_, change) => {
    const [near, far] = await tcpPair();
    change(far);
    const pair = await ready(await wrapBoth([near, far]));
    expect(kinds(pair)).toEqual(['native', 'duplex']);
    await exchange(pair);
  });

  it('is duplex over a socket that still has something to send, after which the handshake comes', async () => {
    const [near, far] = await tcpPair();
    const greeting = Buffer.alloc(20_000_000, 'g'); // more than the system takes at once
    far.write(greeting);
    const server = (await pkiServerContext()).wrapSocket(far, { serverSide: true });
    let rest = greeting.length;
    while (rest > 0) {
      const chunk = near.read(Math.min(near.readableLength, rest)) as Buffer | null;
      if (chunk === null) await once(near, 'readable');
      else rest -= chunk.length;
    }
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await Promise.all([client.doHandshake(), server.doHandshake()]);
    expect(server.transportKind).toBe('duplex');
    discard(client, server);
  });
});

describe.runIf(ssl.HAS_NATIVE_TRANSPORT)('the net.Socket of a borrowed descriptor', () => {
  it('counts the bytes of both directions', async () => {
    const pair = await tcpTlsPair();
    const { client, server, transports } = pair;
    server.resume();
    client.write(Buffer.alloc(300_000));
    await eventually(() => transports.server.bytesRead > 300_000);
    expect(transports.client.bytesWritten).toBe(transports.server.bytesRead);
    expect(client.bytesWritten).toBe(transports.client.bytesWritten);
    expect(server.bytesRead).toBe(transports.server.bytesRead);
    const { bytesRead, bytesWritten } = transports.server;
    for (const socket of [client, server]) socket.on('error', () => undefined);
    transports.server.destroy();
    await once(transports.server, 'close');
    expect(transports.server).toMatchObject({ bytesRead, bytesWritten });
    discard(client, server);
  });

  it('emits timeout for its own setTimeout, but only without traffic', async () => {
    const { client, server, transports } = await tcpTlsPair();
    const start = performance.now();
    let at = 0;
    transports.server.setTimeout(300, () => (at = performance.now() - start));
    server.resume();
    for (let i = 0; i < 5; i += 1) {
      client.write('x');
      await sleep(100);
    }
    expect(at).toBe(0);
    await eventually(() => at > 0);
    expect(at).toBeGreaterThan(650);
    discard(client, server);
  });

  it('closes the connection when it is destroyed, and its descriptor serves the next one', async () => {
    for (let i = 0; i < 20; i += 1) {
      const first = await tcpTlsPair();
      const stories = [watch(first.client), watch(first.server)];
      const next = tcpPair(); // its descriptors are opened while those of the first are closed
      first.transports.server.destroy();
      first.server.write('to nobody');
      first.client.write('to nobody');
      await Promise.all(stories.map((story) => story.closed()));
      const second = await ready(await wrapBoth(await next));
      expect(kinds(second)).toEqual(['native', 'native']);
      await exchange(second);
    }
  });

  it('reports a reset by the peer with the error of node:net', async () => {
    const { client, server, transports } = await tcpTlsPair();
    const story = watch(server);
    client.on('error', () => undefined);
    transports.client.resetAndDestroy();
    await story.closed();
    expect(story.errors).toMatchObject([
      { code: 'ECONNRESET', errno: -104, syscall: 'read', message: 'read ECONNRESET' },
    ]);
    discard(client);
  });

  it('lets ticks and promises run between the data of two sockets, as two of node:net do', async () => {
    const pairs = [await tcpTlsPair(), await tcpTlsPair()];
    const order: string[] = [];
    for (const [name, { server }] of Object.entries(pairs))
      server.on('data', () => {
        order.push(`data ${name}`);
        process.nextTick(() => order.push(`tick ${name}`));
        void Promise.resolve().then(() => order.push(`promise ${name}`));
      });
    for (const { client } of pairs) client.write('x'); // both are there in the next turn
    await eventually(() => order.length === 6);
    const of = (name: string) => [`data ${name}`, `tick ${name}`, `promise ${name}`];
    expect(order).toEqual([...of('0'), ...of('1')]);
    for (const { client, server } of pairs) discard(client, server);
  });

  it('keeps the asynchronous context in which the socket was made', async () => {
    const storage = new AsyncLocalStorage<string>();
    const [near, far] = await tcpPair();
    const server = (await pkiServerContext()).wrapSocket(far, { serverSide: true });
    server.on('data', (bytes) => server.write(bytes));
    const context = await pkiClientContext();
    const client = storage.run('the request', () =>
      context.wrapSocket(near, { serverHostname: 'localhost' }),
    );
    const seen: unknown[] = [];
    client.on('secureConnect', () => seen.push(storage.getStore()));
    client.on('data', () => seen.push(storage.getStore()));
    await client.doHandshake();
    client.write('x');
    await eventually(() => seen.length === 2);
    expect(seen).toEqual(['the request', 'the request']);
    discard(client, server);
  });

  it('reads and writes by itself after unwrap, from both ends, and can be wrapped again', async () => {
    const { client, server, transports } = await tcpTlsPair();
    client.resume();
    server.resume();
    const [near, far] = await Promise.all([client.unwrap(), server.unwrap()]);
    expect([near, far]).toEqual([transports.client, transports.server]);
    const readBefore = transports.server.bytesRead;
    near.write('in the clear');
    expect(String((await once(far, 'data'))[0])).toBe('in the clear');
    far.write('and back');
    expect(String((await once(near, 'data'))[0])).toBe('and back');
    expect(transports.server.bytesRead).toBe(readBefore + 12);
    const again = await ready(await wrapBoth([near, far] as [net.Socket, net.Socket]));
    expect(kinds(again)).toEqual(['native', 'native']);
    await exchange(again);
  });

  it('sends what its peer has not taken yet after end', async () => {
    const { client, server } = await tcpTlsPair();
    const theirs = watch(server, { reads: false });
    const data = Buffer.alloc(20_000_000, 'x');
    client.end(data);
    await sleep(50);
    let size = 0;
    server.on('data', (chunk: Buffer) => (size += chunk.length));
    await eventually(() => theirs.ends === 1, { timeout: 20_000 });
    expect(size).toBe(data.length);
    discard(client, server);
  });
});
