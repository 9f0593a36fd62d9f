// createServer: a net.Server that gives SSLSockets whose handshake is done.
import { Server, type ServerOpts } from 'node:net';
import type { Duplex } from 'node:stream';

import { typeError, valueError } from '../errors.js';
import {
  describe,
  requireFlags,
  requireFunction,
  requireIntegerWithin,
  requireOptions,
} from '../internal/validate.js';
import { isContext } from './context-brand.js';
import type { SSLContext } from './context.js';
import { refuseForeignOptions } from './net-options.js';
import type { SSLSocket } from './socket.js';
import { HANDSHAKE_TIMEOUT, LONGEST_TIMEOUT } from './timeouts.js';
import type { Emits } from './typed-events.js';

/** Options of {@link createServer}, beside those of net.createServer. */
export interface SSLServerOptions extends ServerOpts {
  /** The context of every connection, until its `sniCallback` chooses another. */
  context: SSLContext;
  /**
   * Milliseconds that a handshake may take, callbacks included; 0 for no limit. 120,000 by default. What the client is
   * told: `WrapSocketOptions.handshakeTimeout`.
   */
  handshakeTimeout?: number | undefined;
  /** Whether an end without close_notify is an ordinary end. False by default. */
  suppressRaggedEofs?: boolean | undefined;
}

function requireServerContext(context: unknown): SSLContext {
  if (!isContext(context))
    throw typeError(`context must be a SSLContext, not ${describe(context)}`);
  if (context.role.isClientOnly) {
    throw valueError('Cannot create a server with a PROTOCOL_TLS_CLIENT context');
  }
  return context;
}

/** The events that SSLServer has beside net.Server's. */
interface SSLServerEvents {
  secureConnection: [socket: SSLSocket];
  tlsClientError: [error: Error, socket: SSLSocket];
}

const EventfulServer: new (options?: ServerOpts) => Emits<SSLServerEvents> & Server = Server;

/**
 * A TLS server. Events beside net.Server's: `secureConnection` (socket) when a handshake is done, `tlsClientError`
 * (error, socket) when one has failed.
 */
export class SSLServer extends EventfulServer {
  #context: SSLContext;
  readonly #handshakeTimeout: number;
  readonly #suppressRaggedEofs: boolean;
  readonly #allowHalfOpen: boolean;

  constructor(options: SSLServerOptions, listener?: (socket: SSLSocket) => void) {
    requireOptions(options);
    refuseForeignOptions(options);
    requireFlags(options, ['suppressRaggedEofs', 'allowHalfOpen']);
    const {
      context,
      handshakeTimeout = HANDSHAKE_TIMEOUT,
      suppressRaggedEofs = false,
      allowHalfOpen = false,
      ...net
    } = options;
    requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
    super(net);
    this.#context = requireServerContext(context);
    this.#handshakeTimeout = handshakeTimeout;
    this.#suppressRaggedEofs = suppressRaggedEofs;
    this.#allowHalfOpen = allowHalfOpen;
    if (listener !== undefined) {
      requireFunction(listener, 'listener');
      this.on('secureConnection', listener);
    }
    this.on('connection', (transport: Duplex) => this.#accept(transport));
  }

  /** The context of the connections to come. Setting it leaves those that exist as they are. */
  get context(): SSLContext {
    return this.#context;
  }
  set context(context: SSLContext) {
    this.#context = requireServerContext(context);
  }

  #accept(transport: Duplex): void {
    const socket = this.#context.wrapSocket(transport, {
      serverSide: true,
      suppressRaggedEofs: this.#suppressRaggedEofs,
      allowHalfOpen: this.#allowHalfOpen,
      handshakeTimeout: this.#handshakeTimeout,
    });
    const onError = (error: Error) => this.emit('tlsClientError', error, socket);
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      socket.off('error', onError);
      this.emit('secureConnection', socket);
    });
  }
}

/** Makes a TLS server; `listener` is put on 'secureConnection'. */
export function createServer(
  options: SSLServerOptions,
  listener?: (socket: SSLSocket) => void,
): SSLServer {
  return new SSLServer(options, listener);
}
