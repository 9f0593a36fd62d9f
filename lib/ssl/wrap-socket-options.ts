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

/** Options of `SSLContext.wrapSocket`, in addition to those that it shares with `wrapBio`. */
export interface WrapSocketOptions extends WrapOptions {
  /** Whether the handshake begins at once. True by default; otherwise `doHandshake()` or the first write begins it. */
  doHandshakeOnConnect?: boolean | null | undefined;
  /**
   * Milliseconds from now within which the handshake must be done, callbacks included; 0, the default, for no limit. A
   * server that wraps its own sockets should set a limit. When the time is up, the socket fails with
   * `ERR_SSL_HANDSHAKE_TIMEOUT`. If a callback is still deciding about the ClientHello, the client receives the alert
   * internal_error; at any other time OpenSSL cannot send an alert, and the connection is closed without one.
   */
  handshakeTimeout?: number | null | undefined;
  /**
   * Whether an end without close_notify is treated as a normal end. False by default, because an attacker can cause one.
   */
  suppressRaggedEofs?: boolean | null | undefined;
  /** Whether this end may continue writing after the peer has ended. False by default, as in node:net. */
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
  return Object.assign(given, { handshakeTimeout }); // `given` has no prototype; Object.assign preserves that
}

/** Makes the socket fail if its handshake is not done in time; 0 means no limit. */
export function limitHandshake(socket: SSLSocket, milliseconds: number): void {
  if (milliseconds === 0) return;
  const message = `the TLS handshake took longer than ${milliseconds} ms`;
  const timer = setTimeout(() => socket.failHandshake(timeoutError(message)), milliseconds);
  const stop = () => clearTimeout(timer);
  socket.once('secureConnect', stop).once('close', stop);
}
