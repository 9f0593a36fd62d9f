/** ALPN (RFC 7301) in both directions: the server's order decides; without overlap ours goes on, as Python's does. */
import { describe, expect, it } from 'vitest';

import { testPki } from '../helpers/test-pki.js';
import { expectFacts, meetClient, meetServer } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

const AGREEMENTS = [
  { what: 'the only common protocol', server: ['h2', 'http/1.1'], client: ['http/1.1'] },
  { what: "the server's preference", server: ['http/1.1', 'h2'], client: ['h2', 'http/1.1'] },
] as const;

/** The others send no_application_protocol, as the RFC asks. */
const GOES_ON_WITHOUT = ['Python'];

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(AGREEMENTS)('agrees on $what', async ({ server, client }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetServer(side, { alpn: server }, { alpn: client });
    expectFacts({ side, ours: seen, theirs: served }, { alpn: 'http/1.1' });
  });

  it('without a common protocol does what the server does', async (test) => {
    skipWithout(test, side);
    const { seen } = await meetServer(side, { alpn: ['http/1.1'] }, { alpn: ['x-private'] });
    if (GOES_ON_WITHOUT.includes(side.name)) {
      expect(seen).toMatchObject({ alpn: null, error: null });
    } else {
      const reason = 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
      expect(seen.error).toMatchObject({ phase: 'handshake', kind: 'SSLError', reason });
    }
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(AGREEMENTS)('agrees on $what', async ({ server, client }, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(side, { alpn: server }, { alpn: client });
    expectFacts(
      { side, ours: served, theirs: seen },
      { alpn: 'http/1.1' },
      { peerCommonName: 'localhost' },
    );
  });

  it('goes on without a common protocol', async (test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      { alpn: ['x-private'] },
      { alpn: ['http/1.1'] },
    );
    expectFacts({ side, ours: served, theirs: seen }, { alpn: null });
  });

  it('is refused without a common protocol by strictAlpn', async (test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      { alpn: ['x-private'], strictAlpn: true },
      { alpn: ['http/1.1'] },
    );
    expect(served.error).toMatchObject({ kind: 'SSLError', reason: 'NO_APPLICATION_PROTOCOL' });
    expect(seen.error).not.toBeNull();
  });

  it('is served by strictAlpn when it offers no protocol, or a common one', async (test) => {
    skipWithout(test, side);
    // curl always offers one.
    for (const alpn of side.name === 'curl' ? [['http/1.1']] : [undefined, ['http/1.1']]) {
      const { served } = await meetClient(side, { alpn: ['http/1.1'], strictAlpn: true }, { alpn });
      expect(served).toMatchObject({ error: null, alpn: alpn?.[0] ?? null });
    }
  });

  it('agrees on a protocol of the context that sniCallback chose', async (test) => {
    skipWithout(test, side);
    const { served } = await meetClient(
      side,
      { alpn: ['h2'], sni: { localhost: (await testPki()).localhost }, sniAlpn: ['http/1.1'] },
      { alpn: ['h2', 'http/1.1'] },
    );
    expect(served).toMatchObject({ alpn: 'http/1.1', sni: 'localhost', error: null });
  });
});
