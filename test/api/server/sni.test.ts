// Several host names on one port: what sniCallback may answer, and what the client sees of it.
import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { connectNode } from '../../helpers/node-tls.js';
import { listening } from '../../helpers/tls-pair.js';
import { testPki } from '../../helpers/test-pki.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
afterAll(() => cleanup.run());

async function serve(callback: ssl.SniCallback, options: Partial<ssl.SSLServerOptions> = {}) {
  const context = await pkiServerContext();
  context.sniCallback = callback;
  const server = cleanup.add(ssl.createServer({ context, ...options }));
  server.on('secureConnection', (socket: ssl.SSLSocket) => {
    socket.on('error', () => undefined).end('hello');
  });
  return { server, context, port: await listening(server) };
}

async function ask(port: number, servername: string | null, maxVersion?: 'TLSv1.2' | 'TLSv1.3') {
  const { caPem } = await testPki();
  return connectNode({ port, servername, ca: caPem, verify: false, maxVersion, read: 'end' });
}

async function byName(): Promise<Record<string, ssl.SSLContext>> {
  const { example, wildcard } = await testPki();
  return {
    'example.com': await pkiServerContext(example),
    'a.example.com': await pkiServerContext(wildcard),
  };
}

describe('sniCallback', () => {
  it.each([
    ['at once', (answer: () => void): void | Promise<void> => answer()],
    [
      'by a promise',
      async (answer: () => void): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        answer();
      },
    ],
  ])('chooses the certificate by the name, %s', async (_how, decide) => {
    const contexts = await byName();
    const { port } = await serve((socket, name) =>
      decide(() => {
        if (name !== null && contexts[name]) socket.context = contexts[name];
      }),
    );
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const names = ['example.com', 'a.example.com', 'localhost', null];
      const facts = await Promise.all(names.map((name) => ask(port, name, version)));
      expect(facts.map(({ peerCommonName }) => peerCommonName)).toEqual([
        'example.com',
        '*.example.com',
        'localhost',
        'localhost',
      ]);
      expect(facts.map(({ received }) => received.toString())).toEqual(Array(4).fill('hello'));
    }
  });

  it('is given the SSLSocket, the name and the first context', async () => {
    const calls: unknown[][] = [];
    const { server, context, port } = await serve((...values) => void calls.push(values));
    const connected = nextEvent(server, 'secureConnection');
    await ask(port, 'localhost');
    const [socket] = await connected;
    expect(socket).toBeInstanceOf(ssl.SSLSocket);
    expect(calls).toEqual([[socket, 'localhost', context]]);
    expect(calls[0]?.[0]).toBe(socket);
  });

  it('is asked once although the client has to send a second ClientHello', async () => {
    const contexts = await byName();
    const names: unknown[] = [];
    const { context, port } = await serve((socket, name) => {
      names.push(name);
      socket.context = contexts['example.com']!;
    });
    // The client's first key share is for a group that the server does not have (RFC 8446, 2.1).
    context.setGroups('P-384');
    contexts['example.com']!.setGroups('P-384');
    const client = await pkiClientContext();
    client.setGroups('X25519:P-384');
    const socket = await ssl.connect({
      port,
      host: '127.0.0.1',
      serverHostname: 'example.com',
      context: client,
    });
    expect(socket.group()).toBe('secp384r1');
    expect(socket.getpeercert()?.subject).toEqual([[['commonName', 'example.com']]]);
    expect(names).toEqual(['example.com']);
    socket.destroy();
  });
});

const HANDSHAKE_FAILURE = /ALERT_HANDSHAKE_FAILURE/;

/** The last is how node:tls calls the alert: OpenSSL 3.5 and BoringSSL call some in another way. */
const refusals: [string, ssl.SniCallback, RegExp][] = [
  [
    'an alert',
    () => ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME,
    /TLSV1_(ALERT_)?UNRECOGNIZED_NAME/,
  ],
  ['access_denied', () => 49, /ALERT_ACCESS_DENIED/],
  ['a promise of an alert', () => Promise.resolve(49), /ALERT_ACCESS_DENIED/],
  [
    'an error thrown',
    () => {
      throw new Error('the callback broke');
    },
    HANDSHAKE_FAILURE,
  ],
  ['a promise rejected', () => Promise.reject(new Error('the callback broke')), HANDSHAKE_FAILURE],
  ['something else returned', () => 'yes' as never, /ALERT_INTERNAL_ERROR/],
  ['a number that is no alert', () => 300 as never, /ALERT_INTERNAL_ERROR/],
  ['true', () => true as never, /ALERT_INTERNAL_ERROR/],
];

describe.each(refusals)('A refusal by %s', (_name, callback, reason) => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'reaches a client of %s as an alert',
    async (version) => {
      const { server, port } = await serve(callback);
      const failed = nextEvent(server, 'tlsClientError');
      const { error } = await ask(port, 'localhost', version);
      expect(error).toMatchObject({ phase: 'handshake', kind: expect.stringMatching(reason) });
      const [problem, socket] = (await failed) as [ssl.SSLError, ssl.SSLSocket];
      expect(problem).toBeInstanceOf(ssl.SSLError);
      expect(problem.reason).toBe('CALLBACK_FAILED');
      expect(socket.destroyed).toBe(true);
      if (reason === HANDSHAKE_FAILURE)
        expect(problem.cause).toMatchObject({ message: 'the callback broke' });
    },
  );
});

describe('A sniCallback that takes long', () => {
  it('does not delay others: 200 other connections go on', async () => {
    let settle: () => void = () => undefined;
    const { port } = await serve((_socket, name) =>
      name === 'example.com' ? new Promise<void>((resolve) => (settle = resolve)) : undefined,
    );
    let isSlowDone = false;
    const slow = ask(port, 'example.com').finally(() => (isSlowDone = true));
    for (let batch = 0; batch < 10; batch += 1) {
      const facts = await Promise.all(Array.from({ length: 20 }, () => ask(port, 'localhost')));
      expect(facts.map(({ received }) => received.toString())).toEqual(Array(20).fill('hello'));
    }
    expect(isSlowDone).toBe(false);
    settle();
    expect((await slow).received.toString()).toBe('hello');
  });

  it('is cut by handshakeTimeout: the client gets internal_error, the server a typed error', async () => {
    const { server, port } = await serve(() => new Promise(() => undefined), {
      handshakeTimeout: 100,
    });
    const failed = nextEvent(server, 'tlsClientError');
    const { error } = await ask(port, 'localhost');
    expect(error?.kind).toContain('TLSV1_ALERT_INTERNAL_ERROR');
    expect((await failed)[0]).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
  });

  it('is given up at once when the client leaves', async () => {
    const { server, port } = await serve(() => new Promise(() => undefined));
    const failed = nextEvent(server, 'tlsClientError');
    const abort = new AbortController();
    const context = await pkiClientContext();
    const connecting = ssl.connect({ port, host: '127.0.0.1', context, signal: abort.signal });
    server.once('connection', () => setTimeout(() => abort.abort(), 50));
    await expect(connecting).rejects.toThrow(/abort/);
    expect((await failed)[0]).toBeInstanceOf(ssl.SSLError);
  });
});
