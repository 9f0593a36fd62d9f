// Sessions and verifyCallback: a resumed session is not judged again, so it belongs to who has judged.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  type Change,
} from '../../../helpers/contexts.js';
import { valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  tryHandshake,
  tryHandshakeAsync,
  type Outcome,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { askingServer, deferred, type Callback } from '../../support/verify-callbacks.js';

const { localhost, stranger, caPem } = await testPki();

const WELL: Outcome = { client: null, server: null };

describe.each(VERSIONS)('verifyCallback of a client, %s', (_version, only) => {
  it('is not asked again for a session, which belongs to it', () => {
    const callback = vi.fn<Callback>();
    const client = clientContext(caPem, only);
    const server = serverContext(localhost);
    const plain = resumableSession(connectedPair({ client, server }));
    client.verifyCallback = callback as ssl.VerifyCallback;
    const refused = valueError('Session was made under another verifyCallback');
    expect(() => makePair({ client, server, session: plain })).toThrow(refused);
    const session = resumableSession(connectedPair({ client, server }));
    expect(callback).toHaveBeenCalledTimes(1);
    expect(connectedPair({ client, server, session }).client.sessionReused).toBe(true);
    expect(callback).toHaveBeenCalledTimes(1);
    client.verifyCallback = () => undefined;
    expect(() => makePair({ client, server, session })).toThrow(refused);
    client.verifyCallback = callback as ssl.VerifyCallback;
    expect(() => makePair({ client, server, session })).not.toThrow();
    const stored = ssl.SSLSession.deserialize(session.serialize(), client);
    expect(() => makePair({ client, server, session: stored })).toThrow(refused);
    client.verifyCallback = null;
    expect(() => makePair({ client, server, session: stored })).not.toThrow();
    const again = connectedPair({ client, server, session });
    expect(again.client.sessionReused).toBe(true);
    expect(again.client.getpeercert()).toMatchObject({ version: 3 });
  });

  it('leaves no session to others of what only it has accepted', () => {
    const accept = (): boolean => true;
    const client = clientContext(caPem, only);
    client.verifyCallback = accept;
    const server = serverContext(stranger);
    const session = resumableSession(connectedPair({ client, server }));
    const resumed = connectedPair({ client, server, session });
    expect(resumed.client.sessionReused).toBe(true);
    expect(resumed.client.getpeercert()).toEqual({});
    const stored = ssl.SSLSession.deserialize(session.serialize(), client);
    expect(() => makePair({ client, server, session: stored })).toThrow(valueError());
    client.verifyCallback = null;
    for (const made of [session, resumableSession(resumed), stored])
      expect(() => makePair({ client, server, session: made })).toThrow(valueError());
  });
});

describe.each(VERSIONS)('verifyCallback of a server, %s', (_version, only) => {
  it('is not asked again for a session, which is of no use where another rule holds', async () => {
    const callback = vi.fn<Callback>(() => sleep(1));
    const { client, server } = askingServer(callback, { only });
    const connect = async (session: ssl.SSLSession | null): Promise<Pair> => {
      const pair = makePair({ client, server, session });
      expect(await tryHandshakeAsync(pair)).toEqual(WELL);
      return pair;
    };
    const session = resumableSession(await connect(null));
    const again = await connect(session);
    expect(again.server.sessionReused).toBe(true);
    expect(again.server.getpeercert()).toMatchObject({ version: 3 });
    expect(callback).toHaveBeenCalledTimes(1);
    server.verifyCallback = null;
    const without = await connect(session);
    expect(without.server.sessionReused).toBe(false);
    server.verifyCallback = callback as ssl.VerifyCallback;
    const plain = resumableSession(without);
    expect((await connect(plain)).server.sessionReused).toBe(false);
    expect(callback).toHaveBeenCalledTimes(2);
  });
});

describe('verifyCallback of a server', () => {
  it('keeps the session out of the cache until the client is accepted', async () => {
    const tickets: Change = (context) => {
      tls12(context);
      context.options |= ssl.OP_NO_TICKET;
    };
    const control = askingServer(() => undefined, { only: tls12, change: tickets });
    connectedPair(control);
    expect(control.server.sessionStats().number).toBe(1);
    for (const answer of [undefined, false]) {
      const { promise, resolve } = deferred();
      const { client, server } = askingServer(() => promise, { only: tls12, change: tickets });
      const pair = makePair({ client, server });
      expect(tryHandshake(pair).server).toBeInstanceOf(ssl.SSLWantCallbackError);
      expect(server.sessionStats().number).toBe(0);
      resolve(answer);
      await tryHandshakeAsync(pair);
      expect(server.sessionStats().number).toBe(0);
    }
  });
});
