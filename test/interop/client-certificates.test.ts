/** Client certificates: asked for or not, given, missing, and not to be trusted, in both directions. */
import { beforeAll, describe, expect, it } from 'vitest';

import type { IssuedCertificate } from '../helpers/certificates.js';
import type { PeerServerOptions } from '../helpers/peer-types.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';
import { expectFacts, meetClient, meetServer, VERSIONS, wordsOf } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout, type ServerSide } from './support/sides.js';

type Identities = 'good' | 'stranger' | 'expired' | 'unfit';

let pki: TestPki;
let identities: Record<Identities, IssuedCertificate>;

beforeAll(async () => {
  pki = await testPki();
  const eku = ['clientAuth'];
  identities = {
    good: pki.client,
    stranger: await pki.strangerAuthority.issue({ commonName: 'stranger', eku }),
    expired: await pki.root.issue({
      commonName: 'expired',
      eku,
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2021-01-01'),
    }),
    unfit: pki.localhost,
  };
});

const inBoth = <C extends object>(cases: readonly C[]) =>
  VERSIONS.flatMap((version) => cases.map((one) => ({ version, ...one })));

const ACCEPTED = inBoth([
  { mode: 'required', given: 'good', seen: 'test client' },
  { mode: 'optional', given: 'good', seen: 'test client' },
  { mode: 'optional', given: null, seen: null },
  { mode: 'none', given: 'good', seen: null },
] as const);

const REFUSED = inBoth([
  { mode: 'required', given: 'stranger', alert: 'unknown ca', verifyCode: 20 },
  { mode: 'optional', given: 'stranger', alert: 'unknown ca', verifyCode: 20 },
  { mode: 'required', given: 'expired', alert: 'certificate expired', verifyCode: 10 },
  { mode: 'required', given: 'unfit', alert: 'unsupported certificate', verifyCode: 26 },
] as const);

const ALERT_FOR_NONE = {
  'TLSv1.2': 'handshake failure',
  'TLSv1.3': 'certificate required',
} as const;

type Mode = NonNullable<PeerServerOptions['clientCertificate']>;

const serverOptions = (version: (typeof VERSIONS)[number], mode: Mode) =>
  ({ ca: pki.caPem, clientCertificate: mode, minVersion: version, maxVersion: version }) as const;

const clientOptions = (given: Identities | null) =>
  given === null ? {} : { identity: identities[given] };

/** A peer that closes with unread input resets the connection, and the alert may be lost with it. */
const silent = ({ refuses }: ServerSide) =>
  refuses === 'by HTTP' ? {} : { send: Buffer.alloc(0), read: 'end' as const };

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(ACCEPTED)(
    '$version: $mode, given $given',
    async ({ version, mode, given, seen: name }, test) => {
      skipWithout(test, side);
      const { seen, served } = await meetServer(
        side,
        serverOptions(version, mode),
        clientOptions(given),
      );
      const theirs = { peerCommonName: name };
      expectFacts(
        { side, ours: seen, theirs: served },
        { version, peerCommonName: 'localhost' },
        theirs,
      );
    },
  );

  it.for(REFUSED)(
    '$version: $mode, refused $given',
    async ({ version, mode, given, alert }, test) => {
      skipWithout(test, side);
      const { seen } = await meetServer(side, serverOptions(version, mode), {
        ...clientOptions(given),
        ...silent(side),
      });
      expectRefusal(side, { seen, version, alert });
    },
  );

  it.for(VERSIONS)('%s: required, refused without one', async (version, test) => {
    skipWithout(test, side);
    const { seen } = await meetServer(side, serverOptions(version, 'required'), silent(side));
    expectRefusal(side, { seen, version, alert: ALERT_FOR_NONE[version] });
  });
});

interface Refusal {
  readonly seen: Awaited<ReturnType<typeof meetServer>>['seen'];
  readonly version: (typeof VERSIONS)[number];
  readonly alert: string;
}

/** Under TLS 1.3 a client is done before the server has seen its certificate, and learns of the refusal as it reads. */
function expectRefusal({ refuses }: ServerSide, { seen, version, alert }: Refusal): void {
  if (refuses === 'by HTTP') {
    expect(seen.error).toBeNull();
    expect(seen.received.toString()).toMatch(
      /400 (Bad Request|No required SSL certificate|The SSL certificate error)/,
    );
    return;
  }
  expect(seen.received).toHaveLength(0);
  // node:tls leaves the lack of a certificate to OpenSSL, and judges one only when the handshake is over.
  if (refuses === 'by an alert' || alert === ALERT_FOR_NONE[version]) {
    const phase = version === 'TLSv1.3' ? 'data' : 'handshake';
    expect(seen.error).toMatchObject({ phase, kind: 'SSLError' });
    expect(wordsOf(seen.error)).toContain(alert);
  } else {
    expect(seen.error?.kind).toMatch(/^(SSLEOFError|ECONNRESET|EPIPE)$/);
  }
}

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(ACCEPTED)(
    '$version: $mode, given $given',
    async ({ version, mode, given, seen: name }, test) => {
      skipWithout(test, side);
      const { seen, served } = await meetClient(
        side,
        serverOptions(version, mode),
        clientOptions(given),
      );
      const theirs = { peerCommonName: 'localhost' };
      expectFacts({ side, ours: served, theirs: seen }, { version, peerCommonName: name }, theirs);
    },
  );

  it.for(REFUSED)('$version: $mode, refused $given', async (refusal, test) => {
    const { version, mode, given, alert, verifyCode } = refusal;
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      serverOptions(version, mode),
      clientOptions(given),
    );
    const kind = 'SSLCertVerificationError';
    expect(served.error).toMatchObject({ phase: 'handshake', kind, verifyCode });
    expect(wordsOf(seen.error)).toContain(alert);
  });

  it.for(VERSIONS)('%s: required, refused without one', async (version, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(side, serverOptions(version, 'required'));
    const reason = 'PEER_DID_NOT_RETURN_A_CERTIFICATE';
    expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason });
    expect(wordsOf(seen.error)).toContain(ALERT_FOR_NONE[version]);
  });
});
