// SSLSocket: TLS over any Duplex, as a Duplex. The transport is read only as fast as the plaintext is taken, and written
// only as fast as it takes the ciphertext.
import type { Duplex } from 'node:stream';

import { binding, type MemoryBioHandle } from '../internal/binding.js';
import { SSLEOFError, SSLZeroReturnError, stateError, typeError } from '../errors.js';
import { describe } from '../internal/validate.js';
import { checkedSettings, Connection, Want, type WrapOptions } from './connection.js';
import type { SSLContext } from './context.js';
import { CONNECTION } from './information.js';
import { closeGently } from './linger.js';
import { receive } from './plaintext.js';
import { LINGER_TIMEOUT } from './timeouts.js';
import { TransportListeners } from './transport-listeners.js';
import { IS_OPEN, TRANSPORT, TransportSurface } from './transport-surface.js';

/** Options of `SSLContext.wrapSocket`. */
export interface WrapSocketOptions extends WrapOptions {
  /** Whether the handshake begins at once. True by default; otherwise `doHandshake()` begins it. */
  doHandshakeOnConnect?: boolean;
  /** Whether an end without close_notify is an ordinary end. False by default: it may be an attacker's. */
  suppressRaggedEofs?: boolean;
  /** Whether this end may go on writing after the peer has ended. False by default, as in node:net. */
  allowHalfOpen?: boolean;
}

type Callback = (error?: Error | null) => void;

interface Settlers<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** Plaintext that the stream has given and that is not encrypted yet. */
interface PendingWrite {
  chunks: Buffer[];
  done: Callback;
}

/** Ciphertext goes to the transport in pieces of about this size: a large send wakes the receiver less often. */
const SEND_SIZE = 1 << 20;
const CREATE = Symbol('create');

function isDuplex(value: unknown): value is Duplex {
  const stream = value as Partial<Duplex> | null | undefined;
  return typeof stream?.write === 'function' && typeof stream.read === 'function';
}

/**
 * A TLS connection over a stream (Python: ssl.SSLSocket, where node:stream has no say). Made by
 * `SSLContext.wrapSocket`, `connect` and `createServer`.
 *
 * Events beside Duplex's: `secureConnect` when the handshake is done, `timeout` (see `setTimeout`).
 */
export class SSLSocket extends TransportSurface {
  /** @internal */
  readonly [CONNECTION]: Connection;
  /** @internal */
  readonly [TRANSPORT]: Duplex;
  readonly #listeners: TransportListeners;
  readonly #incoming: MemoryBioHandle = binding.memoryBioCreate();
  readonly #outgoing: MemoryBioHandle = binding.memoryBioCreate();
  readonly #suppressRaggedEofs: boolean;
  #phase: 'idle' | 'handshake' | 'open' = 'idle';
  #handshake: Settlers<void>[] = [];
  #unwrapping: Settlers<Duplex> | null = null;
  #write: PendingWrite | null = null;
  #final: Callback | null = null;
  #wantsPlaintext = false;
  #hasEnded = false; // the peer's close_notify has come
  #isBlocked = false; // the transport has enough ciphertext for now
  #isPumping = false;
  #pumpsAgain = false;
  #lingers = false;
  #isDetached = false;

  /** @internal */
  constructor(token: unknown, context: SSLContext, transport: Duplex, options: WrapSocketOptions) {
    if (token !== CREATE)
      throw typeError('SSLSocket has no public constructor; use SSLContext.wrapSocket()');
    super({ allowHalfOpen: options.allowHalfOpen ?? false });
    if (!isDuplex(transport))
      throw typeError(`transport must be a Duplex, not ${describe(transport)}`);
    const bios = { incoming: this.#incoming, outgoing: this.#outgoing };
    this[CONNECTION] = new Connection(checkedSettings(context, bios, options), this);
    this[TRANSPORT] = transport;
    this.#suppressRaggedEofs = options.suppressRaggedEofs ?? false;
    this.#listeners = new TransportListeners(transport, {
      data: (chunk) => this.#onData(chunk),
      end: () => this.#onEnd(),
      drain: () => this.#onDrain(),
      timeout: () => this.emit('timeout'),
      error: (error) => this.destroy(error),
      close: () => this.#onClose(),
    });
    transport.pause();
  }

  /** @internal */
  static create(context: SSLContext, transport: Duplex, options: WrapSocketOptions): SSLSocket {
    const socket = new SSLSocket(CREATE, context, transport, options);
    // Later, so that the caller can put its listeners on first.
    if (options.doHandshakeOnConnect ?? true) process.nextTick(() => socket.#begin());
    return socket;
  }

  /** @internal */
  get [IS_OPEN](): boolean {
    return this.#phase === 'open' && !this.destroyed;
  }

  /** Begins the handshake, if it has not begun, and is fulfilled when it is done. */
  doHandshake(): Promise<void> {
    if (this.#phase === 'open') return Promise.resolve();
    if (this.destroyed) return Promise.reject(this.errored ?? stateError('the socket is closed'));
    return new Promise((resolve, reject) => {
      this.#handshake.push({ resolve, reject });
      this.#begin();
    });
  }

  /**
   * Ends TLS and gives the transport back for plain text: sends close_notify and waits for the peer's. What the peer
   * sent before can still be read here; what follows in the clear is left in the transport.
   * @throws SSLEOFError when the transport ends first
   */
  unwrap(): Promise<Duplex> {
    if (this.destroyed || this.#isDetached)
      return Promise.reject(stateError('the socket is closed'));
    if (this.#unwrapping !== null) return Promise.reject(stateError('unwrap is under way'));
    return new Promise((resolve, reject) => {
      this.#unwrapping = { resolve, reject };
      this.#pump();
    });
  }

  /** @internal Gives a handshake up: refuses it with an alert where it waits for a callback, then fails with `error`. */
  failHandshake(error: Error): void {
    if (this.#phase === 'open' || this.destroyed) return;
    this[CONNECTION].abandon();
    try {
      this[CONNECTION].step(binding.connectionHandshake);
    } catch {
      // The refusal, which is what was wanted: its alert is sent below.
    }
    this.#fail(error);
  }

  /** @internal */
  override _read(): void {
    this.#wantsPlaintext = true;
    this.#pump();
  }

  /** @internal */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#write = { chunks: [chunk], done };
    this.#pump();
  }

  /** @internal */
  override _writev(writes: { chunk: Buffer }[], done: Callback): void {
    this.#write = { chunks: writes.map(({ chunk }) => chunk), done };
    this.#pump();
  }

  /** @internal */
  override _final(done: Callback): void {
    this.#final = done;
    if (this.#phase === 'idle') this.#begin();
    this.#pump();
  }

  /** @internal */
  override _destroy(error: Error | null, done: Callback): void {
    const reason = error ?? stateError('the socket was closed');
    for (const { reject } of this.#handshake.splice(0)) reject(reason);
    this.#unwrapping?.reject(reason);
    this.#unwrapping = null;
    if (!this.#isDetached) this.#releaseTransport();
    this[CONNECTION].close();
    const write = this.#write;
    this.#write = null;
    write?.done(reason);
    done(error);
  }

  #releaseTransport(): void {
    this.#listeners.abandon();
    const isFinished = this.readableEnded && this.writableFinished;
    if (this.#lingers || isFinished) closeGently(this[TRANSPORT], LINGER_TIMEOUT);
    else this[TRANSPORT].destroy();
  }

  #begin(): void {
    if (this.#phase !== 'idle' || this.destroyed) return;
    this.#phase = 'handshake';
    this.#pump();
  }

  #onData(chunk: Buffer | string): void {
    binding.memoryBioWrite(this.#incoming, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    this.#pump();
  }

  #onEnd(): void {
    binding.memoryBioWriteEof(this.#incoming);
    this.#pump();
  }

  #onDrain(): void {
    this.#isBlocked = false;
    this.#pump();
  }

  // After its 'end' there may be plaintext left to read, and reading tells of a truncation; nothing more can be written.
  #onClose(): void {
    if (!this[TRANSPORT].readableEnded && !this.#hasEnded)
      binding.memoryBioWriteEof(this.#incoming);
    this.#isBlocked = false;
    this.#pump();
    if (this.destroyed || this[TRANSPORT].readableEnded) return;
    this.destroy(this.#hasEnded ? undefined : new SSLEOFError('the transport was closed'));
  }

  /** Does all that can be done now. Streams and listeners may come back here in the middle: then once more. */
  #pump(): void {
    this.#pumpsAgain = true;
    if (this.#isPumping || this.#phase === 'idle') return;
    this.#isPumping = true;
    try {
      while (this.#pumpsAgain && !this.destroyed && !this.#isDetached) {
        this.#pumpsAgain = false;
        this.#advance();
      }
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      this.#isPumping = false;
    }
  }

  #advance(): void {
    if (this.#phase === 'handshake') this.#advanceHandshake();
    if (this.#phase === 'open') {
      this.#advanceWrite();
      this.#advanceRead();
      this.#advanceClose();
    }
    this.#flush();
    this.#setFlow();
  }

  /** Takes a step and, where it waits for a promise, has the pump run again when that is settled. */
  #step(take: Parameters<Connection['step']>[0]): number {
    const outcome = this[CONNECTION].step(take);
    if (outcome === Want.CALLBACK) void this[CONNECTION].answering?.then(() => this.#pump());
    return outcome;
  }

  #advanceHandshake(): void {
    if (this.#step(binding.connectionHandshake) < 0) return;
    this.#phase = 'open';
    this.#flush();
    for (const { resolve } of this.#handshake.splice(0)) resolve();
    this.emit('secureConnect');
  }

  #advanceWrite(): void {
    while (this.#write !== null && !this.#isBlocked && !this.destroyed) {
      const { chunks, done } = this.#write;
      if (chunks.length === 0) {
        this.#write = null;
        done();
        continue;
      }
      if (!this.#encryptPiece(chunks)) return;
      this.#flush();
    }
  }

  /** Encrypts about SEND_SIZE bytes; false when the connection must be read first. */
  #encryptPiece(chunks: Buffer[]): boolean {
    let size = 0;
    while (size < SEND_SIZE && chunks[0] !== undefined) {
      const piece = chunks[0].subarray(0, SEND_SIZE - size);
      if (this.#step((handle) => binding.connectionWrite(handle, piece)) < 0) return false;
      size += piece.length;
      if (piece.length === chunks[0].length) chunks.shift();
      else chunks[0] = chunks[0].subarray(piece.length);
    }
    return true;
  }

  #advanceRead(): void {
    while (
      (this.#wantsPlaintext || this.#unwrapping !== null) &&
      !this.#hasEnded &&
      !this.destroyed
    ) {
      const { bytes, outcome, error } = receive((out) =>
        this.#step((handle) => binding.connectionRead(handle, out)),
      );
      if (bytes.length > 0) this.#wantsPlaintext = this.push(bytes);
      if (error !== null) return this.#onReadFailure(error);
      if (outcome < 0) return;
      if (outcome === 0) this.#endRead();
    }
  }

  #onReadFailure(error: unknown): void {
    // Once both ends have sent close_notify, reading is Python's SSLZeroReturnError; for a stream it is the end.
    const isEnd = error instanceof SSLZeroReturnError;
    const isRagged =
      error instanceof SSLEOFError && this.#suppressRaggedEofs && this.#unwrapping === null;
    if (!isEnd && !isRagged) throw error;
    this.#endRead();
  }

  #endRead(): void {
    this.#hasEnded = true;
    this.push(null);
  }

  #advanceClose(): void {
    if (this.#write !== null || this.destroyed) return;
    if (this.#unwrapping !== null) this.#advanceUnwrap(this.#unwrapping);
    if (this.#final === null) return;
    const done = this.#final;
    this.#final = null;
    if (this.#unwrapping === null && !this.#isDetached) this.#endTransport();
    done();
  }

  #endTransport(): void {
    this[CONNECTION].step(binding.connectionSendCloseNotify);
    this.#flush();
    if (!this[TRANSPORT].writableEnded && !this[TRANSPORT].destroyed) this[TRANSPORT].end();
  }

  #advanceUnwrap({ resolve }: Settlers<Duplex>): void {
    this[CONNECTION].step(binding.connectionSendCloseNotify);
    this.#flush();
    if (!this.#hasEnded) return;
    this.#isDetached = true;
    this.#unwrapping = null;
    this.#listeners.remove();
    this[TRANSPORT].pause();
    const clear = binding.memoryBioRead(this.#incoming, -1);
    if (clear.length > 0) this[TRANSPORT].unshift(clear);
    resolve(this[TRANSPORT]);
    this.end();
  }

  #flush(): void {
    if (binding.memoryBioPending(this.#outgoing) === 0) return;
    const bytes = binding.memoryBioRead(this.#outgoing, -1);
    const transport = this[TRANSPORT];
    if (transport.destroyed || transport.writableEnded) {
      // A close_notify or a ticket that nobody waits for may be lost; the application's own bytes may not.
      if (this.#write !== null)
        throw stateError('the transport was closed; the bytes cannot be sent');
      return;
    }
    if (!transport.write(bytes)) this.#isBlocked = true;
  }

  #setFlow(): void {
    if (this.destroyed || this.#isDetached) return;
    const wants = this.#phase === 'handshake' || this.#wantsPlaintext || this.#unwrapping !== null;
    if (wants && !this.#hasEnded) this[TRANSPORT].resume();
    else this[TRANSPORT].pause();
  }

  /** Ends with an error of TLS: what it has to tell the peer, an alert, is sent first. */
  #fail(error: Error): void {
    if (this.destroyed) return;
    this.#write?.done(error);
    this.#write = null;
    this.#flush();
    this.#lingers = true;
    this.destroy(error);
  }
}
