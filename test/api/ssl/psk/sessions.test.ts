// A session that a pre-shared key has made: it proves that key, and no certificate.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import { sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { givesKey, knowsKey, pskClient, pskServer, PSK_VERSIONS } from '../../../helpers/psk.js';
import { testPki } from '../../../helpers/test-pki.js';

const { example, caPem } = await testPki();

describe.each(PSK_VERSIONS)('a session made with a pre-shared key in %s', (_name, only) => {
  it('is resumed by a client that verifies nothing', () => {
    const [client, server] = [pskClient(only), pskServer(only)];
    const session = resumableSession(connectedPair({ client, server }));
    client.setPskClientCallback(() => null);
    const again = connectedPair({ client, server, session });
    expect(again.client.sessionReused).toBe(true);
    expect(again.client.getpeercert()).toBeNull();
    // And so is the session of that one.
    const third = connectedPair({ client, server, session: resumableSession(again) });
    expect(third.client.sessionReused).toBe(true);
  });

  it('proves no certificate to a client that demands one', () => {
    const client = clientContext(caPem, (context) => {
      only(context);
      context.setPskClientCallback(givesKey);
    });
    const server = pskServer(only);
    const first = connectedPair({ client, server });
    expect(first.client.getpeercert()).toBeNull();
    const session = resumableSession(first);
    const refusal = valueError('with a pre-shared key');
    expect(() => makePair({ client, server, session })).toThrow(refusal);
    // The name alone may be left unchecked, but the certificate is still demanded.
    client.checkHostname = false;
    expect(() => makePair({ client, server, session })).toThrow(refusal);
    unverified(client);
    const resumed = connectedPair({ client, server, session });
    expect(resumed.client.sessionReused).toBe(true);
    const inherited = resumableSession(resumed);
    client.verifyMode = ssl.CERT_REQUIRED;
    expect(() => makePair({ client, server, session: inherited })).toThrow(refusal);
  });

  it('proves no certificate either when it was stored', () => {
    const make = (change: (context: ssl.SSLContext) => void): ssl.SSLContext =>
      clientContext(caPem, (context) => {
        only(context);
        change(context);
        context.setPskClientCallback(givesKey);
      });
    const server = pskServer(only);
    const stored = (client: ssl.SSLContext): ssl.SSLSession => {
      const session = resumableSession(connectedPair({ client, server }));
      return ssl.SSLSession.deserialize(session.serialize(), client);
    };
    const open = make(unverified);
    const resumed = makePair({ client: open, server, session: stored(open) });
    expect(tryHandshake(resumed)).toEqual({ client: null, server: null });
    expect(resumed.client.sessionReused).toBe(true);
    const demanding = make(() => undefined);
    expect(() => makePair({ client: demanding, server, session: stored(demanding) })).toThrow(
      valueError('with a pre-shared key'),
    );
  });

  it('is of no use on a server that takes keys no more', () => {
    const client = clientContext(caPem, (context) => {
      unverified(context);
      only(context);
      context.setPskClientCallback(givesKey);
    });
    const server = serverContext(example, (context) => {
      only(context);
      context.setCiphersuites('TLS_AES_128_GCM_SHA256');
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_REQUIRED;
      context.setPskServerCallback(knowsKey);
    });
    const session = resumableSession(connectedPair({ client, server }));
    expect(connectedPair({ client, server, session }).server.sessionReused).toBe(true);
    server.setPskServerCallback(null);
    server.setCiphers('ALL');
    client.setCiphers('ALL');
    const outcome = tryHandshake(makePair({ client, server, session }));
    expect(outcome.server).toEqual(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
  });
});
