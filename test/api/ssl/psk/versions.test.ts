// Pre-shared keys where TLS 1.2 and 1.3 differ: certificates as well, second ClientHellos, tickets, identities as bytes.
import { describe, expect, it, vi } from 'vitest';

import type * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import {
  callbackWarning,
  givesKey,
  IDENTITY,
  KEY,
  knowsKey,
  psk12,
  pskClient,
  pskPair,
  pskServer,
  warningsOf,
  WRONG_KEY,
} from '../../../helpers/psk.js';
import { withManyIdentities } from '../../../helpers/many-identities.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, caPem } = await testPki();

const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};

describe('a pre-shared key in TLS 1.3', () => {
  /** A server that has a certificate too. */
  const both = (callback: (identity: string | null) => unknown): ssl.SSLContext =>
    serverContext(localhost, (context) => {
      tls13(context);
      context.setPskServerCallback(callback as ssl.PskServerCallback);
    });
  const verifying = (callback: (hint: string | null) => unknown): ssl.SSLContext =>
    clientContext(caPem, (context) =>
      context.setPskClientCallback(callback as ssl.PskClientCallback),
    );
  const shown = { subject: [[['commonName', 'localhost']]] };
  const SHA256 = 'TLS_AES_128_GCM_SHA256';

  it('takes the place of the certificate that is demanded, where a suite of SHA-256 is agreed on', () => {
    const server = both(knowsKey);
    server.setCiphersuites(SHA256);
    const { client } = connectedPair({ client: verifying(givesKey), server });
    expect([client.sessionReused, client.getpeercert()]).toEqual([true, null]);
    expect(client.getVerifiedChain()).toEqual([]);
  });

  it('is declined where the server prefers a suite of SHA-384, although both know it', () => {
    const knows = vi.fn(knowsKey);
    const { client } = connectedPair({ client: verifying(givesKey), server: both(knows) });
    expect(client.cipher()?.[0]).toBe('TLS_AES_256_GCM_SHA384');
    expect([client.sessionReused, client.getpeercert()]).toEqual([
      false,
      expect.objectContaining(shown),
    ]);
    expect(knows).toHaveBeenCalledExactlyOnceWith(IDENTITY);
  });

  it.each([
    ['gives no key', () => null, knowsKey],
    ['gives an unknown identity', () => ['somebody', KEY], knowsKey],
    ['is not known', givesKey, () => new Uint8Array(0)],
  ])('is declined where it %s, and the certificate proves the server', async (_what, gives, knows) => {
    const server = both(knows);
    server.setCiphersuites(SHA256);
    const warnings = await warningsOf(() => {
      const { client } = connectedPair({ client: verifying(gives), server });
      expect([client.sessionReused, client.getpeercert()]).toEqual([false, expect.objectContaining(shown)]);
    });
    expect(warnings).toEqual([]);
  }); // prettier-ignore

  it('is declined when a callback throws: a warning says so, once for each context', async () => {
    const clients = [verifying(fail), verifying(fail)];
    const server = both(fail);
    expect(
      await warningsOf(() => {
        for (const client of [...clients, ...clients]) {
          const pair = connectedPair({ client, server: both(knowsKey) });
          expect(pair.client.sessionReused).toBe(false);
        }
      }),
    ).toEqual(Array(2).fill(callbackWarning('pskClientCallback failed')));
    expect(
      await warningsOf(() => {
        for (let i = 0; i < 3; i++) connectedPair({ client: verifying(givesKey), server });
      }),
    ).toEqual([callbackWarning('boom')]);
  });

  it('that is wrong is refused, also where there is a certificate', () => {
    const server = both(() => WRONG_KEY);
    server.setCiphersuites(SHA256);
    const outcome = tryHandshake(makePair({ client: verifying(givesKey), server }));
    expect(outcome.server).toEqual(sslError('BINDER_DOES_NOT_VERIFY'));
  });

  it('is asked for again for a second ClientHello', () => {
    const [gives, knows] = [vi.fn(givesKey), vi.fn(knowsKey)];
    const [client, server] = [pskClient(tls13, gives), pskServer(tls13, knows)];
    client.setGroups('X25519:P-384');
    server.setGroups('P-384');
    const pair = connectedPair({ client, server });
    expect([pair.client.group(), pair.client.sessionReused]).toEqual(['secp384r1', true]);
    expect(gives).toHaveBeenCalledTimes(2);
    expect(knows).toHaveBeenCalledTimes(2);
  });

  it('is asked for again, with the hint, where the server has TLS 1.2 alone', () => {
    const gives = vi.fn(givesKey);
    const client = pskClient((context) => context.setCiphers('PSK'), gives);
    connectedPair({ client, server: pskServer(psk12, knowsKey, 'hint') });
    expect(gives.mock.calls).toEqual([[null], ['hint']]);
  });

  it('is not looked for under the tickets of earlier sessions', () => {
    const knows = vi.fn(knowsKey);
    const [client, server] = [pskClient(tls13), pskServer(tls13, knows)];
    const session = resumableSession(connectedPair({ client, server }));
    client.setPskClientCallback(null);
    knows.mockClear();
    expect(connectedPair({ client, server, session }).client.sessionReused).toBe(true);
    expect(knows).not.toHaveBeenCalled();
  });

  /** The ClientHello with its identity changed on the way; what became of it. */
  function changedIdentity(change: (identity: Buffer) => void): {
    asked: unknown[];
    server: Error | null;
  } {
    const asked: unknown[] = [];
    const knows = (identity: string | null): Buffer => {
      asked.push(identity);
      return KEY;
    };
    const pair = pskPair(tls13, { knows });
    thrown(() => pair.client.doHandshake());
    const hello = pair.toServer.read();
    const at = hello.indexOf(IDENTITY);
    change(hello.subarray(at, at + IDENTITY.length));
    pair.toServer.write(hello);
    return { asked, server: tryHandshake(pair).server };
  }

  it('is asked for under the identity that the client has sent', () => {
    const { asked, server } = changedIdentity((identity) => identity.write('c'));
    expect([asked, server]).toEqual([[IDENTITY], null]);
  });

  it.each([
    ['a NUL, which would make it another', (identity: Buffer) => void identity.write('\0', 3)],
    ['a NUL at its beginning', (identity: Buffer) => void identity.write('\0', 0)],
    ['a NUL at its end', (identity: Buffer) => void identity.write('\0', 7)],
    ['what is not UTF-8', (identity: Buffer) => void identity.write('\xff', 3, 'latin1')],
  ])('is not looked for if the identity has %s', (_what, change) => {
    const { asked, server } = changedIdentity(change);
    expect(asked).toEqual([]);
    expect(server).toEqual(sslError('NO_SUITABLE_SIGNATURE_ALGORITHM'));
    expect(server).not.toHaveProperty('cause');
  });
});

describe('a server of TLS 1.3 that takes keys', () => {
  it('asks for each that a ClientHello offers, also for very many', () => {
    const knows = vi.fn(() => null);
    const pair = pskPair(tls13, { knows });
    thrown(() => pair.client.doHandshake());
    pair.toServer.write(withManyIdentities(pair.toServer.read(), IDENTITY, 250));
    expect(tryHandshake(pair).server).toEqual(sslError('NO_SUITABLE_SIGNATURE_ALGORITHM'));
    expect(knows).toHaveBeenCalledTimes(250);
  });
});

describe('a pre-shared key in TLS 1.2', () => {
  /** A handshake up to the flight with `text`, which is spoilt on its way. */
  function changedText(text: string, pair: Pair): ReturnType<typeof tryHandshake> {
    const ways = [
      [pair.client, pair.toServer],
      [pair.server, pair.toClient],
    ] as const;
    for (let i = 0; i < 4; i++) {
      const [end, way] = ways[i % 2]!;
      thrown(() => end.doHandshake());
      const flight = way.read();
      const at = flight.indexOf(text);
      if (at >= 0) flight[at] = 0xff;
      way.write(flight);
      if (at >= 0) return tryHandshake(pair);
    }
    throw new Error(`no flight holds ${text}`);
  }

  it('fails where the identity is not UTF-8', () => {
    const knows = vi.fn(knowsKey);
    const { server } = changedText(IDENTITY, pskPair(psk12, { knows }));
    expect(knows).not.toHaveBeenCalled();
    expect(server).toEqual(sslError('PSK_IDENTITY_NOT_FOUND'));
    expect(server?.cause).toEqual(valueError("the client's identity is not UTF-8"));
  });

  it('fails where the hint is not UTF-8', () => {
    const gives = vi.fn(givesKey);
    const { client } = changedText('hint', pskPair(psk12, { gives, hint: 'hint' }));
    expect(gives).not.toHaveBeenCalled();
    expect(client).toEqual(sslError('PSK_IDENTITY_NOT_FOUND'));
    expect(client?.cause).toEqual(valueError("the server's hint is not UTF-8"));
  });

  it('needs suites that the default context leaves out', () => {
    expect(tryHandshake(pskPair(tls12)).server).toEqual(sslError('NO_SHARED_CIPHER'));
  });

  it('may have suites with forward secrecy alone', () => {
    const FORWARD_SECRET = new Set(['kx-any', 'kx-ecdhe-psk', 'kx-dhe-psk']); // 'any' is TLS 1.3
    const only = (context: ssl.SSLContext): void => {
      tls12(context);
      context.setCiphers('kECDHEPSK:kDHEPSK');
      expect(new Set(context.getCiphers().map(({ kea }) => kea))).toEqual(FORWARD_SECRET);
    };
    const pair = pskPair(only);
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    expect(pair.client.cipher()?.[0]).toMatch(/^(EC)?DHE-PSK-/);
  });

  it('goes together with certificates: the suite decides', () => {
    const gives = vi.fn(givesKey);
    const client = clientContext(caPem, (context) => context.setPskClientCallback(gives));
    client.setCiphers('ECDHE+AESGCM:PSK');
    const server = serverContext(localhost, tls12);
    server.setPskServerCallback(knowsKey);
    server.setCiphers('ECDHE+AESGCM:PSK');
    expect(connectedPair({ client, server }).client.getpeercert()).not.toBeNull();
    server.setCiphers('PSK');
    expect(connectedPair({ client, server }).client.getpeercert()).toBeNull();
  });
});
