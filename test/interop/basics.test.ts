/** The plain conversation: both versions, a verified server, an echo and a proper close, in both directions. */
import { describe, it } from 'vitest';

import { expectFacts, HELLO, meetClient, meetServer, VERSIONS } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(VERSIONS)('talks %s', async (version, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetServer(side, { minVersion: version, maxVersion: version });
    const both = { version, cipher: seen.cipher, alpn: null, reused: false };
    expectFacts(
      { side, ours: seen, theirs: served },
      { ...both, received: HELLO, peerCommonName: 'localhost', cleanClose: true },
      { peerCommonName: null, received: side.request(HELLO), sni: 'localhost' },
    );
  });
});

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(VERSIONS)('talks %s', async (version, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      { sni: {} },
      { minVersion: version, maxVersion: version },
    );
    const both = { version, cipher: seen.cipher, alpn: null, reused: false };
    expectFacts(
      { side, ours: served, theirs: seen },
      { ...both, peerCommonName: null, sni: 'localhost' },
      { peerCommonName: 'localhost', received: HELLO, sni: null },
    );
  });
});
