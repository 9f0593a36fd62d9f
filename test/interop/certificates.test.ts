/** Kinds of keys and chains, shown by servers and by clients, in both directions. */
import { beforeAll, describe, expect, it } from 'vitest';

import type { IssuedCertificate } from '../helpers/certificates.js';
import type { KeyKind } from '../helpers/keys.js';
import type { ProtocolVersion } from '../helpers/peer-types.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';
import { expectFacts, meetClient, meetServer, VERSIONS } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

const KINDS = ['rsa2048', 'rsa3072', 'ecdsa-p256', 'ecdsa-p384', 'ed25519'] as const;
const CASES = VERSIONS.flatMap((version) => KINDS.map((kind) => ({ version, kind })));

let pki: TestPki;
let servers: Record<KeyKind, IssuedCertificate>;
let clients: Record<KeyKind, IssuedCertificate>;
let clientBelowIntermediate: IssuedCertificate;

const perKind = async (
  issue: (key: KeyKind) => Promise<IssuedCertificate>,
): Promise<Record<KeyKind, IssuedCertificate>> =>
  Object.fromEntries(
    await Promise.all(KINDS.map(async (kind) => [kind, await issue(kind)] as const)),
  ) as Record<KeyKind, IssuedCertificate>;

beforeAll(async () => {
  pki = await testPki();
  const server = { dns: ['localhost'], keyLabel: 'localhost' };
  servers = await perKind((key) => pki.root.issue({ ...server, commonName: `server ${key}`, key }));
  const client = { eku: ['clientAuth'], keyLabel: 'client' };
  clients = await perKind((key) => pki.root.issue({ ...client, commonName: `client ${key}`, key }));
  clientBelowIntermediate = await pki.intermediate.issue({ ...client, commonName: 'client below' });
});

const both = (server: IssuedCertificate, client: IssuedCertificate, version: ProtocolVersion) =>
  [
    { identity: server, ca: pki.caPem, clientCertificate: 'required', maxVersion: version },
    { identity: client },
  ] as const;

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(CASES)('both show $kind in $version', async ({ kind, version }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetServer(side, ...both(servers[kind], clients[kind], version));
    expectFacts(
      { side, ours: seen, theirs: served },
      { version, peerCommonName: `server ${kind}` },
      { peerCommonName: `client ${kind}` },
    );
  });

  it.for(VERSIONS)('both show an intermediate in %s', async (version, test) => {
    skipWithout(test, side);
    const chains = both(pki.localhostBelowIntermediate, clientBelowIntermediate, version);
    const { seen, served } = await meetServer(side, ...chains);
    expectFacts(
      { side, ours: seen, theirs: served },
      { version, peerCommonName: 'localhost' },
      { peerCommonName: 'client below' },
    );
    expect(seen.chainLength).toBe(3);
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(CASES)('both show $kind in $version', async ({ kind, version }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(side, ...both(servers[kind], clients[kind], version));
    expectFacts(
      { side, ours: served, theirs: seen },
      { version, peerCommonName: `client ${kind}` },
      { peerCommonName: `server ${kind}` },
    );
  });

  it.for(VERSIONS)('both show an intermediate in %s', async (version, test) => {
    skipWithout(test, side);
    const chains = both(pki.localhostBelowIntermediate, clientBelowIntermediate, version);
    const { seen, served } = await meetClient(side, ...chains);
    expectFacts(
      { side, ours: served, theirs: seen },
      { version, peerCommonName: 'client below' },
      { peerCommonName: 'localhost' },
    );
    expect(served.chainLength).toBe(3);
  });
});
