/** Groups of the key exchange, agreed on at once, after a HelloRetryRequest (RFC 8446, 4.1.4), or not at all. */
import { afterEach, describe, expect, it, type TestContext } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { describePeer } from '../helpers/peers.js';
import { meetClient, meetServer, VERSIONS, wordsOf } from './support/meetings.js';
import {
  CLIENTS,
  SERVERS,
  skipWithout,
  type ClientSide,
  type ServerSide,
} from './support/sides.js';
import { startTap, type Tap } from './support/tap.js';

const CASES = VERSIONS.flatMap((version) =>
  (['X25519', 'prime256v1', 'secp384r1', 'X448', 'secp521r1'] as const).map((group) => ({
    version,
    group,
  })),
);
const HYBRID = 'X25519MLKEM768';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
let tap: Tap;
async function tapped(port: number): Promise<number> {
  tap = cleanup.add(await startTap(port));
  return tap.port;
}

/** SECG's name, which this package reports, for the one that X9.62 calls differently. */
const named = (group: string) => new RegExp(`^${group.replace('prime256v1', 'secp256r1')}$`, 'i');

/** The default groups of OpenSSL 3.5 and later begin with it. */
function skipWithoutHybrid(test: TestContext, side: ServerSide | ClientSide): void {
  skipWithout(test, side);
  const program = side.needs[0];
  const version = program ? describePeer(program)?.tls : `OpenSSL ${process.versions.openssl}`;
  const [major = 0, minor = 0] =
    /\d+\.\d+/
      .exec(version ?? '')?.[0]
      .split('.')
      .map(Number) ?? [];
  if (major < 3 || (major === 3 && minor < 5))
    test.skip(`${HYBRID} needs a peer with OpenSSL 3.5; this is ${version}`);
}

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(CASES)('agrees on $group in $version', async ({ group, version }, test) => {
    skipWithout(test, side);
    const { seen } = await meetServer(
      side,
      { groups: group, minVersion: version, maxVersion: version },
      { groups: `X25519:prime256v1:secp384r1:X448:secp521r1` },
      tapped,
    );
    expect(seen).toMatchObject({
      error: null,
      version,
      group: expect.stringMatching(named(group)),
    });
    expect(tap.sawHelloRetryRequest()).toBe(version === 'TLSv1.3' && group !== 'X25519');
  });

  it.for(VERSIONS)('fails without a common group in %s', async (version, test) => {
    skipWithout(test, side);
    const options = { groups: 'secp384r1', minVersion: version, maxVersion: version };
    const { seen, served } = await meetServer(side, options, { groups: 'X25519' });
    expect(seen.error).toMatchObject({ phase: 'handshake', kind: 'SSLError' });
    // SSLV3_ALERT_HANDSHAKE_FAILURE in OpenSSL 3, TLS_ALERT_HANDSHAKE_FAILURE in 4.
    expect(wordsOf(seen.error)).toContain('alert handshake failure');
    expect(wordsOf(served.error)).toMatch(/no suitable key share|no shared (group|cipher)/);
  });

  it(`agrees on ${HYBRID}`, async (test) => {
    skipWithoutHybrid(test, side);
    const { seen } = await meetServer(side, {}, { groups: HYBRID });
    expect(seen).toMatchObject({ error: null, version: 'TLSv1.3', group: HYBRID });
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(CASES)('agrees on $group in $version', async ({ group, version }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      { groups: group, minVersion: version, maxVersion: version },
      side.name === 'Python' ? {} : { groups: 'X25519:prime256v1:secp384r1:X448:secp521r1' },
      tapped,
    );
    expect(seen.error).toBeNull();
    expect(served).toMatchObject({
      error: null,
      version,
      group: expect.stringMatching(named(group)),
    });
    // A client of OpenSSL 3.5 may send a key share of more groups than the first.
    const sendsOneShare = side.name !== 'Python';
    if (version === 'TLSv1.2' || group === 'X25519') expect(tap.sawHelloRetryRequest()).toBe(false);
    else if (sendsOneShare) expect(tap.sawHelloRetryRequest()).toBe(true);
  });

  it.for(VERSIONS)('fails without a common group in %s', async (version, test) => {
    skipWithout(test, side);
    const options = { groups: 'X25519', minVersion: version, maxVersion: version };
    const { seen, served } = await meetClient(side, options, { groups: 'secp384r1' });
    expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError' });
    expect(served.error?.reason).toMatch(
      /^NO_(SUITABLE_KEY_SHARE|SHARED_CIPHER|SHARED_GROUP|SUITABLE_GROUPS)$/,
    );
    expect(wordsOf(seen.error)).toContain('handshake failure');
  });

  it(`agrees on ${HYBRID}`, async (test) => {
    skipWithoutHybrid(test, side);
    const { seen, served } = await meetClient(side, { groups: HYBRID });
    expect(seen.error).toBeNull();
    expect(served).toMatchObject({ error: null, version: 'TLSv1.3', group: HYBRID });
  });
});
