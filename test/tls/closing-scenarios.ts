/** Scenarios of closes, of other peers and of transports, as data for events.test.ts. */
import type net from 'node:net';
import type { ConnectionOptions, TlsOptions } from 'node:tls';

import { record, type Link, type Scenario, type Stage } from './event-recorder.js';
import { coded, ends, later, resets, stranger, TLS12 } from './scenario-parts.js';
import { identity } from './support.js';

/** That of the present scenario. */
let controller = new AbortController();

export const CLOSING: Record<string, Scenario> = {
  'the client ends': { onClient: ends },
  'the client ends with data': { onClient: (socket) => socket.end('bye') },
  'the server ends': { onServer: ends },
  'the server ends with data': { onServer: (socket) => socket.end('bye') },
  'the server ends under TLS 1.2': { server: TLS12, onServer: (socket) => socket.end('bye') },
  'both ends end': { onServer: ends, onClient: ends },
  'the client destroys': { onClient: (socket) => socket.destroy() },
  'the server destroys': { onServer: (socket) => socket.destroy() },
  'the client destroys with an error': { onClient: (socket) => socket.destroy(coded('MINE')) },
  'the server destroys with an error': { onServer: (socket) => socket.destroy(coded('MINE')) },
  'the client destroys at once': { atOnce: (socket) => socket.destroy() },
  'the client destroys at once with an error': {
    atOnce: (socket) => socket.destroy(coded('MINE')),
  },
  'the client destroys when it is connected': {
    atOnce: (socket) => socket.on('connect', () => socket.destroy()),
  },
  'the client destroys when data comes': {
    onServer: (socket) => socket.write('data'),
    onClient: (socket) => socket.once('data', () => socket.destroy()),
  },
  'the client ends at once without data': { atOnce: ends },
  'the client ends in the handshake': {
    atOnce: (socket) => socket.on('connect', () => socket.end()),
  },
  'the client ends at once': { atOnce: (socket) => socket.end('x') },
  'the client writes at once': {
    atOnce: (socket) => socket.write('early', () => socket.end()),
    onServer: (socket) => socket.on('data', () => socket.write('reply')),
  },
  'the client writes after its end': {
    onClient: (socket) => {
      socket.end();
      socket.write('late');
    },
  },
  'the client writes after it was destroyed': {
    onClient: (socket, { note }) => {
      socket.destroy();
      socket.write('late', (error) => note('client', (error as NodeJS.ErrnoException).code!));
    },
  },
  'the client resets': { onClient: resets('client') },
  'the server resets': { onServer: resets('server') },
  'the server destroys the connection before the handshake': {
    prepare: (server) => server.on('connection', (raw: net.Socket) => raw.destroy()),
  },
  'the server resets the connection before the handshake': {
    prepare: (server) =>
      server.on('connection', (raw: net.Socket) => later(() => raw.resetAndDestroy(), 0)),
    rawClient: (socket) => socket.write('x'),
  },
  'the client has destroySoon called': {
    onClient: (socket) => {
      socket.write('last words');
      socket.destroySoon();
    },
  },
  'the server has destroySoon called': { onServer: (socket) => socket.destroySoon() },
  'the other end may stay half open': {
    server: { allowHalfOpen: true },
    client: { allowHalfOpen: true } as ConnectionOptions,
    onServer: (socket) => socket.on('end', () => socket.end('late')),
    onClient: ends,
  },
  'the client may stay half open': {
    client: { allowHalfOpen: true } as ConnectionOptions,
    onServer: ends,
    onClient: (socket) => socket.on('end', () => later(() => socket.end('late'))),
  },
  'only the server may stay half open': {
    server: { allowHalfOpen: true },
    onServer: (socket) => socket.on('end', () => later(() => socket.end('late'))),
    onClient: ends,
  },
  'the client reads later than the server has ended': {
    isPaused: true,
    onServer: (socket) => socket.resume().end('data'),
    onClient: (socket, { note }) =>
      later(() => socket.on('data', (chunk) => note('client', String(chunk)))),
  },
  'the client does not read before the server destroys': {
    isPaused: true,
    onServer: (socket) => later(() => socket.destroy()),
    onClient: (socket) => later(() => socket.resume(), 60),
  },
  'the server pauses on connect': {
    isPaused: true,
    server: { pauseOnConnect: true },
    onServer: (socket, { note }) => {
      note('server', String(socket.isPaused()));
      later(() => socket.on('data', (chunk) => note('server', String(chunk))).resume());
    },
    onClient: (socket) => socket.resume().end('data'),
  },
  'the client pauses and resumes': {
    onServer: (socket) => socket.end('data'),
    onClient: (socket, { note }) => {
      socket.pause();
      later(() => {
        note('client', `paused ${socket.isPaused()}`);
        socket.resume();
      });
    },
  },
  'the client reads by read()': {
    isPaused: true,
    onServer: (socket) => socket.resume().end('data'),
    onClient: (socket, { note }) =>
      socket.on('readable', () => {
        for (let chunk = socket.read(); chunk !== null; chunk = socket.read())
          note('client', String(chunk));
      }),
  },
  'the server is closed while a connection is open': {
    prepare: (server, { note }) => server.on('close', () => note('server', 'server closed')),
    onServer: (socket, { server }) => {
      server().close();
      later(() => socket.end());
    },
  },
  'a signal is aborted after the handshake': {
    client: () => {
      controller = new AbortController();
      return { signal: controller.signal } as ConnectionOptions;
    },
    onClient: () => later(() => controller.abort()),
  },
  'the client waits too long for data': {
    onClient: (socket) => socket.setTimeout(150, () => socket.destroy()),
  },
  'the client was connected with a timeout': {
    client: { timeout: 400 },
    onClient: (socket) => socket.on('timeout', () => socket.end()),
  },
  'the server waits too long for data': {
    onServer: (socket) => socket.setTimeout(150, () => socket.end('too late')),
  },
};

/** Acts on the proxy once both ends have finished the handshake. */
const cut = (how: (link: Link) => void): Scenario => {
  let numReady = 0;
  const ready = (stage: Stage): void => {
    numReady += 1;
    if (numReady < 2) return;
    later(() => stage.client().destroy(), 300); // node:tls leaves some sockets open
    later(() => {
      const { toClient, toServer } = stage.link();
      toClient.unpipe();
      toServer.unpipe();
      how({ toClient, toServer });
    });
  };
  return {
    isProxied: true,
    prepare: () => void (numReady = 0),
    onClient: (_socket, stage) => ready(stage),
    onServer: (_socket, stage) => ready(stage),
  };
};
const BAD_RECORD = Buffer.concat([Buffer.from('1703030020', 'hex'), Buffer.alloc(32)]);

export const PEERS: Record<string, Scenario> = {
  'a client sends more garbage than is read at once': {
    rawClient: (socket) => socket.write(Buffer.alloc(400_000, 'garbage ')),
  },
  'a client sends garbage': { rawClient: (socket) => socket.write('garbage, not TLS\n') },
  'a client speaks HTTP': { rawClient: (socket) => socket.write('GET / HTTP/1.1\r\n\r\n') },
  'a client ends at once': { rawClient: (socket) => socket.end() },
  'a client resets at once': {
    rawClient: (socket) => socket.on('connect', () => later(() => socket.resetAndDestroy())),
  },
  'a client ends in the middle of its ClientHello': {
    rawClient: (socket) => socket.end(Buffer.from('1603010200010001fc0303', 'hex')),
  },
  'a client sends an alert in place of a ClientHello': {
    rawClient: (socket) => socket.write(Buffer.from('15030300020228', 'hex')),
  },
  'a server closes at once': { rawServer: (socket) => socket.destroy() },
  'a server closes after the ClientHello': {
    rawServer: (socket) => socket.once('data', () => socket.end()).resume(),
  },
  'a server resets after the ClientHello': {
    rawServer: (socket) => socket.once('data', () => socket.resetAndDestroy()),
  },
  'a server sends garbage': {
    rawServer: (socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end('garbage, not TLS\n')),
  },
  'a server speaks HTTP': {
    rawServer: (socket) =>
      socket
        .on('error', () => undefined)
        .once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  },
  'a server speaks HTTP, and a write waits': {
    rawServer: (socket) =>
      socket
        .on('error', () => undefined)
        .once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    atOnce: (socket) => socket.write('x', () => undefined),
  },
  'a server sends a fatal alert': {
    rawServer: (socket) =>
      socket.once('data', () => socket.end(Buffer.from('15030300020228', 'hex'))),
  },
  'a server sends the beginning of a record': {
    rawServer: (socket) => socket.once('data', () => socket.end(Buffer.from('160303', 'hex'))),
  },
  'a server is silent': {
    client: { timeout: 40 },
    rawServer: (socket) => socket.on('error', () => undefined).resume(),
    atOnce: (socket) => socket.on('timeout', () => socket.destroy()),
  },
  'a server is silent, and the client ends': {
    rawServer: (socket) => socket.resume(),
    atOnce: (socket) => later(() => socket.end()),
  },
  'the port refuses connections': { client: { port: 1 } },
  'a handshake takes too long for the server': {
    server: { handshakeTimeout: 100 },
    rawClient: (socket) => later(() => socket.destroy(), 250),
  },
  'the connection ends for the client without close_notify': cut(({ toClient }) => toClient.end()),
  'the connection ends for the server without close_notify': cut(({ toServer }) => toServer.end()),
  'the connection is reset for the client': cut(({ toClient }) => toClient.resetAndDestroy()),
  'the connection is reset for the server': cut(({ toServer }) => toServer.resetAndDestroy()),
  'a forged record reaches the client': cut((link) => {
    link.toClient.write(BAD_RECORD);
    link.toClient.pipe(link.toServer).pipe(link.toClient);
  }),
  'a forged record reaches the server': cut((link) => {
    link.toServer.write(BAD_RECORD);
    link.toClient.pipe(link.toServer).pipe(link.toClient);
  }),
  'the name of the host is not known': {
    client: {
      host: 'host.invalid',
      lookup: (_name: unknown, _options: unknown, answer: (error: Error) => void) =>
        answer(Object.assign(coded('ENOTFOUND'), { syscall: 'getaddrinfo' })),
    } as unknown as ConnectionOptions,
  },
};

/** A server's TLSSocket over a connection that exists, as STARTTLS needs it. */
const starttls =
  (options: TlsOptions = identity): NonNullable<Scenario['rawServer']> =>
  (raw, { tls, note }) => {
    const socket = new tls.TLSSocket(raw, { isServer: true, ...options });
    record({ push: (line) => note('server', line) }, socket, [
      ...['secure', 'data', 'end', 'error', 'close'],
    ]);
    socket.on('secure', () => socket.write('welcome'));
    socket.on('end', () => socket.end());
  };

export const TRANSPORTS: Record<string, Scenario> = {
  'the client is over a connected socket': { over: 'connected', onClient: ends },
  'the client is over a socket that is connecting': { over: 'connecting', onClient: ends },
  'the client is over another stream': { over: 'duplex', onClient: ends },
  'the client is over another stream, and destroys': {
    over: 'duplex',
    onClient: (socket) => socket.destroy(),
  },
  'the client is over a connected socket, and the server is a stranger': {
    over: 'connected',
    server: stranger,
  },
  'the client is over a socket that is destroyed': {
    over: 'connected',
    client: (note) => {
      note('client', 'options');
      return {};
    },
    onClient: (_socket, { transport }) => void transport()!.destroy(),
  },
  'the server is over a connection that exists': { rawServer: starttls(), onClient: ends },
  'the server over a connection that exists is a stranger': { rawServer: starttls(stranger) },
  'the server over a connection that exists has no certificate': { rawServer: starttls({}) },
};
