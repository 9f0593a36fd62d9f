// createServer: a net.Server whose connections are SSLSockets that are ready for use.
import { Server } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { collect, eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import { moduleAnswer } from '../../helpers/run-module.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { discard, listening, watch } from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const greet = (socket: ssl.SSLSocket) => socket.on('error', () => undefined).end('hello');

async function nameSeen(port: number): Promise<unknown> {
  const context = await pkiClientContext();
  context.checkHostname = false;
  const socket = await ssl.connect({ port, host: '127.0.0.1', context });
  const subject = socket.getpeercert()?.subject;
  await collect(socket);
  return subject?.[0]?.[0]?.[1];
}

const countConnections = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

describe('createServer', () => {
  it('gives a net.Server that listens, reports its address, counts and closes', async () => {
    const server = ssl.createServer({ context: await pkiServerContext() }, (socket) => {
      socket.on('error', () => undefined).resume();
    });
    expect(server).toBeInstanceOf(Server);
    expect(server).toBeInstanceOf(ssl.SSLServer);
    const port = await listening(server);
    expect(server.address()).toMatchObject({ port, address: '127.0.0.1' });
    const context = await pkiClientContext();
    const clients = await Promise.all([1, 2, 3].map(() => ssl.connect({ port, context })));
    expect(await countConnections(server)).toBe(3);
    let isClosed = false;
    const closing = new Promise<void>((resolve) => server.close(() => resolve()));
    void closing.then(() => (isClosed = true));
    clients[0]?.resume().end();
    clients[1]?.resume().end();
    await eventually(async () => (await countConnections(server)) === 1);
    expect(isClosed).toBe(false);
    clients[2]?.resume().end();
    await closing;
  });

  it('makes net.Servers of classes that extend SSLServer, by the first of them too', async () => {
    const code = `
      import net from 'node:net';
      import * as ssl from 'hermetic-ssl/ssl';
      class Mine extends ssl.SSLServer {
        listen(...args) {
          this.port = args[0];
          return super.listen(...args);
        }
      }
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      const first = new Mine({ context });
      const kinds = [first, ssl.createServer({ context })].map((server) =>
        [net.Server, ssl.SSLServer, Mine].map((kind) => server instanceof kind));
      first.listen(0, '127.0.0.1', () => {
        console.log(JSON.stringify([...kinds, first.port, first.listening]));
        first.close();
      });`;
    expect(await moduleAnswer(code)).toEqual([[true, true, true], [true, true, false], 0, true]);
  });

  it('listens on a Unix domain socket', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }, greet));
    // Windows has named pipes for that.
    const path =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\hermetic-ssl-test-${process.pid}`
        : folder.join('server.sock');
    server.listen(path);
    await nextEvent(server, 'listening');
    expect(server.address()).toBe(path);
    const context = await pkiClientContext();
    const socket = await ssl.connect({ path, context, serverHostname: 'localhost' });
    expect((await collect(socket)).toString()).toBe('hello');
  });

  it("serves any Duplex that is given by emit('connection')", async () => {
    const server = ssl.createServer({ context: await pkiServerContext() }, greet);
    const [near, far] = duplexPair();
    server.emit('connection', far);
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    expect((await collect(client)).toString()).toBe('hello');
  });

  it('takes another context for new connections, and leaves the others alone', async () => {
    const { example } = await testPki();
    const first = await pkiServerContext();
    const server = cleanup.add(ssl.createServer({ context: first }, greet));
    const port = await listening(server);
    expect(server.context).toBe(first);
    expect(await nameSeen(port)).toBe('localhost');
    const held = (await pkiClientContext()).wrapSocket(duplexPair()[0], {
      serverHostname: 'localhost',
      doHandshakeOnConnect: false,
    });
    const [near, far] = duplexPair();
    server.emit('connection', far);
    server.context = await pkiServerContext(example);
    expect(await nameSeen(port)).toBe('example.com');
    const early = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await early.doHandshake();
    expect(early.getpeercert()?.subject).toEqual([[['commonName', 'localhost']]]);
    discard(held, early);
  });

  it('gives only sockets whose handshake is done, once each', async () => {
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    const seen: (string | null)[] = [];
    server.on('secureConnection', (socket: ssl.SSLSocket) => {
      seen.push(socket.version());
      greet(socket);
    });
    const port = await listening(server);
    const context = await pkiClientContext();
    for (let i = 0; i < 3; i += 1) await collect(await ssl.connect({ port, context }));
    expect(seen).toEqual(['TLSv1.3', 'TLSv1.3', 'TLSv1.3']);
  });

  it('reports an error after the handshake on the socket, not as tlsClientError', async () => {
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    server.on('tlsClientError', () => expect.unreachable());
    const [near, far] = duplexPair();
    const secured = nextEvent(server, 'secureConnection');
    server.emit('connection', far);
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const [socket] = (await secured) as [ssl.SSLSocket];
    const story = watch(socket);
    watch(client);
    near.destroy();
    await story.closed();
    expect(story.errors).toMatchObject([expect.any(ssl.SSLEOFError)]);
  });

  it('hands suppressRaggedEofs and allowHalfOpen to its sockets', async () => {
    const context = await pkiServerContext();
    const options = { context, suppressRaggedEofs: true, allowHalfOpen: true };
    const server = ssl.createServer(options);
    const [near, far] = duplexPair();
    const secured = nextEvent(server, 'secureConnection');
    server.emit('connection', far);
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const [socket] = (await secured) as [ssl.SSLSocket];
    const story = watch(socket);
    watch(client);
    expect(socket.allowHalfOpen).toBe(true);
    near.end();
    await nextEvent(socket, 'end');
    expect(story.errors).toEqual([]);
    discard(socket, client);
  });

  it('refuses bad options', async () => {
    const context = await pkiServerContext();
    const bad: [unknown, string][] = [
      [undefined, 'ERR_INVALID_ARG_TYPE'],
      [{}, 'ERR_INVALID_ARG_TYPE'],
      [{ context: {} }, 'ERR_INVALID_ARG_TYPE'],
      [{ context: await pkiClientContext() }, 'ERR_INVALID_ARG_VALUE'],
      [{ context, handshakeTimeout: -1 }, 'ERR_INVALID_ARG_VALUE'],
      [{ context, handshakeTimeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
    ];
    for (const [options, code] of bad) {
      expect(() => ssl.createServer(options as ssl.SSLServerOptions)).toThrow(
        expect.objectContaining({ code }),
      );
    }
    // @ts-expect-error -- bad input
    expect(() => ssl.createServer({ context }, 'listener')).toThrow(TypeError);
    const server = ssl.createServer({ context });
    // @ts-expect-error -- bad input
    expect(() => (server.context = {})).toThrow(TypeError);
    expect(server.context).toBe(context);
  });
});
