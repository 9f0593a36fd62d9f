// SSLSocket: TLS over any Duplex, as a Duplex. The transport is read only as fast as the plaintext is consumed, and written
// only as fast as it accepts the ciphertext.
import type { Duplex } from 'node:stream';

import { binding } from '../internal/native/binding.js';
import { SSLEOFError, SSLZeroReturnError, stateError, typeError } from '../errors.js';
import { describe, ownOptions } from '../internal/validate.js';
import { AnswerWait, peerLeftError } from './answer-wait.js';
import { Want } from './engine/codes.js';
import { Connection } from './engine/connection.js';
import type { SSLContext } from './context.js';
import { CONNECTION } from './connection-info.js';
import { PendingWrite, receive } from './engine/plaintext.js';
import { eofError, shutdownError } from './socket-errors.js';
import { isDuplex, TransportLink } from './transport/link.js';
import { IS_OPEN, TRANSPORT, NetSocketSurface } from './transport/net-socket-surface.js';
import { checkedSettings, type WrapSocketOptions } from './wrap-options.js';

type Callback = (error?: Error | null) => void;

interface Settlers<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

const CREATE = Symbol('create');

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
  readonly #link: TransportLink;
  readonly #suppressRaggedEofs: boolean;
  #phase: 'idle' | 'handshake' | 'open' | 'detached' = 'idle';
  #handshake: Settlers<void>[] = [];
  readonly #answer = new AnswerWait();
  #unwrapping: Settlers<Duplex> | null = null;
  #write: PendingWrite | null = null;
  #final: Callback | null = null;
  #readFailure: Error | null = null; // raised after the plaintext before it has been read
  #wantsPlaintext = false;
  #hasEnded = false; // the peer's close_notify has arrived
  #hasClosed = false; // our close_notify has been sent
  #isPumping = false;
  #pumpsAgain = false;
  #lingers = false;

  /** @internal */
  constructor(token: unknown, context: SSLContext, transport: Duplex, options: WrapSocketOptions) {
    if (token !== CREATE)
      throw typeError('SSLSocket has no public constructor; use SSLContext.wrapSocket()');
    super(ownOptions({ allowHalfOpen: options.allowHalfOpen ?? false }));
    if (!isDuplex(transport))
      throw typeError(`transport must be a Duplex, not ${describe(transport)}`);
    this.#link = this.#attach(transport);
    const settings = checkedSettings(context, this.#link, options);
    this[CONNECTION] = new Connection({ ...settings, waitsForInput: settings.serverSide }, this);
    this.#suppressRaggedEofs = options.suppressRaggedEofs ?? false;
    this.#link.open(); // last: if something throws, the transport is unchanged
  }

  /** @internal */
  static create(context: SSLContext, transport: Duplex, options: WrapSocketOptions): SSLSocket {
    const socket = new this(CREATE, context, transport, options);
    // Later, so that the caller can add its listeners first.
    process.nextTick(() => {
      socket.#link.catchUp();
      if (options.doHandshakeOnConnect ?? true) socket.#begin();
    });
    return socket;
  }

  #attach(transport: Duplex): TransportLink {
    return new TransportLink(transport, {
      progress: () => this.#pump(),
      close: () => this.#onClose(),
      connect: () => this.emit('connect'),
      timeout: () => this.emit('timeout'),
      error: (error) => this.destroy(error),
      refuse: (error) => this.#fail(error),
    });
  }

  /** @internal */
  get [TRANSPORT](): Duplex {
    return this.#link.transport;
  }

  get #isUnderWay(): boolean {
    return (this.#phase === 'handshake' || this.#phase === 'open') && !this.destroyed;
  }

  /** @internal */
  get [IS_OPEN](): boolean {
    return this.#phase === 'open' && !this.destroyed;
  }

  /** Starts the handshake unless it has started, and fulfills the promise when it is done. */
  doHandshake(): Promise<void> {
    if (this.destroyed) return Promise.reject(this.errored ?? stateError('the socket is closed'));
    if (this.#phase === 'open' || this.#phase === 'detached') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#handshake.push({ resolve, reject });
      this.#begin();
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
      this.#pump();
    });
  }

  #unwrapRefusal(): Error | null {
    if (this.destroyed || this.#phase === 'detached') return stateError('the socket is closed');
    if (this.#unwrapping !== null) return stateError('unwrap is under way');
    if (this.#hasClosed) return stateError('the socket has ended, and its transport with it');
    if (this.#phase === 'open') return null;
    return shutdownError();
  }

  /** @internal Like the base class's, and pumps to send the request and read the answer. */
  override verifyClientPostHandshake(): void {
    super.verifyClientPostHandshake();
    this.#pump();
  }

  /** @internal Abandons a handshake: refuses it with an alert if it waits for a callback, then fails with `error`. */
  failHandshake(error: Error): void {
    if (this.#phase === 'open' || this.destroyed) return;
    this[CONNECTION].abandon(); // #fail sends the alert
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
    this.#wantsPlaintext = true;
    this.#pump();
  }

  /** @internal Also handles single chunks. Deferred, so that writes of the same tick can share records. */
  override _writev(writes: { chunk: Buffer }[], done: Callback): void {
    const chunks = writes.map(({ chunk }) => chunk);
    this.#write = new PendingWrite(chunks, done);
    process.nextTick(() => this.#begin());
  }

  /** @internal */
  override _final(done: Callback): void {
    this.#final = done;
    this.#begin();
  }

  /** @internal */
  override _destroy(error: Error | null, done: Callback): void {
    const reason = error ?? stateError('the socket was closed');
    for (const { reject } of this.#handshake.splice(0)) reject(reason);
    this.#unwrapping?.reject(reason);
    this.#unwrapping = null;
    const gently = this.#lingers || this.writableFinished || this.#canCloseCleanly(error);
    if (this.#phase !== 'detached') this.#link.close({ gently });
    this[CONNECTION].close();
    const write = this.#write;
    this.#write = null;
    write?.done(reason);
    done(error);
  }

  /** Whether a destroyed socket can close cleanly: the peer has ended and nothing is left to send (as after for await). */
  #canCloseCleanly(error: Error | null): boolean {
    const isMute = this.#hasEnded && error === null && this.writableLength === 0;
    if (!isMute || this.#phase !== 'open' || this.#hasClosed) return false;
    this.#step(binding.connectionSendCloseNotify);
    return this.#link.send();
  }

  #begin(): void {
    if (this.#phase === 'idle') this.#phase = 'handshake';
    this.#pump();
  }

  #onClose(): void {
    if (this.destroyed || this.#phase === 'detached') return;
    // After the transport's 'end', plaintext may be left to read, and reading reports a truncation.
    const isRead = this.#hasEnded ? this.readableEnded : !this[TRANSPORT].readableEnded;
    if (isRead || this.#phase !== 'open')
      this.destroy(this.#hasEnded ? undefined : eofError('the transport was closed'));
  }

  /** Does everything that can be done now. Streams and listeners may call it reentrantly: it then runs once more. */
  #pump(): void {
    this.#pumpsAgain = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pumpsAgain && this.#isUnderWay) {
        this.#pumpsAgain = false;
        this.#advance();
      }
    } catch (error) {
      process.nextTick(() => this.#pump());
      throw error; // thrown by a listener: the connection continues
    } finally {
      this.#isPumping = false;
    }
  }

  #advance(): void {
    if (this.#phase === 'handshake') this.#advanceHandshake();
    if (this.#isFree) this.#advanceWrite();
    if (this.#isFree) this.#advanceRead();
    if (this.#isFree) this.#advanceClose();
    if (!this.destroyed) this.#awaitAnswer();
    this.#flush();
    this.#setFlow();
  }

  /** Whether the connection is open and no callback is deciding about a post-handshake certificate. */
  get #isFree(): boolean {
    return this.#phase === 'open' && this[CONNECTION].answering === null;
  }

  /** Takes a step. A failed step ends the socket. Errors of the application's own listeners do not pass through here. */
  #step(take: Parameters<Connection['step']>[0]): number {
    try {
      return this[CONNECTION].step(take);
    } catch (error) {
      this.#fail(error as Error);
      return Want.READ;
    }
  }

  #advanceHandshake(): void {
    const outcome = this.#step(binding.connectionHandshake);
    if (outcome < 0) return;
    this.#phase = 'open';
    this.#flush();
    for (const { resolve } of this.#handshake.splice(0)) resolve();
    this.emit('secureConnect');
    this.read(0); // like net.Socket: detects a failed peer even if the application does not read
  }

  #awaitAnswer(): void {
    const hasPeerLeft = this.#phase === 'handshake' && this[TRANSPORT].readableEnded;
    const error = hasPeerLeft ? peerLeftError(this[CONNECTION]) : null;
    if (error !== null) return this.failHandshake(error);
    this.#answer.follow(this[CONNECTION], () => {
      if (this[IS_OPEN]) this.#step(binding.connectionHandshake); // detects a refusal even if the application does not read
      this.#pump();
    });
  }

  #advanceWrite(): void {
    while (this.#write !== null && !this.#link.isBlocked && !this.destroyed) {
      const { piece, done } = this.#write;
      if (piece === undefined) {
        this.#write = null;
        done();
      } else {
        if (this.#step((handle, ask) => binding.connectionWrite(handle, piece, ask)) < 0) return;
        this.#write.next();
        this.#flush();
      }
    }
  }

  #advanceRead(): void {
    while (this.#takesPlaintext() && !this.destroyed) {
      const { bytes, outcome, error } = receive((out) =>
        this[CONNECTION].step((handle, ask) => binding.connectionRead(handle, out, ask)),
      );
      if (bytes.length > 0) this.#give(bytes);
      if (error !== null) this.#onReadFailure(error as Error);
      else if (outcome === 0) this.#endRead();
      else if (outcome < 0) return;
    }
  }

  #takesPlaintext(): boolean {
    if (this.#hasEnded || this.#readFailure !== null) return false;
    return this.#wantsPlaintext || this.#drains;
  }

  /** Whether unwrap reads the data before the peer's close_notify, while the buffer has room. */
  get #drains(): boolean {
    return this.#unwrapping !== null && this.readableLength < this.readableHighWaterMark;
  }

  #give(bytes: Buffer): void {
    this.#wantsPlaintext = false; // before push, whose listeners may request more
    let isFull = false;
    try {
      isFull = !this.push(bytes);
    } finally {
      this.#wantsPlaintext ||= !isFull;
    }
  }

  #onReadFailure(error: Error): void {
    // SSLZeroReturnError, as in Python: both ends have sent close_notify. For a stream this is the end.
    const isEnd = error instanceof SSLZeroReturnError;
    if (isEnd || (error instanceof SSLEOFError && this.#toleratesEof())) return this.#endRead();
    this.#readFailure = error;
    this.#raiseReadFailure();
  }

  // A truncation is harmless if this end has ended without ever reading.
  #toleratesEof(): boolean {
    if (this.#unwrapping !== null) return false;
    return this.#suppressRaggedEofs || (this.#hasClosed && this.readableFlowing === null);
  }

  #raiseReadFailure(): void {
    const error = this.#readFailure;
    if (error === null || (this.readableLength > 0 && this.#unwrapping === null)) return;
    process.nextTick(() => this.#fail(error));
  }

  #endRead(): void {
    this.#hasEnded = true;
    this.#link.returnClearBytes();
    this.push(null);
    super.read(0); // emits 'end' even if the application does not read, like net.Socket
  }

  #advanceClose(): void {
    if (this.#final !== null) this.#endWrite(this.#final);
    if (this.#unwrapping === null || this.destroyed) return;
    this.#raiseReadFailure();
    if (this.#hasClosed && this.#hasEnded) this.#detach(this.#unwrapping);
  }

  #endWrite(done: Callback): void {
    this.#final = null;
    this.#hasClosed = true;
    this.#step(binding.connectionSendCloseNotify);
    this.#flush();
    if (this.#unwrapping === null) this.#link.end(done);
    else done();
  }

  #detach({ resolve, reject }: Settlers<Duplex>): void {
    this.#unwrapping = null;
    try {
      resolve(this.#link.detach());
      this.#phase = 'detached';
      this[CONNECTION].close(); // TLS has ended: version() is null, as in Python
    } catch (error) {
      reject(error as Error);
    }
  }

  #flush(): void {
    if (this.destroyed || this.#link.send()) return;
    // A close_notify or an unneeded ticket may be lost; the application's own bytes must not be.
    if (this.#write !== null)
      this.#fail(stateError('the transport was closed; the bytes cannot be sent'));
  }

  #setFlow(): void {
    if (!this.#isUnderWay) return;
    const isWriting = this.#write !== null && !this.#link.isBlocked;
    const isReading = this.#wantsPlaintext || this.#drains;
    const wants = this.#phase === 'handshake' || isWriting || isReading;
    this.#link.setFlow(wants && !this.#hasEnded);
  }

  /** Ends the socket with a TLS error; a pending alert is sent first. */
  #fail(error: Error): void {
    if (this.destroyed) return;
    this.#link.send();
    this.#lingers = true;
    this.destroy(error);
  }
}
