// The callbacks of pre-shared keys and the sockets that they are called in: what a callback does to its socket happens once
// OpenSSL is left.
import { describe, expect, it } from 'vitest';

import type * as ssl from 'hermetic-ssl/ssl';

import { duplexPair } from '../../../helpers/duplex-pair.js';
import {
  callbackWarning,
  givesKey,
  knowsKey,
  pskClient,
  pskServer,
  PSK_VERSIONS,
  warningsOf,
} from '../../../helpers/psk.js';
import { ready, watch, wrapBoth } from '../../../helpers/tls-pair.js';

const boom = new Error('boom');

const END_NAMES = ['client', 'server'] as const;
type EndName = (typeof END_NAMES)[number];
const ENDS = PSK_VERSIONS.flatMap(([version, only]) =>
  END_NAMES.map((end) => ({ version, only, end })),
);

describe.each(ENDS)('an SSLSocket and the callback of the $end in $version', ({ only, end }) => {
  type Socket = ssl.SSLSocket;
  /** Both sockets over memory, one of which is given to `act` inside its callback. */
  async function socketsThat(act: (own: Socket, other: Socket) => void): Promise<Record<EndName, Socket>> {
    const [client, server] = [pskClient(only), pskServer(only)];
    const pair: Partial<Record<EndName, Socket>> = {};
    const now = (): void =>
      act(...((end === 'client' ? [pair.client, pair.server] : [pair.server, pair.client]) as [Socket, Socket])); // prettier-ignore
    if (end === 'client') client.setPskClientCallback((hint) => (now(), givesKey(hint)));
    else server.setPskServerCallback((identity) => (now(), knowsKey(identity)));
    const both = await wrapBoth(duplexPair(), { clientContext: client, serverContext: server });
    return Object.assign(pair, { client: both.client, server: both.server });
  } // prettier-ignore

  it('may destroy the socket inside it', async () => {
    for (const error of [undefined, boom]) {
      const sockets = await socketsThat((own) => void own.destroy(error));
      const own = watch(sockets[end]);
      const other = watch(sockets[end === 'client' ? 'server' : 'client']);
      expect((await own.closed()).errors).toEqual(error === undefined ? [] : [boom]);
      expect((await other.closed()).errors).toEqual([expect.objectContaining({ library: 'SSL' })]);
      expect(sockets[end].version()).toBeNull();
      expect(sockets[end].session).toBeNull();
    }
  });

  it('may destroy the socket inside it and throw: a warning has the error', async () => {
    const warnings = await warningsOf(async () => {
      const sockets = await socketsThat((own) => {
        own.destroy();
        throw boom;
      });
      const stories = END_NAMES.map((name) => watch(sockets[name]));
      await Promise.all(stories.map((story) => story.closed()));
    });
    expect(warnings).toEqual([callbackWarning('boom')]);
  });

  it('may destroy both sockets inside it', async () => {
    const sockets = await socketsThat((own, other) => void (other.destroy(), own.destroy()));
    const stories = END_NAMES.map((name) => watch(sockets[name]).closed());
    for (const { errors } of await Promise.all(stories)) expect(errors).toEqual([]);
  });

  it('may write, read and end inside it, which happens afterwards', async () => {
    const sockets = await socketsThat((own, other) => {
      own.write('early ');
      own.read();
      own.resume();
      other.write('other');
      void own.doHandshake();
      own.end('late');
    });
    const stories = { client: watch(sockets.client), server: watch(sockets.server) };
    await ready({ ...sockets, transports: sockets });
    sockets[end === 'client' ? 'server' : 'client'].end();
    const texts = { early: 'early late', other: 'other' };
    const [own, other] = end === 'client' ? END_NAMES : END_NAMES.toReversed();
    expect(String(Buffer.concat((await stories[other].closed()).chunks))).toBe(texts.early);
    expect(String(Buffer.concat((await stories[own].closed()).chunks))).toBe(texts.other);
    for (const { errors } of Object.values(stories)) expect(errors).toEqual([]);
  });

  it('fails with what the callback threw as the cause', async () => {
    const sockets = await socketsThat(() => {
      throw boom;
    });
    watch(sockets[end === 'client' ? 'server' : 'client']);
    const { errors } = await watch(sockets[end]).closed();
    expect(errors.map(({ cause }) => cause)).toEqual([boom]);
  });
});
