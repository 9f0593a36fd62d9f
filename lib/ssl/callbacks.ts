// The types of callbacks that applications set.
import type { Bytes } from '../internal/native/binding.js';
import type { SSLContext } from './context.js';
import type { PeerVerification } from './engine/peer-verdict.js';
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

/** The result of a {@link VerifyCallback}. */
export type VerifyAnswer = undefined | void | boolean | AlertDescription;

/**
 * Decides about the peer by its certificate, after verification has succeeded or failed. It returns
 *
 * - undefined: the result of the verification stands,
 * - true: the peer passes **although its certificate did not verify**. The callback is then fully responsible: check the
 *   key (`ssl.spkiHash`), not names, which can be forged. Chains with distrusted keys or without a pinned key are still
 *   refused,
 * - false, or throws: the peer is refused; the thrown value is the `cause` of the error,
 * - a number from 1 to 255: the peer is refused with this alert,
 *
 * or a promise of one of these. Anything else is a refusal with a TypeError as its cause.
 */
export type VerifyCallback = (
  peer: SSLPeer,
  verification: PeerVerification,
) => VerifyAnswer | Promise<VerifyAnswer>;

/**
 * Receives a protocol message that was sent or received: handshake messages, alerts, change_cipher_spec and, with content
 * types from 256 on, OpenSSL's own records of their headers. `version`, `contentType` and `messageType` are the numbers of
 * the TLS registries; -1 for a message without a type. The operation on the connection rethrows its errors.
 */
export type MsgCallback = (
  peer: SSLPeer,
  direction: 'read' | 'write',
  version: number,
  contentType: number,
  messageType: number,
  data: Buffer,
) => void;

/**
 * Chooses a client's pre-shared key: returns [identity, psk]. The identity is null or at most 255 bytes of UTF-8, the key
 * at most 512 bytes. An empty or null key, or null instead of the pair, means that the client has no key. TLS 1.3 requires
 * an identity. `hint` is the server's hint under TLS 1.2, null without a hint and always under TLS 1.3. The callback must
 * be synchronous: a promise is an error.
 */
export type PskClientCallback = (
  hint: string | null,
) => readonly [identity: string | null, psk: Bytes | null] | null;

/**
 * Returns the pre-shared key of a client's identity, at most 512 bytes; an empty key or null if the identity is unknown.
 * The identity is null if the client has sent an empty one. The callback must be synchronous: a promise is an error.
 */
export type PskServerCallback = (identity: string | null) => Bytes | null;
