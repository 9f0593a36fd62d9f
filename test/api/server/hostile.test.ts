// Clients that are broken, hostile or just absent: every one is answered or cut, and the server goes on.
import { connect as connectNet, type Socket } from 'node:net';
import * as tls from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { collect, eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import { peerPath, skipUnless } from '../../helpers/peers.js';
import { renegotiations } from '../../helpers/renegotiation.js';
import { discard, listening, memoryPair, watch } from '../../helpers/tls-pair.js';
import { testPki } from '../../helpers/test-pki.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** An echo server. */
async function serve(options: Partial<ssl.SSLServerOptions> = {}) {
  const context = options.context ?? (await pkiServerContext());
  const server = cleanup.add(ssl.createServer({ ...options, context }));
  server.on('secureConnection', (socket: ssl.SSLSocket) => {
    socket.on('error', () => undefined).pipe(socket);
  });
  return { server, port: await listening(server) };
}

async function expectEcho(port: number): Promise<void> {
  const context = await pkiClientContext();
  const socket = await ssl.connect({ port, host: '127.0.0.1', context });
  socket.end('still here');
  expect((await collect(socket)).toString()).toBe('still here');
}

function rawClient(port: number): Socket {
  const socket = connectNet({ port, host: '127.0.0.1', allowHalfOpen: true });
  cleanup.defer(() => discard(socket));
  return socket;
}

describe('A client that does not speak TLS', () => {
  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'HTTP_REQUEST'],
    ['garbage', Buffer.alloc(3_000, 0xa5), 'WRONG_VERSION_NUMBER'],
    ['a record that is too long', Buffer.from('1603017fff01', 'hex'), 'RECORD_LAYER_FAILURE'],
    ['an alert', Buffer.from('15030100020228', 'hex'), 'UNEXPECTED_MESSAGE'],
  ])('with %s is a tlsClientError and is closed', async (_name, bytes, reason) => {
    const { server, port } = await serve();
    const failed = nextEvent(server, 'tlsClientError');
    const client = rawClient(port);
    client.write(bytes);
    const answer = await collect(client);
    // An alert (21), or nothing at all.
    if (answer.length > 0) expect(answer[0]).toBe(21);
    const [error, socket] = (await failed) as [ssl.SSLError, ssl.SSLSocket];
    expect(error).toBeInstanceOf(ssl.SSLError);
    expect(error.reason).toBe(reason);
    expect(socket.destroyed).toBe(true);
    await expectEcho(port);
  });

  it('or says nothing is cut by handshakeTimeout', async () => {
    const { server, port } = await serve({ handshakeTimeout: 100 });
    const failed = nextEvent(server, 'tlsClientError');
    expect(await collect(rawClient(port))).toEqual(Buffer.alloc(0));
    expect((await failed)[0]).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
  });

  it('or sends its ClientHello byte by byte and never ends is cut as well', async () => {
    const { server, port } = await serve({ handshakeTimeout: 300 });
    const client = rawClient(port);
    const failed = nextEvent(server, 'tlsClientError');
    const hello = Buffer.from('1603010200010001fc', 'hex');
    let at = 0;
    const drip = setInterval(() => client.write(hello.subarray(at, (at += 1))), 10);
    cleanup.defer(() => clearInterval(drip));
    expect((await failed)[0]).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
    await collect(client.resume());
  });

  it('or leaves at once is one tlsClientError', async () => {
    const { server, port } = await serve();
    const errors: unknown[] = [];
    server.on('tlsClientError', (error) => errors.push(error));
    const failed = nextEvent(server, 'tlsClientError');
    rawClient(port).end();
    await failed;
    await expectEcho(port);
    expect(errors).toMatchObject([expect.any(ssl.SSLEOFError)]);
  });
});

describe('handshakeTimeout of wrapSocket', () => {
  it.each([true, false])('cuts a peer that says nothing (serverSide: %s)', async (serverSide) => {
    const [near, far] = duplexPair();
    cleanup.defer(() => discard(near, far));
    const context = await (serverSide ? pkiServerContext() : pkiClientContext());
    const name = serverSide ? {} : { serverHostname: 'localhost' };
    const story = watch(context.wrapSocket(far, { serverSide, ...name, handshakeTimeout: 50 }));
    await story.closed();
    expect(story.errors).toMatchObject([{ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' }]);
  });

  it('does nothing to a handshake that is done', async () => {
    const limits = { handshakeTimeout: 1_000 };
    const pair = await memoryPair({ client: limits, server: limits });
    cleanup.defer(() => discard(pair.client, pair.server));
    const story = watch(pair.server);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    pair.client.end('later');
    await nextEvent(pair.server, 'end');
    expect(Buffer.concat(story.chunks).toString()).toBe('later');
  });

  it('is a number of milliseconds, and refused before the transport is touched', async () => {
    const context = await pkiServerContext();
    const [transport] = duplexPair();
    for (const value of [-1, 2 ** 31, 1.5, '1'])
      expect(() =>
        context.wrapSocket(transport, { serverSide: true, handshakeTimeout: value as number }),
      ).toThrow(/handshakeTimeout/);
    expect(transport.listenerCount('data')).toBe(0);
  });
});

describe('An alert', () => {
  it('is waited for by the close of a transport that has not taken it yet', async () => {
    const [near, far] = duplexPair();
    const context = await pkiServerContext();
    context.sniCallback = () => ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME;
    const refused = watch(context.wrapSocket(far, { serverSide: true }));
    far.isHeld = true;
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(client);
    await refused.closed();
    expect(story.errors).toEqual([]);
    far.release();
    await story.closed();
    expect(story.errors).toMatchObject([{ reason: 'TLSV1_UNRECOGNIZED_NAME' }]);
  });

  it('reaches a client that is still sending', async () => {
    // The server demands a certificate, which this client lacks; under TLS 1.3 the client sends before it learns that.
    const context = await pkiServerContext();
    const { caPem } = await testPki();
    context.verifyMode = ssl.VerifyMode.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: caPem });
    const { server, port } = await serve({ context });
    const failed = nextEvent(server, 'tlsClientError');
    const client = tls.connect({ port, host: '127.0.0.1', ca: caPem, servername: 'localhost' });
    cleanup.defer(() => discard(client));
    const story = watch(client);
    client.on('secureConnect', () => client.write(Buffer.alloc(4 << 20)));
    await story.closed();
    expect(story.errors[0]?.code).toMatch(/^ERR_SSL_TLSV13?_ALERT_CERTIFICATE_REQUIRED$/);
    expect((await failed)[0]).toMatchObject({ reason: 'PEER_DID_NOT_RETURN_A_CERTIFICATE' });
  });

  it('informs the server why our client refuses its certificate', async () => {
    const { stranger } = await testPki();
    const { server, port } = await serve({ context: await pkiServerContext(stranger) });
    const failed = nextEvent(server, 'tlsClientError');
    const context = await pkiClientContext();
    await expect(ssl.connect({ port, host: '127.0.0.1', context })).rejects.toBeInstanceOf(
      ssl.SSLCertVerificationError,
    );
    expect((await failed)[0]).toMatchObject({ reason: 'TLSV1_ALERT_UNKNOWN_CA' });
  });
});

describe('A client that renegotiates', () => {
  it('under TLS 1.2 is refused, and the connection and the server live on', async (test) => {
    skipUnless(test, 'openssl');
    const { port } = await serve();
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_2', '-msg'];
    const child = cleanup.add(Child.start(peerPath('openssl'), args));
    await child.waitFor(/Verify return code/);
    child.stdin.write('R\n');
    await child.waitFor(/no_renegotiation|no renegotiation/i);
    await expectEcho(port);
    // One handshake and no more: the server has said Hello once.
    expect(child.stdout.match(/<<< TLS 1.2, Handshake .*ServerHello$/gm)).toHaveLength(1);
  });
});

describe('The memory of a server', () => {
  it('is not filled by a client that asks for renegotiation and does not read', async () => {
    const [near, far] = duplexPair();
    cleanup.defer(() => discard(near, far));
    const story = watch((await pkiServerContext()).wrapSocket(far, { serverSide: true }));
    const requests = await renegotiations(near);
    far.isHeld = true;
    let sent = 0;
    let isTaken = true;
    while (isTaken && sent < 200_000) {
      if (!near.write(requests(2_000)))
        isTaken = await nextEvent(near, 'drain', { timeout: 500 }).then(
          () => true,
          () => false,
        );
      sent += 2_000;
    }
    expect(isTaken).toBe(false);
    expect(far.writableLength).toBeLessThan(1 << 20);
    // It goes on when the client reads.
    far.release();
    near.resume();
    await nextEvent(near, 'drain');
    expect(story.errors).toEqual([]);
  });

  it('is not filled by a client that sends while a callback is pending', async () => {
    const context = await pkiServerContext();
    context.sniCallback = () => new Promise(() => undefined);
    const { server, port } = await serve({ context });
    const connected = nextEvent(server, 'connection');
    const raw = rawClient(port);
    const hello = (await pkiClientContext()).wrapSocket(raw, { serverHostname: 'localhost' });
    watch(hello);
    const [transport] = (await connected) as [Socket];
    await eventually(() => transport.bytesRead > 0);
    raw.write(Buffer.alloc(32 << 20));
    let before = -1;
    while (transport.bytesRead > before) {
      before = transport.bytesRead;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(transport.bytesRead).toBeLessThan(1 << 20);
  });
});
