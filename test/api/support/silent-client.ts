/** A server's socket whose client has not sent anything yet. */
import type * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair, type PairEnd } from '../../helpers/duplex-pair.js';

/** Waits for a turn of the event loop. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A change of the context that changes nothing: its connections are made before it. */
export function wake(context: ssl.SSLContext): void {
  context.numTickets = context.numTickets + 0;
}

export interface Silent {
  readonly context: ssl.SSLContext;
  readonly server: ssl.SSLSocket;
  readonly near: PairEnd;
}

/** A server's socket whose handshake has begun, and whose client is silent. */
export async function silent(
  options: ssl.WrapSocketOptions = {},
  given?: ssl.SSLContext,
): Promise<Silent> {
  const context = given ?? (await pkiServerContext());
  const [near, far] = duplexPair();
  const server = context.wrapSocket(far, { serverSide: true, ...options });
  await turn();
  return { context, server, near };
}

/** Has a client connect at last. */
export async function speak({
  server,
  near,
}: Pick<Silent, 'server' | 'near'>): Promise<ssl.SSLSocket> {
  const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
  client.on('error', () => undefined); // of an end without close_notify
  await Promise.all([client.doHandshake(), server.doHandshake()]);
  return client;
}

/** What a call gave, comparable. */
export type Outcome = { readonly value: unknown } | { readonly error: object };

export function outcomeOf(ask: () => unknown): Outcome {
  try {
    return { value: ask() };
  } catch (error) {
    const { name, message, code, reason } = error as ssl.SSLError;
    return { error: { name, message, code, reason } };
  }
}
