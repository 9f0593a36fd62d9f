/** Protocol versions that the two ends do not share, and the old ones, which are refused unless asked for. */
import { describe, expect, it } from 'vitest';

import { meetClient, meetServer, wordsOf } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

/** OpenSSL 3 speaks these only below its first security level. */
const OLD = { ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' } as const;
const OLD_VERSIONS = ['TLSv1', 'TLSv1.1'] as const;

const MISMATCHES = [
  { older: 'the peer', ours: { minVersion: 'TLSv1.3' }, theirs: { maxVersion: 'TLSv1.2' } },
  { older: 'this package', ours: { maxVersion: 'TLSv1.2' }, theirs: { minVersion: 'TLSv1.3' } },
] as const;

const ALERT = 'TLSV1_ALERT_PROTOCOL_VERSION';

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(MISMATCHES)('fails when $older is too old', async ({ ours, theirs }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetServer(side, theirs, ours);
    expect(seen.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason: ALERT });
    expect(wordsOf(served.error)).toContain('unsupported protocol');
  });

  it.for(OLD_VERSIONS)('does not speak %s by default', async (version, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetServer(side, { ...OLD, maxVersion: version });
    expect(seen.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason: ALERT });
    expect(wordsOf(served.error)).toContain('unsupported protocol');
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(MISMATCHES)('fails when $older is too old', async ({ ours, theirs }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(side, ours, theirs);
    const reason = 'UNSUPPORTED_PROTOCOL';
    expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason });
    expect(wordsOf(seen.error)).toContain('protocol version');
  });

  it.for(OLD_VERSIONS)('is not answered in %s by default', async (version, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(side, {}, { ...OLD, maxVersion: version });
    const reason = 'UNSUPPORTED_PROTOCOL';
    expect(served.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason });
    expect(wordsOf(seen.error)).toContain('protocol version');
  });
});
