// SSLContext.bringsVerifySettings: several names on one port, of which one demands client certificates. Without it a client
// of that name is let in without one, as in Python. When it may be set, and clients: ssl-context-switch.test.ts.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../helpers/certificates.js';
import {
  NO_CHANGE,
  VERSIONS,
  serverContext,
  tls12,
  tls13,
  type Change,
} from '../../helpers/contexts.js';
import { certificateError, sslError, typeError } from '../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  transfer,
  tryHandshakeAsync,
  type Pair,
} from '../../helpers/make-pair.js';
import { testPki } from '../../helpers/test-pki.js';
import {
  attempt,
  client,
  demanding,
  fine,
  front,
  pairFor,
  SWITCHES,
} from '../support/two-names.js';

const { root, strangerAuthority, localhost, example, client: known } = await testPki();
const stranger = await strangerAuthority.issue({ commonName: 'stranger', eku: ['clientAuth'] });
/** Breaks RFC 5280: VERIFY_X509_STRICT refuses it. */
const loose = await root.issue({
  ...{ commonName: 'loose', eku: ['clientAuth'] },
  authorityKeyIdentifier: false,
});

const noCertificate = sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE');

describe('SSLContext.bringsVerifySettings', () => {
  it('is false, and a boolean', () => {
    for (const protocol of [ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS])
      expect(new ssl.SSLContext(protocol).bringsVerifySettings).toBe(false);
    expect(ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH).bringsVerifySettings).toBe(false);
    const context = demanding();
    expect(context.bringsVerifySettings).toBe(true);
    for (const value of [1, null, 'true', undefined])
      expect(() => (context.bringsVerifySettings = value as never)).toThrow(typeError());
    expect(context.bringsVerifySettings).toBe(true);
  });
});

const ALL = VERSIONS.flatMap(([version, only]) =>
  SWITCHES.map(([how, act]) => ({ version, only, how, act })),
);

describe.each(ALL)('a switch in $version, $how', ({ only, act }) => {
  it('demands the certificate that the other context demands', async () => {
    const server = front(demanding(), only, act);
    expect((await attempt(server, null)).server).toEqual(noCertificate);
    const pair = pairFor(server, known);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(example.certDer);
    expect(pair.server.getpeercert()?.subject).toEqual([[['commonName', 'test client']]]);
    expect(pair.server.getVerifiedChain()).toEqual([known.certDer, root.certDer]);
    expect(await attempt(server, null, 'localhost')).toEqual(fine);
  });

  it('does not without bringsVerifySettings: parity with Python', async () => {
    const silent = demanding((context) => void (context.bringsVerifySettings = false));
    const pair = pairFor(front(silent, only, act), known);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.server.getpeercert()).toBeNull();
  });

  it('verifies against the authorities of the other context, and names what is wrong', async () => {
    const other = demanding();
    const server = front(other, only, act);
    server.loadVerifyLocations({ cadata: strangerAuthority.certPem });
    expect((await attempt(server, stranger)).server).toEqual(
      certificateError(20, 'unable to get local issuer certificate'),
    );
    expect(await attempt(server, known)).toEqual(fine);
    other.loadVerifyLocations({ cadata: strangerAuthority.certPem });
    expect(await attempt(server, stranger)).toEqual(fine);
  });

  it('takes the verify flags as they are there, those of the first context gone', async () => {
    const strict: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_X509_STRICT);
    const strictThere = front(demanding(strict), only, act);
    expect((await attempt(strictThere, loose)).server).toEqual(certificateError(85));
    const strictHere = front(demanding(), only, act);
    strict(strictHere);
    expect(await attempt(strictHere, loose)).toEqual(fine);
  });

  it('demands less where the other context does', async () => {
    const open = demanding((context) => void (context.verifyMode = ssl.CERT_NONE));
    const optional = demanding((context) => void (context.verifyMode = ssl.CERT_OPTIONAL));
    for (const other of [open, optional]) {
      const server = front(other, only, act);
      server.verifyMode = ssl.CERT_REQUIRED;
      expect(await attempt(server, null)).toEqual(fine);
      expect((await attempt(server, null, 'localhost')).server).toEqual(noCertificate);
    }
    const pair = pairFor(front(optional, only, act), known);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.server.getpeercert()?.subject).toBeDefined();
    expect((await attempt(front(optional, only, act), stranger)).server).toEqual(
      certificateError(20),
    );
  });

  it('keeps what was brought, when a third context that brings nothing follows', async () => {
    const third = serverContext(localhost, (context) =>
      context.loadVerifyLocations({ cadata: strangerAuthority.certPem }),
    );
    const other = demanding();
    const server = front(other, only, async (peer) => {
      await act(peer, other);
      await act(peer, third);
    });
    expect((await attempt(server, null)).server).toEqual(noCertificate);
    const pair = pairFor(server, stranger);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    // Certificate and authorities are always those of the present context.
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
    expect((await attempt(server, known)).server).toEqual(certificateError(20));
  });

  it('brings no versions', async () => {
    const one = demanding(tls12);
    one.maximumVersion = ssl.TLSVersion.TLSv1_2;
    const pair = pairFor(front(one, NO_CHANGE, act), known);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.client.version()).toBe('TLSv1.3');
  });
});

it('a HelloRetryRequest does not lose the demand', async () => {
  const group: Change = (context) => {
    tls13(context);
    context.setGroups('P-384');
  };
  for (const [, act] of SWITCHES) {
    const server = front(demanding(group), group, act);
    const connect = async (identity: IssuedCertificate | null) => {
      const near = client(identity, (context) => context.setGroups('X25519:P-384'));
      const pair = makePair({ client: near, server, serverHostname: 'other.example' });
      return { pair, outcome: await tryHandshakeAsync(pair) };
    };
    expect((await connect(null)).outcome.server).toEqual(noCertificate);
    const { pair, outcome } = await connect(known);
    expect(outcome).toEqual(fine);
    expect(pair.client.group()).toBe('secp384r1');
    expect(pair.server.getpeercert()?.subject).toBeDefined();
  }
});

const withoutTickets: Change = (context) => void (context.options |= ssl.OP_NO_TICKET);
const WAYS = VERSIONS.flatMap(([version, only]) => [
  [`${version} with tickets`, only] as const,
  [
    `${version} with the server's cache`,
    (context: ssl.SSLContext) => {
      only(context);
      withoutTickets(context);
    },
  ] as const,
]);

describe.each(WAYS)('a session of %s', (_way, only) => {
  it('that was made without a certificate does not get round the demand of another name', async () => {
    const server = front(demanding(), only);
    const near = client(null);
    const session = resumableSession(connectedPair({ client: near, server }));
    const again = { client: near, server, session };
    expect(connectedPair(again).server.sessionReused).toBe(true);
    const pair = makePair({ ...again, serverHostname: 'other.example' });
    expect((await tryHandshakeAsync(pair)).server).toEqual(noCertificate);
    expect(pair.server.sessionReused).toBe(false);
  });

  it('that was made before the context brought its settings does not either', async () => {
    const other = demanding((context) => void (context.bringsVerifySettings = false));
    const server = front(other, only);
    const near = client(null);
    const options = { client: near, server, serverHostname: 'other.example' };
    const session = resumableSession(connectedPair(options));
    expect(connectedPair({ ...options, session }).server.sessionReused).toBe(true);
    other.bringsVerifySettings = true;
    expect((await tryHandshakeAsync(makePair({ ...options, session }))).server).toEqual(
      noCertificate,
    );
  });

  it('with the certificate is resumed under the same name, certificate and all, and under no other', () => {
    const server = front(demanding(), only);
    const near = client(known);
    const options = { client: near, server, serverHostname: 'other.example' };
    const session = resumableSession(connectedPair(options));
    const again = connectedPair({ ...options, session }).server;
    expect(again.sessionReused).toBe(true);
    expect(again.getpeercert()?.subject).toEqual([[['commonName', 'test client']]]);
    const elsewhere = connectedPair({ ...options, serverHostname: 'localhost', session }).server;
    expect([elsewhere.sessionReused, elsewhere.getpeercert()]).toEqual([false, null]);
  });
});

describe('post-handshake authentication', () => {
  const later: Change = (context) => void (context.postHandshakeAuth = true);
  const willing = (identity: IssuedCertificate | null): ssl.SSLContext => client(identity, later);
  const connect = (server: ssl.SSLContext, identity: IssuedCertificate | null): Pair =>
    connectedPair({ client: willing(identity), server, serverHostname: 'other.example' });
  const HELLO = Buffer.from('hello');

  it('is brought: nothing is asked in the handshake, and later by the rules of the other context', () => {
    const server = front(demanding(later), NO_CHANGE);
    const pair = connect(server, known);
    expect(pair.server.getpeercert()).toBeNull();
    pair.server.verifyClientPostHandshake();
    transfer(pair.server, pair.client, HELLO);
    transfer(pair.client, pair.server, HELLO);
    expect(pair.server.getpeercert()?.subject).toEqual([[['commonName', 'test client']]]);
    for (const [identity, error] of [
      [null, noCertificate],
      [stranger, certificateError(20)],
    ] as const) {
      const refused = connect(server, identity);
      refused.server.verifyClientPostHandshake();
      transfer(refused.server, refused.client, HELLO);
      refused.client.write(HELLO);
      expect(() => refused.server.read()).toThrow(error);
    }
  });

  it('is gone where the other context asks at once', async () => {
    const server = front(demanding(), (context) => {
      later(context);
      context.verifyMode = ssl.CERT_REQUIRED;
    });
    const pair = makePair({ client: willing(null), server, serverHostname: 'other.example' });
    expect((await tryHandshakeAsync(pair)).server).toEqual(noCertificate);
    expect(connect(server, known).server.getpeercert()?.subject).toBeDefined();
  });
});
