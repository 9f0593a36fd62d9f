// The options of SSLContext.wrapBio and wrapSocket, and the limit of a handshake's time.
import type { MemoryBioHandle } from '../internal/native/binding.js';
import { timeoutError, typeError, valueError } from '../errors.js';
import {
  givenOptions,
  requireBoolean,
  requireFlags,
  requireIntegerWithin,
  type Given,
} from '../internal/validate.js';
import { normalizeServerHostname, type ServerHostname } from './certificates/hostname.js';
import type { SSLContext } from './context.js';
import type { ConnectionSettings } from './engine/context.js';
import { requireFittingContext } from './engine/context-brand.js';
import { SSLSession } from './session.js';
import type { SSLSocket } from './socket.js';
import { LONGEST_TIMEOUT } from './timeouts.js';

/** The options that `wrapBio` and `wrapSocket` share. */
export interface WrapOptions {
  /** Whether this is the server's end. False by default. */
  serverSide?: boolean | null | undefined;
  /** The name of the server to ask for and to match (docs/names.md). Required if the context checks host names. */
  serverHostname?: ServerHostname | null | undefined;
  /** A session to resume. Clients only. */
  session?: SSLSession | null | undefined;
}

/** Checks the options as Python does and returns the settings. */
export function checkedSettings(
  context: SSLContext,
  bios: { incoming: MemoryBioHandle; outgoing: MemoryBioHandle },
  options: WrapOptions | null,
): ConnectionSettings {
  const { serverSide = false, serverHostname = null, session = null } = givenOptions(options);
  requireBoolean(serverSide, 'serverSide');
  if (serverSide && serverHostname !== null) {
    throw valueError('serverHostname can only be specified in client mode');
  }
  if (session !== null && !(session instanceof SSLSession))
    throw typeError('Value is not a SSLSession.');
  if (serverSide && session !== null)
    throw valueError('session can only be specified in client mode');
  if (!serverSide && context.checkHostname && (serverHostname === null || serverHostname === '')) {
    throw valueError('checkHostname requires serverHostname');
  }
  const name = serverHostname === null ? null : normalizeServerHostname(serverHostname);
  requireFittingContext(context, serverSide);
  const { handle = null } = session ?? {};
  return { context, ...bios, serverSide, serverHostname: name, session: handle };
}

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
