// The options of SSLContext.wrapSocket, and the limit of a handshake's time.
import { timeoutError } from '../errors.js';
import {
  givenOptions,
  requireFlags,
  requireIntegerWithin,
  type Given,
} from '../internal/validate.js';
import type { WrapOptions } from './engine/connection-settings.js';
import type { SSLSocket } from './socket.js';
import { LONGEST_TIMEOUT } from './timeouts.js';

/** Options of `SSLContext.wrapSocket`, beside those that it shares with `wrapBio`. */
export interface WrapSocketOptions extends WrapOptions {
  /** Whether the handshake begins at once. True by default; otherwise `doHandshake()` or the first write begins it. */
  doHandshakeOnConnect?: boolean | null | undefined;
  /**
   * Milliseconds from now within which the handshake must be done, callbacks included; 0, the default, for no limit: a
   * server that wraps its own sockets should set one. When the time is up the socket fails with
   * `ERR_SSL_HANDSHAKE_TIMEOUT`. A client whose ClientHello a callback still thinks about is sent internal_error; at any
   * other moment OpenSSL has no means to send an alert, and the connection is closed without one.
   */
  handshakeTimeout?: number | null | undefined;
  /** Whether an end without close_notify is an ordinary end. False by default: it may be an attacker's. */
  suppressRaggedEofs?: boolean | null | undefined;
  /** Whether this end may go on writing after the peer has ended. False by default, as in node:net. */
  allowHalfOpen?: boolean | null | undefined;
}

/** Checks the options that `wrapBio` does not have. */
export function checkedOptions(
  options: WrapSocketOptions | null,
): Given<WrapSocketOptions> & { readonly handshakeTimeout: number } {
  const given = givenOptions(options);
  requireFlags(given, ['allowHalfOpen', 'doHandshakeOnConnect', 'suppressRaggedEofs']);
  const { handshakeTimeout = 0 } = given;
  requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
  return Object.assign(given, { handshakeTimeout }); // it has no prototype, and keeps none
}

/** Has the socket fail when its handshake is not done in time; 0 for no limit. */
export function limitHandshake(socket: SSLSocket, milliseconds: number): void {
  if (milliseconds === 0) return;
  const message = `the TLS handshake took longer than ${milliseconds} ms`;
  const timer = setTimeout(() => socket.failHandshake(timeoutError(message)), milliseconds);
  const stop = () => clearTimeout(timer);
  socket.once('secureConnect', stop).once('close', stop);
}
