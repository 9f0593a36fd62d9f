// SSLContext.replaceCertChains: other certificates for a context that is in use.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  VERSIONS,
  clientContext,
  serverContext,
  tls13,
  unverified,
} from '../../../helpers/contexts.js';
import {
  connectedPair,
  handshake,
  makePair,
  resumableSession,
  transfer,
  tryHandshake,
  tryHandshakeAsync,
} from '../../../helpers/make-pair.js';
import { seenByNode } from '../../../helpers/seen-by-node.js';
import {
  chainOf,
  kindsShown,
  leafOf,
  pairWith,
  replace,
  shown,
} from '../../../helpers/swapped-certificates.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { localhost, localhostRsa, localhostBelowIntermediate, example, stranger, caPem } = pki;
const localhostEd25519 = await pki.root.issue({ dns: ['localhost'], key: 'ed25519' });
const renewed = await pki.root.issue({ commonName: 'renewed', dns: ['localhost'] });

const folder = await TempDirectory.create();
afterAll(() => folder.close());

describe.each(VERSIONS)('SSLContext.replaceCertChains, the next connection in %s', (_, version) => {
  it('gets exactly the new set, whatever kinds of keys it had', () => {
    const server = serverContext(localhostRsa);
    server.loadCertChain(chainOf(localhost));
    expect(kindsShown(server, version)).toEqual({
      RSA: localhostRsa.certDer,
      ECDSA: localhost.certDer,
    });
    replace(server, renewed);
    expect(kindsShown(server, version)).toEqual({ ECDSA: renewed.certDer });
    replace(server, localhostEd25519, localhostRsa);
    expect(kindsShown(server, version)).toEqual({
      RSA: localhostRsa.certDer,
      Ed25519: localhostEd25519.certDer,
    });
    replace(server, localhostRsa, localhostEd25519, localhost);
    expect(kindsShown(server, version)).toEqual({
      RSA: localhostRsa.certDer,
      ECDSA: localhost.certDer,
      Ed25519: localhostEd25519.certDer,
    });
  });

  it('gets what loadCertChain has added since', () => {
    const server = serverContext(localhostRsa);
    replace(server, localhost);
    server.loadCertChain(chainOf(localhostEd25519));
    expect(kindsShown(server, version)).toEqual({
      ECDSA: localhost.certDer,
      Ed25519: localhostEd25519.certDer,
    });
    server.loadCertChain(chainOf(renewed));
    expect(kindsShown(server, version)).toEqual({
      ECDSA: renewed.certDer,
      Ed25519: localhostEd25519.certDer,
    });
  });

  it('gets the new set of a context that sniCallback chooses', () => {
    const [first, chosen] = [serverContext(example), serverContext(localhostRsa)];
    first.sniCallback = (peer) => void (peer.context = chosen);
    replace(chosen, localhost);
    expect(kindsShown(first, version)).toEqual({ ECDSA: localhost.certDer });
    replace(first, localhostRsa);
    expect(kindsShown(first, version)).toEqual({ ECDSA: localhost.certDer });
    first.sniCallback = null;
    expect(kindsShown(first, version)).toEqual({ RSA: localhostRsa.certDer });
  });

  it('gets the whole new chain, and nothing of the old', () => {
    const server = serverContext(localhostBelowIntermediate);
    const chain = () => handshake(pairWith(server, version)).client.getUnverifiedChain().length;
    expect(chain()).toBe(2);
    replace(server, localhost);
    expect(chain()).toBe(1);
    replace(server, localhostRsa);
    replace(server, localhostBelowIntermediate);
    expect(chain()).toBe(2);
  });

  it('binds channels to the certificate that was shown', () => {
    const server = serverContext(localhostRsa);
    replace(server, localhost);
    const pair = handshake(pairWith(server, version));
    const binding = pair.server.getChannelBinding('tls-server-end-point');
    expect(binding).toHaveLength(32);
    expect(pair.client.getChannelBinding('tls-server-end-point')).toEqual(binding);
  });
});

describe('SSLContext.replaceCertChains, connections that exist', () => {
  it('go on, whatever they have begun', () => {
    const server = serverContext(localhost);
    const [made, begun, done] = [pairWith(server), pairWith(server), pairWith(server)];
    expect(() => begun.client.doHandshake()).toThrow(ssl.SSLWantReadError);
    expect(() => begun.server.doHandshake()).toThrow(ssl.SSLWantReadError);
    handshake(done);
    replace(server, localhostRsa);
    for (const pair of [made, begun])
      expect(leafOf(handshake(pair).client)).toEqual(localhost.certDer);
    expect(transfer(done.client, done.server, Buffer.from('hello'))).toEqual(Buffer.from('hello'));
    expect(leafOf(done.client)).toEqual(localhost.certDer);
    expect(shown(server)).toEqual(localhostRsa.certDer);
  });

  it('keep their certificate while sniCallback thinks', async () => {
    const server = serverContext(localhost);
    const made = pairWith(server);
    let calls = 0;
    server.sniCallback = async (peer) => {
      calls += 1;
      replace(server, localhostRsa);
      await Promise.resolve();
      peer.context = server;
    };
    const asked = pairWith(server);
    for (const pair of [asked, made]) {
      expect((await tryHandshakeAsync(pair)).client).toBeNull();
      expect(leafOf(pair.client)).toEqual(localhost.certDer);
    }
    expect(calls).toBe(1);
    // The other way round, where the context holds more than the set.
    server.sniCallback = () => replace(server, localhostEd25519);
    expect(shown(server)).toEqual(localhostRsa.certDer);
    server.sniCallback = null;
    expect(shown(server)).toEqual(localhostEd25519.certDer);
  });

  it('keep it through a HelloRetryRequest', () => {
    const server = serverContext(localhost, (context) => context.setGroups('P-384'));
    const pair = pairWith(server, (context) => {
      tls13(context);
      context.setGroups('X25519:P-384');
    });
    expect(() => pair.client.doHandshake()).toThrow(ssl.SSLWantReadError);
    expect(() => pair.server.doHandshake()).toThrow(ssl.SSLWantReadError);
    replace(server, localhostRsa);
    expect(leafOf(handshake(pair).client)).toEqual(localhost.certDer);
  });

  it('end when they end, in a server that runs', async () => {
    const context = serverContext(localhost);
    const server = ssl.createServer({ context }, (socket) => {
      socket.on('error', () => undefined).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connect = async (): Promise<tls.TLSSocket> => {
      const options = { port, host: '127.0.0.1', servername: 'localhost', ca: caPem };
      const socket = tls.connect(options);
      await once(socket, 'secureConnect');
      return socket;
    };
    const before = await connect();
    replace(context, localhostRsa);
    const after = await connect();
    for (const socket of [before, after]) {
      socket.write('echo');
      expect(await once(socket, 'data')).toEqual([Buffer.from('echo')]);
    }
    expect(before.getPeerCertificate().raw).toEqual(localhost.certDer);
    expect(after.getPeerCertificate().raw).toEqual(localhostRsa.certDer);
    for (const socket of [before, after]) socket.destroy();
    server.close();
  });
});

describe('SSLContext.replaceCertChains, what it takes', () => {
  it('is everything that loadCertChain takes', async () => {
    const { certPem, keyPem, certDer } = localhost;
    const both = await folder.write('both.pem', certPem + keyPem);
    const certfile = await folder.write('cert.der', certDer);
    const keyfile = await folder.write('key.pem', localhost.encryptedKeyPem('x'));
    for (const chain of [
      both,
      Buffer.from(both),
      { certfile: both },
      { certfile, keyfile, password: 'x' },
      { cert: [certDer], key: keyPem },
    ]) {
      const server = serverContext(localhostRsa);
      server.replaceCertChains([chain]);
      expect((await seenByNode(server, { ca: caPem })).leaf).toEqual(certDer);
    }
  });
});

describe.each(VERSIONS)('SSLContext.replaceCertChains and sessions in %s', (_, version) => {
  const resumes = (
    client: ssl.SSLContext,
    server: ssl.SSLContext,
    session: ssl.SSLSession,
  ): boolean => connectedPair({ client, server, session }).client.sessionReused ?? false;

  it('ends resumption with another certificate, and lets it go on with the same', () => {
    const server = serverContext(localhost);
    const client = clientContext(caPem, version);
    const session = resumableSession(connectedPair({ client, server }));
    expect(resumes(client, server, session)).toBe(true);
    replace(server, localhost);
    expect(resumes(client, server, session)).toBe(true);
    replace(server, renewed);
    expect(resumes(client, server, session)).toBe(false);
    replace(server, localhost, localhostRsa);
    expect(resumes(client, server, session)).toBe(false);
    // The keys of the tickets are what they were.
    replace(server, localhost);
    expect(resumes(client, server, session)).toBe(true);
  });

  it('leaves trust as it is', () => {
    const server = serverContext(localhost, (context) => {
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_REQUIRED;
    });
    const client = clientContext(caPem, version);
    client.loadCertChain(chainOf(pki.client));
    replace(server, localhostRsa);
    expect(server.certStoreStats()).toEqual({ x509: 1, crl: 0, x509Ca: 1 });
    const pair = connectedPair({ client, server });
    expect(leafOf(pair.server)).toEqual(pki.client.certDer);
    const other = clientContext(caPem, version);
    other.loadCertChain(chainOf(stranger));
    expect(tryHandshake(makePair({ client: other, server })).server).toBeInstanceOf(
      ssl.SSLCertVerificationError,
    );
  });
});

describe.each(VERSIONS)(
  "SSLContext.replaceCertChains on a client's context in %s",
  (_, version) => {
    const server = serverContext(localhost, (context) => {
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_OPTIONAL;
    });
    const offered = (client: ssl.SSLContext): Buffer | null =>
      leafOf(connectedPair({ client, server }).server);

    it('makes the next connection offer the new one, or nothing', () => {
      const client = clientContext(caPem, version);
      client.loadCertChain(chainOf(pki.client));
      expect(offered(client)).toEqual(pki.client.certDer);
      replace(client, pki.clientRsa);
      expect(offered(client)).toEqual(pki.clientRsa.certDer);
      client.replaceCertChains([]);
      expect(offered(client)).toBeNull();
      replace(client, pki.client);
      expect(offered(client)).toEqual(pki.client.certDer);
    });
  },
);

describe('SSLContext.replaceCertChains, many times', () => {
  it('does not slow down, and does not mix up', () => {
    const server = serverContext(localhost);
    const client = clientContext(caPem, unverified);
    const sets = [[localhost], [localhostRsa], [localhostEd25519, renewed], [stranger]];
    for (let i = 0; i < 200; i++) {
      const set = sets[i % sets.length] ?? [];
      replace(server, ...set);
      const leaf = leafOf(connectedPair({ client, server }).client);
      expect(set.map(({ certDer }) => certDer)).toContainEqual(leaf);
    }
  });
});
