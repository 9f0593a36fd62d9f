// What every public member of a connection answers after the connection is closed: node:tls and Python answer with nothing,
// and a listener for 'close' that asks must not end the process. The tables are checked against the prototypes.
import { Duplex } from 'node:stream';

import { afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from '../../helpers/collect.js';
import {
  VERSIONS,
  clientContext as plainClientContext,
  serverContext as plainServerContext,
  tls12,
  tls13,
} from '../../helpers/contexts.js';
import { connectedPair, makePair } from '../../helpers/make-pair.js';
import { testPki } from '../../helpers/test-pki.js';
import {
  discard,
  memoryPair,
  tcpTlsPair,
  watch,
  wrapBoth,
  tcpPair,
} from '../../helpers/tls-pair.js';

const { localhost, caPem, strangerAuthority, client: identity } = await testPki();

type Socket = ssl.SSLSocket;
type Either = ssl.SSLSocket | ssl.SSLObject;

const open: Socket[] = [];
afterEach(() => discard(...(open.splice(0) as [Socket, Socket])));

/** An error that is expected, by its code. */
const fails = (code: string) => ({ fails: code });
const CLOSED = fails('ERR_INVALID_STATE');

type Row = readonly [ask: (peer: never) => unknown, answer: unknown];
type Table = Readonly<Record<string, Row>>;
const row = (ask: Row[0], answer: unknown): Row => [ask, answer];

/** Of SSLSocket and SSLObject. The comments say what node:tls and Python answer, where they have the member. */
const INFORMATION: Table = {
  context: row((peer: Either) => peer.context instanceof ssl.SSLContext, true), // Python: the context
  'set context': row((peer: Either) => (peer.context = anyContext), CLOSED),
  serverSide: row(({ serverSide }: Either) => typeof serverSide, 'boolean'),
  serverHostname: row((peer: Either) => peer.serverHostname, (peer: Either) => (peer.serverSide ? null : 'localhost')),
  version: row((peer: Either) => peer.version(), null), // node:tls null, Python None
  cipher: row((peer: Either) => peer.cipher(), null), // Python None
  sharedCiphers: row((peer: Either) => peer.sharedCiphers(), null), // Python None
  group: row((peer: Either) => peer.group(), null),
  serverSigalg: row((peer: Either) => peer.serverSigalg(), null),
  clientSigalg: row((peer: Either) => peer.clientSigalg(), null),
  compression: row((peer: Either) => peer.compression(), null),
  selectedAlpnProtocol: row((peer: Either) => peer.selectedAlpnProtocol(), null),
  selectedNpnProtocol: row((peer: Either) => peer.selectedNpnProtocol(), null),
  pending: row((peer: Either) => peer.pending(), 0),
  getpeercert: row((peer: Either) => [peer.getpeercert(), peer.getpeercert({ binaryForm: true })], [null, null]), // node:tls null
  getVerifiedChain: row((peer: Either) => peer.getVerifiedChain(), []),
  getUnverifiedChain: row((peer: Either) => peer.getUnverifiedChain(), []),
  getChannelBinding: row((peer: Either) => ssl.CHANNEL_BINDING_TYPES.map((type) => peer.getChannelBinding(type)), [null, null, null]),
  exportKeyingMaterial: row((peer: Either) => peer.exportKeyingMaterial(8, 'EXPERIMENTAL'), CLOSED), // node:tls throws
  verifyClientPostHandshake: row((peer: Either) => peer.verifyClientPostHandshake(), CLOSED),
  session: row((peer: Either) => peer.session, null), // node:tls getSession() null, Python None
  'set session': row((peer: Either) => (peer.session = anySession), CLOSED),
  sessionReused: row((peer: Either) => typeof peer.sessionReused, 'boolean'), // its value: below
}; // prettier-ignore

const SOCKET: Table = {
  ...INFORMATION,
  doHandshake: row((socket: Socket) => socket.doHandshake().then(() => 'done', (error: Error) => error.constructor.name.replace(/^.*Error$/, 'Error')), 'Error'),
  unwrap: row((socket: Socket) => socket.unwrap(), CLOSED),
  read: row((socket: Socket) => socket.read(), null),
  write: row((socket: Socket) => socket.write('x'), false),
  end: row((socket: Socket) => socket.end() === socket, true),
  encrypted: row((socket: Socket) => socket.encrypted, true),
  authorized: row((socket: Socket) => socket.authorized, false),
  authorizationError: row((socket: Socket) => socket.authorizationError, null),
  alpnProtocol: row((socket: Socket) => socket.alpnProtocol, false),
  servername: row((socket: Socket) => typeof socket.servername, expect.stringMatching(/string|boolean/)), // its value: below
  getPeerCertificate: row((socket: Socket) => socket.getPeerCertificate(), {}),
  connecting: row((socket: Socket) => socket.connecting, false),
  remoteAddress: row((socket: Socket) => typeof socket.remoteAddress, expect.stringMatching(/string|undefined/)),
  remoteFamily: row((socket: Socket) => typeof socket.remoteFamily, expect.stringMatching(/string|undefined/)),
  remotePort: row((socket: Socket) => typeof socket.remotePort, expect.stringMatching(/number|undefined/)),
  localAddress: row((socket: Socket) => typeof socket.localAddress, expect.stringMatching(/string|undefined/)),
  localFamily: row((socket: Socket) => typeof socket.localFamily, expect.stringMatching(/string|undefined/)),
  localPort: row((socket: Socket) => typeof socket.localPort, expect.stringMatching(/number|undefined/)),
  bytesRead: row((socket: Socket) => typeof socket.bytesRead, expect.stringMatching(/number|undefined/)),
  bytesWritten: row((socket: Socket) => typeof socket.bytesWritten, expect.stringMatching(/number|undefined/)),
  timeout: row((socket: Socket) => socket.timeout, undefined),
  address: row((socket: Socket) => typeof socket.address(), 'object'),
  setTimeout: row((socket: Socket) => socket.setTimeout(0) === socket, true),
  destroySoon: row((socket: Socket) => socket.destroySoon(), undefined),
  setNoDelay: row((socket: Socket) => socket.setNoDelay() === socket, true),
  setKeepAlive: row((socket: Socket) => socket.setKeepAlive() === socket, true),
  ref: row((socket: Socket) => socket.ref() === socket, true),
  transportKind: row((socket: Socket) => ['duplex', 'native'].includes(socket.transportKind), true),
  unref: row((socket: Socket) => socket.unref() === socket, true),
}; // prettier-ignore

/** Not part of the public types. */
const INTERNAL = new Set([
  'constructor',
  'failHandshake',
  '_read',
  '_writev',
  '_final',
  '_destroy',
]);

function membersOf(prototype: object, end: object): string[] {
  const names = new Set<string>();
  for (let at = prototype; at !== end; at = Object.getPrototypeOf(at) as object)
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (INTERNAL.has(name)) continue;
      names.add(name);
      if ('get' in member && member.set !== undefined) names.add(`set ${name}`);
    }
  return [...names].toSorted();
}

const pair = connectedPair({
  client: plainClientContext(caPem, tls12),
  server: plainServerContext(localhost),
});
const anySession = pair.client.session!;
const anyContext = new ssl.SSLContext(ssl.PROTOCOL_TLS); // of either end

/** Asks a member; a promise's rejection counts as what it throws. */
async function answerOf(ask: Row[0], peer: Either): Promise<unknown> {
  try {
    return await ask(peer as never);
  } catch (error) {
    return { fails: (error as NodeJS.ErrnoException).code };
  }
}

async function answers(table: Table, peer: Either): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, [ask]] of Object.entries(table)) found[name] = await answerOf(ask, peer);
  return found;
}

const expected = (table: Table, peer: Either): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([name, [, answer]]) => [
      name,
      typeof answer === 'function' ? (answer as (peer: Either) => unknown)(peer) : answer,
    ]),
  );

it('the tables have every public member', () => {
  expect(Object.keys(SOCKET).toSorted()).toEqual(
    membersOf(ssl.SSLSocket.prototype, Duplex.prototype),
  );
  expect(membersOf(ssl.SSLObject.prototype, Object.prototype)).toEqual(
    [...Object.keys(INFORMATION), 'doHandshake', 'read', 'write', 'unwrap'].toSorted(),
  );
});

/** Waits for the close, also after an error. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

async function tcp(): Promise<Socket[]> {
  const { client, server } = await tcpTlsPair();
  open.push(client, server);
  watch(client);
  watch(server);
  return [client, server];
}

/** Ways to an end; each gives the sockets that are closed. */
const ENDS: Readonly<Record<string, () => Promise<Socket[]>>> = {
  'destroyed by this end, the other one ended by it': async () => {
    const [client, server] = (await tcp()) as [Socket, Socket];
    client.destroy();
    await Promise.all([closed(client), closed(server)]);
    return [client, server];
  },
  'ended by both': async () => {
    const [client, server] = (await tcp()) as [Socket, Socket];
    client.end('x');
    server.end('y');
    await Promise.all([closed(client), closed(server)]);
    return [client, server];
  },
  'destroyed with an error, over memory': async () => {
    const { client, server } = await memoryPair();
    for (const socket of [client, server]) socket.on('error', () => undefined).destroy(new Error('x'));
    await Promise.all([closed(client), closed(server)]);
    return [client, server];
  },
  'a handshake that failed': async () => {
    const theirs = plainServerContext(localhost);
    const contexts = { clientContext: plainClientContext(strangerAuthority.certPem), serverContext: theirs };
    const { client, server } = await wrapBoth(await tcpPair(), contexts);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    await Promise.all([closed(client), closed(server)]);
    return [client, server];
  },
  'a handshake that never began': async () => {
    const options = { client: { doHandshakeOnConnect: false }, server: { doHandshakeOnConnect: false } };
    const { client, server } = await wrapBoth(await tcpPair(), options);
    for (const socket of [client, server]) socket.on('error', () => undefined).destroy();
    await Promise.all([closed(client), closed(server)]);
    return [client, server];
  },
}; // prettier-ignore

describe('every public member of SSLSocket', () => {
  it.each(Object.keys(ENDS))('answers after %s', async (end) => {
    for (const socket of await ENDS[end]!())
      expect(await answers(SOCKET, socket)).toEqual(expected(SOCKET, socket));
  });

  it("answers inside a listener for 'close', and a program that asks goes on", async () => {
    const [client, server] = (await tcp()) as [Socket, Socket];
    const asked = new Promise<Record<string, unknown>>((resolve) =>
      client.on('close', () => void answers(SOCKET, client).then(resolve)),
    );
    server.end();
    client.end();
    expect(await asked).toEqual(expected(SOCKET, client));
  });

  it('answers after unwrap, about TLS as after a close', async () => {
    const [client, server] = (await tcp()) as [Socket, Socket];
    await Promise.all([client.unwrap(), server.unwrap()]);
    for (const socket of [client, server])
      expect(await answers(INFORMATION, socket)).toEqual(expected(INFORMATION, socket));
  });
});

describe('after unwrap by both ends, SSLObject', () => {
  it.each(VERSIONS)('still answers about the connection, as in Python, in %s', (_name, only) => {
    const { client, server } = connectedPair({
      client: plainClientContext(caPem, only),
      server: plainServerContext(localhost),
    });
    const before = [client.version(), client.cipher(), client.getpeercert(), client.group()];
    expect(() => client.unwrap()).toThrow(ssl.SSLWantReadError);
    server.unwrap();
    client.unwrap();
    expect([client.version(), client.cipher(), client.getpeercert(), client.group()]).toEqual(
      before,
    );
    expect(() => client.session).not.toThrow();
    for (const [name, [ask]] of Object.entries(INFORMATION)) {
      if (name.startsWith('set ') || name === 'verifyClientPostHandshake') continue;
      for (const peer of [client, server]) expect(() => ask(peer as never), name).not.toThrow();
    }
    expect(() => client.read()).toThrow(ssl.SSLZeroReturnError);
    expect(() => client.write(Buffer.from('x'))).toThrow(ssl.SSLError);
  });
});

describe('what stays as it was', () => {
  it.each(VERSIONS)('sessionReused, in %s', async (_name, only) => {
    const [ours, theirs] = [plainClientContext(caPem, only), plainServerContext(localhost)];
    const contexts = { clientContext: ours, serverContext: theirs };
    const first = await memoryPair(contexts);
    first.server.write('x');
    await nextEvent(first.client, 'data');
    const { session } = first.client;
    const second = await memoryPair({ ...contexts, client: { session } });
    for (const { client, server } of [first, second]) {
      for (const socket of [client, server]) socket.on('error', () => undefined).destroy();
      await Promise.all([closed(client), closed(server)]);
    }
    expect([first.client.sessionReused, first.server.sessionReused]).toEqual([false, false]);
    expect([second.client.sessionReused, second.server.sessionReused]).toEqual([true, true]);
  });

  it('servername on both ends', async () => {
    const [client, server] = (await tcp()) as [Socket, Socket];
    client.destroy();
    await Promise.all([closed(client), closed(server)]);
    expect([client.servername, server.servername]).toEqual(['localhost', 'localhost']);
  });
});

describe('servername of a server', () => {
  const cases = [
    ['a name', 'localhost', 'localhost'],
    ['a name with its dot', 'LocalHost.', 'localhost'],
    ['an address', '127.0.0.1', false],
    ['no name', null, false],
  ] as const;

  describe.each([['TLSv1.2', tls12], ['TLSv1.3', tls13]] as const)('in %s', (_name, only) => {
    it.each(cases)('is what was asked for, without a callback: %s', async (_what, serverHostname, name) => {
      const ours = plainClientContext(caPem, only);
      ours.checkHostname = false;
      const contexts = { clientContext: ours, serverContext: plainServerContext(localhost) };
      const { client, server } = await memoryPair({ ...contexts, client: { serverHostname } });
      open.push(client, server);
      expect(server.servername).toBe(name);
    });

    it.each(cases)('is what was asked for, with a callback that waits: %s', async (_what, serverHostname, name) => {
      const ours = plainClientContext(caPem, only);
      ours.checkHostname = false;
      const seen: unknown[] = [];
      const theirs = plainServerContext(localhost);
      theirs.sniCallback = async (socket, asked) => {
        seen.push(asked, (socket as Socket).servername);
        await Promise.resolve();
        return undefined;
      };
      const { client, server } = await memoryPair({ clientContext: ours, serverContext: theirs, client: { serverHostname } });
      open.push(client, server);
      expect(server.servername).toBe(name);
      expect(seen).toEqual([name === false ? null : name, name]);
    });

    it('is that of the resumed connection, with the session of the name with and without a dot', async () => {
      const contexts = { clientContext: plainClientContext(caPem, only), serverContext: plainServerContext(localhost) };
      const first = await memoryPair({ ...contexts, client: { serverHostname: 'localhost.' } });
      first.server.write('x');
      await nextEvent(first.client, 'data');
      const { session } = first.client;
      const second = await memoryPair({ ...contexts, client: { session, serverHostname: 'localhost' } });
      open.push(first.client, first.server, second.client, second.server);
      expect([second.client.sessionReused, second.server.servername]).toEqual([true, 'localhost']);
      const stored = ssl.SSLSession.deserialize(session!.serialize(), contexts.clientContext);
      const third = makePair({ client: contexts.clientContext, server: contexts.serverContext, serverHostname: 'LOCALHOST.', session: stored });
      expect(third.client.serverHostname).toBe('localhost');
    });
  }); // prettier-ignore
});

it('a client certificate is asked for and gone after the close', async () => {
  const [ours, theirs] = [plainClientContext(caPem), plainServerContext(localhost)];
  theirs.verifyMode = ssl.CERT_REQUIRED;
  theirs.loadVerifyLocations({ cadata: caPem });
  ours.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  const { client, server } = await memoryPair({ clientContext: ours, serverContext: theirs });
  expect(server.getpeercert()).toMatchObject({ subject: expect.anything() as object });
  for (const socket of [client, server]) socket.on('error', () => undefined).destroy();
  expect(server.getpeercert()).toBeNull();
});
