// The types of callbacks that applications set.
import type { SSLContext } from './context.js';
import type { AlertDescription } from './enums.js';
import type { SSLObject } from './object.js';
import type { SSLSocket } from './socket.js';

/** What callbacks are given: the connection they are asked about. */
export type SSLPeer = SSLObject | SSLSocket;

/**
 * Decides about a connection by the name that the client asked for, null when it named none. It may set
 * `peer.context`, and return undefined to go on, or an alert to refuse with; or a promise of either.
 *
 * The other context brings its certificate, its ALPN protocols and whom it trusts. As in Python it does not bring its
 * versions, and its verify mode only with `bringsVerifySettings`: set that where one name wants client certificates.
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
