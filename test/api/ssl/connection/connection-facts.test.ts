// Information of a connection about its peer's chain and the negotiated parameters, in every situation.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  NO_CHANGE,
  VERSIONS,
  clientContext,
  serverContext,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { root, intermediate, localhost, localhostBelowIntermediate, caPem } = pki;
const known = pki.client;
const below = await intermediate.issue({ commonName: 'below', eku: ['clientAuth'] });

const both =
  (...changes: Change[]): Change =>
  (context) =>
    changes.forEach((change) => change(context));
const withIdentity =
  ({ chainPem, keyPem }: typeof known): Change =>
  (context) =>
    context.loadCertChain({ cert: chainPem, key: keyPem });
const asking =
  (mode: ssl.VerifyMode): Change =>
  (context) => {
    context.verifyMode = mode;
    context.loadVerifyLocations({ cadata: caPem });
  };
const X = Buffer.from('x');

describe.each(VERSIONS)('the chains in %s', (_version, only) => {
  const chains = (side: ssl.SSLObject): readonly Buffer[][] => [
    [...side.getVerifiedChain()],
    [...side.getUnverifiedChain()],
  ];
  const connect = (
    near: Change,
    far: Change,
    identity: Parameters<typeof serverContext>[0] = localhost,
  ): Pair =>
    connectedPair({
      client: clientContext(caPem, both(only, near)),
      server: serverContext(identity, far),
    });

  it('of a client below an intermediate are with and without the root', () => {
    const { server } = connect(withIdentity(below), asking(ssl.CERT_REQUIRED));
    expect(chains(server)).toEqual([
      [below.certDer, intermediate.certDer, root.certDer],
      [below.certDer, intermediate.certDer],
    ]);
  });

  it('of a client are the same where it is asked but need not show anything', () => {
    expect(chains(connect(NO_CHANGE, asking(ssl.CERT_OPTIONAL)).server)).toEqual([[], []]);
    expect(chains(connect(withIdentity(known), asking(ssl.CERT_OPTIONAL)).server)).toEqual([
      [known.certDer, root.certDer],
      [known.certDer],
    ]);
  });

  it('of a client that is not asked are empty', () => {
    expect(chains(connect(withIdentity(known), NO_CHANGE).server)).toEqual([[], []]);
  });

  it('of a server that is not verified are what it sent, and nothing verified', () => {
    const { client } = connect(unverified, NO_CHANGE, localhostBelowIntermediate);
    expect(chains(client)).toEqual([
      [],
      [localhostBelowIntermediate.certDer, intermediate.certDer],
    ]);
    expect(chains(connect(unverified, NO_CHANGE, pki.stranger).client)).toEqual([
      [],
      [pki.stranger.certDer],
    ]);
  });

  it('end with what is trusted under VERIFY_X509_PARTIAL_CHAIN', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    only(context);
    context.loadVerifyLocations({ cadata: intermediate.certPem });
    context.verifyFlags |= ssl.VERIFY_X509_PARTIAL_CHAIN;
    const options = { client: context, server: serverContext(localhostBelowIntermediate) };
    expect(chains(connectedPair(options).client)[0]).toEqual([
      localhostBelowIntermediate.certDer,
      intermediate.certDer,
    ]);
  });

  it('do not include certificates that the server sent outside of its chain', () => {
    const more = { chainPem: localhost.chainPem + pki.strangerAuthority.certPem, keyPem: localhost.keyPem };
    expect(chains(connect(NO_CHANGE, NO_CHANGE, more).client)).toEqual([
      [localhost.certDer, root.certDer],
      [localhost.certDer, pki.strangerAuthority.certDer],
    ]);
  }); // prettier-ignore

  it('of a resumed session are the leaf that it remembers, and nothing verified', () => {
    const client = clientContext(caPem, both(only, withIdentity(known)));
    const server = serverContext(localhost, asking(ssl.CERT_REQUIRED));
    const session = resumableSession(connectedPair({ client, server }));
    const pair = connectedPair({ client, server, session });
    expect(pair.server.sessionReused).toBe(true);
    expect(chains(pair.client)).toEqual([[], [localhost.certDer]]);
    expect(chains(pair.server)).toEqual([[], [known.certDer]]);
    expect(pair.server.getpeercert()?.subject).toBeDefined();
  });

  it('are still there after the close', () => {
    const pair = connect(NO_CHANGE, NO_CHANGE);
    const before = chains(pair.client);
    thrown(() => pair.client.unwrap());
    pair.server.unwrap();
    pair.client.unwrap();
    expect(chains(pair.client)).toEqual(before);
    expect(before[0]).toHaveLength(2);
  });

  it('are given as copies', () => {
    const { client } = connect(NO_CHANGE, NO_CHANGE);
    client.getVerifiedChain()[0]?.fill(0);
    expect(client.getVerifiedChain()[0]).toEqual(localhost.certDer);
  });
});

describe.each(VERSIONS)('what was negotiated in %s', (version, only) => {
  const facts = (side: ssl.SSLObject) => ({
    group: side.group(),
    serverSigalg: side.serverSigalg(),
    clientSigalg: side.clientSigalg(),
    cipher: side.cipher(),
    shared: side.sharedCiphers(),
  });
  const nothing = {
    group: null,
    serverSigalg: null,
    clientSigalg: null,
    cipher: null,
    shared: null,
  };

  it('is null before the handshake, and in the middle of it', () => {
    const pair = makePair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    expect([facts(pair.client), facts(pair.server)]).toEqual([nothing, nothing]);
    thrown(() => pair.client.doHandshake());
    expect(facts(pair.client)).toEqual(nothing);
    thrown(() => pair.server.doHandshake());
    expect(pair.server.group()).toBeNull();
    expect([pair.client.version(), pair.server.version()]).toEqual([null, null]);
  });

  it('is the same on both sides; who has not signed has no algorithm', () => {
    const { client, server } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost, asking(ssl.CERT_OPTIONAL)),
    });
    const ours = facts(client);
    expect(ours).toMatchObject({ clientSigalg: null, shared: null });
    expect(ours.group).toMatch(/^x25519|^X25519/);
    expect(ours.serverSigalg).toBe('ecdsa_secp256r1_sha256');
    expect({ ...facts(server), shared: null }).toEqual(ours);
    expect(ours.cipher?.[1]).toBe(version);
  });

  it('has the algorithm of a client that has signed, on both sides', () => {
    const { client, server } = connectedPair({
      client: clientContext(caPem, both(only, withIdentity(pki.clientRsa))),
      server: serverContext(localhost, asking(ssl.CERT_REQUIRED)),
    });
    for (const side of [client, server]) {
      expect(side.clientSigalg()).toBe('rsa_pss_rsae_sha256');
      expect(side.serverSigalg()).toBe('ecdsa_secp256r1_sha256');
    }
  });

  it('has no signatures in a resumed session; its group is under TLS 1.2 that of the first handshake', () => {
    const client = clientContext(caPem, only);
    const server = serverContext(localhost);
    const first = connectedPair({ client, server });
    const session = resumableSession(first);
    const again = connectedPair({ client, server, session });
    for (const side of [again.client, again.server]) {
      expect(side.sessionReused).toBe(true);
      expect([side.serverSigalg(), side.clientSigalg()]).toEqual([null, null]);
      expect(side.cipher()?.[1]).toBe(version);
    }
    expect(again.client.group()).toBe(first.client.group());
  });

  it('lists on the server the suites of both, in its own order', () => {
    const list = ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256'];
    const suites = ['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256'];
    const near = clientContext(caPem, (context) => {
      only(context);
      context.setCiphers(list.toReversed().join(':'));
      context.setCiphersuites(suites.toReversed().join(':'));
    });
    const far = serverContext(localhost, (context) => {
      context.setCiphers([...list, 'ECDHE-ECDSA-CHACHA20-POLY1305'].join(':'));
      context.setCiphersuites([...suites, 'TLS_CHACHA20_POLY1305_SHA256'].join(':'));
    });
    const { client, server } = connectedPair({ client: near, server: far });
    const names = server.sharedCiphers()?.map(([name]) => name) ?? [];
    expect(names).toEqual(version === 'TLSv1.3' ? suites : list);
    expect(client.sharedCiphers()).toBeNull();
  });

  it('stays known after data, and after the close', () => {
    const pair = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    const before = facts(pair.client);
    transfer(pair.server, pair.client, X);
    expect(facts(pair.client)).toEqual(before);
    thrown(() => pair.client.unwrap());
    pair.server.unwrap();
    pair.client.unwrap();
    expect(facts(pair.client)).toEqual(before);
  });
});
