/** Cipher suites: GCM, ChaCha20 and CBC, chosen by this package's end, with several records each way. */
import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { testPki } from '../helpers/test-pki.js';
import { expectFacts, meetClient, meetServer, wordsOf } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

const SUITES = [
  { version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' },
  { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' },
  { version: 'TLSv1.3', suite: 'TLS_CHACHA20_POLY1305_SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  { version: 'TLSv1.2', suite: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
  { version: 'TLSv1.2', suite: 'ECDHE-ECDSA-AES128-SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-ECDSA-AES256-SHA384' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-GCM-SHA256' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-CHACHA20-POLY1305' },
  { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES256-SHA384' },
] as const;

/** Lines, because one of the peers thinks in lines. */
const PAYLOAD = Buffer.from(randomBytes(20_000).toString('hex').replace(/.{63}/g, '$&\n') + '\n');

const only = ({ version, suite }: (typeof SUITES)[number]) => ({
  maxVersion: version,
  ...(version === 'TLSv1.3' ? { minVersion: version, ciphersuites: suite } : { ciphers: suite }),
});

async function identityFor(suite: string) {
  const pki = await testPki();
  return suite.includes('RSA-') && !suite.includes('ECDSA') ? pki.localhostRsa : pki.localhost;
}

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(SUITES)('uses $suite', async (one, test) => {
    skipWithout(test, side);
    const identity = await identityFor(one.suite);
    const { seen, served } = await meetServer(side, { identity }, { ...only(one), send: PAYLOAD });
    const facts = { version: one.version, cipher: one.suite };
    expectFacts({ side, ours: seen, theirs: served }, facts);
    expect(seen.received.equals(PAYLOAD)).toBe(true);
  });

  it('fails without a common suite', async (test) => {
    skipWithout(test, side);
    const options = { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
    const { seen, served } = await meetServer(side, options, {
      ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305',
    });
    expect(seen.error).toMatchObject({ phase: 'handshake', kind: 'SSLError' });
    // SSLV3_ALERT_HANDSHAKE_FAILURE in OpenSSL 3, TLS_ALERT_HANDSHAKE_FAILURE in 4.
    expect(wordsOf(seen.error)).toContain('alert handshake failure');
    expect(wordsOf(served.error)).toContain('no shared cipher');
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(SUITES)('uses $suite', async (one, test) => {
    skipWithout(test, side);
    const identity = await identityFor(one.suite);
    const { seen, served } = await meetClient(side, { ...only(one), identity }, { send: PAYLOAD });
    const facts = { version: one.version, cipher: one.suite };
    expectFacts({ side, ours: served, theirs: seen }, facts);
    expect(seen.received.equals(PAYLOAD)).toBe(true);
  });

  it('fails without a common suite', async (test) => {
    skipWithout(test, side);
    const options = { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
    const { seen, served } = await meetClient(side, options, {
      ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305',
    });
    const reason = 'NO_SHARED_CIPHER';
    expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason });
    expect(wordsOf(seen.error)).toContain('handshake failure');
  });
});
