// An SSLSocket where Node's http, https and http2 expect a TLSSocket, on either side.
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { connect as connectNet, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { collect, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { discard, listening } from '../../helpers/tls-pair.js';
import { testPki } from '../../helpers/test-pki.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const answer: http.RequestListener = (request, response) => {
  const { encrypted, remoteAddress } = request.socket as Socket & { encrypted?: boolean };
  response.setHeader('x-encrypted', String(encrypted));
  response.setHeader('x-remote', String(remoteAddress));
  request.pipe(response);
};

/** Node's own https server. */
async function nodeServer(): Promise<number> {
  const { localhost } = await testPki();
  const server = https.createServer({ cert: localhost.chainPem, key: localhost.keyPem }, answer);
  cleanup.defer(() => server.closeAllConnections());
  return listening(cleanup.add(server));
}

/** Our TLS server in front of Node's http server. */
async function ourServer(): Promise<{ port: number; connections: () => number }> {
  const plain = http.createServer(answer);
  const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
  let connections = 0;
  server.on('secureConnection', (socket) => {
    connections += 1;
    cleanup.defer(() => discard(socket));
    plain.emit('connection', socket);
  });
  return { port: await listening(server), connections: () => connections };
}

async function connectTo(port: number, context?: ssl.SSLContext): Promise<ssl.SSLSocket> {
  const transport = connectNet(port, '127.0.0.1');
  const wrapped = (context ?? (await pkiClientContext())).wrapSocket(transport, {
    serverHostname: 'localhost',
  });
  cleanup.defer(() => discard(wrapped));
  return wrapped;
}

async function post(request: http.ClientRequest, body: string): Promise<string> {
  request.end(body);
  const [response] = (await nextEvent(request, 'response')) as [http.IncomingMessage];
  return (await collect(response)).toString();
}

const servers = [
  ['node:https', nodeServer],
  ['our server', async () => (await ourServer()).port],
] as const;

describe.each(servers)('A client of %s', (_name, start) => {
  it('is https.request with createConnection', async () => {
    const port = await start();
    const socket = await connectTo(port);
    const request = https.request({ port, method: 'POST', createConnection: () => socket });
    expect(await post(request, 'https')).toBe('https');
  });

  it('is http.request with createConnection', async () => {
    const port = await start();
    const socket = await connectTo(port);
    const request = http.request({ port, method: 'POST', createConnection: () => socket });
    expect(await post(request, 'x'.repeat(200_000))).toHaveLength(200_000);
  });

  it('is an https.Agent that keeps its connection alive', async () => {
    const port = await start();
    const context = await pkiClientContext();
    let made = 0;
    class Agent extends https.Agent {
      override createConnection(): Duplex {
        made += 1;
        const transport = connectNet(port, '127.0.0.1');
        return context.wrapSocket(transport, { serverHostname: 'localhost' });
      }
    }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanup.defer(() => agent.destroy());
    for (const body of ['first', 'second', 'third']) {
      const request = https.request({ port, agent, method: 'POST' });
      request.setTimeout(10_000);
      expect(await post(request, body)).toBe(body);
    }
    expect(made).toBe(1);
  });

  it('is served again after a connection that was closed', async () => {
    const port = await start();
    for (const body of ['first', 'second']) {
      const socket = await connectTo(port);
      const headers = { connection: 'close' };
      const closed = nextEvent(socket, 'close');
      const options = { port, headers, method: 'POST', createConnection: () => socket };
      expect(await post(http.request(options), body)).toBe(body);
      await closed;
      expect(socket.errored).toBeNull();
    }
  });
});

describe('A server behind ours', () => {
  it('sees the address of the client and that it is encrypted', async () => {
    const { port } = await ourServer();
    const socket = await connectTo(port);
    const request = http.request({ port, createConnection: () => socket });
    request.end();
    const [response] = (await nextEvent(request, 'response')) as [http.IncomingMessage];
    expect(response.headers).toMatchObject({ 'x-encrypted': 'true', 'x-remote': '127.0.0.1' });
    response.resume();
  });

  it('answers 50 requests at once', async () => {
    const { port, connections } = await ourServer();
    const context = await pkiClientContext();
    const bodies = Array.from({ length: 50 }, (_, i) => `request ${i} `.repeat(1_000));
    const answers = bodies.map(async (body) => {
      const socket = await connectTo(port, context);
      return post(http.request({ method: 'POST', createConnection: () => socket }), body);
    });
    expect(await Promise.all(answers)).toEqual(bodies);
    expect(connections()).toBe(50);
  });
});

describe('http2', () => {
  async function alpnContexts() {
    const [client, server] = [await pkiClientContext(), await pkiServerContext()];
    client.setAlpnProtocols(['h2']);
    server.setAlpnProtocols(['h2', 'http/1.1']);
    return { client, server };
  }

  const respond = (stream: http2.ServerHttp2Stream) => {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  };

  async function exchange(session: http2.ClientHttp2Session, body: string): Promise<string> {
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.end(body);
    return (await collect(stream)).toString();
  }

  it.each(['while it connects', 'after the handshake'])(
    'takes our client by createConnection, %s',
    async (when) => {
      const { localhost } = await testPki();
      const options = { cert: localhost.chainPem, key: localhost.keyPem };
      const server = cleanup.add(http2.createSecureServer(options));
      server.on('stream', respond);
      const port = await listening(server);
      const { client } = await alpnContexts();
      const socket = await connectTo(port, client);
      if (when === 'after the handshake') await socket.doHandshake();
      const session = http2.connect('https://localhost', { createConnection: () => socket });
      expect(await exchange(session, 'h2')).toBe('h2');
      expect(socket.alpnProtocol).toBe('h2');
      expect(await exchange(session, 'y'.repeat(300_000))).toHaveLength(300_000);
      await new Promise<void>((resolve) => session.close(resolve));
    },
  );

  it("takes our server's sockets by emit('secureConnection')", async () => {
    const contexts = await alpnContexts();
    const inner = http2.createSecureServer();
    inner.on('stream', respond);
    const server = cleanup.add(ssl.createServer({ context: contexts.server }));
    server.on('secureConnection', (socket) => inner.emit('secureConnection', socket));
    const port = await listening(server);
    const { caPem } = await testPki();
    const session = http2.connect(`https://localhost:${port}`, { ca: caPem });
    expect(await exchange(session, 'from node')).toBe('from node');
    await new Promise<void>((resolve) => session.close(resolve));
  });
});
