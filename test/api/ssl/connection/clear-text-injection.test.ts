// Bytes that came in the clear never become data of the application: sent before TLS and followed by a reset
// (CVE-2023-40217), left in a stream's buffer when it is wrapped (STARTTLS, CVE-2011-0411), or between the handshake's own.
import * as http from 'node:http';
import { createServer as createNetServer, connect as connectNet, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { Cleanup } from '../../../helpers/cleanup.js';
import { eventually, nextEvent } from '../../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../../helpers/contexts.js';
import { duplexPair, type PairEnd } from '../../../helpers/duplex-pair.js';
import {
  discard,
  listening,
  ready,
  rejection,
  watch,
  wrapBoth,
  type Story,
} from '../../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Data that an attacker injects as a request, or as a response; both are longer than a TLS record's header. */
const REQUEST = Buffer.from(
  'DELETE /everything HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n',
);
const RESPONSE = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged');
/** The same as a TLS record of application data, which is not encrypted. */
const asRecord = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([23, 3, 3, 0, bytes.length]), bytes]);
/** And inside the record of a handshake message and of an alert. */
const asRecordOf =
  (type: number) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([type, 3, 3, 0, bytes.length]), bytes]);

const SHAPES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['as they are', (bytes) => bytes],
  ['in a record of application data', asRecord],
  ['in a record of a handshake', asRecordOf(22)],
  ['in a record of an alert', asRecordOf(21)],
]; // prettier-ignore

type Close = (socket: Socket) => void;
const CLOSES: readonly (readonly [string, Close])[] = [
  ['resets', (socket) => socket.resetAndDestroy()],
  ['ends', (socket) => void socket.end()],
  ['waits', () => undefined],
];

const SIDES = [
  { side: 'server', serverSide: true, bytes: REQUEST },
  { side: 'client', serverSide: false, bytes: RESPONSE },
] as const;

/** Wraps a stream as one side, with a reader. Ragged ends are suppressed, where that would hide a failure. */
async function wrap(transport: Duplex, serverSide: boolean, options: ssl.WrapSocketOptions = {}) {
  const context = await (serverSide ? pkiServerContext() : pkiClientContext());
  const socket = context.wrapSocket(transport, {
    serverSide,
    serverHostname: serverSide ? null : 'localhost',
    suppressRaggedEofs: true,
    ...options,
  });
  cleanup.defer(() => discard(socket));
  return socket;
}

/** No byte, no end, one error. */
function expectNothing(story: Story, socket: ssl.SSLSocket): void {
  expect(Buffer.concat(story.chunks).toString()).toBe('');
  expect(story).toMatchObject({ errors: [expect.any(Error)], ends: 0, closes: 1 });
  expect([socket.read(), socket.readableLength, socket.version()]).toEqual([null, 0, null]);
}

/** Both ends of a TCP connection on which the far end has sent bytes and then done something else. */
async function sentBefore(bytes: Buffer, close: Close): Promise<Socket> {
  const server = createNetServer({ pauseOnConnect: true });
  const port = await listening(server);
  const far = connectNet(port, '127.0.0.1');
  far.on('error', () => undefined);
  const [near] = (await nextEvent(server, 'connection')) as [Socket];
  near.on('error', () => undefined);
  server.close();
  cleanup.defer(() => discard(near, far));
  await new Promise((resolve) => far.write(bytes, resolve));
  close(far);
  // Long enough for the reset to arrive.
  await new Promise((resolve) => setTimeout(resolve, 30));
  return near;
}

it('the bytes are really there: without TLS they are read', async () => {
  for (const [, close] of CLOSES.slice(1)) {
    const transport = await sentBefore(REQUEST, close);
    expect((await nextEvent(transport.resume(), 'data'))[0]).toEqual(REQUEST);
  }
});

describe.each(SIDES)('Bytes that came before the $side has TLS', ({ serverSide, bytes }) => {
  const cases = SHAPES.flatMap(([shape, change]) =>
    CLOSES.map(([how, close]) => ({ shape, how, sent: change(bytes), close })),
  );

  it.each(cases)('$shape are not data when the peer $how', async ({ sent, close }) => {
    const socket = await wrap(await sentBefore(sent, close), serverSide);
    const story = watch(socket);
    await story.closed();
    expectNothing(story, socket);
  });

  it.each(cases)('$shape are not to be read before the handshake either, when the peer $how', async ({ sent, close }) => {
    const transport = await sentBefore(sent, close);
    const socket = await wrap(transport, serverSide, { doHandshakeOnConnect: false });
    const story = watch(socket);
    expect(socket.read()).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([socket.read(), Buffer.concat(story.chunks).toString()]).toEqual([null, '']);
    await rejection(socket.doHandshake());
    await story.closed();
    expectNothing(story, socket);
  }); // prettier-ignore

  it('are not data for a loop, a pipe or an iterator', async () => {
    for (const read of [
      async (socket: ssl.SSLSocket) => (await socket.toArray()).length,
      async (socket: ssl.SSLSocket) => {
        for await (const chunk of socket) return String(chunk).length;
        return 0;
      },
      (socket: ssl.SSLSocket) => nextEvent(socket, 'data', { timeout: 5_000 }),
    ]) {
      const transport = await sentBefore(bytes, (far) => void far.end());
      const socket = await wrap(transport, serverSide);
      expect(await rejection(Promise.resolve(read(socket)))).toBeInstanceOf(ssl.SSLError);
    }
  });
});

describe.each(SIDES)('Bytes in the buffer of the stream that a $side wraps', (one) => {
  const { serverSide, bytes } = one;

  /** A pair of which the near end has read a line in the clear, as STARTTLS does, and put back what came with it. */
  async function afterStarttls(rest: Buffer): Promise<{ near: PairEnd; far: PairEnd }> {
    const [near, far] = duplexPair();
    far.write(Buffer.concat([Buffer.from('STARTTLS\r\n'), rest]));
    await nextEvent(near, 'readable');
    const chunk = near.read() as Buffer;
    const end = chunk.indexOf('\r\n') + 2;
    expect(chunk.subarray(0, end).toString()).toBe('STARTTLS\r\n');
    if (chunk.length > end) near.unshift(chunk.subarray(end));
    expect(near.readableLength).toBe(rest.length);
    return { near, far };
  }

  it.each(SHAPES)('%s are input of TLS, never data', async (_shape, change) => {
    const { near } = await afterStarttls(change(bytes));
    const socket = await wrap(near, serverSide);
    const story = watch(socket);
    await story.closed();
    expectNothing(story, socket);
    expect(story.errors[0]).toBeInstanceOf(ssl.SSLError);
  });

  it('do not come out after a handshake that follows them', async () => {
    const { near, far } = await afterStarttls(bytes);
    const contexts = serverSide ? wrapBoth<Duplex>([far, near]) : wrapBoth<Duplex>([near, far]);
    const { client, server } = await contexts;
    const [ours, theirs] = [watch(client), watch(server)];
    await Promise.all([ours.closed(), theirs.closed()]);
    for (const story of [ours, theirs]) {
      expect(Buffer.concat(story.chunks)).toHaveLength(0);
      expect(story.ends).toBe(0);
    }
  });
});

it('a ClientHello in the buffer of a stream is taken: what comes with STARTTLS belongs to TLS', async () => {
  const [near, far] = duplexPair();
  const client = (await pkiClientContext()).wrapSocket(far, { serverHostname: 'localhost' });
  await nextEvent(near, 'readable');
  const hello = near.read() as Buffer;
  near.unshift(hello.subarray(10));
  near.unshift(hello.subarray(0, 10));
  const server = (await pkiServerContext()).wrapSocket(near, { serverSide: true });
  const pair = await ready({ client, server, transports: { client: far, server: near } });
  const story = watch(pair.server);
  pair.client.end('hello');
  await story.closed();
  expect(Buffer.concat(story.chunks).toString()).toBe('hello');
});

describe('createServer', () => {
  it.each(CLOSES)('gives no connection to a client that sends a request in the clear and %s', async (_how, close) => {
    const context = await pkiServerContext();
    const server = cleanup.add(ssl.createServer({ context, suppressRaggedEofs: true }));
    const requests: string[] = [];
    const application = http.createServer((request) => void requests.push(request.url ?? ''));
    server.on('secureConnection', (socket) => application.emit('connection', socket));
    const failed = nextEvent(server, 'tlsClientError');
    const raw = connectNet(await listening(server), '127.0.0.1');
    cleanup.defer(() => discard(raw));
    raw.on('error', () => undefined).resume();
    raw.write(REQUEST, () => close(raw));
    const [, socket] = (await failed) as [Error, ssl.SSLSocket];
    await eventually(() => socket.destroyed);
    expect([requests, socket.version(), socket.readableLength]).toEqual([[], null, 0]);
  }); // prettier-ignore
});

it.each(CLOSES)('an HTTP client ignores a response in the clear of a server that %s', async (_how, close) => {
  const server = cleanup.add(
    createNetServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.write(RESPONSE, () => close(socket));
      cleanup.defer(() => discard(socket));
    }),
  );
  const transport = connectNet(await listening(server), '127.0.0.1');
  const socket = await wrap(transport, false);
  const request = http.request({ createConnection: () => socket });
  const responses: unknown[] = [];
  request.on('response', (response) => responses.push(response));
  const failed = new Promise<Error>((resolve) => request.once('error', resolve));
  request.end();
  expect(await failed).toBeInstanceOf(Error);
  expect(responses).toEqual([]);
}); // prettier-ignore

describe.each(SIDES)('Bytes in the clear between the messages of a handshake of the $side', (one) => {
  it.each(SHAPES)('%s are not data', async (_shape, change) => {
    const [near, far] = duplexPair();
    const pair = await wrapBoth<PairEnd>([near, far]);
    const target = one.serverSide ? pair.server : pair.client;
    const [hit, other] = [watch(target), watch(one.serverSide ? pair.client : pair.server)];
    // The client's first flight has gone; before the next one arrives there is something else.
    (one.serverSide ? near : far).write(change(one.bytes));
    await hit.closed();
    await other.closed();
    for (const story of [hit, other]) expect(Buffer.concat(story.chunks)).toHaveLength(0);
    expect(hit.errors).toHaveLength(1);
  });
}); // prettier-ignore
