// verifyCallback where the certificate comes after the handshake (TLS 1.3): on SSLObject and on SSLSocket.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from '../../../helpers/collect.js';
import type { Change } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { connectedPair, thrown, transfer, type Pair } from '../../../helpers/make-pair.js';
import { memoryPair, watch } from '../../../helpers/tls-pair.js';
import {
  askingServer,
  deferred,
  HELLO,
  refusal,
  type Callback,
  type SideSettings,
} from '../../support/verify-callbacks.js';

const wantsCallback = expect.any(ssl.SSLWantCallbackError) as Error;

describe('verifyCallback after the handshake', () => {
  const later: Change = (context) => {
    context.postHandshakeAuth = true;
  };
  const requested = (callback: Callback, settings: SideSettings = {}): Pair => {
    const pair = connectedPair(askingServer(callback, { ...settings, change: later }));
    pair.server.verifyClientPostHandshake();
    transfer(pair.server, pair.client, HELLO);
    return pair;
  };

  it('is asked when the certificate comes', () => {
    const callback = vi.fn<Callback>();
    const pair = requested(callback);
    expect(callback).not.toHaveBeenCalled();
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    expect(callback.mock.calls[0]![1]).toMatchObject({ verified: true });
    expect(pair.server.getpeercert()).toMatchObject({ version: 3 });
  });

  it('refuses, and the client is informed', () => {
    const pair = requested(() => 49);
    pair.client.write(HELLO);
    expect(thrown(() => pair.server.read())).toEqual(refusal('refused with alert 49'));
    expect(thrown(() => pair.client.read())).toEqual(sslError('TLSV1_ALERT_ACCESS_DENIED'));
  });

  it('holds back what was sent behind the certificate until its promise is kept', async () => {
    for (const isAccepted of [true, false]) {
      const { promise, resolve } = deferred();
      const pair = requested(() => promise);
      pair.client.write(Buffer.from('behind the certificate'));
      const memory = Buffer.alloc(64);
      const waiting = thrown(() => pair.server.read(64, memory));
      expect(waiting).toEqual(wantsCallback);
      expect(memory).toEqual(Buffer.alloc(64));
      expect(pair.toClient.pending).toBe(0);
      for (const use of [
        () => pair.server.write(HELLO),
        () => pair.server.verifyClientPostHandshake(),
      ])
        expect(thrown(use)).toEqual(wantsCallback);
      resolve(isAccepted ? undefined : false);
      await (waiting as ssl.SSLWantCallbackError).ready;
      if (isAccepted) {
        expect(pair.server.read(6).toString()).toBe('behind');
        expect(pair.server.read().toString()).toBe(' the certificate');
        expect(transfer(pair.server, pair.client, HELLO)).toEqual(HELLO);
        expect(pair.server.getpeercert()).toMatchObject({ version: 3 });
      } else {
        for (const use of [() => pair.server.read(), () => pair.server.write(HELLO)])
          expect(thrown(use)).toEqual(refusal('returned false'));
        expect(pair.toClient.pending).toBe(0);
        expect(pair.server.getVerifiedChain()).toEqual([]);
      }
    }
  });

  it('is waited for by an SSLSocket that is open, and then its data come', async () => {
    const { promise, resolve } = deferred();
    const contexts = askingServer(() => promise, { change: later });
    const pair = await memoryPair({ clientContext: contexts.client, serverContext: contexts.server }); // prettier-ignore
    pair.client.resume();
    const story = watch(pair.server);
    pair.server.verifyClientPostHandshake();
    await sleep(20);
    pair.client.end('hello');
    await sleep(20);
    expect(story.chunks).toEqual([]);
    pair.server.end('answer');
    await sleep(20);
    expect(story.closes).toBe(0);
    const answered = nextEvent(pair.client, 'data');
    resolve(undefined);
    expect(String((await answered)[0])).toBe('answer');
    await story.closed();
    expect([Buffer.concat(story.chunks).toString(), story.errors]).toEqual(['hello', []]);
  });

  it('ends an SSLSocket that it refuses, also without a reader', async () => {
    const contexts = askingServer(async () => sleep(5, false), { change: later });
    const pair = await memoryPair({ clientContext: contexts.client, serverContext: contexts.server }); // prettier-ignore
    const [client, server] = [watch(pair.client), watch(pair.server, { reads: false })];
    pair.server.verifyClientPostHandshake();
    await sleep(20);
    pair.client.write('hello');
    expect((await server.closed()).errors).toEqual([refusal('returned false')]);
    expect((await client.closed()).chunks).toEqual([]);
  });

  it('ends an SSLSocket that it refuses', async () => {
    const contexts = askingServer(async () => sleep(5, false), { change: later });
    const pair = await memoryPair({ clientContext: contexts.client, serverContext: contexts.server }); // prettier-ignore
    const [client, server] = [watch(pair.client), watch(pair.server)];
    pair.server.verifyClientPostHandshake();
    await sleep(20);
    pair.client.write('hello');
    await server.closed();
    expect([server.errors, server.chunks]).toEqual([[refusal('returned false')], []]);
    expect((await client.closed()).chunks).toEqual([]);
  });
});
