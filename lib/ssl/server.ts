// createServer: a net.Server that emits SSLSockets whose handshake is done.
import type { Server, ServerOpts, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { typeError, valueError } from '../errors.js';
import {
  describe,
  givenOptions,
  ownOptions,
  requireFlags,
  requireFunction,
  requireIntegerWithin,
} from '../internal/validate.js';
import { isContext } from './engine/context-brand.js';
import { requireHandshakeThreads, type HandshakeThreads } from './engine/handshake-pool.js';
import type { SSLContext } from './context.js';
import { NEVER_NULL, refuseForeignOptions } from './transport/net-options.js';
import { LazyServer } from './transport/net.js';
import type { SSLSocket, WrapSocketOptions } from './socket.js';
import { HANDSHAKE_TIMEOUT, LONGEST_TIMEOUT } from './timeouts.js';
import type { Emits } from './typed-events.js';
import { ignoreErrors } from './transport/unheard-errors.js';

/** Options of {@link createServer}, in addition to those of net.createServer. */
export interface SSLServerOptions extends ServerOpts {
  /** The context of every connection, until its `sniCallback` chooses another. */
  context: SSLContext;
  /**
   * Milliseconds that a handshake may take, callbacks included; 0 for no limit. 120,000 by default.
   * `WrapSocketOptions.handshakeTimeout` describes the alert that the client receives.
   */
  handshakeTimeout?: number | null | undefined;
  /** Whether an end without close_notify is treated as a normal end. False by default. */
  suppressRaggedEofs?: boolean | null | undefined;
  /** Where the public-key operations of handshakes run; the value of `getHandshakeThreads` by default. */
  handshakeThreads?: HandshakeThreads | null | undefined;
}

function requireServerContext(context: unknown): SSLContext {
  if (!isContext(context))
    throw typeError(`context must be a SSLContext, not ${describe(context)}`);
  if (context.role.isClientOnly) {
    throw valueError('Cannot create a server with a PROTOCOL_TLS_CLIENT context');
  }
  return context as SSLContext;
}

/** The events of SSLServer in addition to those of net.Server. */
interface SSLServerEvents {
  secureConnection: [socket: SSLSocket];
  tlsClientError: [error: Error, socket: SSLSocket | Socket];
}

const EventfulServer: new (options?: ServerOpts) => Emits<SSLServerEvents> & Server = LazyServer;

/**
 * A TLS server over TCP. Besides net.Server's events it has `secureConnection` (socket), emitted when a handshake is done,
 * and `tlsClientError` (error, socket), emitted when one has failed; the socket is then closed. If an SSLSocket could not
 * be created for a connection, the socket of `tlsClientError` is the connection's net.Socket.
 *
 * As in node:tls, an error of a connection that has no `error` listener does not end the process: the server has a listener
 * on each of its sockets.
 */
export class SSLServer extends EventfulServer {
  #context: SSLContext;
  readonly #wrapOptions: WrapSocketOptions;

  /** Does the same as {@link createServer}. */
  constructor(options: SSLServerOptions, listener?: ((socket: SSLSocket) => void) | null) {
    const given = givenOptions(options, NEVER_NULL);
    refuseForeignOptions(given);
    requireFlags(given, ['suppressRaggedEofs', 'allowHalfOpen']);
    const {
      context,
      handshakeTimeout = HANDSHAKE_TIMEOUT,
      suppressRaggedEofs = false,
      allowHalfOpen = false,
      handshakeThreads,
      ...net
    } = given;
    if (handshakeThreads !== undefined) requireHandshakeThreads(handshakeThreads);
    requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
    super(ownOptions(net));
    this.#context = requireServerContext(context);
    this.#wrapOptions = {
      serverSide: true,
      suppressRaggedEofs,
      allowHalfOpen,
      handshakeTimeout,
      handshakeThreads,
    };
    if (listener !== undefined && listener !== null) {
      requireFunction(listener, 'listener');
      this.on('secureConnection', listener);
    }
    this.on('connection', (transport: Duplex) => this.#accept(transport));
  }

  /**
   * The context of new connections: set it to change certificates without a restart. Existing connections do not change.
   * @throws TypeError for anything but a context, RangeError (ERR_INVALID_ARG_VALUE) for a context for
   *   `PROTOCOL_TLS_CLIENT`
   */
  get context(): SSLContext {
    return this.#context;
  }
  set context(context: SSLContext) {
    this.#context = requireServerContext(context);
  }

  /** Never throws: any peer can trigger it. */
  #accept(transport: Duplex): void {
    const socket = this.#wrap(transport);
    if (socket === null) return;
    ignoreErrors(socket);
    const onError = (error: Error) => this.emit('tlsClientError', error, socket);
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      socket.off('error', onError);
      this.emit('secureConnection', socket);
    });
  }

  #wrap(transport: Duplex): SSLSocket | null {
    try {
      return this.#context.wrapSocket(transport, { ...this.#wrapOptions });
    } catch (error) {
      ignoreErrors(transport);
      transport.destroy();
      this.emit('tlsClientError', error as Error, transport as Socket);
      return null;
    }
  }
}

/**
 * Creates a TLS server. Call net.Server's `listen` to start it.
 * @param listener Added as a listener of `secureConnection`.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for an argument of the wrong type, and for an option of node:tls that would be
 *   ignored, such as `requestCert`; RangeError for a context for `PROTOCOL_TLS_CLIENT` or a negative `handshakeTimeout`
 *   (ERR_INVALID_ARG_VALUE), and for one above 2^31-1 (ERR_OUT_OF_RANGE)
 */
export function createServer(
  options: SSLServerOptions,
  listener?: ((socket: SSLSocket) => void) | null,
): SSLServer {
  return new SSLServer(options, listener);
}
