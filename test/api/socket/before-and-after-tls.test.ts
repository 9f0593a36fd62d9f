// Sockets: what they say after TLS, files through them, addresses, and bytes in the clear that come before TLS.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { Cleanup } from '../../helpers/cleanup.js';
import { collect, eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import {
  discard,
  listening,
  memoryPair,
  rejection,
  tcpPair,
  tcpTlsPair,
  watch,
} from '../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
const folder = await TempDirectory.create();
afterAll(() => folder.close());

describe('an SSLSocket after unwrap', () => {
  it('has neither version nor cipher any more: it does not speak TLS', async () => {
    const pair = await memoryPair();
    cleanup.defer(() => discard(pair.transports.client, pair.transports.server));
    const { client, server } = pair;
    expect([client.version(), client.cipher()?.[1]]).toEqual(['TLSv1.3', 'TLSv1.3']);
    await Promise.all([client.unwrap(), server.unwrap()]);
    for (const end of [client, server]) {
      expect([end.version(), end.cipher(), end.selectedAlpnProtocol()]).toEqual([null, null, null]);
      expect(end.getpeercert()).toBeNull();
    }
  });
});

describe('an SSLSocket after close', () => {
  it.each([
    ['destroyed', (socket: ssl.SSLSocket) => void socket.destroy(), 'ERR_STREAM_DESTROYED'],
    ['ended', (socket: ssl.SSLSocket) => void socket.end(), 'ERR_STREAM_WRITE_AFTER_END'],
  ])('gives nothing and refuses a write when it was %s', async (_how, close, code) => {
    const { client, server } = await tcpTlsPair();
    const [story, theirs] = [watch(client), watch(server)];
    close(client);
    const error = await new Promise((resolve) => client.write('hello', resolve));
    expect(error).toMatchObject({ code });
    await Promise.all([story.closed(), theirs.closed()]);
    expect(client.read()).toBeNull();
    expect(theirs.chunks).toEqual([]);
  });
});

describe('a file', () => {
  it('goes through an SSLSocket whole', async () => {
    const bytes = Buffer.alloc(1_500_000, (0x55).toString());
    for (let i = 0; i < bytes.length; i += 1_000) bytes.writeUInt32LE(i, i);
    const file = await folder.write('file', bytes);
    const { client, server } = await tcpTlsPair();
    const received = collect(server);
    await pipeline(createReadStream(file), client);
    const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    expect(digest(await received)).toBe(digest(bytes));
  });
});

describe('a server', () => {
  it('gives a socket whose addresses are those of the client, turned round', async () => {
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    const port = await listening(server);
    const accepted = nextEvent(server, 'secureConnection');
    const client = await ssl.connect({
      port,
      host: '127.0.0.1',
      context: await pkiClientContext(),
    });
    const [peer] = (await accepted) as [ssl.SSLSocket];
    cleanup.defer(() => discard(client, peer));
    expect(peer).toBeInstanceOf(ssl.SSLSocket);
    expect([peer.remoteAddress, peer.remotePort]).toEqual([client.localAddress, client.localPort]);
    expect([peer.localAddress, peer.localPort]).toEqual([client.remoteAddress, client.remotePort]);
    expect(client.remotePort).toBe(port);
  });

  it('shows its certificate by IPv6 as well', async (test) => {
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    server.on('secureConnection', (socket: ssl.SSLSocket) =>
      socket.on('error', () => undefined).resume(),
    );
    const isListening = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
    });
    if (!isListening) test.skip('this machine has no ::1');
    const { port } = server.address() as AddressInfo;
    const { localhost, caPem } = await testPki();
    const caCerts = await folder.write('ca.pem', caPem);
    expect(await ssl.getServerCertificate(['::1', port], { caCerts })).toBe(localhost.certPem);
  });
});

/** CVE-2023-40217: bytes injected before the handshake must not be taken for data received by TLS. */
describe('bytes that come in the clear before the handshake', () => {
  const INJECTED = 'DELETE /data HTTP/1.1\r\nHost: localhost\r\n\r\n';

  /** One end of a TCP connection that holds INJECTED unread, and what became of the other end. */
  async function injected(after: 'stays' | 'ends' | 'resets'): Promise<Socket> {
    const [near, far] = await tcpPair();
    cleanup.defer(() => discard(near, far));
    for (const end of [near, far]) end.on('error', () => undefined);
    near.read(0);
    far.write(INJECTED);
    await eventually(() => near.readableLength === INJECTED.length);
    if (after === 'ends') far.end();
    if (after === 'resets') far.resetAndDestroy();
    if (after === 'resets') await eventually(() => near.destroyed);
    return near;
  }

  const ways = (['stays', 'ends', 'resets'] as const).flatMap((after) =>
    [true, false].map((serverSide) => ({ after, serverSide })),
  );

  it.each(ways)(
    'and from a peer that $after never surface (serverSide: $serverSide)',
    async ({ after, serverSide }) => {
      const transport = await injected(after);
      const context = serverSide ? await pkiServerContext() : await pkiClientContext();
      const name = serverSide ? {} : { serverHostname: 'localhost' };
      const socket = context.wrapSocket(transport, { serverSide, ...name });
      const story = watch(socket);
      const error = await rejection(socket.doHandshake());
      expect(error).toBeInstanceOf(ssl.SSLError);
      await story.closed();
      expect(story).toMatchObject({ errors: [error], chunks: [], ends: 0, closes: 1 });
      expect(socket.version()).toBeNull();
    },
  );

  it('never surface in a read that is called before the handshake either', async () => {
    const transport = await injected('stays');
    const socket = (await pkiServerContext()).wrapSocket(transport, {
      serverSide: true,
      doHandshakeOnConnect: false,
    });
    const story = watch(socket, { reads: false });
    expect(socket.read()).toBeNull();
    expect(await rejection(socket.doHandshake())).toMatchObject({ reason: 'HTTP_REQUEST' });
    await story.closed();
    expect(socket.read()).toBeNull();
  });

  it('are not an answer to a request by HTTPS', async () => {
    const transport = await injected('stays');
    const context = await pkiClientContext();
    const request = https.request({
      createConnection: () => context.wrapSocket(transport, { serverHostname: 'localhost' }),
    });
    let answers = 0;
    request.on('response', () => (answers += 1)).end();
    const error = await new Promise((resolve) => request.once('error', resolve));
    expect(error).toBeInstanceOf(ssl.SSLError);
    expect(answers).toBe(0);
  });

  it('never surface after a reset, with suppressRaggedEofs', async () => {
    for (const serverSide of [true, false]) {
      const [near, far] = await tcpPair();
      cleanup.defer(() => discard(near, far));
      near.on('error', () => undefined).read(0);
      far.write('DELETE /data HTTP/1.1\r\n\r\n');
      await eventually(() => near.readableLength > 0);
      far.resetAndDestroy();
      await eventually(() => near.destroyed);
      const context = await (serverSide ? pkiServerContext() : pkiClientContext());
      const options = serverSide ? { serverSide } : { serverHostname: 'localhost' };
      const socket = context.wrapSocket(near, { ...options, suppressRaggedEofs: true });
      const story = watch(socket);
      // Python: "Closed before TLS handshake with data in recv buffer."
      expect(await rejection(socket.doHandshake())).toBeInstanceOf(ssl.SSLError);
      await story.closed();
      expect(story).toMatchObject({ chunks: [], ends: 0, closes: 1 });
      expect(story.errors).toHaveLength(1);
    }
  });
});
