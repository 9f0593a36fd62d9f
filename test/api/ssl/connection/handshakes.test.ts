// Handshakes with certificates on either side: what is asked for, what is shown, what is refused, and when each end learns.
import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../../helpers/certificates.js';
import {
  NO_CHANGE,
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  tls13,
  type Change,
} from '../../../helpers/contexts.js';
import { certificateError, sslError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, localhostRsa, example, client: clientIdentity, ...pki } = await testPki();
const { caPem, clientRsa, strangerAuthority } = pki;
const strangerClient = await strangerAuthority.issue({
  commonName: 'stranger',
  eku: ['clientAuth'],
});
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const HELLO = Buffer.from('hello');

const both =
  (...changes: readonly Change[]): Change =>
  (context) =>
    changes.forEach((change) => change(context));
const showing =
  (identity: IssuedCertificate): Change =>
  (context) =>
    context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
const asking =
  (mode: ssl.VerifyMode): Change =>
  (context) => {
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = mode;
  };

const demanding = (only: Change, shown: IssuedCertificate): Pair =>
  makePair({
    client: clientContext(caPem, showing(shown)),
    server: serverContext(localhost, both(only, asking(ssl.CERT_REQUIRED))),
  });

describe('a client certificate of an unknown authority', () => {
  it('fails the handshake of the client in TLS 1.2', () => {
    expect(tryHandshake(demanding(tls12, strangerClient))).toEqual({
      client: sslError('TLSV1_ALERT_UNKNOWN_CA'),
      server: certificateError(20),
    });
  });

  it('fails the first read of a TLS 1.3 client, after a handshake that succeeded', () => {
    const pair = demanding(tls13, strangerClient);
    expect(tryHandshake(pair)).toEqual({ client: null, server: certificateError(20) });
    expect(pair.client.write(HELLO)).toBe(HELLO.length);
    expect(() => pair.client.read()).toThrow(sslError('TLSV1_ALERT_UNKNOWN_CA'));
  });
});

describe('a revocation list', () => {
  it('that is required and does not mention the certificate accepts it', async () => {
    const cafile = await folder.write('empty.crl', await root.crl());
    const check: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF);
    const client = clientContext(caPem, check);
    const verify = () =>
      tryHandshake(makePair({ client, server: serverContext(localhost) })).client;
    expect(verify()).toEqual(certificateError(3));
    client.loadVerifyLocations({ cafile });
    expect(verify()).toBeNull();
  });
});

describe('the context of a connection', () => {
  it('can be replaced when it is connected, and the data goes on', () => {
    const [first, second] = [clientContext(caPem), clientContext(caPem)];
    const pair = connectedPair({ client: first, server: serverContext(localhost) });
    expect(pair.client.context).toBe(first);
    pair.client.context = second;
    expect(pair.client.context).toBe(second);
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    expect(transfer(pair.server, pair.client, HELLO)).toEqual(HELLO);
  });
});

describe('signature algorithms of clients', () => {
  const server = (change: Change = NO_CHANGE): ssl.SSLContext =>
    serverContext(localhost, both(asking(ssl.CERT_REQUIRED), change));

  it('are empty when no client certificate is requested', () => {
    const pair = connectedPair({ client: clientContext(caPem), server: serverContext(localhost) });
    expect([pair.client.clientSigalg(), pair.server.clientSigalg()]).toEqual([null, null]);
    expect(pair.client.serverSigalg()).toBe('ecdsa_secp256r1_sha256');
  });

  it('are the one that both know, on both ends', () => {
    const only: Change = (context) => context.setClientSigalgs('rsa_pss_rsae_sha384');
    const client = clientContext(caPem, both(showing(clientRsa), only));
    const pair = connectedPair({ client, server: server() });
    expect([pair.client.clientSigalg(), pair.server.clientSigalg()]).toEqual([
      'rsa_pss_rsae_sha384',
      'rsa_pss_rsae_sha384',
    ]);
  });

  it('end the handshake without a common one', () => {
    const client = clientContext(caPem, showing(clientRsa));
    client.setClientSigalgs('rsa_pss_rsae_sha256');
    const other = server((context) => context.setClientSigalgs('rsa_pss_rsae_sha384'));
    const pair = makePair({ client, server: other });
    expect(tryHandshake(pair)).toEqual({
      client: null,
      server: sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'),
    });
    expect(() => pair.client.read()).toThrow(sslError('TLSV13_ALERT_CERTIFICATE_REQUIRED'));
  });
});

describe('groups', () => {
  it.each(VERSIONS)('end the handshake without a common one, in %s', (_name, only) => {
    const client = clientContext(caPem, (context) => context.setGroups('secp384r1'));
    const server = serverContext(
      localhostRsa,
      both(only, (context) => context.setGroups('X25519')),
    );
    if (only === tls12) client.setCiphers('ECDHE');
    const outcome = tryHandshake(makePair({ client, server }));
    expect(outcome.server).toBeInstanceOf(ssl.SSLError);
    expect(outcome.client).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
  });
});

describe('post-handshake authentication', () => {
  const after = (mode: ssl.VerifyMode, client: Change): Pair => {
    const allow: Change = (context) => void (context.postHandshakeAuth = true);
    const pair = connectedPair({
      client: clientContext(caPem, both(allow, client)),
      server: serverContext(localhost, both(allow, asking(mode))),
    });
    pair.server.verifyClientPostHandshake();
    return pair;
  };

  it('is independent of the verify mode, in either direction', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    for (const mode of [ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED, ssl.CERT_NONE]) {
      for (const allows of [true, false]) {
        context.postHandshakeAuth = allows;
        context.verifyMode = mode;
        expect([context.postHandshakeAuth, context.verifyMode]).toEqual([allows, mode]);
        context.postHandshakeAuth = !allows;
        expect([context.postHandshakeAuth, context.verifyMode]).toEqual([!allows, mode]);
      }
    }
  });

  it('brings a certificate that is optional, when there is one', () => {
    const pair = after(ssl.CERT_OPTIONAL, showing(clientIdentity));
    expect(pair.server.getpeercert()).toBeNull();
    transfer(pair.server, pair.client, HELLO);
    transfer(pair.client, pair.server, HELLO);
    expect(pair.server.getpeercert({ binaryForm: true })).toEqual(clientIdentity.certDer);
  });

  it('informs a client without the certificate that it is required', () => {
    const pair = after(ssl.CERT_REQUIRED, NO_CHANGE);
    transfer(pair.server, pair.client, HELLO);
    pair.client.write(HELLO);
    expect(() => pair.server.read()).toThrow(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
    expect(() => pair.client.read()).toThrow(sslError('TLSV13_ALERT_CERTIFICATE_REQUIRED'));
  });
});

describe('the chain of a client', () => {
  it.each(VERSIONS)('is its certificate alone once a session of %s is resumed', (_name, only) => {
    const client = clientContext(caPem, showing(clientIdentity));
    const server = serverContext(localhost, both(only, asking(ssl.CERT_REQUIRED)));
    const first = connectedPair({ client, server });
    expect(first.server.getVerifiedChain()).toEqual([clientIdentity.certDer, root.certDer]);
    const session = resumableSession(first);
    const again = connectedPair({ client, server, session });
    expect(again.server.sessionReused).toBe(true);
    expect(again.server.getUnverifiedChain()).toEqual([clientIdentity.certDer]);
    expect(again.server.getVerifiedChain()).toEqual([]);
  });
});

describe('information about a handshake', () => {
  it('goes to one file from both ends', () => {
    const [client, server] = [clientContext(caPem, tls13), serverContext(localhost)];
    const file = folder.join('keys.log');
    [client.keylogFilename, server.keylogFilename] = [file, file];
    connectedPair({ client, server });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('#'))).toHaveLength(1);
    expect(lines).toHaveLength(11);
    expect(new Set(lines).size).toBe(6);
  });

  it('goes to msgCallback while sniCallback switches to another context', () => {
    const seen: unknown[] = [];
    const record =
      (name: string): ssl.MsgCallback =>
      (peer) =>
        void seen.push([name, peer.context === second]);
    const [first, second] = [serverContext(example), serverContext(localhost)];
    [first.msgCallback, second.msgCallback] = [record('first'), record('second')];
    first.sniCallback = (peer) => void (peer.context = second);
    const client = clientContext(caPem);
    client.msgCallback = () => undefined;
    const pair = connectedPair({ client, server: first });
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    expect(seen).toContainEqual(['second', true]);
    expect(thrown(() => pair.client.read())).toBeInstanceOf(ssl.SSLWantReadError);
  });
});
