// A server's socket before its client has sent anything. Its native connection does not exist yet, which nothing but the
// memory may show: every question, setting, end and failure is as with a connection that was made at once.
import { once } from 'node:events';
import { connect as connectNet, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { duplexPair } from '../helpers/duplex-pair.js';
import { runModule } from '../helpers/run-module.js';
import { testPki } from '../helpers/test-pki.js';
import {
  clientContext,
  discard,
  rejection,
  serverContext,
  tcpPair,
  watch,
} from '../helpers/tls-pair.js';

const { localhost, localhostRsa, caPem } = await testPki();
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A change of the context that changes nothing: its connections are made before it. */
function wake(context: ssl.SSLContext): void {
  context.numTickets = Number(context.numTickets);
}

interface Silent {
  readonly context: ssl.SSLContext;
  readonly server: ssl.SSLSocket;
  readonly near: ReturnType<typeof duplexPair>[0];
}

/** A server's socket whose handshake has begun, and whose client is silent. */
async function silent(
  options: ssl.WrapSocketOptions = {},
  given?: ssl.SSLContext,
): Promise<Silent> {
  const context = given ?? (await serverContext());
  const [near, far] = duplexPair();
  const server = context.wrapSocket(far, { serverSide: true, ...options });
  await turn();
  return { context, server, near };
}

/** Has a client connect at last. */
async function speak({ server, near }: Pick<Silent, 'server' | 'near'>): Promise<ssl.SSLSocket> {
  const client = (await clientContext()).wrapSocket(near, { serverHostname: 'localhost' });
  client.on('error', () => undefined); // of an end without close_notify
  await Promise.all([client.doHandshake(), server.doHandshake()]);
  return client;
}

type Outcome = { readonly value: unknown } | { readonly error: object };

function outcomeOf(ask: () => unknown): Outcome {
  try {
    return { value: ask() };
  } catch (error) {
    const { name, message, code, reason } = error as ssl.SSLError;
    return { error: { name, message, code, reason } };
  }
}

const QUESTIONS: Readonly<Record<string, (socket: ssl.SSLSocket) => unknown>> = {
  version: (socket) => socket.version(),
  cipher: (socket) => socket.cipher(),
  sharedCiphers: (socket) => socket.sharedCiphers(),
  group: (socket) => socket.group(),
  serverSigalg: (socket) => socket.serverSigalg(),
  clientSigalg: (socket) => socket.clientSigalg(),
  compression: (socket) => socket.compression(),
  selectedAlpnProtocol: (socket) => socket.selectedAlpnProtocol(),
  selectedNpnProtocol: (socket) => socket.selectedNpnProtocol(),
  pending: (socket) => socket.pending(),
  getpeercert: (socket) => socket.getpeercert(),
  'getpeercert in DER': (socket) => socket.getpeercert({ binaryForm: true }),
  getVerifiedChain: (socket) => socket.getVerifiedChain(),
  getUnverifiedChain: (socket) => socket.getUnverifiedChain(),
  'getChannelBinding tls-unique': (socket) => socket.getChannelBinding(),
  'getChannelBinding tls-exporter': (socket) => socket.getChannelBinding('tls-exporter'),
  'getChannelBinding tls-server-end-point': (socket) =>
    socket.getChannelBinding('tls-server-end-point'),
  exportKeyingMaterial: (socket) => socket.exportKeyingMaterial(32, 'EXPERIMENTAL test'),
  session: (socket) => socket.session,
  sessionReused: (socket) => socket.sessionReused,
  serverSide: (socket) => socket.serverSide,
  serverHostname: (socket) => socket.serverHostname,
  servername: (socket) => socket.servername,
  encrypted: (socket) => socket.encrypted,
  authorized: (socket) => socket.authorized,
  authorizationError: (socket) => socket.authorizationError,
  alpnProtocol: (socket) => socket.alpnProtocol,
  getPeerCertificate: (socket) => socket.getPeerCertificate(),
  address: (socket) => socket.address(),
  bytesWritten: (socket) => socket.bytesWritten,
  read: (socket) => socket.read(),
  'a session that is set': (socket) => (socket.session = null as never),
  'its own context that is set': (socket) => (socket.context = socket.context),
  'something else that is set as context': (socket) => (socket.context = 1 as never),
};

describe('A server socket before the first byte', () => {
  it.each(Object.entries(QUESTIONS))(
    'answers as one that was made at once: %s',
    async (_name, ask) => {
      const dormant = await silent();
      const awake = await silent();
      wake(awake.context);
      const expected = outcomeOf(() => ask(awake.server));
      expect(outcomeOf(() => ask(dormant.server))).toEqual(expected);
      const client = await speak(dormant);
      expect(client.version()).toBe('TLSv1.3');
      for (const { server } of [dormant, awake]) server.destroy();
      await turn();
      const closed = outcomeOf(() => ask(awake.server));
      expect(outcomeOf(() => ask(dormant.server))).toEqual(closed);
      discard(client);
    },
  );

  it.each(Object.entries(QUESTIONS))(
    'answers after a close as any other: %s',
    async (_name, ask) => {
      const [dormant, awake] = [await silent(), await silent()];
      wake(awake.context);
      for (const { server } of [dormant, awake]) server.destroy();
      await turn();
      const expected = outcomeOf(() => ask(awake.server));
      expect(outcomeOf(() => ask(dormant.server))).toEqual(expected);
    },
  );

  it('answers so with nothing and null where there is nothing', async () => {
    const { server } = await silent();
    expect([server.version(), server.cipher(), server.session, server.pending()]).toEqual([
      null,
      null,
      null,
      0,
    ]);
    expect(() => server.getpeercert()).toThrow('handshake not done yet');
    discard(server);
  });

  it.each([true, false])(
    'refuses to ask for a certificate, doHandshakeOnConnect %s',
    async (doHandshakeOnConnect) => {
      const outcomes = [];
      for (const isAwake of [false, true]) {
        const { server, context } = await silent({ doHandshakeOnConnect });
        server.on('error', () => undefined);
        if (isAwake) wake(context);
        outcomes.push(outcomeOf(() => server.verifyClientPostHandshake()));
        discard(server);
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      expect(outcomes[0]).toHaveProperty('error');
    },
  );

  it('takes little memory, and what any other takes once it is needed', async () => {
    const code = `
      import { Duplex } from 'node:stream';
      import * as ssl from 'hermetic-ssl/ssl';
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      const sockets = [];
      const grown = async (act) => {
        const before = process.memoryUsage().rss;
        act();
        await new Promise((resolve) => setImmediate(resolve)); // handshakes begin
        return process.memoryUsage().rss - before;
      };
      const make = () => {
        const transport = new Duplex({ read() {}, write(chunk, encoding, done) { done(); } });
        sockets.push(context.wrapSocket(transport, { serverSide: true }));
      };
      for (let i = 0; i < 50; i += 1) make();
      const dormant = await grown(() => {
        for (let i = 0; i < 1000; i += 1) make();
      });
      const awake = await grown(() => {
        context.numTickets = 2;
      });
      console.log(JSON.stringify({ dormant, awake }));
      process.exit(0);`;
    const { stdout } = await runModule(code);
    const { dormant, awake } = JSON.parse(stdout) as { dormant: number; awake: number };
    // By far: some 8 and 45 KB for each connection.
    expect(awake).toBeGreaterThan(1000 * 20_000);
    expect(dormant).toBeLessThan(awake);
  });

  it('is collected when nobody holds it, although its context lives', async () => {
    const context = await serverContext();
    const sockets: WeakRef<ssl.SSLSocket>[] = [];
    for (let i = 0; i < 100; i += 1) sockets.push(new WeakRef((await silent({}, context)).server));
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    for (let i = 0; i < 3; i += 1) {
      gc();
      await sleep(1);
    }
    expect(sockets.filter((socket) => socket.deref() !== undefined).length).toBeLessThan(10);
    wake(context);
  });
});

/** The leaf that a client is shown. */
const shown = (client: ssl.SSLSocket): Buffer | undefined => client.getUnverifiedChain()[0];

describe('A change of the context after the connection was made', () => {
  const { certPem: cert, keyPem: key, certDer } = localhostRsa;

  it.each<[string, (context: ssl.SSLContext) => unknown]>([
    ['replaceCertChains', (context) => context.replaceCertChains([{ cert, key }])],
    ['replaceCertChainsAsync', (context) => context.replaceCertChainsAsync([{ cert, key }])],
  ])('does not change its certificate: %s', async (_name, change) => {
    const dormant = await silent();
    await change(dormant.context);
    const client = await speak(dormant);
    expect(shown(client)).toEqual(localhost.certDer);
    const later = await silent({}, dormant.context);
    const second = await speak(later);
    expect(shown(second)).toEqual(certDer);
    discard(client, dormant.server, second, later.server);
  });

  it('does not add a certificate to it: loadCertChain', async () => {
    const dormant = await silent();
    dormant.context.loadCertChain({ cert, key });
    const only = await clientContext();
    only.setServerSigalgs('rsa_pss_rsae_sha256');
    dormant.server.on('error', () => undefined);
    const client = only.wrapSocket(dormant.near, { serverHostname: 'localhost' });
    client.on('error', () => undefined);
    await expect(client.doHandshake()).rejects.toBeInstanceOf(Error);
    discard(client, dormant.server);
  });

  it('does not change its versions, and what it demands, asks or tells', async () => {
    const { context, server, near } = await silent();
    const calls: string[] = [];
    const called = (name: string) => (): undefined => void calls.push(name);
    context.maximumVersion = ssl.TLSVersion.TLSv1_2;
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = ssl.CERT_REQUIRED;
    context.sniCallback = called('sniCallback');
    context.msgCallback = called('msgCallback');
    context.verifyCallback = called('verifyCallback');
    context.setPskServerCallback(() => (calls.push('psk'), Buffer.alloc(16, 1)));
    const client = (await clientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await Promise.all([client.doHandshake(), server.doHandshake()]);
    expect(client.version()).toBe('TLSv1.3');
    expect(server.getpeercert()).toBeNull();
    expect(calls).toEqual([]);
    discard(client, server);
  });

  it('is seen where it came before', async () => {
    const context = await serverContext();
    const asked: (string | null)[] = [];
    context.sniCallback = (_peer, name) => void asked.push(name);
    context.maximumVersion = ssl.TLSVersion.TLSv1_2;
    const dormant = await silent({}, context);
    const client = await speak(dormant);
    expect([client.version(), asked]).toEqual(['TLSv1.2', ['localhost']]);
    discard(client, dormant.server);
  });
});

describe('Another context, set before the first byte', () => {
  it('is the one that the client meets', async () => {
    const dormant = await silent();
    dormant.server.context = await serverContext(localhostRsa);
    const client = await speak(dormant);
    expect(shown(client)).toEqual(localhostRsa.certDer);
    discard(client, dormant.server);
  });

  it.each([true, false])(
    'that brings verify settings is as before, doHandshakeOnConnect %s',
    async (doHandshakeOnConnect) => {
      const other = await serverContext(localhostRsa);
      other.bringsVerifySettings = true;
      const outcomes = [];
      for (const isAwake of [false, true]) {
        const { server, context } = await silent({ doHandshakeOnConnect });
        if (isAwake) wake(context);
        if (isAwake && doHandshakeOnConnect) await turn();
        outcomes.push(outcomeOf(() => (server.context = other) === other));
        discard(server);
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      // A handshake that has begun has decided what it demands.
      expect('error' in outcomes[0]!).toBe(doHandshakeOnConnect);
    },
  );
});

describe('The end before the first byte', () => {
  it('is an SSLEOFError when the client leaves', async () => {
    const { server, near } = await silent();
    const story = watch(server);
    near.end();
    await story.closed();
    expect(story.errors).toHaveLength(1);
    expect(story.errors[0]).toBeInstanceOf(ssl.SSLEOFError);
  });

  it('is the error of the transport when that fails', async () => {
    const { server } = await silent();
    const boom = new Error('boom');
    const story = watch(server);
    (server as unknown as { destroy(error: Error): void }).destroy(boom);
    await story.closed();
    expect(story.errors).toEqual([boom]);
  });

  it('over TCP is clean for destroy and end, and tells a reset', async () => {
    for (const end of ['destroy', 'end', 'reset'] as const) {
      const context = await serverContext();
      const [near, far] = await tcpPair();
      near.on('error', () => undefined);
      const server = context.wrapSocket(far, { serverSide: true });
      const story = watch(server);
      await turn();
      if (end === 'destroy') server.destroy();
      else if (end === 'end') {
        server.end();
        await turn();
        near.end();
      } else near.resetAndDestroy();
      await story.closed();
      expect(story.errors.length).toBe(end === 'destroy' ? 0 : 1);
      if (end === 'reset') expect(story.errors[0]).toMatchObject({ code: 'ECONNRESET' });
      discard(near);
    }
  });

  it('cannot be unwrapped', async () => {
    const { server } = await silent();
    const { server: awake, context } = await silent();
    wake(context);
    const [error, expected] = [await rejection(server.unwrap()), await rejection(awake.unwrap())];
    expect(error).toEqual(expected);
    expect(error).toMatchObject({ reason: 'SHUTDOWN_WHILE_IN_INIT' });
    discard(server, awake);
  });

  it('comes by the handshake timeout, on a socket and on a server', async () => {
    const { server } = await silent({ handshakeTimeout: 30 });
    const story = watch(server);
    await story.closed();
    expect(story.errors).toMatchObject([{ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' }]);
    const listener = ssl.createServer({ context: await serverContext(), handshakeTimeout: 30 });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const client = connectNet((listener.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    const [error] = (await once(listener, 'tlsClientError')) as [Error];
    expect(error).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
    listener.close();
    client.destroy();
  });

  it('is not brought by setTimeout, which reports', async () => {
    const [near, far] = await tcpPair();
    const server = (await serverContext()).wrapSocket(far, { serverSide: true });
    server.setTimeout(20);
    await once(server, 'timeout');
    const client = await speak({ server, near: near as never });
    expect(client.version()).toBe('TLSv1.3');
    discard(client, server);
  });
});

describe('The first byte', () => {
  it('may come alone', async () => {
    const [near, far] = duplexPair({ split: 1 });
    const server = (await serverContext()).wrapSocket(far, { serverSide: true });
    await turn();
    const client = await speak({ server, near });
    expect(client.version()).toBe('TLSv1.3');
    discard(client, server);
  });

  it('finds what was written before it', async () => {
    const dormant = await silent();
    dormant.server.write('written early');
    await turn();
    const client = await speak(dormant);
    const [chunk] = (await once(client, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('written early');
    discard(client, dormant.server);
  });

  it('may be no TLS', async () => {
    const { server, near } = await silent();
    const story = watch(server);
    near.write('GET / HTTP/1.0\r\n\r\n');
    await story.closed();
    expect(story.errors).toMatchObject([{ reason: 'HTTP_REQUEST' }]);
  });

  it('may be there before the handshake is asked for', async () => {
    const [near, far] = duplexPair();
    const server = (await serverContext()).wrapSocket(far, {
      serverSide: true,
      doHandshakeOnConnect: false,
    });
    const client = (await clientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await sleep(5);
    await Promise.all([client.doHandshake(), server.doHandshake()]);
    expect(server.version()).toBe('TLSv1.3');
    discard(client, server);
  });

  it('wakes hundreds of connections of one context, one by one and all at once', async () => {
    const context = await serverContext();
    const sockets: Silent[] = [];
    for (let i = 0; i < 150; i += 1) sockets.push(await silent({}, context));
    const firsts = await Promise.all(sockets.slice(0, 10).map(speak));
    for (const { server } of sockets.slice(10, 100)) server.destroy();
    wake(context);
    const others = await Promise.all(sockets.slice(140).map(speak));
    for (const client of [...firsts, ...others]) expect(client.version()).toBe('TLSv1.3');
    discard(...firsts, ...others, ...sockets.map(({ server }) => server));
  });
});
