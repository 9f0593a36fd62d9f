/** Server names (RFC 6066, 3): which certificate a name brings, and what is sent when the target has no name. */
import { describe, expect, it } from 'vitest';
import * as ssl from 'hermetic-ssl/ssl';

import { testPki } from '../helpers/test-pki.js';
import { expectFacts, meetClient, meetServer, VERSIONS, wordsOf } from './support/meetings.js';
import { CLIENTS, SERVERS, skipWithout } from './support/sides.js';

const EXAMPLE = 'www.example.com';

const TARGETS = [
  {
    what: 'a name with a certificate of its own',
    target: EXAMPLE,
    sni: EXAMPLE,
    shown: 'example.com',
  },
  { what: 'a name without one', target: 'localhost', sni: 'localhost', shown: 'localhost' },
  { what: 'an address, which is not sent', target: '127.0.0.1', sni: null, shown: 'localhost' },
] as const;

const ANSWERS = VERSIONS.flatMap((version) =>
  (['at once', 'promise', 'later'] as const).map((answer) => ({ version, answer })),
);

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(TARGETS)('asks for $what', async ({ target, sni, shown }, test) => {
    skipWithout(test, side);
    const names = { [EXAMPLE]: (await testPki()).example };
    const { seen, served } = await meetServer(side, { sni: names }, { servername: target });
    expectFacts(
      { side, ours: seen, theirs: served },
      { peerCommonName: shown },
      { peerCommonName: null, sni },
    );
  });

  it('asks for no name', async (test) => {
    skipWithout(test, side);
    const names = { [EXAMPLE]: (await testPki()).example };
    const { seen, served } = await meetServer(side, { sni: names }, { servername: null });
    const noName = { peerCommonName: null, sni: null };
    expectFacts({ side, ours: seen, theirs: served }, { peerCommonName: 'localhost' }, noName);
  });
});

/** curl always asks for the name in its URL. */
const CAN_OMIT_THE_NAME = CLIENTS.filter(({ name }) => name !== 'curl');

describe.for(CLIENTS)('$name client, our server', (side) => {
  it.for(TARGETS)('asks for $what', async ({ target, sni, shown }, test) => {
    skipWithout(test, side);
    const names = { [EXAMPLE]: (await testPki()).example };
    const { seen, served } = await meetClient(side, { sni: names }, { servername: target });
    const theirs = { peerCommonName: shown };
    expectFacts({ side, ours: served, theirs: seen }, { sni }, theirs);
  });

  it.for(ANSWERS)('gets its certificate by an answer $answer in $version', async (wish, test) => {
    skipWithout(test, side);
    const { seen, served } = await meetClient(
      side,
      { sni: { [EXAMPLE]: (await testPki()).example }, sniAnswer: wish.answer },
      { servername: EXAMPLE, minVersion: wish.version, maxVersion: wish.version },
    );
    const both = { version: wish.version, cipher: seen.cipher };
    expectFacts(
      { side, ours: served, theirs: seen },
      { ...both, sni: EXAMPLE },
      { peerCommonName: 'example.com' },
    );
  });

  it.for(ANSWERS)('is refused by an answer $answer in $version', async (wish, test) => {
    skipWithout(test, side);
    const alert = ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME;
    const { seen, served } = await meetClient(
      side,
      { sni: {}, sniAnswer: wish.answer, refuseUnknownNames: alert },
      { minVersion: wish.version, maxVersion: wish.version },
    );
    expect(wordsOf(seen.error)).toContain('unrecognized name');
    expect(served).toMatchObject({
      sni: 'localhost',
      error: { phase: 'handshake', kind: 'SSLError' },
    });
  });
});

describe.for(CAN_OMIT_THE_NAME)('$name client, our server', (side) => {
  it('asks for no name', async (test) => {
    skipWithout(test, side);
    const names = { [EXAMPLE]: (await testPki()).example };
    const { seen, served } = await meetClient(side, { sni: names }, { servername: null });
    expectFacts(
      { side, ours: served, theirs: seen },
      { sni: null },
      { peerCommonName: 'localhost' },
    );
  });
});
