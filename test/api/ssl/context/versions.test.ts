// Which versions two contexts agree on: every pair of protocols, every pair of ranges, and data over what they agree on.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  transfer,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, caPem } = await testPki();
const { PROTOCOL_TLS, PROTOCOL_TLSv1, PROTOCOL_TLSv1_1, PROTOCOL_TLSv1_2, TLSVersion } = ssl;
const { PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER } = ssl;
const HAS_OLD = ssl.HAS_TLSv1 && ssl.HAS_TLSv1_1;

/** Returns a context of this protocol without restrictions: OpenSSL 3 speaks the old versions at level 0 only. */
function tolerant(protocol: number): ssl.SSLContext {
  const context = new ssl.SSLContext(protocol);
  context.setCiphers('ALL:@SECLEVEL=0');
  if ([PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER].includes(protocol))
    context.minimumVersion = TLSVersion.MINIMUM_SUPPORTED;
  if (protocol === PROTOCOL_TLS_SERVER) return context;
  context.checkHostname = false;
  context.verifyMode = ssl.CERT_NONE;
  return context;
}

function pairOf(client: number, server: number): Pair {
  const theirs = tolerant(server);
  theirs.loadCertChain({ cert: localhostRsa.chainPem, key: localhostRsa.keyPem });
  return makePair({ client: tolerant(client), server: theirs });
}

/** The version that both ends report, or null where the handshake failed on both. */
function agreed(pair: Pair): string | null {
  const { client, server } = tryHandshake(pair);
  expect(client === null).toBe(server === null);
  if (client !== null) return null;
  expect(pair.server.version()).toBe(pair.client.version());
  return pair.client.version();
}

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL_TLS]: 'PROTOCOL_TLS',
  [PROTOCOL_TLSv1]: 'PROTOCOL_TLSv1',
  [PROTOCOL_TLSv1_1]: 'PROTOCOL_TLSv1_1',
  [PROTOCOL_TLSv1_2]: 'PROTOCOL_TLSv1_2',
  [PROTOCOL_TLS_CLIENT]: 'PROTOCOL_TLS_CLIENT',
  [PROTOCOL_TLS_SERVER]: 'PROTOCOL_TLS_SERVER',
};
const VERSION_OF: Readonly<Record<number, string>> = {
  [PROTOCOL_TLSv1]: 'TLSv1',
  [PROTOCOL_TLSv1_1]: 'TLSv1.1',
  [PROTOCOL_TLSv1_2]: 'TLSv1.2',
};
const FLEXIBLE = [PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER];

/** Two that negotiate take the highest; one that negotiates follows the other; two that do not must be the same. */
function expected(client: number, server: number): string | null {
  if (FLEXIBLE.includes(client)) return FLEXIBLE.includes(server) ? 'TLSv1.3' : VERSION_OF[server]!;
  if (FLEXIBLE.includes(server) || client === server) return VERSION_OF[client]!;
  return null;
}

const crossed = (clients: readonly number[], servers: readonly number[]) =>
  clients.flatMap((client) =>
    servers.map((server) => ({
      client,
      server,
      names: `${NAMES[client]} with ${NAMES[server]}`,
      version: expected(client, server),
    })),
  );

describe('contexts', () => {
  const clients = [PROTOCOL_TLS, PROTOCOL_TLSv1_2, PROTOCOL_TLS_CLIENT];
  const servers = [PROTOCOL_TLS, PROTOCOL_TLSv1_2, PROTOCOL_TLS_SERVER];

  it.each(crossed(clients, servers))(
    'of $names talk in $version, and each gets its bytes back',
    ({ client, server, version }) => {
      const pair = pairOf(client, server);
      expect(agreed(pair)).toBe(version);
      const bytes = Buffer.from('to the server and back');
      expect(transfer(pair.server, pair.client, transfer(pair.client, pair.server, bytes))).toEqual(
        bytes,
      );
    },
  );

  const older = [PROTOCOL_TLSv1, PROTOCOL_TLSv1_1];
  const all = [PROTOCOL_TLS, ...older, PROTOCOL_TLSv1_2];
  it
    .runIf(HAS_OLD)
    .each([...crossed(older, all), ...crossed([PROTOCOL_TLS, PROTOCOL_TLSv1_2], older)])(
    'of $names agree on $version',
    ({ client, server, version }) => {
      expect(agreed(pairOf(client, server))).toBe(version);
    },
  );

  it('of the old protocols say nothing to each other by default', () => {
    for (const protocol of older) {
      const [client, server] = [new ssl.SSLContext(protocol), new ssl.SSLContext(protocol)];
      server.loadCertChain({ cert: localhostRsa.chainPem, key: localhostRsa.keyPem });
      expect(tryHandshake(makePair({ client, server })).client).toBeInstanceOf(ssl.SSLError);
    }
  });

  it('leave out a version that an option forbids', () => {
    const pair = (forbidding: 'client' | 'server'): Pair => {
      const client = clientContext(caPem);
      const server = serverContext(localhost);
      ({ client, server })[forbidding].options |= ssl.OP_NO_TLSv1_3;
      return makePair({ client, server });
    };
    expect([agreed(pair('client')), agreed(pair('server'))]).toEqual(['TLSv1.2', 'TLSv1.2']);
  });
});

describe('minimumVersion and maximumVersion', () => {
  type Range = readonly [lowest: ssl.TLSVersion, highest: ssl.TLSVersion];
  const { TLSv1, TLSv1_1, TLSv1_2, TLSv1_3 } = TLSVersion;

  function between(client: Range, server: Range): Pair {
    const set = (context: ssl.SSLContext, [lowest, highest]: Range): ssl.SSLContext => {
      context.setCiphers('ALL:@SECLEVEL=0');
      context.minimumVersion = lowest;
      context.maximumVersion = highest;
      return context;
    };
    return makePair({
      client: set(clientContext(caPem), client),
      server: set(serverContext(localhostRsa), server),
    });
  }

  it.runIf(HAS_OLD).each<[Range, Range, string]>([
    [[TLSv1_1, TLSv1_2], [TLSv1_2, TLSv1_2], 'TLSv1.2'],
    [[TLSv1, TLSv1_2], [TLSv1_1, TLSv1_3], 'TLSv1.2'],
    [[TLSv1_2, TLSv1_3], [TLSv1, TLSv1_2], 'TLSv1.2'],
    [[TLSv1, TLSv1_2], [TLSv1, TLSv1_1], 'TLSv1.1'],
    [[TLSv1, TLSv1_3], [TLSv1_1, TLSv1_1], 'TLSv1.1'],
    [[TLSv1_3, TLSv1_3], [TLSv1, TLSv1_3], 'TLSv1.3'],
  ])('%j of the client and %j of the server meet in %s', (client, server, version) => {
    expect(agreed(between(client, server))).toBe(version);
  });

  it.each<[Range, Range]>([
    [
      [TLSv1_3, TLSv1_3],
      [TLSv1_2, TLSv1_2],
    ],
    [
      [TLSv1_2, TLSv1_2],
      [TLSv1_3, TLSv1_3],
    ],
  ])('%j of the client and %j of the server do not meet: an alert says so', (client, server) => {
    expect(tryHandshake(between(client, server))).toEqual({
      client: sslError('TLSV1_ALERT_PROTOCOL_VERSION'),
      server: sslError('UNSUPPORTED_PROTOCOL'),
    });
  });
});

describe('cipher suites by default', () => {
  it('are one of three in TLS 1.3, all with authenticated encryption', () => {
    const { client } = connectedPair({
      client: clientContext(caPem, tls13),
      server: serverContext(localhost),
    });
    expect([
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_GCM_SHA256',
    ]).toContain(client.cipher()?.[0]);
  });

  it.each([
    ['ECDSA', localhost],
    ['RSA', localhostRsa],
  ])('exchange keys by ECDHE in TLS 1.2 although no curve was set, with %s', (kind, identity) => {
    const { client } = connectedPair({
      client: clientContext(caPem, tls12),
      server: serverContext(identity),
    });
    expect(client.cipher()?.[0]).toMatch(new RegExp(`^ECDHE-${kind}-`));
  });

  it.each(['ALL', 'DEFAULT'])('may be %s instead', (list) => {
    const { client } = connectedPair({
      client: clientContext(caPem, (context) => context.setCiphers(list)),
      server: serverContext(localhost, tls12),
    });
    expect(client.version()).toBe('TLSv1.2');
  });
});

describe('options of a client', () => {
  it.each([
    ['with OP_LEGACY_SERVER_CONNECT', true],
    ['without OP_LEGACY_SERVER_CONNECT', false],
  ])('%s connect to a modern server', (_name, isSet) => {
    const client = clientContext(caPem, tls12);
    client.options &= ~ssl.OP_LEGACY_SERVER_CONNECT;
    if (isSet) client.options |= ssl.OP_LEGACY_SERVER_CONNECT;
    expect(connectedPair({ client, server: serverContext(localhost) }).client.version()).toBe(
      'TLSv1.2',
    );
  });

  it.each([
    ['with OP_NO_COMPRESSION', true],
    ['without OP_NO_COMPRESSION', false],
  ])('%s never compress: there is no compression here', (_name, isSet) => {
    const [client, server] = [clientContext(caPem, tls12), serverContext(localhost)];
    for (const context of [client, server]) {
      context.options &= ~ssl.OP_NO_COMPRESSION;
      if (isSet) context.options |= ssl.OP_NO_COMPRESSION;
    }
    const pair = connectedPair({ client, server });
    expect([pair.client.compression(), pair.server.compression()]).toEqual([null, null]);
  });
});
