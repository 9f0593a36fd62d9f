// A server's socket before its client has sent anything. Its native connection does not exist yet, which nothing but the
// memory may show: every question, setting, end and failure is as with a connection that was made at once.
import { once } from 'node:events';
import { connect as connectNet, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import { runModule } from '../../helpers/run-module.js';
import { discard, rejection, tcpPair, watch } from '../../helpers/tls-pair.js';
import { outcomeOf, silent, speak, turn, wake, type Silent } from '../support/silent-client.js';

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
  'its own context that is set': (socket) =>
    Object.assign(socket, { context: socket.context }) === socket,
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
      const clients = [await speak(dormant), await speak(awake)];
      for (const client of clients) expect(client.version()).toBe('TLSv1.3');
      for (const { server } of [dormant, awake]) server.destroy();
      await turn();
      const closed = outcomeOf(() => ask(awake.server));
      expect(outcomeOf(() => ask(dormant.server))).toEqual(closed);
      for (const client of clients) discard(client);
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
    // By far: some 8 and 43 kB for each connection.
    expect(awake).toBeGreaterThan(1000 * 20_000);
    expect(dormant).toBeLessThan(awake);
  });

  it('is collected when no reference to it is left, although its context lives', async () => {
    const context = await pkiServerContext();
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

  it('over TCP is clean for destroy and end, and reports a reset', async () => {
    for (const end of ['destroy', 'end', 'reset'] as const) {
      const context = await pkiServerContext();
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
    const listener = ssl.createServer({ context: await pkiServerContext(), handshakeTimeout: 30 });
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
    const server = (await pkiServerContext()).wrapSocket(far, { serverSide: true });
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
    const server = (await pkiServerContext()).wrapSocket(far, { serverSide: true });
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
    const server = (await pkiServerContext()).wrapSocket(far, {
      serverSide: true,
      doHandshakeOnConnect: false,
    });
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await sleep(5);
    await Promise.all([client.doHandshake(), server.doHandshake()]);
    expect(server.version()).toBe('TLSv1.3');
    discard(client, server);
  });

  it('wakes hundreds of connections of one context, one by one and all at once', async () => {
    const context = await pkiServerContext();
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
