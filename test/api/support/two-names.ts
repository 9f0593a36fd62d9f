/** A server with two names, localhost for all clients and other.example for those with a certificate, and its clients. */
import { setTimeout as sleep } from 'node:timers/promises';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../helpers/certificates.js';
import {
  NO_CHANGE,
  clientContext,
  serverContext,
  unverified,
  type Change,
} from '../../helpers/contexts.js';
import { makePair, tryHandshakeAsync, type Outcome, type Pair } from '../../helpers/make-pair.js';
import { testPki } from '../../helpers/test-pki.js';

const { localhost, example, caPem } = await testPki();

/** A context that demands certificates of the tests' authority, and says so to connections that come over to it. */
export const demanding = (change: Change = NO_CHANGE): ssl.SSLContext =>
  serverContext(example, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: caPem });
    context.bringsVerifySettings = true;
    change(context);
  });

type Switch = (peer: ssl.SSLPeer, other: ssl.SSLContext) => void | Promise<void>;

export const switchAtOnce: Switch = (peer, other) => void (peer.context = other);
export const switchLater: Switch = async (peer, other) => {
  await sleep(1);
  peer.context = other;
};

/** Both ways, for describe.each. */
export const SWITCHES: readonly (readonly [name: string, act: Switch])[] = [
  ['at once', switchAtOnce],
  ['by a promise', switchLater],
];

/** A context that has connections for other.example go over to another one. */
export function front(
  other: ssl.SSLContext,
  only: Change = NO_CHANGE,
  act: Switch = switchAtOnce,
): ssl.SSLContext {
  return serverContext(localhost, (context) => {
    only(context);
    context.sniCallback = (peer, name) => (name === 'other.example' ? act(peer, other) : undefined);
  });
}

/** A client that looks at nothing, and shows this certificate if it is asked. */
export function client(
  identity: IssuedCertificate | null,
  change: Change = NO_CHANGE,
): ssl.SSLContext {
  return clientContext(caPem, (context) => {
    unverified(context);
    if (identity !== null) context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
    change(context);
  });
}

export const pairFor = (
  server: ssl.SSLContext,
  identity: IssuedCertificate | null,
  serverHostname = 'other.example',
): Pair => makePair({ client: client(identity), server, serverHostname });

export const attempt = (...args: Parameters<typeof pairFor>): Promise<Outcome> =>
  tryHandshakeAsync(pairFor(...args));

/** The outcome of a handshake that was done. */
export const fine: Outcome = { client: null, server: null };
