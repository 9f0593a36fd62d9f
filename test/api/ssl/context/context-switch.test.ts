// Another context for a connection: when one that brings its verify settings may be set, and what it does on a client.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext } from '../../../helpers/contexts.js';
import { certificateError, sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  tryHandshakeAsync,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { attempt, client, demanding, fine, front, pairFor } from '../../support/two-names.js';

const { localhost, stranger, caPem, client: known } = await testPki();
const noCertificate = sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE');

describe('setting a context that brings its verify settings', () => {
  const late = valueError('must be set before the handshake or in sniCallback');
  const silent = demanding((context) => void (context.bringsVerifySettings = false));

  it('is possible before the handshake, also without a sniCallback', async () => {
    const pair = pairFor(serverContext(localhost), null);
    pair.server.context = demanding();
    expect((await tryHandshakeAsync(pair)).server).toEqual(noCertificate);
  });

  it.each(VERSIONS)(
    'is refused in %s once the certificate was asked for, or not',
    (_name, only) => {
      const pair = pairFor(serverContext(localhost, only), null);
      const refuse = (): void => {
        expect(() => (pair.server.context = demanding())).toThrow(late);
        expect(() => (pair.server.context = silent)).not.toThrow();
      };
      thrown(() => pair.client.doHandshake());
      thrown(() => pair.server.doHandshake());
      refuse();
      thrown(() => pair.client.doHandshake());
      thrown(() => pair.server.doHandshake());
      thrown(() => pair.client.doHandshake());
      expect(pair.server.version()).not.toBeNull();
      refuse();
      expect(pair.server.getpeercert()).toBeNull();
    },
  );

  it('is refused after the promise of the callback was fulfilled', async () => {
    const other = demanding();
    let peer: ssl.SSLPeer | null = null;
    const server = front(
      other,
      () => undefined,
      async (one) => {
        await sleep(1);
        peer = one;
      },
    );
    const pair = pairFor(server, null);
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(() => (peer!.context = other)).toThrow(late);
  });

  it('in vain refuses the handshake, when the callback does not catch it', async () => {
    const server = front(
      demanding(),
      () => undefined,
      (peer) => {
        peer.context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      },
    );
    expect((await attempt(server, known)).server).toEqual(sslError('CALLBACK_FAILED'));
  });
});

describe('a client that is switched to a context that brings its verify settings', () => {
  const careful = (): ssl.SSLContext => {
    const context = clientContext(caPem);
    context.bringsVerifySettings = true;
    return context;
  };
  const server = serverContext(stranger);

  it('verifies certificate and name by its rules', async () => {
    const careless = client(null);
    const strangers = makePair({ client: careless, server });
    strangers.client.context = careful();
    expect((await tryHandshakeAsync(strangers)).client).toEqual(certificateError(20));
    const misnamed = pairFor(serverContext(localhost), null);
    misnamed.client.context = careful();
    expect((await tryHandshakeAsync(misnamed)).client).toEqual(certificateError(62));
    const pair = makePair({ client: careless, server: serverContext(localhost) });
    pair.client.context = careful();
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.client.getpeercert()?.subject).toEqual([[['commonName', 'localhost']]]);
    expect(pair.client.getVerifiedChain()).toHaveLength(2);
  });

  it('verifies no more than it does', async () => {
    const careless = client(null, (context) => void (context.bringsVerifySettings = true));
    const pair = makePair({ client: clientContext(caPem), server, serverHostname: 'x.example' });
    pair.client.context = careless;
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.client.getpeercert()).toEqual({});
  });

  it.each(['x.example', '192.0.2.1'])('does not look at the name %s then', async (name) => {
    const nameless = careful();
    nameless.checkHostname = false;
    const options = { client: clientContext(caPem), server: serverContext(localhost) };
    const pair = makePair({ ...options, serverHostname: name });
    pair.client.context = nameless;
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
    expect(pair.client.getVerifiedChain()).toHaveLength(2);
  });

  it('does not offer the session that was made without verification', async () => {
    const careless = client(null);
    const session = resumableSession(connectedPair({ client: careless, server }));
    expect(connectedPair({ client: careless, server, session }).client.sessionReused).toBe(true);
    const pair = makePair({ client: careless, server, session });
    pair.client.context = careful();
    expect((await tryHandshakeAsync(pair)).client).toEqual(certificateError(20));
  });

  it('needs the name of the server that it is to check', async () => {
    const pair = makePair({ client: client(null), server, serverHostname: null });
    expect(() => (pair.client.context = careful())).toThrow(
      valueError('checkHostname requires serverHostname'),
    );
    expect(await tryHandshakeAsync(pair)).toEqual(fine);
  });

  it('cannot be switched once the handshake has begun', () => {
    const pair = makePair({ client: client(null), server });
    thrown(() => pair.client.doHandshake());
    expect(() => (pair.client.context = careful())).toThrow(valueError('before the handshake'));
  });
});
