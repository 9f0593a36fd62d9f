// SSLCertVerificationError: which certificate of which chain failed, on either side and after the connection is gone.
import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  createAuthority,
  daysFromNow,
  type IssuedCertificate,
} from '../../../helpers/certificates.js';
import { nextEvent } from '../../../helpers/collect.js';
import { VERSIONS, clientContext, serverContext, type Change } from '../../../helpers/contexts.js';
import { certificateError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  thrown,
  transfer,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { startNodeServer } from '../../../helpers/node-tls.js';
import { startOpensslServer } from '../../../helpers/openssl-cli.js';
import { skipUnless } from '../../../helpers/peers.js';
import { testPki } from '../../../helpers/test-pki.js';
import { discard, listening, rejection } from '../../../helpers/tls-pair.js';

const pki = await testPki();
const { localhost, localhostBelowIntermediate, stranger, strangerAuthority, caPem } = pki;
const { root, intermediate } = pki;

const { SSLCertVerificationError } = ssl;

function requireFailure(error: unknown): ssl.SSLCertVerificationError {
  expect(error).toBeInstanceOf(SSLCertVerificationError);
  return error as ssl.SSLCertVerificationError;
}

/** Returns the error of a client that trusts `ca` for a server. */
function failureOfClient(
  identity: IssuedCertificate,
  { ca = caPem, change, serverHostname }: { ca?: string; change?: Change; serverHostname?: string },
): ssl.SSLCertVerificationError {
  const options = { client: clientContext(ca, change), server: serverContext(identity, change) };
  const pair = makePair({ ...options, serverHostname: serverHostname ?? 'localhost' });
  return requireFailure(tryHandshake(pair).client);
}

const commonName = (certificate: ssl.CertificateDict | null): unknown =>
  certificate?.subject?.flat().findLast(([type]) => type === 'commonName')?.[1];

/** A server that demands a certificate, and a client that shows this one. */
function clientAuthentication(identity: IssuedCertificate, change?: Change) {
  const { chainPem: cert, keyPem: key } = identity;
  const client = clientContext(caPem, (context) => {
    change?.(context);
    context.loadCertChain({ cert, key });
  });
  const server = serverContext(localhost, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: caPem });
  });
  return { client, server };
}

describe.each(VERSIONS)('SSLCertVerificationError of a client, %s', (_version, change) => {
  it('has the chain as far as it was built, and the certificate whose issuer is missing', () => {
    const ca = strangerAuthority.certPem;
    const error = failureOfClient(localhostBelowIntermediate, { ca, change });
    expect(error).toEqual(certificateError(20));
    expect(error.chain).toEqual([localhostBelowIntermediate.certDer, intermediate.certDer]);
    expect(error.depth).toBe(1);
    expect(commonName(error.certificate)).toBe('test intermediate');
    expect(commonName(error.peerCertificate)).toBe('localhost');
  });

  it('has the whole chain, its root included, where that could be built', () => {
    const error = failureOfClient(localhostBelowIntermediate, { change, serverHostname: 'x.test' });
    expect(error).toEqual(certificateError(62));
    const { certDer } = localhostBelowIntermediate;
    expect(error.chain).toEqual([certDer, intermediate.certDer, root.certDer]);
    expect(error.depth).toBe(0);
    expect(error.certificate).toEqual(error.peerCertificate);
  });

  it('points to the certificate in the middle that has expired', async () => {
    const dates = { notBefore: daysFromNow(-9), notAfter: daysFromNow(-2) };
    const old = await createAuthority({ name: 'old', parent: root, ...dates });
    const leaf = await old.issue({ dns: ['localhost'] });
    const error = failureOfClient(leaf, { change });
    expect(error).toEqual(certificateError(10));
    expect(error.chain).toEqual([leaf.certDer, old.certDer, root.certDer]);
    expect([error.depth, commonName(error.certificate)]).toEqual([1, 'old']);
  });

  it('decodes a certificate as getpeercert does', () => {
    const error = failureOfClient(localhost, { change, serverHostname: 'x.test' });
    const { client } = connectedPair({
      client: clientContext(caPem, change),
      server: serverContext(localhost),
    });
    expect(client.getpeercert()).toHaveProperty('serialNumber');
    expect(error.peerCertificate).toEqual(client.getpeercert());
  });
});

describe.each(VERSIONS)('SSLCertVerificationError of a server, %s', (_version, change) => {
  it('has the client’s chain', () => {
    const error = requireFailure(
      tryHandshake(makePair(clientAuthentication(stranger, change))).server,
    );
    expect(error.verifyCode).toBe(20);
    expect(error.chain).toEqual([stranger.certDer]);
    expect(commonName(error.certificate)).toBe('localhost');
  });

  it('is what tlsClientError gives, and stays whole after the connection is closed', async () => {
    const { client, server: context } = clientAuthentication(stranger, change);
    const server = ssl.createServer({ context });
    const port = await listening(server);
    const event = nextEvent(server, 'tlsClientError');
    const socket = await ssl
      .connect({ port, host: '127.0.0.1', serverHostname: 'localhost', context: client })
      .catch(() => null);
    if (socket !== null) discard(socket);
    const [error, peer] = (await event) as [Error, ssl.SSLSocket];
    if (!peer.closed) await nextEvent(peer, 'close');
    const failure = requireFailure(error);
    expect(failure.chain).toEqual([stranger.certDer]);
    expect(commonName(failure.peerCertificate)).toBe('localhost');
    expect(peer.getUnverifiedChain()).toEqual([]);
    server.close();
  });
});

describe('SSLCertVerificationError', () => {
  it('comes out of read where the certificate was asked for after the handshake', () => {
    const { client, server } = clientAuthentication(stranger);
    client.postHandshakeAuth = true;
    server.postHandshakeAuth = true;
    const pair = connectedPair({ client, server });
    pair.server.verifyClientPostHandshake();
    transfer(pair.server, pair.client, Buffer.from('hello'));
    pair.client.write(Buffer.from('hello'));
    const error = requireFailure(thrown(() => pair.server.read()));
    expect(error.chain).toEqual([stranger.certDer]);
  });

  it('of an SSLSocket is whole after the socket is destroyed', async () => {
    const server = await startNodeServer({ identity: stranger });
    const context = clientContext(caPem);
    const error = requireFailure(
      await rejection(
        ssl.connect({ port: server.port, host: '127.0.0.1', serverHostname: 'localhost', context }),
      ),
    );
    expect(error.chain).toEqual([stranger.certDer]);
    expect(error.certificate?.issuer).toEqual(error.peerCertificate?.issuer);
    await server.close();
  });

  it('has the chain that openssl s_server sends', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslServer({ identity: localhostBelowIntermediate });
    const context = clientContext(strangerAuthority.certPem);
    const connected = ssl.connect({
      port: server.port,
      host: '127.0.0.1',
      serverHostname: 'localhost',
      context,
    });
    const error = requireFailure(await rejection(connected));
    expect(error.chain).toEqual([localhostBelowIntermediate.certDer, intermediate.certDer]);
    await server.close();
  });

  it('does not fill a log with the bytes of the chain', () => {
    const error = failureOfClient(localhost, { serverHostname: 'x.test' });
    expect(inspect(error)).not.toContain('Buffer');
    expect(JSON.stringify(error)).not.toContain('Buffer');
  });

  it('can be made by anyone, without a chain', () => {
    const error = new SSLCertVerificationError('x', { verifyCode: 62, verifyMessage: 'y' });
    expect(error).toMatchObject({ chain: [], depth: 0, peerCertificate: null, certificate: null });
    const broken = { verifyCode: 1, verifyMessage: '', chain: [Buffer.from('no DER')], depth: 7 };
    const other = new SSLCertVerificationError('x', broken);
    expect(other).toMatchObject({ peerCertificate: null, certificate: null });
  });
});
