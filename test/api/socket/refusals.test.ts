// Refusals before anything is sent, and the text of errors.
import { createSocket } from 'node:dgram';
import { Socket } from 'node:net';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext } from '../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../helpers/expected-errors.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import { rejection, watch } from '../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
describe('SSLSocket', () => {
  it('has no constructor of its own: wrapSocket makes it', () => {
    const [transport] = duplexPair();
    const make = (...args: unknown[]): unknown => Reflect.construct(ssl.SSLSocket, args);
    expect(() => make()).toThrow(typeError('wrapSocket'));
    expect(() => make(transport)).toThrow(typeError('wrapSocket'));
    expect(() => make(clientContext(caPem), transport, {})).toThrow(typeError('wrapSocket'));
    expect(transport.listenerCount('data')).toBe(0);
  });

  it.each([
    'recv',
    'recvInto',
    'recvfrom',
    'recvmsg',
    'send',
    'sendall',
    'sendto',
    'sendmsg',
    'dup',
    'makefile',
  ])('has no %s: it is a stream, without flags, datagrams and descriptors', (name) =>
    expect(ssl.SSLSocket.prototype).not.toHaveProperty(name),
  );
});

describe('SSLContext.wrapSocket', () => {
  it('refuses datagrams: DTLS is not supported', () => {
    const socket = createSocket('udp4');
    for (const context of [clientContext(caPem), serverContext(localhost)]) {
      const options = { serverSide: context.protocol === ssl.PROTOCOL_TLS_SERVER };
      expect(() => context.wrapSocket(wrong(socket), options)).toThrow(typeError('Duplex'));
    }
    socket.close();
  });

  it('refuses a name and a session on a server, and a server without a name to check', () => {
    const [transport] = duplexPair();
    const wrap = (context: ssl.SSLContext, options: object) => () =>
      context.wrapSocket(transport, wrong(options));
    const named = { serverSide: true, serverHostname: 'localhost' };
    expect(wrap(serverContext(localhost), named)).toThrow(
      valueError('serverHostname can only be specified in client mode'),
    );
    for (const serverHostname of [null, undefined])
      expect(wrap(clientContext(caPem), { serverHostname })).toThrow(
        valueError('checkHostname requires serverHostname'),
      );
    expect(wrap(serverContext(localhost), { serverHostname: 'localhost' })).toThrow(
      sslError(null, {
        message: 'Cannot create a client socket with a PROTOCOL_TLS_SERVER context',
      }),
    );
  });
});

describe('An SSLSocket over a net.Socket that was never connected', () => {
  const wrapped = (): ssl.SSLSocket =>
    clientContext(caPem).wrapSocket(new Socket(), { serverHostname: 'localhost' });

  it("fails with the transport's error, once", async () => {
    const socket = wrapped();
    const story = watch(socket);
    expect(await rejection(socket.doHandshake())).toMatchObject({ code: 'ERR_SOCKET_CLOSED' });
    await story.closed();
    expect(story).toMatchObject({ errors: [{ code: 'ERR_SOCKET_CLOSED' }], chunks: [], closes: 1 });
  });

  it('gives that error to a write as well', async () => {
    const socket = wrapped();
    const story = watch(socket);
    const error = await new Promise((resolve) => socket.write('x', resolve));
    expect(error).toMatchObject({ code: 'ERR_SOCKET_CLOSED' });
    await story.closed();
  });

  it('has no certificate to show', async () => {
    const socket = wrapped();
    const story = watch(socket);
    expect(() => socket.getpeercert()).toThrow(valueError('handshake not done yet'));
    expect(() => socket.getpeercert({ binaryForm: true })).toThrow(valueError());
    await story.closed();
    expect(socket.getpeercert()).toBeNull(); // Python throws; node:tls gives null
  });
});

describe('SSLError', () => {
  it('is its message as text; the number is a property', () => {
    const error = new ssl.SSLError('foo', { errno: 7 });
    expect([error.message, String(error), error.errno]).toEqual(['foo', 'SSLError: foo', 7]);
    const zero = new ssl.SSLZeroReturnError('foo', { errno: 1 });
    expect([zero.message, String(zero), zero.errno]).toEqual(['foo', 'SSLZeroReturnError: foo', 1]);
  });
});

describe('SSLContext', () => {
  it('takes the file of loadDhParams as a Buffer, too', async () => {
    const path = await folder.write('none.pem', localhost.certPem);
    const load = (file: Buffer) => () => new ssl.SSLContext().loadDhParams(file);
    expect(load(Buffer.from(path))).toThrow(expect.objectContaining({ reason: 'NO_START_LINE' }));
    expect(load(Buffer.from(`${path}x`))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it("gives groups by IANA's names unless aliases are asked for", () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    expect(context.getGroups()).toContain('secp256r1');
    expect(context.getGroups()).not.toContain('P-256');
    expect(context.getGroups({ includeAliases: true })).toEqual(
      expect.arrayContaining(['secp256r1', 'P-256']),
    );
  });
});
