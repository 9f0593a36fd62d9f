/** Pre-shared keys with others: the openssl program and Python in both versions, node:tls in TLS 1.2. */
import { createServer as createNetServer, type Socket } from 'node:net';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { collect, eventually, nextEvent } from '../helpers/collect.js';
import { sslError } from '../helpers/expected-errors.js';
import { connectOpenssl, startOpensslServer, type OpensslServer } from '../helpers/openssl-cli.js';
import { skipUnless } from '../helpers/peers.js';
import {
  givesKey,
  IDENTITY,
  KEY,
  knowsKey,
  psk12,
  pskClient,
  pskServer,
  PSK_VERSIONS,
  WRONG_KEY,
} from '../helpers/psk.js';
import { testPki } from '../helpers/test-pki.js';
import { listening, rejection, watch } from '../helpers/tls-pair.js';
import { thePython } from './support/sides.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
const { localhost } = await testPki();

const HINT = 'which one?';
const VERSIONS = PSK_VERSIONS.map(([version, only]) => ({ version, only }));
const connect = (port: number, context: ssl.SSLContext): Promise<ssl.SSLSocket> =>
  ssl.connect({ host: '127.0.0.1', port, context, serverHostname: 'localhost' });

interface Served {
  readonly port: number;
  /** The result of each connection: its text, or its error. */
  readonly outcomes: (string | Error)[];
}

/** Our server, which answers each text with the same in upper case and ends. */
async function serve(context: ssl.SSLContext): Promise<Served> {
  const outcomes: (string | Error)[] = [];
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', (error) => outcomes.push(error));
    socket.once('data', (data: Buffer) => {
      outcomes.push(String(data));
      socket.end(String(data).toUpperCase());
    });
  });
  server.on('tlsClientError', (error) => outcomes.push(error));
  cleanup.add({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
  return { port: await listening(server), outcomes };
}

/** The failures with a wrong key: here, and for an unknown identity. */
const WRONG = {
  'TLSv1.2': { server: 'RECORD_LAYER_FAILURE', client: 'SSLV3_ALERT_BAD_RECORD_MAC' },
  'TLSv1.3': { server: 'BINDER_DOES_NOT_VERIFY', client: 'TLSV1_ALERT_DECRYPT_ERROR' },
} as const;
const UNKNOWN = {
  'TLSv1.2': 'PSK_IDENTITY_NOT_FOUND',
  'TLSv1.3': 'NO_SUITABLE_SIGNATURE_ALGORITHM',
} as const;
type Version = keyof typeof WRONG;

/** Under TLS 1.3 it has a certificate in addition to the key. */
async function startOpensslWithKey(
  version: string,
  key: Buffer,
  { more = [], plain = false }: { more?: string[]; plain?: boolean } = {},
): Promise<OpensslServer> {
  const psk = ['-psk', key.toString('hex'), '-psk_identity', IDENTITY, '-psk_hint', HINT];
  const server = await startOpensslServer({
    identity: localhost,
    minVersion: version as Version,
    maxVersion: version as Version,
    plain,
    ...(version === 'TLSv1.3' ? {} : { ciphers: 'PSK' }),
    extraArguments: [...psk, ...more],
  });
  return cleanup.add(server);
}

describe.for(VERSIONS)('openssl in $version', ({ version, only }) => {
  const isTls13 = version === 'TLSv1.3';
  const limits = { minVersion: version as Version, maxVersion: version as Version };

  /** s_server takes a key for suites of SHA-256 alone, and has a certificate in addition. */
  function client(callback: ssl.PskClientCallback): ssl.SSLContext {
    const context = pskClient(only, callback);
    context.setCiphersuites('TLS_AES_128_GCM_SHA256');
    return context;
  }

  it('takes the key of our client', async (test) => {
    skipUnless(test, 'openssl');
    const gives = vi.fn(givesKey);
    const server = await startOpensslWithKey(version, KEY);
    const socket = await connect(server.port, client(gives));
    expect(gives.mock.calls).toEqual([[isTls13 ? null : HINT]]);
    expect([socket.version(), socket.sessionReused]).toEqual([version, isTls13]);
    expect(socket.getpeercert({ binaryForm: true })).toBeNull();
    socket.write('desrever\n');
    expect(String((await nextEvent(socket, 'data'))[0])).toBe('reversed\n');
    socket.end();
    await watch(socket).closed();
  });

  it('refuses a wrong key of our client', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslWithKey(version, WRONG_KEY);
    const { reason } = (await rejection(connect(server.port, client(givesKey)))) as ssl.SSLError;
    // OpenSSL 3.0 still calls a wrong binder an illegal parameter.
    const reasons = isTls13 ? /DECRYPT_ERROR|ILLEGAL_PARAMETER/ : /ALERT_BAD_RECORD_MAC/;
    expect(reason).toMatch(reasons);
  });

  it('goes on with its certificate when our client offers no key', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslWithKey(version, KEY);
    const socket = connect(
      server.port,
      client(() => null),
    );
    if (isTls13) {
      expect((await socket).getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
      (await socket).destroy();
    } else {
      expect(await rejection(socket)).toEqual(sslError('PSK_IDENTITY_NOT_FOUND'));
    }
  });

  it('offers the key that our server knows', async (test) => {
    skipUnless(test, 'openssl');
    const knows = vi.fn(knowsKey);
    const { port, outcomes } = await serve(pskServer(only, knows, HINT));
    const psk = ['-psk', KEY.toString('hex'), '-psk_identity', IDENTITY];
    const seen = await connectOpenssl({
      port,
      verify: false,
      ...limits,
      ...(isTls13 ? {} : { ciphers: 'PSK' }),
      send: Buffer.from('hello\n'),
      until: /HELLO/,
      extraArguments: psk,
    });
    expect(outcomes).toEqual(['hello\n']);
    expect(knows).toHaveBeenCalledExactlyOnceWith(IDENTITY);
    expect(seen).toMatchObject({ version, reused: isTls13, peerCommonName: null, exitCode: 0 });
    if (!isTls13) expect(seen.stdout).toContain(`PSK identity hint: ${HINT}`);
  });

  it.for([
    ['a wrong key', WRONG_KEY, IDENTITY, WRONG[version as Version].server],
    ['an unknown identity', KEY, 'somebody', UNKNOWN[version as Version]],
  ] as const)('is refused for %s', async ([_what, key, identity, reason], test) => {
    skipUnless(test, 'openssl');
    const { port, outcomes } = await serve(pskServer(only));
    const seen = await connectOpenssl({
      port,
      verify: false,
      ...limits,
      ...(isTls13 ? {} : { ciphers: 'PSK' }),
      extraArguments: ['-psk', key.toString('hex'), '-psk_identity', identity],
    });
    expect(seen.exitCode).not.toBe(0);
    await eventually(() => outcomes.length > 0, { what: 'the end of a connection' });
    expect(outcomes).toEqual([sslError(reason)]);
  });
});

describe('openssl that renegotiates', () => {
  it('is given the key of our client again', async (test) => {
    skipUnless(test, 'openssl');
    const gives = vi.fn(givesKey);
    // Otherwise it would resume the session.
    const server = await startOpensslWithKey('TLSv1.2', KEY, {
      more: ['-no_ticket', '-no_cache'],
      plain: true,
    });
    const socket = await connect(server.port, pskClient(psk12, gives));
    const { chunks } = watch(socket);
    server.child.stdin.write('r\n'); // its command for it
    await eventually(() => gives.mock.calls.length === 2, { what: 'a renegotiation' });
    server.child.stdin.write('after\n');
    await eventually(() => String(Buffer.concat(chunks)) === 'after\n', { what: 'data after it' });
    expect(gives.mock.calls).toEqual([[HINT], [HINT]]);
    socket.destroy();
  });
});

describe('node:tls in TLSv1.2', () => {
  const options = { maxVersion: 'TLSv1.2', ciphers: 'PSK' } as const;

  async function startServer(pskCallback: () => Buffer | null): Promise<number> {
    const server = tls.createServer({ ...options, pskCallback, pskIdentityHint: HINT }, (socket) =>
      socket.on('error', () => undefined).end('served'),
    );
    cleanup.add({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    return listening(server);
  }

  function connectNode(port: number, psk: Buffer, identity: string): tls.TLSSocket {
    return tls.connect({
      ...options,
      port,
      host: '127.0.0.1',
      pskCallback: (hint) => (hint === HINT ? { psk, identity } : null),
      checkServerIdentity: () => undefined,
    });
  }

  it('takes the key of our client', async () => {
    const [gives, theirs] = [vi.fn(givesKey), vi.fn(() => KEY)];
    const socket = await connect(await startServer(theirs), pskClient(psk12, gives));
    expect(String(await collect(socket))).toBe('served');
    expect(gives).toHaveBeenCalledExactlyOnceWith(HINT);
    expect(theirs).toHaveBeenCalledExactlyOnceWith(expect.anything(), IDENTITY);
  });

  it.for([
    ['a wrong key', WRONG_KEY, WRONG['TLSv1.2'].client],
    ['an unknown identity', null, 'TLSV1_ALERT_UNKNOWN_PSK_IDENTITY'],
  ] as const)('refuses %s of our client', async ([_what, key, reason]) => {
    const port = await startServer(() => key);
    expect(await rejection(connect(port, pskClient(psk12)))).toEqual(sslError(reason));
  });

  it('offers the key that our server knows', async () => {
    const { port, outcomes } = await serve(pskServer(psk12, knowsKey, HINT));
    const socket = connectNode(port, KEY, IDENTITY);
    await nextEvent(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.write('hello');
    expect(String(await collect(socket))).toBe('HELLO');
    expect(outcomes).toEqual(['hello']);
  });

  it.for([
    ['a wrong key', WRONG_KEY, IDENTITY, 'RECORD_LAYER_FAILURE', /BAD_RECORD_MAC/],
    ['an unknown identity', KEY, 'somebody', 'PSK_IDENTITY_NOT_FOUND', /UNKNOWN_PSK_IDENTITY/],
  ] as const)('is refused for %s', async ([_what, key, identity, reason, theirs]) => {
    const { port, outcomes } = await serve(pskServer(psk12, knowsKey, HINT));
    const socket = connectNode(port, key, identity);
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    expect(error.code).toMatch(theirs);
    expect(outcomes).toEqual([sslError(reason)]);
  }); // prettier-ignore
});

/** `side` is how Python takes part: the callback's result is given, and what it was called with returned. */
const PYTHON = `
import socket, ssl

def main(input):
    if not getattr(ssl, "HAS_PSK", False):
        return None
    server_side = input["side"] == "server"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT)
    if not server_side:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if input["version"] == "TLSv1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("PSK")
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    key, calls = bytes.fromhex(input["key"]), []
    def client(hint):
        calls.append(hint)
        return input["identity"], key
    def server(identity):
        calls.append(identity)
        return key
    if server_side:
        context.set_psk_server_callback(server, input["hint"])
    else:
        context.set_psk_client_callback(client)
    plain = socket.create_connection(("127.0.0.1", input["port"]), 10)
    with context.wrap_socket(plain, server_side=server_side) as connection:
        connection.sendall(b"hello")
        return [calls, connection.recv(100).decode(), connection.session_reused]
`;

describe.for(VERSIONS)('Python in $version', ({ version, only }) => {
  const isTls13 = version === 'TLSv1.3';
  const question = { version, key: KEY.toString('hex'), identity: IDENTITY, hint: HINT };
  type Answer = [calls: unknown[], text: string, reused: boolean] | null;

  it('offers the key that our server knows', async (test) => {
    skipUnless(test, 'python3');
    const { port, outcomes } = await serve(pskServer(only, knowsKey, HINT));
    const python = await thePython();
    const theirs = await python.run<Answer>(PYTHON, { ...question, port, side: 'client' });
    if (theirs === null) return test.skip('needs a python3 whose ssl has PSK (3.13)');
    expect(theirs).toEqual([[isTls13 ? null : HINT], 'HELLO', isTls13]);
    expect(outcomes[0]).toBe('hello');
  });

  it('takes the key of our client', async (test) => {
    skipUnless(test, 'python3');
    const gives = vi.fn(givesKey);
    // Python connects, and then plays the server.
    const listener = createNetServer();
    cleanup.add({ close: () => new Promise<void>((resolve) => listener.close(() => resolve())) });
    const plain = nextEvent(listener, 'connection');
    const input = { ...question, port: await listening(listener), side: 'server' };
    const theirs = (await thePython()).run<Answer>(PYTHON, input);
    const absent = await Promise.race([
      plain.then(() => false),
      theirs.then((answer) => answer === null),
    ]);
    if (absent) {
      plain.catch(() => undefined);
      return test.skip('needs a python3 whose ssl has PSK (3.13)');
    }
    const [transport] = (await plain) as [Socket];
    const socket = pskClient(only, gives).wrapSocket(transport, { serverHostname: 'localhost' });
    const story = watch(socket);
    socket.end('HELLO');
    expect(await theirs).toEqual([[IDENTITY], 'HELLO', isTls13]);
    expect(String(Buffer.concat((await story.closed()).chunks))).toBe('hello');
    expect(gives).toHaveBeenCalledExactlyOnceWith(isTls13 ? null : HINT);
  });
});
