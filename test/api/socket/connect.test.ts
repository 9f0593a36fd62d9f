// connect: the socket when the handshake is done, or one rejection and nothing left behind.
import { createServer as createNetServer, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { collect, eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { freePort } from '../../helpers/free-port.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { discard, listening, rejection } from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const host = '127.0.0.1';

async function serve(context?: ssl.SSLContext): Promise<{ server: ssl.SSLServer; port: number }> {
  const server = cleanup.add(ssl.createServer({ context: context ?? (await pkiServerContext()) }));
  server.on('secureConnection', (socket: ssl.SSLSocket) => {
    socket.on('error', () => undefined).end('hello');
  });
  return { server, port: await listening(server) };
}

/** A server that accepts and says nothing. */
async function mute(): Promise<{ server: Server; port: number }> {
  const server = cleanup.add(createNetServer());
  server.on('connection', (socket) => cleanup.defer(() => discard(socket)));
  return { server, port: await listening(server) };
}

describe('connect', () => {
  it('gives a socket whose handshake is done', async () => {
    const { port } = await serve();
    const socket = await ssl.connect({ port, context: await pkiClientContext() });
    expect(socket).toBeInstanceOf(ssl.SSLSocket);
    expect(socket.version()).toBe('TLSv1.3');
    expect(socket.serverHostname).toBe('localhost');
    expect((await collect(socket)).toString()).toBe('hello');
  });

  it('verifies with the default context when no context is given', async () => {
    const { port } = await serve();
    const error = await rejection(ssl.connect({ port }));
    expect(error).toBeInstanceOf(ssl.SSLCertVerificationError);
  });

  it('sends and matches serverHostname instead of host; null sends and matches no name', async () => {
    const { example } = await testPki();
    const names: unknown[] = [];
    const theirs = await pkiServerContext(example);
    theirs.sniCallback = (_socket, name) => void names.push(name);
    const { port } = await serve(theirs);
    const context = await pkiClientContext();
    discard(await ssl.connect({ port, host, context, serverHostname: 'www.example.com' }));
    context.checkHostname = false;
    discard(await ssl.connect({ port, host, context, serverHostname: null }));
    expect(names).toEqual(['www.example.com', null]);
  });

  it('connects to a Unix domain socket, which needs a name to match', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const path = folder.join('tls.sock');
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    server.on('secureConnection', (socket: ssl.SSLSocket) => socket.end('by path'));
    server.listen(path);
    await nextEvent(server, 'listening');
    const context = await pkiClientContext();
    const socket = await ssl.connect({ path, context, serverHostname: 'localhost' });
    expect((await collect(socket)).toString()).toBe('by path');
    expect(await rejection(ssl.connect({ path, context }))).toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  it.each(['TLSv1_2', 'TLSv1_3'] as const)('resumes a session of %s', async (version) => {
    const { port } = await serve();
    const context = await pkiClientContext();
    context.maximumVersion = ssl.TLSVersion[version];
    const first = await ssl.connect({ port, context });
    await collect(first);
    // Under TLS 1.3 a session comes after the handshake; it has to be taken before the socket is closed.
    const second = await ssl.connect({ port, context });
    const session = await new Promise<ssl.SSLSession | null>((resolve) =>
      second.once('data', () => resolve(second.session)),
    );
    expect([first.destroyed, second.sessionReused]).toEqual([true, false]);
    const third = await ssl.connect({ port, context, session });
    expect(third.sessionReused).toBe(true);
    discard(second, third);
  });
});

describe('connect rejects', () => {
  it('when the port is closed, and when the host does not exist', async () => {
    const context = await pkiClientContext();
    const port = await freePort();
    expect(await rejection(ssl.connect({ port, host, context }))).toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(await rejection(ssl.connect({ port, host: 'host.invalid', context }))).toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    });
  });

  it('when the certificate or the name is not right', async () => {
    const { stranger, expired } = await testPki();
    const context = await pkiClientContext();
    const verifyCodes: number[] = [];
    for (const [identity, serverHostname] of [
      [stranger, 'localhost'],
      [expired, 'localhost'],
      [undefined, 'example.com'],
    ] as const) {
      const { port } = await serve(await pkiServerContext(identity));
      const error = await rejection(ssl.connect({ port, host, context, serverHostname }));
      expect(error).toBeInstanceOf(ssl.SSLCertVerificationError);
      verifyCodes.push((error as ssl.SSLCertVerificationError).verifyCode);
    }
    expect(verifyCodes).toEqual([20, 10, 62]);
  });

  it('when the server closes, and when it speaks something else', async () => {
    const context = await pkiClientContext();
    const closing = cleanup.add(createNetServer((socket) => socket.end()));
    const talking = cleanup.add(createNetServer((socket) => socket.end('220 mail.example\r\n')));
    for (const [server, reason] of [
      [closing, 'UNEXPECTED_EOF_WHILE_READING'],
      [talking, 'WRONG_VERSION_NUMBER'],
    ] as const) {
      const port = await listening(server.on('connection', (s) => s.on('error', () => undefined)));
      expect(await rejection(ssl.connect({ port, context }))).toMatchObject({ reason });
    }
  });

  it('after the timeout, which covers connecting and the handshake', async () => {
    const { server, port } = await mute();
    const accepted = nextEvent(server, 'connection');
    const connecting = ssl.connect({ port, host, timeout: 50, serverHostname: 'localhost' });
    expect(await rejection(connecting)).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
    const [socket] = (await accepted) as [Socket];
    await nextEvent(socket.resume(), 'close');
  });

  it('before anything is opened, for bad arguments', async () => {
    const bad: [unknown, string][] = [
      [undefined, 'ERR_INVALID_ARG_TYPE'],
      [{}, 'ERR_INVALID_ARG_TYPE'],
      [{ port: 65_536 }, 'ERR_OUT_OF_RANGE'],
      [{ port: 1, host: 1 }, 'ERR_INVALID_ARG_TYPE'],
      [{ path: 1 }, 'ERR_INVALID_ARG_TYPE'],
      [{ port: 1, context: {} }, 'ERR_INVALID_ARG_TYPE'],
      [{ port: 1, timeout: 0 }, 'ERR_INVALID_ARG_VALUE'],
      [{ port: 1, timeout: 'long' }, 'ERR_INVALID_ARG_TYPE'],
      [{ port: 1, signal: {} }, 'ERR_INVALID_ARG_TYPE'],
    ];
    for (const [options, code] of bad) {
      const error = await rejection(ssl.connect(options as ssl.ConnectOptions));
      expect([options, error.code]).toEqual([options, code]);
    }
  });
});

describe('The signal of connect', () => {
  /** A signal that counts its listeners. */
  function counting() {
    const abort = new AbortController();
    const count = { listeners: 0 };
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...values: Parameters<typeof add>) => {
      count.listeners += 1;
      add(...values);
    };
    signal.removeEventListener = (...values: Parameters<typeof remove>) => {
      count.listeners -= 1;
      remove(...values);
    };
    return { abort, count };
  }

  it('aborts before anything is opened', async () => {
    const reason = new Error('not now');
    const connecting = ssl.connect({ port: 1, signal: AbortSignal.abort(reason) });
    expect(await rejection(connecting)).toBe(reason);
  });

  it('aborts while the handshake is under way, and closes the connection', async () => {
    const { server, port } = await mute();
    const accepted = nextEvent(server, 'connection');
    const abort = new AbortController();
    const context = await pkiClientContext();
    const connecting = ssl.connect({ port, context, signal: abort.signal });
    const [socket] = (await accepted) as [Socket];
    abort.abort();
    expect(await rejection(connecting)).toMatchObject({ name: 'AbortError' });
    await nextEvent(socket.on('error', () => undefined).resume(), 'close');
  });

  it('does nothing afterwards, and has no listener of ours, whatever the outcome', async () => {
    const { port } = await serve();
    const context = await pkiClientContext();
    const { abort, count } = counting();
    const socket = await ssl.connect({ port, context, signal: abort.signal });
    await rejection(ssl.connect({ port: await freePort(), host, context, signal: abort.signal }));
    expect(count.listeners).toBe(0);
    abort.abort();
    expect((await collect(socket)).toString()).toBe('hello');
  });
});

describe('A failed connect', () => {
  it('leaves no connection open on the server', async () => {
    const { stranger } = await testPki();
    const { server, port } = await serve(await pkiServerContext(stranger));
    const context = await pkiClientContext();
    await Promise.all(Array.from({ length: 20 }, () => rejection(ssl.connect({ port, context }))));
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    await eventually(async () => (await connections()) === 0);
    expect(await connections()).toBe(0);
  });
});
