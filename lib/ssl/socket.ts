// SSLSocket: TLS over any Duplex, as a Duplex. A channel (transport/channel.ts) moves the bytes; this class has what
// applications see: the stream, its events and promises.
/* oxlint-disable no-unused-private-class-members -- their uses in the nested class are not seen */
import type { Duplex } from 'node:stream';

import { SSLError, stateError, timeoutError, typeError } from '../errors.js';
import {
  describe,
  givenOptions,
  withoutPrototype,
  requireFlags,
  requireIntegerWithin,
  type Given,
} from '../internal/validate.js';
import { Connection } from './engine/connection.js';
import {
  getHandshakeThreads,
  requireHandshakeThreads,
  type HandshakeThreads,
} from './engine/handshake-pool.js';
import type { SSLContext } from './context.js';
import { CONNECTION } from './connection-info.js';
import { LONGEST_TIMEOUT } from './timeouts.js';
import type { Channel, ChannelHost } from './transport/channel.js';
import { DuplexChannel } from './transport/duplex-channel.js';
import { eofError } from './transport/eof-error.js';
import { isDuplex, TransportLink } from './transport/link.js';
import { isReadableDue, readOn } from './transport/readable-due.js';
import { IS_OPEN, TRANSPORT, NetSocketSurface } from './transport/net-socket-surface.js';
import { checkedSettings, type WrapOptions } from './wrap-options.js';

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
  /** Where the public-key operations of the handshake run; the value of `getHandshakeThreads` by default. */
  handshakeThreads?: HandshakeThreads | null | undefined;
}

/** Checks the options that `wrapBio` does not have. */
function checkedOptions(
  options: WrapSocketOptions | null,
): Given<WrapSocketOptions> & { readonly handshakeTimeout: number } {
  const given = givenOptions(options);
  requireFlags(given, ['allowHalfOpen', 'doHandshakeOnConnect', 'suppressRaggedEofs']);
  if (given.handshakeThreads !== undefined) requireHandshakeThreads(given.handshakeThreads);
  const { handshakeTimeout = 0 } = given;
  requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
  return Object.assign(given, { handshakeTimeout }); // `given` has no prototype; Object.assign preserves that
}

type Callback = (error?: Error | null) => void;

interface Settlers<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** Returns the error for unwrap before the handshake is done. */
function shutdownError(): SSLError {
  const reason = 'SHUTDOWN_WHILE_IN_INIT';
  return new SSLError(`[SSL: ${reason}] shutdown while in init`, { library: 'SSL', reason });
}

const CREATE = Symbol('create');

/** The options of Duplex, made once. Without a prototype: properties of Object.prototype are not options. */
const HALF_OPEN = withoutPrototype({ allowHalfOpen: true });
const WHOLE = withoutPrototype({ allowHalfOpen: false });

/**
 * A TLS connection over a stream (Python: ssl.SSLSocket, except where node:stream differs). `SSLContext.wrapSocket`,
 * `connect` and `createServer` create it. The transport must emit bytes: a transport with an encoding is refused.
 *
 * Events in addition to those of Duplex: `connect` when the transport has connected, `secureConnect` when the handshake is
 * done, `timeout` (see `setTimeout`). A failure emits one `error`, after the plaintext that preceded it has been read.
 */
export class SSLSocket extends NetSocketSurface {
  /** @internal */
  readonly [CONNECTION]: Connection;
  readonly #channel: Channel;
  readonly #suppressRaggedEofs: boolean;
  #handshake: Settlers<void>[] = [];
  #unwrapping: Settlers<Duplex> | null = null;
  #readFailure: Error | null = null; // raised after the plaintext before it has been read
  #lingers = false;

  /** @internal */
  constructor(
    token: unknown,
    context: SSLContext,
    transport: Duplex,
    options: Given<WrapSocketOptions>,
  ) {
    if (token !== CREATE)
      throw typeError('SSLSocket has no public constructor; use SSLContext.wrapSocket()');
    super(options.allowHalfOpen === true ? HALF_OPEN : WHOLE);
    if (!isDuplex(transport))
      throw typeError(`transport must be a Duplex, not ${describe(transport)}`);
    const link = new TransportLink(transport);
    const settings = checkedSettings(context, { incoming: null, outgoing: null }, options);
    settings.waitsForInput = settings.serverSide;
    this[CONNECTION] = new Connection(settings, this);
    this.#suppressRaggedEofs = options.suppressRaggedEofs ?? false;
    const threads = options.handshakeThreads ?? getHandshakeThreads();
    this.#channel = this.#open(link, threads); // last: if something throws, the transport is unchanged
  }

  /** @internal */
  static create(
    context: SSLContext,
    transport: Duplex,
    given: WrapSocketOptions | null,
  ): SSLSocket {
    const options = checkedOptions(given);
    const socket = new this(CREATE, context, transport, options);
    limitHandshake(socket, options.handshakeTimeout);
    // Later, so that the caller can add its listeners first.
    process.nextTick(() => {
      socket.#channel.catchUp();
      if (options.doHandshakeOnConnect ?? true) socket.#channel.start();
    });
    return socket;
  }

  #open(link: TransportLink, threads: HandshakeThreads): Channel {
    const channel = new DuplexChannel(this[CONNECTION], link, new SSLSocket.#Host(this), threads);
    channel.open();
    return channel;
  }

  /** The host of a socket's channel: a class, since an object with as many functions would be a kilobyte for each socket. */
  static readonly #Host = class implements ChannelHost {
    readonly #socket: SSLSocket;

    constructor(socket: SSLSocket) {
      this.#socket = socket;
    }

    plaintext(bytes: Buffer): boolean {
      const socket = this.#socket;
      return (socket.push(bytes) && !isReadableDue(socket)) || socket.#drains;
    }

    ended(): void {
      this.#socket.#endRead();
    }

    secure(): void {
      this.#socket.#onSecure();
    }

    failed(error: Error): void {
      this.#socket.#fail(error);
    }

    transportFailed(error: Error): void {
      this.#socket.destroy(error);
    }

    readFailed(error: Error): void {
      this.#socket.#readFailure = error;
      this.#socket.#raiseReadFailure();
    }

    closed(): void {
      this.#socket.#onClose();
    }

    connected(): void {
      this.#socket.emit('connect');
    }

    timedOut(): void {
      this.#socket.emit('timeout');
    }

    shutDown(): void {
      this.#socket.#detach();
    }

    toleratesEof(): boolean {
      return this.#socket.#toleratesEof;
    }

    keepsTransport(): boolean {
      return this.#socket.#unwrapping !== null;
    }
  };

  /** @internal */
  get [TRANSPORT](): Duplex {
    return this.#channel.transport;
  }

  /** @internal */
  get [IS_OPEN](): boolean {
    return this.#channel.phase === 'open' && !this.destroyed;
  }

  /**
   * Whether the bytes move over the descriptor of the transport itself (`'native'`) or over the transport as a stream
   * (`'duplex'`). The descriptor is used from the beginning of the handshake, on Linux in Node, if the transport is a
   * connected socket of node:net that nothing else reads or writes. `HERMETIC_SSL_TRANSPORT=duplex` in the environment turns
   * this off.
   */
  get transportKind(): 'duplex' | 'native' {
    return this.#channel.isNative ? 'native' : 'duplex';
  }

  /** Starts the handshake unless it has started, and fulfills the promise when it is done. */
  doHandshake(): Promise<void> {
    if (this.destroyed) return Promise.reject(this.errored ?? stateError('the socket is closed'));
    const { phase } = this.#channel;
    if (phase === 'open' || phase === 'detached') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#handshake.push({ resolve, reject });
      this.#channel.start();
    });
  }

  /**
   * Ends TLS and returns the transport for plain text: sends the pending writes and close_notify, and waits for the peer's
   * close_notify. Data that the peer sent before it is still delivered by this socket, and must be read once it fills the
   * buffer; clear bytes after it stay in the transport. After the peer's close_notify, call this method before 'end' has
   * been handled, unless `allowHalfOpen` is set: otherwise 'end' closes the transport. Afterwards the methods that describe
   * the connection return the same as after a close.
   * @throws SSLEOFError if the transport ends first
   */
  unwrap(): Promise<Duplex> {
    const refusal = this.#unwrapRefusal();
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#unwrapping = { resolve, reject };
      this.end();
      this.#raiseReadFailure();
      if (this.#drains) this.#channel.read();
      else this.#channel.start();
    });
  }

  #unwrapRefusal(): Error | null {
    const { phase, hasClosed } = this.#channel;
    if (this.destroyed || phase === 'detached') return stateError('the socket is closed');
    if (this.#unwrapping !== null) return stateError('unwrap is under way');
    if (hasClosed) return stateError('the socket has ended, and its transport with it');
    if (phase === 'open') return null;
    return shutdownError();
  }

  /** @internal Like the base class's, and sends the request. */
  override verifyClientPostHandshake(): void {
    super.verifyClientPostHandshake();
    this.#channel.proceed();
  }

  /** @internal Abandons a handshake: refuses it with an alert if it waits for a callback, then fails with `error`. */
  failHandshake(error: Error): void {
    if (this.#channel.phase === 'open' || this.destroyed) return;
    this.#channel.abandon();
    this.#fail(error);
  }

  /** Returns decrypted bytes: all of them, or `size` bytes; null if fewer are buffered. */
  override read(size?: number): Buffer | string | null {
    const chunk = super.read(size) as Buffer | string | null;
    this.#raiseReadFailure();
    return chunk;
  }

  /** @internal */
  override _read(): void {
    readOn(this, () => this.#channel.read());
  }

  /** @internal Also handles single chunks. */
  override _writev(writes: { chunk: Buffer }[], done: Callback): void {
    this.#channel.write(
      writes.map(({ chunk }) => chunk),
      done,
    );
  }

  /** @internal */
  override _final(done: Callback): void {
    this.#channel.end(done);
  }

  /** @internal */
  override _destroy(error: Error | null, done: Callback): void {
    let made: Error | null = error;
    const reason = () => (made ??= stateError('the socket was closed')); // rarely needed, and a stack is costly
    for (const { reject } of this.#handshake.splice(0)) reject(reason());
    this.#unwrapping?.reject(reason());
    this.#unwrapping = null;
    const gently = this.#lingers || this.writableFinished || this.#canCloseCleanly(error);
    this.#channel.destroy({ gently }, reason);
    done(error);
  }

  /** Whether a destroyed socket can close cleanly: the peer has ended and nothing is left to send (as after for await). */
  #canCloseCleanly(error: Error | null): boolean {
    const { hasEnded, hasClosed, phase } = this.#channel;
    const isMute = hasEnded && error === null && this.writableLength === 0;
    return isMute && phase === 'open' && !hasClosed && this.#channel.sendCloseNotify();
  }

  #onClose(): void {
    const { phase, hasEnded } = this.#channel;
    if (this.destroyed || phase === 'detached') return;
    // After the transport's 'end', plaintext may be left to read, and reading reports a truncation.
    const isRead = hasEnded ? this.readableEnded : !this.#channel.hasTransportEnded;
    if (isRead || phase !== 'open')
      this.destroy(hasEnded ? undefined : eofError('the transport was closed'));
  }

  #onSecure(): void {
    for (const { resolve } of this.#handshake.splice(0)) resolve();
    this.emit('secureConnect');
    this.read(0); // like net.Socket: detects a failed peer even if the application does not read
  }

  /** Whether unwrap reads the data before the peer's close_notify, while the buffer has room. */
  get #drains(): boolean {
    return this.#unwrapping !== null && this.readableLength < this.readableHighWaterMark;
  }

  // A truncation is harmless if this end has ended without ever reading.
  get #toleratesEof(): boolean {
    if (this.#unwrapping !== null) return false;
    return this.#suppressRaggedEofs || (this.#channel.hasClosed && this.readableFlowing === null);
  }

  #raiseReadFailure(): void {
    const error = this.#readFailure;
    if (error === null || (this.readableLength > 0 && this.#unwrapping === null)) return;
    process.nextTick(() => this.#fail(error));
  }

  #endRead(): void {
    this.push(null);
    // 'end' is emitted even if the application does not read, like net.Socket's; one that awaits the handshake has its turn
    // before, so that it can call unwrap: ticks run before promises.
    if (this.readableFlowing === null) setImmediate(() => void super.read(0));
    else super.read(0);
  }

  #detach(): void {
    if (this.#unwrapping === null) return;
    const { resolve, reject } = this.#unwrapping;
    this.#unwrapping = null;
    try {
      resolve(this.#channel.detach());
      this[CONNECTION].close(); // TLS has ended: version() is null, as in Python
    } catch (error) {
      reject(error as Error);
    }
  }

  /** Ends the socket with a TLS error. */
  #fail(error: Error): void {
    if (this.destroyed) return;
    this.#lingers = true;
    this.destroy(error);
  }
}

/** Makes the socket fail if its handshake is not done in time; 0 means no limit. */
function limitHandshake(socket: SSLSocket, milliseconds: number): void {
  if (milliseconds === 0) return;
  const message = `the TLS handshake took longer than ${milliseconds} ms`;
  const timer = setTimeout(() => socket.failHandshake(timeoutError(message)), milliseconds);
  const stop = () => clearTimeout(timer);
  socket.once('secureConnect', stop).once('close', stop);
}
