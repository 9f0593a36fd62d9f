// Which handshakes move to the pool by default: those that take long, while another one is under way.
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, describe, expect, it } from 'vitest';

import { nextEvent } from '../../helpers/collect.js';
import {
  clientContext,
  NO_CHANGE,
  serverContext,
  VERSIONS,
  type Change,
} from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import { countingServer, countMoves, nodeClient } from '../../helpers/handshake-moves.js';
import { testPki } from '../../helpers/test-pki.js';
import { discard, memoryPair, ready, wrapBoth } from '../../helpers/tls-pair.js';

const { root, client: clientIdentity, localhost, localhostRsa, caPem } = await testPki();
const LOCALHOST = { commonName: 'localhost', dns: ['localhost'] };
const localhostP384 = await root.issue({ ...LOCALHOST, key: 'ecdsa-p384' });
const localhostEd25519 = await root.issue({ ...LOCALHOST, key: 'ed25519' });

const cleanUps: (() => unknown)[] = [];
const cleanUp = () => Promise.all(cleanUps.splice(0).map((clean) => clean()));

afterEach(cleanUp);

async function serve(context: ssl.SSLContext) {
  const server = await countingServer(context);
  cleanUps.push(server.close);
  return server;
}

async function connect(port: number, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const client = await nodeClient(port, options);
  cleanUps.push(() => client.destroy());
  return client;
}

/** Begins a handshake that stays under way. Returns a function that ends it. */
async function stall(): Promise<() => void> {
  const [idle, far] = duplexPair();
  const waiting = serverContext(localhost).wrapSocket(far, { serverSide: true });
  const stalled = clientContext(caPem).wrapSocket(idle, { serverHostname: 'localhost' });
  const end = () => discard(waiting, stalled);
  cleanUps.push(end);
  far.isHeld = true; // the client's answer never arrives
  await sleep(50);
  return end;
}

/** Returns the session of a connection, which ends. */
async function newSession(port: number, options: tls.ConnectionOptions): Promise<Buffer> {
  const client = tls.connect({ port, host: '127.0.0.1', ca: caPem, ...options }).resume();
  cleanUps.push(() => client.destroy());
  const [session] = await nextEvent(client, 'session');
  return session as Buffer;
}

const TLS12: tls.ConnectionOptions = { maxVersion: 'TLSv1.2' };
const withoutTickets: Change = (context) => {
  context.options |= ssl.Options.OP_NO_TICKET;
};
const verifying =
  (verifyMode: 'CERT_REQUIRED' | 'CERT_OPTIONAL'): Change =>
  (context) => {
    context.verifyMode = ssl[verifyMode];
    context.loadVerifyLocations({ cadata: caPem });
  };
const ownCertificate = { key: clientIdentity.keyPem, cert: clientIdentity.certPem };

describe('handshakeThreads: auto', () => {
  it('keeps a single handshake at home', async () => {
    const { port, counts } = await serve(serverContext(localhostRsa));
    await connect(port);
    expect(counts).toEqual([{ moves: 0 }]);
    const end = await stall();
    await connect(port);
    end();
    await sleep(10);
    await connect(port);
    expect(counts).toEqual([{ moves: 0 }, { moves: 1 }, { moves: 0 }]);
  });

  it.each([
    ['RSA', localhostRsa, 1],
    ['P-256', localhost, 0],
    ['P-384', localhostP384, 1],
    ['Ed25519', localhostEd25519, 0],
  ])('moves what takes long while another one is under way: %s', async (_, identity, moves) => {
    const { port, counts } = await serve(serverContext(identity));
    await stall();
    await connect(port);
    await connect(port, TLS12);
    expect(counts).toEqual([{ moves }, { moves }]);
  });

  it.each([
    ['a ticket of TLS 1.3', NO_CHANGE, {}],
    ['a ticket of TLS 1.2', NO_CHANGE, TLS12],
    ['a session id', withoutTickets, TLS12],
  ])('keeps a resumed session at home: %s', async (_, change, options) => {
    const { port, counts } = await serve(serverContext(localhostRsa, change));
    const session = await newSession(port, options);
    await stall();
    const client = await connect(port, { ...options, session });
    expect(client.isSessionReused()).toBe(true);
    expect(counts).toEqual([{ moves: 0 }, { moves: 0 }]);
  });

  it('looks at the context that sniCallback has chosen', async () => {
    const context = serverContext(localhost);
    const rsa = serverContext(localhostRsa);
    context.sniCallback = (socket) => void (socket.context = rsa);
    const { port, counts } = await serve(context);
    await stall();
    await connect(port);
    expect(counts).toEqual([{ moves: 1 }]);
  });

  it('moves the verification of a client', async () => {
    const { port, counts } = await serve(serverContext(localhost, verifying('CERT_REQUIRED')));
    await stall();
    await connect(port, ownCertificate);
    await expect.poll(() => counts).toEqual([{ moves: 1 }]); // later than the client is connected
  });

  it.each([
    ['TLS 1.3', 'CERT_REQUIRED', {}],
    ['TLS 1.3', 'CERT_OPTIONAL', {}],
    ['TLS 1.2', 'CERT_REQUIRED', TLS12],
    ['TLS 1.2', 'CERT_OPTIONAL', TLS12],
  ] as const)(
    'keeps a resumed session at home although the server verifies clients: %s, %s',
    async (_, verifyMode, version) => {
      const context = serverContext(localhostRsa, verifying(verifyMode));
      const { port, counts } = await serve(context);
      const options = { ...version, ...ownCertificate };
      const session = await newSession(port, options);
      await stall();
      const client = await connect(port, { ...options, session });
      expect(client.isSessionReused()).toBe(true);
      await nextEvent(client.resume().end(), 'close'); // the server has finished its handshake
      expect(counts).toEqual([{ moves: 0 }, { moves: 0 }]);
    },
  );

  it.each(VERSIONS)('keeps each byte of a resumed session at home: %s', async (_, only) => {
    const contexts = {
      clientContext: clientContext(caPem, only),
      serverContext: serverContext(localhostRsa, verifying('CERT_REQUIRED')),
    };
    const { keyPem: key, chainPem: cert } = clientIdentity;
    contexts.clientContext.loadCertChain({ key, cert });
    const first = await memoryPair(contexts);
    first.server.write('after the tickets');
    await nextEvent(first.client, 'data');
    const client = { session: first.client.session, handshakeThreads: 'never' } as const;
    discard(first.client, first.server);
    await stall();
    const pair = await wrapBoth(duplexPair({ split: 1 }), { ...contexts, client });
    const count = countMoves(pair.server, pair.transports.server);
    await ready(pair);
    expect(pair.server.sessionReused).toBe(true);
    expect(count).toEqual({ moves: 0 });
    discard(pair.client, pair.server);
  });

  it('moves an exchange of keys by RSA', async () => {
    const ciphers = 'AES128-GCM-SHA256';
    const { port, counts } = await serve(
      serverContext(localhostRsa, (context) => context.setCiphers(ciphers)),
    );
    await stall();
    await connect(port, { ...TLS12, ciphers });
    expect(counts).toEqual([{ moves: 2 }]);
  });
});
