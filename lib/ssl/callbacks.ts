// The types of callbacks that applications set.
import type { SSLContext } from './context.js';
import type { AlertDescription } from './enums.js';
import type { SSLObject } from './object.js';
import type { SSLSocket } from './socket.js';

/** The connection that is passed to callbacks. */
export type SSLPeer = SSLObject | SSLSocket;

/**
 * Decides about a connection by the server name that the client requested, null without a name. It may set `peer.context`.
 * It returns undefined to continue, an alert to refuse the connection, or a promise of either.
 *
 * The connection takes over the new context's certificate, ALPN protocols and trusted certificates. As in Python, it keeps
 * its protocol versions. It takes over the verify mode only with `bringsVerifySettings`: set that if a name requires client
 * certificates.
 */
export type SniCallback = (
  peer: SSLPeer,
  serverName: string | null,
  context: SSLContext,
) =>
  | AlertDescription
  | undefined
  | null
  | void
  | Promise<AlertDescription | undefined | null | void>;
