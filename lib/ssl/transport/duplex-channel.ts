// DuplexChannel: TLS over any Duplex. The transport is read only as fast as the plaintext is consumed, and written only as
// fast as it accepts the ciphertext.
import process from 'node:process'; // the global one is a getter
import type { Duplex } from 'node:stream';

import { stateError } from '../../errors.js';
import type { ErrorRecord } from '../../internal/native/binding.js';
import type { Connection } from '../engine/connection.js';
import { Exchange, type ExchangeOwner, type Port } from '../engine/exchange.js';
import type { HandshakeThreads } from '../engine/handshake-pool.js';
import { PendingWrite } from '../engine/plaintext.js';
import type { Channel, ChannelHost, Closing, Phase } from './channel.js';
import { eofError } from './eof-error.js';
import type { LinkOwner, TransportLink } from './link.js';

const NO_BYTES = Buffer.alloc(0);

export class DuplexChannel implements Channel, LinkOwner, ExchangeOwner {
  phase: Phase = 'idle';
  hasEnded = false;
  hasClosed = false;
  readonly #connection: Connection;
  readonly #exchange: Exchange;
  readonly #link: TransportLink;
  readonly #host: ChannelHost;
  #write: PendingWrite | null = null;
  #final: (() => void) | null = null;
  #awaited: Promise<void> | null = null;
  #isReading = false;
  #hasFailed = false; // reading has failed
  #isDestroyed = false;
  #isPumping = false;
  #pumpsAgain = false;
  #deferred: (() => void)[] = []; // events of the transport while a step is on the pool

  constructor(
    connection: Connection,
    link: TransportLink,
    host: ChannelHost,
    threads: HandshakeThreads,
  ) {
    this.#connection = connection;
    connection.reportsEnds = true;
    this.#exchange = new Exchange(connection, threads, this);
    this.#link = link;
    this.#host = host;
  }

  /** Takes over the transport, which does not flow before it is read. Throws if another channel has it. */
  open(): void {
    this.#link.open(this);
  }

  get transport(): Duplex {
    return this.#link.transport;
  }

  catchUp(): void {
    this.#link.catchUp();
  }

  get isNative(): boolean {
    return this.#link.isNative;
  }

  get hasTransportEnded(): boolean {
    return this.#link.hasEnded;
  }

  start(): void {
    if (this.phase === 'idle') {
      this.phase = 'handshake';
      this.#link.borrow();
    }
    this.#pump();
  }

  read(): void {
    if (this.#isReading) return; // every pump has considered it since
    this.#isReading = true;
    this.#pump();
  }

  write(chunks: readonly Buffer[], done: (error?: Error | null) => void): void {
    this.#write = new PendingWrite(chunks, done);
    process.nextTick(DuplexChannel.#beginWrite, this); // later, so that writes of the same tick can share records
  }

  /** An open connection sends its bytes at once; nothing else has become possible then. */
  static readonly #beginWrite = (channel: DuplexChannel): void => {
    if (channel.#isFree && !channel.#isPumping) channel.#advanceWrite();
    if (channel.#write !== null || channel.#final !== null) channel.start();
  };

  end(done: () => void): void {
    this.#final = done;
    this.start();
  }

  sendPending(): void {
    if (this.#isFree) this.#advanceWrite();
  }

  proceed(): void {
    this.#exchange.collect();
    this.#pump();
  }

  renegotiate(): void {
    this.#exchange.wake();
    this.#try(() => this.#exchange.write([NO_BYTES], 0));
    this.#pump();
  }

  abandon(): void {
    this.#connection.abandon();
    this.#exchange.collect();
    this.#send();
  }

  sendCloseNotify(): boolean {
    this.hasClosed = true;
    this.#try(() => this.#exchange.closeNotify());
    return this.#send();
  }

  detach(): Duplex {
    if (this.#exchange.numUnread > 0)
      throw stateError('the transport has ended; what followed TLS is lost');
    this.phase = 'detached';
    return this.#link.release();
  }

  destroy(how: Closing, reason: () => Error): void {
    this.#isDestroyed = true;
    if (this.phase !== 'detached') this.#link.close(how);
    this.#connection.close();
    this.#exchange.close();
    this.#deferred = [];
    const write = this.#write;
    this.#write = null;
    write?.done(reason());
  }

  get #isUnderWay(): boolean {
    if (this.#isDestroyed || this.#link.isConnecting) return false;
    return this.phase === 'handshake' || this.phase === 'open';
  }

  onConnect(): void {
    if (this.phase !== 'idle') this.#link.borrow();
    this.#host.connected();
    this.#pump();
  }

  onData(chunk: Uint8Array): void {
    this.#exchange.receive(chunk);
    this.#pump();
  }

  onDrain(): void {
    this.#exchange.wake();
    this.#pump();
  }

  onPort(port: Port | null): void {
    this.#exchange.port = port;
  }

  onEnd(): void {
    this.#exchange.end();
    this.#pump();
  }

  /** A closed transport is also an end. Its error, if it has one, has been reported before. */
  onClose(): void {
    this.#afterStep(() => {
      this.onEnd();
      this.#afterStep(() => this.#host.closed());
    });
  }

  onTimeout(): void {
    this.#host.timedOut();
  }

  onTransportError(error: Error): void {
    this.#afterStep(() => this.#host.transportFailed(error));
  }

  onRefusal(error: Error): void {
    this.#fail(error);
  }

  /** Calls now, or when the step on the pool is back: it may end the connection for a reason of its own. */
  #afterStep(call: () => void): void {
    if (this.#exchange.isElsewhere && !this.#isDestroyed) this.#deferred.push(call);
    else call();
  }

  onReturn(): void {
    try {
      this.#pump();
    } finally {
      while (!this.#exchange.isElsewhere && this.#deferred.length > 0) this.#deferred.shift()?.();
    }
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
    if (this.phase === 'handshake' && !this.#exchange.isElsewhere) this.#advanceHandshake();
    if (this.#exchange.isElsewhere) return this.#boundPending();
    if (this.#write !== null && this.#isFree) this.#advanceWrite();
    if (this.#takesPlaintext && this.#isFree) this.#advanceRead();
    this.#host.stepped?.(this.#exchange.numHandshakes);
    if ((this.#final !== null || this.hasClosed) && this.#isFree) this.#advanceClose();
    if (this.#isDestroyed || this.#isHeld) return;
    this.#exchange.keep();
    this.#awaitAnswer();
    this.#flush();
    this.#setFlow();
    this.#host.advanced?.();
  }

  /** Whether the connection is open and no callback is deciding about a post-handshake certificate. */
  get #isFree(): boolean {
    const isOpen = this.phase === 'open' && !this.#isDestroyed;
    return isOpen && this.#connection.answering === null && !this.#isHeld;
  }

  /** Whether the host has the connection wait for its decision about the peer. */
  get #isHeld(): boolean {
    return this.phase === 'open' && this.#host.isHeld?.() === true;
  }

  /** Takes a step. A failed step ends the channel. Errors of the application's own listeners do not pass through here. */
  #try(step: () => number): boolean {
    try {
      return step() >= 0;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  #advanceHandshake(): void {
    if (!this.#try(() => this.#exchange.handshake())) return;
    this.phase = 'open';
    this.#link.gather();
    const { judgesPeer = false } = this.#host;
    if (!judgesPeer) this.#flush();
    this.#host.secure();
    if (judgesPeer && !this.#isDestroyed) this.#exchange.expectOutgoing();
  }

  #awaitAnswer(): void {
    const { answering } = this.#connection;
    if (answering !== null && this.#hasPeerLeft) return this.#abandonPeer();
    if (answering === this.#awaited) return;
    this.#awaited = answering;
    void answering?.then(() => this.#onAnswer());
  }

  #onAnswer(): void {
    // Detects a refusal even if the application does not read.
    if (this.phase === 'open' && !this.#isDestroyed) this.#try(() => this.#exchange.handshake());
    this.#pump();
  }

  /** Whether a handshake cannot finish, since its peer has ended while an answer is pending. */
  get #hasPeerLeft(): boolean {
    const { isHoldingBack } = this.#connection;
    return this.phase === 'handshake' && this.#link.hasEnded && !isHoldingBack;
  }

  #abandonPeer(): void {
    const peer = this.#connection.serverSide ? 'client' : 'server';
    const error = eofError(`the ${peer} left while a callback was pending`);
    this.abandon();
    this.#fail(error);
  }

  #advanceWrite(): void {
    while (this.#write !== null && !this.#link.isBlocked && !this.#isDestroyed) {
      const { piece, done } = this.#write;
      if (piece === undefined) {
        this.#write = null;
        if (this.#host.awaitsTransport === true) this.#link.afterWrites(done);
        else done();
      } else {
        if (!this.#try(() => this.#exchange.write(piece.chunks, piece.size))) return;
        this.#write.next();
        this.#flush();
      }
    }
  }

  #advanceRead(): void {
    while (this.#takesPlaintext && !this.#exchange.isWaiting) {
      const take = this.#isCopied ? this.#take : null;
      const { bytes, outcome, error } = this.#exchange.read(this.#isEnd, take);
      if (bytes.length > 0) this.#give(bytes);
      if (error !== null) this.#failRead(error as Error);
      else if (outcome === 0) this.#endRead();
      else if (outcome < 0) return;
    }
  }

  get #takesPlaintext(): boolean {
    return this.#isReading && !this.hasEnded && !this.#hasFailed && !this.#isDestroyed;
  }

  /** Whether a failed read is the end of the stream. Both ends may have sent close_notify already (Python: SSLZeroReturnError). */
  readonly #isEnd = ({ nativeError }: ErrorRecord): boolean =>
    nativeError === 'zeroReturn' || (nativeError === 'eof' && this.#host.toleratesEof());

  get #isCopied(): boolean {
    return this.#host.copiesPlaintext?.() === true;
  }

  readonly #take = (piece: Buffer): boolean => {
    this.#give(piece);
    return this.#takesPlaintext && this.#isCopied;
  };

  #give(bytes: Buffer): void {
    this.#isReading = false; // before the host's listeners, which may request more
    let wantsMore = true;
    try {
      wantsMore = this.#host.plaintext(bytes);
    } finally {
      this.#isReading ||= wantsMore;
    }
  }

  #failRead(error: Error): void {
    this.#hasFailed = true;
    this.#send(); // the alert
    this.#host.readFailed(error);
  }

  #endRead(): void {
    this.hasEnded = true;
    this.#returnClearBytes();
    this.#host.ended();
  }

  /** Returns the bytes after close_notify, which are not TLS, to the transport before it can end. */
  #returnClearBytes(): void {
    this.#exchange.keep();
    if (this.transport.readableEnded || this.#exchange.numUnread === 0) return;
    this.transport.pause();
    this.#link.giveBack(this.#exchange.takeBack(this.#exchange.numUnread));
  }

  #advanceClose(): void {
    if (this.#final !== null) this.#endWrite(this.#final);
    if (this.hasClosed && this.hasEnded && !this.#isDestroyed) this.#host.shutDown();
  }

  #endWrite(done: () => void): void {
    this.#final = null;
    this.sendCloseNotify();
    if (this.#host.keepsTransport()) done();
    else this.#link.end(done);
  }

  #flush(): void {
    if (this.#isDestroyed || this.#send()) return;
    // A close_notify or an unneeded ticket may be lost; the application's own bytes must not be. The transport's error, if it
    // waits to be reported, is the better reason.
    if (this.#write !== null && this.#deferred.length === 0)
      this.#fail(stateError('the transport was closed; the bytes cannot be sent'));
  }

  /** Writes the available ciphertext to the transport; false if the transport no longer accepts it. */
  #send(): boolean {
    let isAccepted = true;
    for (const outgoing of this.#exchange.takeOutgoing())
      isAccepted = this.#link.send(outgoing) && isAccepted;
    return isAccepted;
  }

  #setFlow(): void {
    if (!this.#isUnderWay) return;
    const { numUnread } = this.#exchange;
    const isWriting = this.#write !== null && !this.#link.isBlocked;
    const wants = this.phase === 'handshake' || isWriting || this.#isReading;
    // While a server waits for an answer, its client may have sent everything: the end stays behind what is unread.
    const isFull = this.hasEnded || (this.#connection.isHoldingBack && numUnread > 0);
    if (wants && !isFull && this.#exchange.pull()) this.#pumpsAgain = true;
    const surplus = this.#link.setFlow(wants && !isFull, numUnread);
    if (surplus > 0) this.#link.giveBack(this.#exchange.takeBack(surplus));
  }

  /** Lets the transport flow while a step is on the pool, unless the peer sends a lot meanwhile. */
  #boundPending(): void {
    this.#flush();
    if (!this.#isDestroyed) this.#link.setFlow(true, this.#exchange.numPending);
  }

  /** Ends the channel with a TLS error; a pending alert is sent first. */
  #fail(error: Error): void {
    if (this.#isDestroyed) return;
    this.#send();
    this.#host.failed(error);
  }
}
