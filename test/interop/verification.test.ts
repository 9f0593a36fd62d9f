/** Servers that must not be believed: our client's error and the peer's alert; the peers' errors and ours. */
import { beforeAll, describe, expect, it } from 'vitest';

import type { Identity } from '../helpers/peer-types.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';
import { meetClient, meetServer, VERSIONS, wordsOf } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

interface Fault {
  readonly what: string;
  readonly identity: (pki: TestPki) => Identity;
  readonly servername?: string;
  readonly verifyCode: number;
  readonly alert: string;
}

const FAULTS: readonly Fault[] = [
  {
    what: 'an unknown authority',
    identity: (made) => made.stranger,
    verifyCode: 20,
    alert: 'unknown ca',
  },
  {
    what: 'a certificate that signs itself',
    identity: (made) => made.selfSigned,
    verifyCode: 18,
    alert: 'unknown ca',
  },
  {
    what: 'an expired certificate',
    identity: (made) => made.expired,
    verifyCode: 10,
    alert: 'certificate expired',
  },
  {
    what: 'a certificate of the future',
    identity: (made) => made.notYetValid,
    verifyCode: 9,
    alert: 'bad certificate',
  },
  {
    what: "another host's certificate",
    identity: (made) => made.example,
    verifyCode: 62,
    alert: 'bad certificate',
  },
  {
    what: 'a certificate without the address',
    identity: (made) => made.example,
    servername: '127.0.0.1',
    verifyCode: 64,
    alert: 'bad certificate',
  },
  {
    what: 'a certificate for clients',
    identity: (made) => made.client,
    verifyCode: 26,
    alert: 'unsupported certificate',
  },
  {
    what: 'a chain without its intermediate',
    identity: ({ localhostBelowIntermediate: { certPem, keyPem } }) => ({
      chainPem: certPem,
      keyPem,
    }),
    verifyCode: 20,
    alert: 'unknown ca',
  },
];

const CASES = VERSIONS.flatMap((version) => FAULTS.map((fault) => ({ version, ...fault })));

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(CASES)('refuses $what in $version', async (fault, test) => {
    skipWithout(test, side);
    const { version, servername, verifyCode, alert } = fault;
    const { seen, served } = await meetServer(
      side,
      { identity: fault.identity(pki), minVersion: version, maxVersion: version },
      servername === undefined ? {} : { servername },
    );
    const expected = { phase: 'handshake', kind: 'SSLCertVerificationError', verifyCode };
    expect(seen.error).toMatchObject({ ...expected, reason: 'CERTIFICATE_VERIFY_FAILED' });
    expect(seen.received).toHaveLength(0);
    expect(wordsOf(served.error)).toContain(alert);
  });
});

/** Hosts are matched by these only after the handshake: no alert is left to send. */
const MATCHES_HOSTS_LATER = ['curl'];

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(CASES)('is refused with $what in $version', async (fault, test) => {
    skipWithout(test, side);
    const { version, servername, verifyCode, alert } = fault;
    const { seen, served } = await meetClient(
      side,
      { identity: fault.identity(pki), minVersion: version, maxVersion: version },
      servername === undefined ? {} : { servername },
    );
    expect(seen.error).not.toBeNull();
    const isAboutTheHost = verifyCode === 62 || verifyCode === 64;
    const saysWhy =
      side.sendsAlerts && !(isAboutTheHost && MATCHES_HOSTS_LATER.includes(side.name));
    if (saysWhy) {
      expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError' });
      expect(wordsOf(served.error)).toContain(alert);
    } else {
      expect(served.received).toHaveLength(0);
    }
  });
});
