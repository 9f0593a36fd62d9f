/** Contexts for connections with a pre-shared key, and functions that make pairs of them. */
import { expect } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { tls12, tls13, unverified, type Change } from './contexts.js';
import { makePair, type Pair, type PairOptions } from './make-pair.js';

/** A key, and a wrong key. */
export const KEY = Buffer.from('deadbeefcafe0123456789abcdeffedc', 'hex');
export const WRONG_KEY = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
export const IDENTITY = 'client 7';

/** TLS 1.2 with suites for keys alone, and TLS 1.3. */
export const psk12: Change = (context) => {
  tls12(context);
  context.setCiphers('PSK');
};
export const PSK_VERSIONS: readonly (readonly [name: string, only: Change])[] = [
  ['TLSv1.2', psk12],
  ['TLSv1.3', tls13],
];

/** A callback's type lets pass what the tests are about: anything. */
export type AnyClientCallback = (hint: string | null) => unknown;
export type AnyServerCallback = (identity: string | null) => unknown;

export const givesKey: ssl.PskClientCallback = () => [IDENTITY, KEY];
export const knowsKey: ssl.PskServerCallback = (identity) => (identity === IDENTITY ? KEY : null);

/** Returns a client's context without trust anchors, with this callback. */
export function pskClient(only: Change, callback: AnyClientCallback = givesKey): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  unverified(context);
  only(context);
  context.setPskClientCallback(callback as ssl.PskClientCallback);
  return context;
}

/** A server's context without a certificate. */
export function pskServer(
  only: Change,
  callback: AnyServerCallback = knowsKey,
  hint: string | null = null,
): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  only(context);
  context.setPskServerCallback(callback as ssl.PskServerCallback, hint);
  return context;
}

export interface PskPairOptions extends Partial<PairOptions> {
  readonly gives?: AnyClientCallback | undefined;
  readonly knows?: AnyServerCallback | undefined;
  readonly hint?: string | null;
}

/** A pair whose ends have these callbacks, or the usual ones. */
export function pskPair(only: Change, options: PskPairOptions = {}): Pair {
  const { gives, knows, hint = null, ...others } = options;
  return makePair({
    client: pskClient(only, gives),
    server: pskServer(only, knows, hint),
    ...others,
  });
}

/** The process warnings of ours while `act` runs, and in the ticks after it. */
export async function warningsOf(act: () => unknown): Promise<Error[]> {
  const warnings: Error[] = [];
  const listen = (warning: Error): number => warnings.push(warning);
  process.on('warning', listen);
  try {
    await act();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}

export const callbackWarning = (text: string): Error =>
  expect.objectContaining({
    name: 'HermeticSslWarning',
    code: 'HERMETIC_SSL_CALLBACK',
    message: expect.stringContaining(text) as unknown,
  }) as Error;
