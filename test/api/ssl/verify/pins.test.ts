// SSLContext.pinnedSpki: a peer passes only with one of these keys in its chain.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createSelfSigned, type IssuedCertificate } from '../../../helpers/certificates.js';
import { nextEvent } from '../../../helpers/collect.js';
import {
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import { certificateError, sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  tryHandshake,
  type Outcome,
} from '../../../helpers/make-pair.js';
import { startNodeServer } from '../../../helpers/node-tls.js';
import { connectOpenssl, startOpensslServer } from '../../../helpers/openssl-cli.js';
import { skipUnless } from '../../../helpers/peers.js';
import { spkiBytes, spkiOf } from '../../../helpers/spki.js';
import { testPki } from '../../../helpers/test-pki.js';
import { listening, rejection, watch } from '../../../helpers/tls-pair.js';

const pki = await testPki();
const { intermediate, localhost, localhostBelowIntermediate, selfSigned, stranger, caPem } = pki;

type Failure = ssl.SSLCertVerificationError;

const WELL: Outcome = { client: null, server: null };
const both = (...changes: Change[]): Change => (context) => changes.forEach((change) => change(context)); // prettier-ignore
const pinning = (...certificates: (string | Buffer)[]): Change =>
  (context) => void (context.pinnedSpki = certificates.map(spkiOf)); // prettier-ignore
const hintOf = (error: Error | null): string | null => (error as Failure).hint;

function meet(change: Change, identity = localhostBelowIntermediate): Outcome {
  const client = clientContext(caPem, change);
  return tryHandshake(makePair({ client, server: serverContext(identity) }));
}

interface Sides {
  readonly client: ssl.SSLContext;
  readonly server: ssl.SSLContext;
}

/** A server, and a client that may have a certificate. */
function sides(change: Change, identity: IssuedCertificate | null): Sides {
  const client = clientContext(caPem, (context) => {
    if (identity !== null) context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  });
  const server = serverContext(localhost, (context) => {
    context.loadVerifyLocations({ cadata: caPem });
    change(context);
  });
  return { client, server };
}
const mode = (verifyMode: ssl.VerifyMode): Change =>
  (context) => void (context.verifyMode = verifyMode); // prettier-ignore
const meetServer = (change: Change, identity: IssuedCertificate | null): Outcome =>
  tryHandshake(makePair(sides(change, identity)));

describe.each(VERSIONS)('pinnedSpki of a client, %s', (_version, only) => {
  it.each([
    ['leaf', localhostBelowIntermediate.certPem],
    ['authority in between', intermediate.certPem],
    ['root', caPem],
  ])('is content with the key of the %s', (_what, certificate) => {
    expect(meet(both(only, pinning(certificate)))).toEqual(WELL);
    expect(meet(both(only, pinning(stranger.certPem, certificate)))).toEqual(WELL);
  });

  it('refuses a chain without any, and names the keys that it has', () => {
    const { client, server } = meet(both(only, pinning(stranger.certPem)));
    expect(client).toEqual(certificateError(50, 'application verification failure'));
    const keys = [
      `${spkiOf(localhostBelowIntermediate.certPem)} of "localhost"`,
      `${spkiOf(intermediate.certPem)} of "test intermediate"`,
      `${spkiOf(caPem)} of "test root"`,
    ];
    expect(hintOf(client)).toBe(
      `context.pinnedSpki does not have any of the keys that were seen: ${keys.join(', ')}`,
    );
    expect(client?.message.endsWith(`; ${hintOf(client)}`)).toBe(true);
    expect(client).toMatchObject({ depth: 0, certificate: { version: 3 } });
    expect(server).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
  });

  it('does not make up for a chain that does not verify', () => {
    expect(meet(both(only, pinning(stranger.certPem)), stranger).client).toEqual(
      certificateError(20),
    );
    expect(meet(both(only, pinning(caPem)), pki.expired).client).toEqual(certificateError(10));
    expect(meet(both(only, pinning(caPem)), pki.example).client).toEqual(certificateError(62));
  });

  it('takes the leaf’s key alone where nothing is verified', () => {
    const change = both(only, unverified);
    expect(meet(both(change, pinning(selfSigned.certPem)), selfSigned)).toEqual(WELL);
    expect(meet(both(change, pinning(stranger.certPem)), stranger)).toEqual(WELL);
    const other = meet(both(change, pinning(stranger.certPem)), selfSigned).client;
    expect(other).toEqual(certificateError(50));
    expect(hintOf(other)).toBe(
      `context.pinnedSpki does not have any of the keys that were seen: ${spkiOf(selfSigned.certPem)} of "localhost"`,
    );
    const root = meet(both(change, pinning(caPem))).client;
    expect(root).toEqual(certificateError(50));
    expect(hintOf(root)).not.toContain('test root');
  });

  it('reports nothing about a certificate that is pinned but not verified', () => {
    const client = clientContext(caPem, both(only, unverified, pinning(selfSigned.certPem)));
    const pair = connectedPair({ client, server: serverContext(selfSigned) });
    expect(pair.client.getpeercert()).toEqual({});
    expect(pair.client.getVerifiedChain()).toEqual([]);
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(selfSigned.certDer);
    expect(client.verifyMode).toBe(ssl.CERT_NONE);
    expect(transfer(pair.server, pair.client, Buffer.from('x')).toString()).toBe('x');
  });

  it('gives way to a distrusted key', () => {
    const change = both(only, unverified, pinning(selfSigned.certPem));
    const distrusting: Change = (context) =>
      void (context.distrustedSpki = [spkiBytes(selfSigned.certPem)]);
    expect(meet(both(change, distrusting), selfSigned).client).toEqual(certificateError(28));
  });

  it('is not there for connections that were made before', () => {
    const client = clientContext(caPem, only);
    const server = serverContext(localhost);
    const pair = makePair({ client, server });
    pinning(stranger.certPem)(client);
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(tryHandshake(makePair({ client, server })).client).toEqual(certificateError(50));
  });

  it('bars sessions that were made with other keys, or without keys', () => {
    const client = clientContext(caPem, only);
    const server = serverContext(localhost);
    const resume = (session: ssl.SSLSession): boolean =>
      connectedPair({ client, server, session }).client.sessionReused;
    const plain = resumableSession(connectedPair({ client, server }));
    pinning(caPem)(client);
    expect(() => resume(plain)).toThrow(valueError('verified less'));
    const pinned = resumableSession(connectedPair({ client, server }));
    expect(resume(pinned)).toBe(true);
    pinning(caPem, stranger.certPem)(client);
    expect(resume(pinned)).toBe(true);
    pinning(localhost.certPem)(client);
    expect(() => resume(pinned)).toThrow(valueError('verified less'));
    client.pinnedSpki = [];
    expect(resume(pinned)).toBe(true);
  });

  it('bars sessions whose chain was verified where only the leaf counts, and the other way round', () => {
    const client = clientContext(caPem, both(only, pinning(caPem)));
    const server = serverContext(localhost);
    const verified = resumableSession(connectedPair({ client, server }));
    unverified(client);
    expect(() => makePair({ client, server, session: verified })).toThrow(valueError());
    pinning(localhost.certPem)(client);
    const leaf = resumableSession(connectedPair({ client, server }));
    expect(() => makePair({ client, server, session: leaf })).not.toThrow();
    client.verifyMode = ssl.CERT_REQUIRED;
    expect(() => makePair({ client, server, session: leaf })).toThrow(valueError());
  });
});

describe.each(VERSIONS)('pinnedSpki of a server, %s', (_version, only) => {
  it('is held against the verified chain of the client', () => {
    const required = both(only, mode(ssl.CERT_REQUIRED));
    expect(meetServer(both(required, pinning(caPem)), pki.client)).toEqual(WELL);
    expect(meetServer(both(required, pinning(pki.client.certPem)), pki.client)).toEqual(WELL);
    const { server } = meetServer(both(required, pinning(localhost.certPem)), pki.client);
    expect(server).toEqual(certificateError(50));
    expect(hintOf(server)).toContain(spkiOf(pki.client.certPem));
  });

  it('makes a server request a certificate with CERT_NONE, and take its key alone', async () => {
    const device = await createSelfSigned({ commonName: 'device', eku: ['clientAuth'] });
    const change = both(only, pinning(device.certPem));
    expect(meetServer(change, device)).toEqual(WELL);
    expect(meetServer(change, pki.client).server).toEqual(certificateError(50));
    const without = meetServer(change, null).server;
    expect(without).toEqual(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
    const { server } = connectedPair(sides(change, device));
    expect(server.getpeercert()).toEqual({});
    expect(server.getpeercert({ binaryForm: true })).toEqual(device.certDer);
  });

  it('lets clients without a certificate in with CERT_OPTIONAL', () => {
    const change = both(only, mode(ssl.CERT_OPTIONAL), pinning(localhost.certPem));
    expect(meetServer(change, null)).toEqual(WELL);
    expect(meetServer(change, pki.client).server).toEqual(certificateError(50));
  });

  it('does not resume sessions that were made with other keys', () => {
    const { client, server } = sides(both(only, mode(ssl.CERT_REQUIRED)), pki.client);
    const resume = (session: ssl.SSLSession): boolean =>
      connectedPair({ client, server, session }).server.sessionReused;
    const plain = resumableSession(connectedPair({ client, server }));
    expect(resume(plain)).toBe(true);
    pinning(caPem)(server);
    expect(resume(plain)).toBe(false);
    const pinned = resumableSession(connectedPair({ client, server }));
    expect(resume(pinned)).toBe(true);
    pinning(stranger.certPem)(server);
    const outcome = tryHandshake(makePair({ client, server, session: pinned }));
    expect(outcome.server).toEqual(certificateError(50));
  });

  it('resumes sessions under the same keys in another context, whatever their order', () => {
    const keys = [spkiOf(caPem), spkiOf(stranger.certPem)];
    const change = (list: string[]): Change => both(only, mode(ssl.CERT_REQUIRED), (context) => void (context.pinnedSpki = list)); // prettier-ignore
    const { client, server } = sides(change(keys), pki.client);
    const front = serverContext(localhost, change([]));
    front.loadVerifyLocations({ cadata: caPem });
    const sessionOf = (behind: ssl.SSLContext, session: ssl.SSLSession | null = null) => {
      front.sniCallback = (peer) => void (peer.context = behind);
      return connectedPair({ client, server: front, session });
    };
    const session = resumableSession(sessionOf(server));
    const twin = sides(change(keys.toReversed()), null).server;
    expect(sessionOf(twin, session).server.sessionReused).toBe(true);
    const other = sides(change(keys.slice(0, 1)), null).server;
    expect(sessionOf(other, session).server.sessionReused).toBe(false);
  });

  it('counts where either context of a connection has it', () => {
    const required = both(only, mode(ssl.CERT_REQUIRED));
    const [none, wrong] = [() => undefined, pinning(stranger.certPem)];
    for (const [first, second] of [[wrong, none], [none, wrong], [wrong, pinning(caPem)]] as const) {
      const { client, server } = sides(both(required, first), pki.client);
      const behind = sides(both(required, second), null).server;
      server.sniCallback = (peer) => void (peer.context = behind);
      expect(tryHandshake(makePair({ client, server })).server).toEqual(certificateError(50));
    } // prettier-ignore
  });

  it('makes a server request one if it switches to a context with pins', () => {
    const { client, server } = sides(only, stranger);
    const behind = sides(pinning(stranger.certPem), null).server;
    server.sniCallback = (peer) => void (peer.context = behind);
    const pair = connectedPair({ client, server });
    expect(pair.server.getpeercert({ binaryForm: true })).toEqual(stranger.certDer);
    const other = sides(pinning(caPem), null).server;
    server.sniCallback = (peer) => void (peer.context = other);
    expect(tryHandshake(makePair({ client, server })).server).toEqual(certificateError(50));
  });
});

describe('a handshake without certificates', () => {
  const anonymous: Change = both(tls12, (context) =>
    context.setCiphers('AECDH-AES128-SHA:@SECLEVEL=0'),
  );

  it('fails a client that has pins, which writes nothing', () => {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    anonymous(server);
    const lax = clientContext(caPem, both(anonymous, unverified));
    expect(tryHandshake(makePair({ client: lax, server }))).toEqual(WELL);
    const client = clientContext(caPem, both(anonymous, unverified, pinning(caPem)));
    const pair = makePair({ client, server });
    const error = tryHandshake(pair).client;
    expect(error).toEqual(certificateError(50));
    expect(hintOf(error)).toBe(
      'context.pinnedSpki asks for a key, but the peer sent no certificate',
    );
    expect(thrown(() => pair.client.write(Buffer.from('secret')))).toEqual(certificateError(50));
    expect(thrown(() => pair.client.read())).toEqual(certificateError(50));
    expect(thrown(() => pair.server.read())).toBeInstanceOf(ssl.SSLWantReadError);
  });

  it('is not written to where writing does the handshake', () => {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    anonymous(server);
    const client = clientContext(caPem, both(anonymous, unverified, pinning(caPem)));
    const pair = makePair({ client, server });
    const write = (): unknown => pair.client.write(Buffer.from('secret'));
    for (let i = 0; i < 4; i++) {
      thrown(write);
      thrown(() => pair.server.doHandshake());
    }
    expect(thrown(write)).toEqual(certificateError(50));
    expect(pair.server.version()).toBe('TLSv1.2');
    expect(thrown(() => pair.server.read())).toBeInstanceOf(ssl.SSLWantReadError);
  });

  it('fails a server that has pins and demands a certificate', () => {
    const client = clientContext(caPem, both(anonymous, unverified));
    for (const [verifyMode, refuses] of [[ssl.CERT_NONE, true], [ssl.CERT_REQUIRED, true], [ssl.CERT_OPTIONAL, false]] as const) {
      const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      both(anonymous, mode(verifyMode), pinning(caPem))(server);
      const outcome = tryHandshake(makePair({ client, server }));
      expect(outcome.server instanceof ssl.SSLError).toBe(refuses);
    } // prettier-ignore
  });
});

describe('pinnedSpki with other programs', () => {
  const connect = (port: number, context: ssl.SSLContext): Promise<ssl.SSLSocket> =>
    ssl.connect({ port, host: '127.0.0.1', serverHostname: 'localhost', context });

  it('pins a device of node:tls whose certificate signs itself', async () => {
    const server = await startNodeServer({ identity: selfSigned, behaviour: 'send-then-close', payload: Buffer.from('hello') }); // prettier-ignore
    const context = clientContext(caPem, both(unverified, pinning(selfSigned.certPem)));
    const socket = await connect(server.port, context);
    expect(socket.authorized).toBe(false);
    const [data] = (await nextEvent(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
    await watch(socket).closed();
    pinning(localhost.certPem)(context);
    expect(await rejection(connect(server.port, context))).toEqual(certificateError(50));
    await server.close();
  });

  it('refuses and takes openssl s_server', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslServer({ identity: localhostBelowIntermediate });
    const context = clientContext(caPem, pinning(stranger.certPem));
    expect(await rejection(connect(server.port, context))).toEqual(certificateError(50));
    pinning(intermediate.certPem)(context);
    const socket = await connect(server.port, context);
    expect(socket.getVerifiedChain()).toHaveLength(3);
    await watch(socket.end()).closed();
    await server.close();
  });

  it('refuses and takes openssl s_client', async (test) => {
    skipUnless(test, 'openssl');
    const context = serverContext(localhost, pinning(stranger.certPem));
    const server = ssl.createServer({ context }, (socket) => void socket.end('hello\n'));
    const errors: Error[] = [];
    server.on('tlsClientError', (error) => errors.push(error));
    const port = await listening(server);
    const taken = await connectOpenssl({ port, ca: caPem, identity: stranger, until: /hello/ });
    expect(taken.received.toString()).toContain('hello');
    const refused = await connectOpenssl({ port, ca: caPem, identity: pki.client, until: /hello/ });
    expect(refused.received.toString()).not.toContain('hello');
    expect(errors).toEqual([certificateError(50)]);
    server.close();
  });
});
