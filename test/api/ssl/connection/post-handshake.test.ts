// SSLContext.postHandshakeAuth and verifyClientPostHandshake: client certificates that TLS 1.3 servers ask for later.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, unverified } from '../../../helpers/contexts.js';
import { sslError, typeError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { nextEvent } from '../../../helpers/collect.js';
import { testPki } from '../../../helpers/test-pki.js';
import { discard, memoryPair } from '../../../helpers/tls-pair.js';

const { localhost, client: clientIdentity, caPem, stranger } = await testPki();
const HELLO = Buffer.from('hello');

interface Settings {
  readonly offers?: boolean;
  readonly asks?: boolean;
  readonly mode?: ssl.VerifyMode;
  readonly identity?: typeof clientIdentity | null;
  readonly change?: (context: ssl.SSLContext) => void;
}

function contexts(settings: Settings): { client: ssl.SSLContext; server: ssl.SSLContext } {
  const { offers = true, asks = true, mode = ssl.CERT_REQUIRED, change } = settings;
  const { identity = clientIdentity } = settings;
  const client = clientContext(caPem, (context) => {
    context.postHandshakeAuth = offers;
    if (identity !== null) context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
    change?.(context);
  });
  const server = serverContext(localhost, (context) => {
    context.postHandshakeAuth = asks;
    context.verifyMode = mode;
    context.loadVerifyLocations({ cadata: caPem });
  });
  return { client, server };
}

const connect = (settings: Settings): Pair => connectedPair(contexts(settings));

/** Has the client take the request, and the server the answer. */
function exchange({ client, server }: Pair): void {
  expect(transfer(server, client, HELLO)).toEqual(HELLO);
  expect(transfer(client, server, HELLO)).toEqual(HELLO);
}

describe('SSLContext.postHandshakeAuth', () => {
  it('is false, and a boolean', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    expect(context.postHandshakeAuth).toBe(false);
    context.postHandshakeAuth = true;
    expect(context.postHandshakeAuth).toBe(true);
    for (const value of [1, null, 'true', undefined])
      expect(() => (context.postHandshakeAuth = value as never)).toThrow(typeError());
  });

  it('does not turn verification on for a client that has it off', () => {
    const { client, server } = contexts({});
    unverified(client);
    const other = serverContext(stranger, (context) => {
      context.postHandshakeAuth = true;
    });
    expect(() => connectedPair({ client, server: other })).not.toThrow();
    expect(server.verifyMode).toBe(ssl.CERT_REQUIRED);
  });
});

describe('SSLObject.verifyClientPostHandshake', () => {
  it('has the certificate come after the handshake', () => {
    const pair = connect({});
    expect(pair.server.getpeercert()).toBeNull();
    expect(pair.server.verifyClientPostHandshake()).toBeUndefined();
    expect(pair.server.version()).toBe('TLSv1.3');
    expect(pair.server.getpeercert()).toBeNull();
    exchange(pair);
    expect(pair.server.getpeercert()?.subject).toBeDefined();
    expect(pair.server.getVerifiedChain()).toHaveLength(2);
    expect(pair.client.clientSigalg()).not.toBeNull();
  });

  it('may be asked again, once the answer has come', () => {
    const pair = connect({});
    pair.server.verifyClientPostHandshake();
    expect(() => pair.server.verifyClientPostHandshake()).toThrow(sslError('REQUEST_SENT'));
    exchange(pair);
    expect(() => pair.server.verifyClientPostHandshake()).not.toThrow();
    exchange(pair);
  });

  it('fails the read of a server that requires what the client does not have', () => {
    const pair = connect({ identity: null });
    pair.server.verifyClientPostHandshake();
    transfer(pair.server, pair.client, HELLO);
    pair.client.write(HELLO);
    expect(() => pair.server.read()).toThrow(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
  });

  it('accepts a client without a certificate where it is optional', () => {
    const pair = connect({ identity: null, mode: ssl.CERT_OPTIONAL });
    pair.server.verifyClientPostHandshake();
    exchange(pair);
    expect(pair.server.getpeercert()).toBeNull();
  });

  it('refuses a certificate that does not verify', () => {
    const pair = connect({ identity: stranger });
    pair.server.verifyClientPostHandshake();
    transfer(pair.server, pair.client, HELLO);
    pair.client.write(HELLO);
    const error = thrown(() => pair.server.read());
    expect(error).toBeInstanceOf(ssl.SSLCertVerificationError);
    expect(pair.server.getVerifiedChain()).toEqual([]);
    expect(pair.server.version()).toBeNull();
  });

  it('does not let its sessions in where the certificate is demanded at once', () => {
    const { client, server } = contexts({ identity: null });
    const session = resumableSession(connectedPair({ client, server }));
    expect(connectedPair({ client, server, session }).server.sessionReused).toBe(true);
    server.postHandshakeAuth = false;
    const outcome = tryHandshake(makePair({ client, server, session }));
    expect(outcome.server).toEqual(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
  });

  it('is remembered by the sessions that are made afterwards', () => {
    const { client, server } = contexts({});
    const pair = connectedPair({ client, server });
    pair.server.verifyClientPostHandshake();
    exchange(pair);
    transfer(pair.server, pair.client, HELLO);
    const session = resumableSession(pair);
    const again = connectedPair({ client, server, session });
    expect(again.server.sessionReused).toBe(true);
    expect(again.server.getpeercert()).toEqual(pair.server.getpeercert());
  });

  it.each([
    ['the client does not offer it', { offers: false }, 'EXTENSION_NOT_RECEIVED'],
    ['TLS 1.2 was agreed on', { change: tls12 }, 'WRONG_SSL_VERSION'],
    ['the server verifies nothing', { mode: ssl.CERT_NONE }, 'INVALID_CONFIG'],
  ] as const)('throws when %s', (_what, settings, reason) => {
    const pair = connect(settings);
    expect(() => pair.server.verifyClientPostHandshake()).toThrow(sslError(reason));
  });

  it('throws on a client, before the handshake and after the close', () => {
    const pair = connect({});
    expect(() => pair.client.verifyClientPostHandshake()).toThrow(sslError('NOT_SERVER'));
    expect(pair.client.version()).toBe('TLSv1.3');
  });

  it('finds the certificate of the handshake where the server asked then', () => {
    const pair = connect({ asks: false });
    expect(pair.server.getpeercert()?.subject).toBeDefined();
    expect(() => pair.server.verifyClientPostHandshake()).not.toThrow();
    exchange(pair);
  });
});

describe('SSLSocket.verifyClientPostHandshake', () => {
  it('has the certificate come with what the client sends next', async () => {
    const { client: clientSide, server: serverSide } = contexts({});
    const pair = await memoryPair({ clientContext: clientSide, serverContext: serverSide });
    pair.client.resume();
    pair.server.verifyClientPostHandshake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    pair.client.write(HELLO);
    expect((await nextEvent(pair.server, 'data'))[0]).toEqual(HELLO);
    expect(pair.server.getpeercert()?.subject).toBeDefined();
    discard(pair.client, pair.server);
  });
});
