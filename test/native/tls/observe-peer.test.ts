// A connection that observes its peer (native/tls/connection/peer_gate.h): the verdict comes after the handshake, and before
// anything passes.
import { beforeAll, describe, expect, it } from 'vitest';

import type { Ask, ContextHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  isRecord,
  nativeContext,
  nativePair,
  only,
  read,
  TLS12,
  TLS13,
  trust,
  valueOf,
  write,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

const WANT_PEER_ANSWER = -5;
/** X509_V_OK and X509_V_ERR_*. */
const OK = 0;
const UNSPECIFIED = 1;
const UNABLE_TO_GET_ISSUER_CERT_LOCALLY = 20;
const UNABLE_TO_VERIFY_LEAF_SIGNATURE = 21;

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

const trusting = (): ContextHandle => trust(nativeContext(false), pki.caPem);

function contexts(version: number): readonly [ContextHandle, ContextHandle] {
  const pair = [trusting(), nativeContext(true, pki.localhost)] as const;
  only(version, ...pair);
  return pair;
}

function observed(client: ContextHandle, server: ContextHandle): NativePair {
  const pair = nativePair(client, server);
  valueOf(binding.connectionObservePeer(pair.client, false, false));
  return pair;
}

/** Accepts the server, and gives the client the tickets that come with the first data. */
function sessionOf(pair: NativePair) {
  expect(handshake(pair).client).toBe(0);
  valueOf(binding.connectionAcceptPeer(pair.client));
  expect(handshake(pair)).toEqual({ client: 0, server: 0 });
  write(pair.server, 'x');
  expect(read(pair.client)).toBe('x');
  const session = valueOf(binding.connectionSession(pair.client));
  if (session === null) throw new Error('no session');
  return session;
}

describe.each(BOTH)('a client that observes its server, version %i', (version) => {
  it('finds nothing to complain of', () => {
    const pair = observed(...contexts(version));
    expect(handshake(pair).client).toBe(0);
    expect(binding.connectionVerifyCode(pair.client)).toBe(0);
    expect(valueOf(binding.connectionVerifiedChain(pair.client))).toHaveLength(2);
  });

  it('reports the last complaint and keeps the first', () => {
    const server = nativeContext(true, pki.stranger);
    const client = trusting();
    only(version, client, server);
    const pair = observed(client, server);
    expect(handshake(pair).client).toBe(0);
    expect(binding.connectionVerifyCode(pair.client)).toBe(UNABLE_TO_VERIFY_LEAF_SIGNATURE);
    const { complaints } = valueOf(binding.connectionVerification(pair.client));
    expect(complaints.map(({ code }) => code)).toEqual([
      UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    ]);
    expect(valueOf(binding.connectionVerifiedChain(pair.client))).toEqual([]);
  });

  it('reads and writes nothing before it has accepted the server', () => {
    const pair = observed(...contexts(version));
    handshake(pair);
    write(pair.server, 'early');
    expect(write(pair.client, 'early')).toBe(WANT_PEER_ANSWER);
    expect(read(pair.client)).toBe(WANT_PEER_ANSWER);
    expect(binding.connectionShutdown(pair.client, null)).toBe(WANT_PEER_ANSWER);
    expect(binding.connectionSendCloseNotify(pair.client, null)).toBe(0);
    expect(binding.connectionSession(pair.client)).toBeNull();
    valueOf(binding.connectionAcceptPeer(pair.client));
    expect(write(pair.client, 'now')).toBe(3);
    handshake(pair);
    expect(read(pair.server)).toBe('now');
  });

  it('accepts only after the handshake', () => {
    const pair = observed(...contexts(version));
    expect(isRecord(binding.connectionAcceptPeer(pair.client))).toBe(true);
    expect(binding.connectionVerifyCode(pair.client)).toBe(UNSPECIFIED);
    handshake(pair);
    expect(read(pair.client)).toBe(WANT_PEER_ANSWER);
  });

  it('must observe from the beginning', () => {
    const pair = nativePair(...contexts(version));
    handshake(pair);
    expect(isRecord(binding.connectionObservePeer(pair.client, false, false))).toBe(true);
    expect(isRecord(binding.connectionAcceptPeer(pair.client))).toBe(true);
  });

  it('fails where its context verifies', () => {
    const [client, server] = [trusting(), nativeContext(true, pki.stranger)];
    only(version, client, server);
    valueOf(binding.contextSetVerifyMode(client, 2));
    const pair = observed(client, server);
    expect(handshake(pair).client).toMatchObject({
      nativeError: 'certificate',
      verifyCode: UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
    });
  });

  it('fails for a key that its context distrusts', () => {
    const [client, server] = contexts(version);
    const leaf = valueOf(binding.readCertificates('cert', Buffer.from(pki.localhost.chainPem)))[0];
    if (leaf === undefined) throw new Error('no certificate');
    binding.contextSetDistrustedKeys(client, valueOf(binding.spkiHash(leaf)));
    expect(handshake(observed(client, server)).client).toMatchObject({
      nativeError: 'certificate',
    });
  });

  it('takes over the verdict of the session that it resumes', () => {
    const [client, server] = [trusting(), nativeContext(true, pki.stranger)];
    only(version, client, server);
    const session = sessionOf(observed(client, server));
    const again = observed(client, server);
    valueOf(binding.connectionResumeSession(again.client, session));
    handshake(again);
    expect(binding.connectionIsResumed(again.client)).toBe(true);
    expect(binding.connectionVerifyCode(again.client)).toBe(UNABLE_TO_VERIFY_LEAF_SIGNATURE);
    expect(read(again.client)).toBe(WANT_PEER_ANSWER);
  });

  it('does not resume a session that was neither observed nor verified', () => {
    const [client, server] = contexts(version);
    const plain = nativePair(client, server);
    handshake(plain);
    write(plain.server, 'x');
    read(plain.client);
    const session = valueOf(binding.connectionSession(plain.client));
    if (session === null) throw new Error('no session');
    const { client: again } = observed(client, server);
    expect(binding.connectionResumeSession(again, session)).toMatchObject({ nativeError: 'value' });
  });

  it('gives no session to a context that verifies', () => {
    const [client, server] = contexts(version);
    const session = sessionOf(observed(client, server));
    valueOf(binding.contextSetVerifyMode(client, 2));
    const { client: again } = nativePair(client, server);
    expect(binding.connectionResumeSession(again, session)).toMatchObject({ nativeError: 'value' });
  });

  it('stores a session for the same trusted certificates only', () => {
    const [client, server] = contexts(version);
    const bytes = valueOf(binding.sessionSerialize(sessionOf(observed(client, server))));
    const same = trusting();
    only(version, same);
    const session = valueOf(binding.sessionDeserialize(bytes, same));
    const again = observed(same, server);
    valueOf(binding.connectionResumeSession(again.client, session));
    handshake(again);
    expect(binding.connectionIsResumed(again.client)).toBe(true);
    expect(isRecord(binding.sessionDeserialize(bytes, nativeContext(false)))).toBe(true);
    const more = trust(trusting(), pki.strangerAuthority.certPem);
    expect(isRecord(binding.sessionDeserialize(bytes, more))).toBe(true);
    valueOf(binding.contextSetVerifyMode(same, 2));
    const plain = nativePair(same, server);
    expect(isRecord(binding.connectionResumeSession(plain.client, session))).toBe(true);
  });

  it('stores a session whose context has changed since', () => {
    const [client, server] = contexts(version);
    const session = sessionOf(observed(client, server));
    trust(client, pki.strangerAuthority.certPem);
    const bytes = valueOf(binding.sessionSerialize(session));
    expect(isRecord(binding.sessionDeserialize(bytes, client))).toBe(true);
    expect(isRecord(binding.sessionDeserialize(bytes, trusting()))).toBe(false);
  });
});

describe('the last flight of an observed handshake', () => {
  it('is kept back by a client until it accepts', () => {
    const pair = observed(...contexts(TLS13));
    expect(handshake(pair)).toEqual({ client: 0, server: -1 });
    valueOf(binding.connectionAcceptPeer(pair.client));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
  });

  it('is never sent by a client that closes instead', () => {
    const pair = observed(...contexts(TLS13));
    handshake(pair);
    binding.connectionClose(pair.client);
    expect(binding.connectionHandshake(pair.server, null)).toBe(-1);
  });

  it('is kept back by a server of TLS 1.2 until it accepts', () => {
    const pair = nativePair(...contexts(TLS12));
    valueOf(binding.connectionObservePeer(pair.server, false, false));
    expect(handshake(pair)).toEqual({ client: -1, server: 0 });
    valueOf(binding.connectionAcceptPeer(pair.server));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
  });

  it('does not keep back the alert of a handshake that fails', () => {
    const [client, server] = [trusting(), nativeContext(true, pki.localhost)];
    only(TLS13, client);
    only(TLS12, server);
    const pair = nativePair(client, server);
    valueOf(binding.connectionObservePeer(pair.server, false, false));
    const { client: mine } = handshake(pair);
    expect(mine).toMatchObject({ reason: 'TLSV1_ALERT_PROTOCOL_VERSION' });
  });
});

describe.each(BOTH)('a server that observes its client, version %i', (version) => {
  function serving(clientIdentity?: 'client' | 'stranger') {
    const server = trust(nativeContext(true, pki.localhost), pki.caPem);
    const client = nativeContext(false, clientIdentity && pki[clientIdentity]);
    only(version, client, server);
    return { client, server };
  }

  function requesting({ client, server }: ReturnType<typeof serving>): NativePair {
    const pair = nativePair(client, server);
    valueOf(binding.connectionObservePeer(pair.server, true, false));
    return pair;
  }

  it('refuses a client without the demanded certificate in the handshake, with an alert', () => {
    const { client, server } = serving();
    const pair = nativePair(client, server);
    valueOf(binding.connectionObservePeer(pair.server, true, true));
    const ends = handshake(pair);
    expect(ends.server).toMatchObject({ reason: 'PEER_DID_NOT_RETURN_A_CERTIFICATE' });
    // Under TLS 1.3 the client's handshake has ended by then.
    const seen = version === TLS13 ? read(pair.client) : ends.client;
    expect(seen).toMatchObject({ reason: expect.stringMatching(/ALERT/) as string });
  });

  it.each([
    ['client', OK],
    ['stranger', UNABLE_TO_VERIFY_LEAF_SIGNATURE],
    [undefined, UNSPECIFIED],
  ] as const)('judges a client with the certificate %s', (identity, code) => {
    const pair = requesting(serving(identity));
    handshake(pair);
    expect(binding.connectionVerifyCode(pair.server)).toBe(code);
    expect(read(pair.server)).toBe(WANT_PEER_ANSWER);
    valueOf(binding.connectionAcceptPeer(pair.server));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    write(pair.client, 'hello');
    expect(read(pair.server)).toBe('hello');
  });

  it.each([
    ['client', OK],
    ['stranger', UNABLE_TO_VERIFY_LEAF_SIGNATURE],
    [undefined, UNSPECIFIED],
  ] as const)('judges a resumed session of the certificate %s alike', (identity, code) => {
    const both = serving(identity);
    const pair = requesting(both);
    handshake(pair);
    valueOf(binding.connectionAcceptPeer(pair.server));
    handshake(pair);
    write(pair.server, 'x');
    read(pair.client);
    const session = valueOf(binding.connectionSession(pair.client));
    if (session === null) throw new Error('no session');
    const again = requesting(both);
    valueOf(binding.connectionResumeSession(again.client, session));
    handshake(again);
    valueOf(binding.connectionAcceptPeer(again.server));
    handshake(again);
    expect(binding.connectionIsResumed(again.client)).toBe(true);
    expect(binding.connectionVerifyCode(again.server)).toBe(code);
    // A server that does not request certificates takes part in another kind of session.
    const other = nativePair(both.client, both.server);
    valueOf(binding.connectionResumeSession(other.client, session));
    handshake(other);
    expect(binding.connectionIsResumed(other.client)).toBe(false);
  });

  it('requests a certificate only if it is set to', () => {
    const { client, server } = serving('client');
    const pair = nativePair(client, server);
    valueOf(binding.connectionObservePeer(pair.server, false, false));
    handshake(pair);
    expect(binding.connectionPeerCertificate(pair.server, true)).toBeNull();
    expect(binding.connectionVerifyCode(pair.server)).toBe(UNSPECIFIED);
  });

  it('accepts a pre-shared key in place of a certificate', () => {
    const { client, server } = serving();
    const key = Buffer.from('a key of 16 bytes');
    binding.contextSetAsksPskClient(client, true);
    valueOf(binding.contextSetAsksPskServer(server, true, null));
    for (const context of [client, server]) {
      valueOf(binding.contextSetCiphers(context, 'PSK'));
      valueOf(binding.contextSetCiphersuites(context, 'TLS_AES_128_GCM_SHA256'));
    }
    const pair = requesting({ client, server });
    handshake(pair, {
      askClient: (() => [Buffer.from('me'), key]) as unknown as Ask,
      askServer: (() => key) as unknown as Ask,
    });
    expect(binding.connectionVerifyCode(pair.server)).toBe(OK);
  });
});
