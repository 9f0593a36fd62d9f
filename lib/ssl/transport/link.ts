// TransportLink: a transport under one channel, its flow, its listeners and its end. It knows streams and nothing of TLS;
// the channel decides when to send and when to read.
import { AsyncResource } from 'node:async_hooks';
import type { Duplex } from 'node:stream';

import { stateError, typeError } from '../../errors.js';
import type { Moved, Outgoing, Port } from '../engine/exchange.js';
import type { Closing } from './channel.js';
import { closeGently, closeGentlyAtPort } from './linger.js';
import { LINGER_TIMEOUT } from '../timeouts.js';
import { TransportListeners } from './listeners.js';
import { NativePort, type PortOwner } from './native-port.js';
import { USES_NATIVE_TRANSPORT } from './native-streams.js';
import { copiesWrites } from './net.js';
import { isWorthKeeping, ownMemory, returnMemory } from '../engine/send-memory.js';

/** The transports in use by a link: two links on one transport would each get part of its bytes. */
const taken = new WeakSet<Duplex>();

/** The calls to the channel. Its methods, and not functions of each link: those would be a kilobyte for every connection. */
export interface LinkOwner {
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  /** The transport takes ciphertext again, or has some at its port. */
  onDrain(): void;
  /** The ciphertext moves over this port from now on; null: over the stream. */
  onPort(port: Port | null): void;
  onClose(): void;
  onConnect(): void;
  onTimeout(): void;
  /** The transport has failed. */
  onTransportError(error: Error): void;
  /** The transport emits data that cannot be TLS. */
  onRefusal(error: Error): void;
}

/**
 * Memory for ciphertext that waits, as while a callback's promise is pending. Excess bytes go back into the transport,
 * which is then no longer read.
 */
const MOST_UNREAD = 65_536;

/**
 * The ciphertext that may come to wait for a transport that is blocked, while reading from the peer continues. The
 * application's writes wait outside; what the peer asks for without reading, such as refusals of renegotiation, is bounded
 * by it.
 */
const MOST_UNSENT = 524_288;

export function isDuplex(value: unknown): value is Duplex {
  const stream = value as Partial<Duplex> | null | undefined;
  return typeof stream?.write === 'function' && typeof stream.read === 'function';
}

export class TransportLink implements PortOwner {
  readonly transport: Duplex;
  /** The transport has enough ciphertext for now. */
  isBlocked = false;
  readonly #allowHalfOpen: boolean; // the transport's own
  #copies = false;
  #blockedAt = 0; // the bytes that waited when the transport became blocked
  #listeners: TransportListeners | null = null;
  #owner: LinkOwner | null = null;
  #port: NativePort | null = null;
  #scope: AsyncResource | null = null;
  #hasEndedAtPort = false;
  #wasBorrowed = false;
  #onDrained: (() => void) | null = null;
  #discard: (() => void) | null = null; // the transport is being closed
  #numAwaited = 0; // writes that the transport has not taken
  #onTaken: (() => void) | null = null;

  /** @throws if another link uses the transport */
  constructor(transport: Duplex) {
    if (taken.has(transport))
      throw stateError('the transport already belongs to another SSLSocket');
    this.transport = transport;
    this.#allowHalfOpen = transport.allowHalfOpen;
  }

  /** Takes over the transport, which does not flow before setFlow. */
  open(owner: LinkOwner): void {
    taken.add(this.transport);
    this.#owner = owner;
    if (USES_NATIVE_TRANSPORT) this.#scope = new AsyncResource('SSLSOCKET');
    this.transport.pause(); // first: a listener of 'data' would make it flow
    this.#listeners = new TransportListeners(this.transport, {
      connect: () => owner.onConnect(),
      data: (chunk) => this.#onData(chunk),
      end: () => owner.onEnd(),
      drain: () => this.#onDrain(),
      timeout: () => owner.onTimeout(),
      error: (error) => owner.onTransportError(error),
      close: () => this.#onClose(),
    });
    this.#listeners.add();
    // Node may change it at any time before 'end'. close_notify, and half-open answers, follow the peer's FIN.
    this.transport.allowHalfOpen = true;
  }

  /** Whether the peer has ended the transport. */
  get hasEnded(): boolean {
    return this.#hasEndedAtPort || this.transport.readableEnded;
  }

  /** Whether the transport still has to connect before its descriptor can be borrowed. */
  get isConnecting(): boolean {
    if (!USES_NATIVE_TRANSPORT || this.#port !== null) return false;
    return (this.transport as { connecting?: unknown }).connecting === true;
  }

  /** Whether the ciphertext moves, or moved, over the descriptor of the transport. */
  get isNative(): boolean {
    return this.#wasBorrowed;
  }

  /** Uses the descriptor of the transport instead of the transport, where that is possible. */
  borrow(): void {
    if (this.#scope === null || this.#owner === null || this.#port !== null) return;
    this.#port = NativePort.borrow(this.transport, this.#scope, this);
    if (this.#port === null) return;
    this.#wasBorrowed = true;
    if (this.transport.readableLength > 0) this.transport.read(); // emits 'data'
    this.#owner.onPort(this.#port);
  }

  /** Handles events of the transport that occurred before the listeners were added. */
  catchUp(): void {
    if (this.transport.readableEnded) this.#owner?.onEnd();
    if (this.transport.destroyed) this.#onClose();
  }

  /**
   * Has everything that is written in this turn leave together: after the end of a handshake, the system would hold the first
   * data back until the peer has acknowledged it (Nagle's algorithm), often 40 ms.
   */
  gather(): void {
    const { transport } = this;
    if (this.#port !== null) return;
    transport.cork();
    // Writes of this turn are encrypted in the next tick.
    process.nextTick(() => process.nextTick(() => transport.uncork()));
  }

  /** Writes ciphertext to the transport; false if the transport no longer accepts it. */
  send({ memory, size }: Outgoing): boolean {
    if (this.transport.destroyed || this.transport.writableEnded) {
      returnMemory(memory);
      return false;
    }
    this.#copies ||= copiesWrites(this.transport);
    const accepts = this.#copies
      ? this.#writeLent(memory, size)
      : this.#writeOwned(ownMemory(memory, size));
    if (!accepts) this.#block();
    return true;
  }

  /** Calls once the transport has taken everything that was written: now for a socket, which copies it. */
  afterWrites(call: () => void): void {
    if (this.#numAwaited === 0 || this.transport.destroyed) call();
    else this.#onTaken = call;
  }

  #writeOwned(bytes: Uint8Array): boolean {
    this.#numAwaited += 1;
    return this.transport.write(bytes, () => {
      this.#numAwaited -= 1;
      if (this.#numAwaited > 0) return;
      const call = this.#onTaken;
      this.#onTaken = null;
      call?.();
    });
  }

  /** Writes bytes whose memory returns once the system has copied them. */
  #writeLent(memory: Buffer, size: number): boolean {
    const chunk = memory.subarray(0, size);
    const rest = memory.subarray(size);
    const isWhole = !isWorthKeeping(rest.length);
    let isOut = true;
    const onWritten = () => {
      if (isOut) returnMemory(memory);
      isOut = false;
    };
    const accepts = isWhole ? this.transport.write(chunk, onWritten) : this.transport.write(chunk);
    if (this.transport.writableLength === 0) onWritten();
    else if (!isWhole) returnMemory(rest);
    return accepts;
  }

  /** Ends the transport; `done` is called once all ciphertext has been sent or can no longer be sent. */
  end(done: () => void): void {
    if (this.#port !== null) this.#port.isMute = true;
    const end = () => this.transport.end(() => done());
    if (this.#port !== null && this.isBlocked) this.#onDrained = end;
    else end();
  }

  /** Lets the transport flow or not. Returns how many of the unread bytes have to be given back to it. */
  setFlow(wantsInput: boolean, numUnread: number): number {
    if (this.#port !== null) {
      this.#port.isWanted = wantsInput;
      return 0; // steps receive by themselves
    }
    if (wantsInput && numUnread < MOST_UNREAD && !this.#isBackpressured) {
      this.transport.resume();
      return 0;
    }
    this.transport.pause();
    // One byte in the transport keeps its end behind what is unread: that may be clear text, which has to go back there.
    const keepsEnd = !wantsInput && numUnread > 0 && this.transport.readableLength === 0;
    const surplus = Math.max(keepsEnd ? 1 : 0, numUnread - MOST_UNREAD);
    const { readableEnded, destroyed } = this.transport;
    return readableEnded || destroyed ? 0 : surplus;
  }

  /** Puts bytes back into a transport that has not ended. */
  giveBack(bytes: Buffer): void {
    this.transport.unshift(bytes);
  }

  get #numUnsent(): number {
    return this.#port?.numWaiting ?? this.transport.writableLength;
  }

  #block(): void {
    if (!this.isBlocked) this.#blockedAt = this.#numUnsent;
    this.isBlocked = true;
  }

  /** Whether the peer has to take what was sent before it is read again; 'drain' ends it. */
  get #isBackpressured(): boolean {
    return this.isBlocked && this.#numUnsent > this.#blockedAt + MOST_UNSENT;
  }

  portMoved({ numWaiting, hasEnded }: Moved): void {
    this.#hasEndedAtPort ||= hasEnded;
    if (this.#port === null) return;
    if (numWaiting > 0) this.#block();
    else this.#unblock();
    this.#port.isHeldBack = this.#isBackpressured;
  }

  portFailed(): void {
    this.#block(); // until the error is reported
  }

  #unblock(): void {
    this.isBlocked = false;
    const end = this.#onDrained;
    this.#onDrained = null;
    end?.();
  }

  portLost(): void {
    this.#port = null;
    this.#owner?.onPort(null);
  }

  /**
   * Lets go of the transport, which stays open: neither flowing nor paused, as if it had never been read. Node does the
   * same for an upgraded HTTP connection.
   */
  release(): Duplex {
    this.#listeners?.release();
    this.#port?.giveBack({ reads: true });
    taken.delete(this.transport);
    this.transport.allowHalfOpen = this.#allowHalfOpen;
    return Object.assign(this.transport.pause(), { readableFlowing: null });
  }

  /** Closes the transport. */
  close({ gently, most }: Closing): void {
    this.#listeners?.abandon();
    taken.delete(this.transport);
    while (this.transport.writableCorked > 0) this.transport.uncork(); // by gather, in this turn
    const isFlooded = most !== undefined && this.#port?.hasMoreThan(most) === true;
    if (isFlooded || !gently) return void this.transport.destroy();
    const limits = { milliseconds: LINGER_TIMEOUT, most };
    if (this.#port !== null && this.#port.numWaiting === 0 && !this.#hasEndedAtPort) {
      this.#port.isWanted = true;
      this.#discard = closeGentlyAtPort(this.transport, limits, this.#port);
    } else {
      this.#port?.giveBack({ reads: !this.#hasEndedAtPort });
      closeGently(this.transport, limits, () => this.hasEnded);
    }
  }

  portReady(): void {
    if (this.#discard === null) this.#owner?.onDrain();
    else this.#discard();
  }

  #onData(chunk: unknown): void {
    if (chunk instanceof Uint8Array) return this.#owner?.onData(chunk);
    const problem = `the transport must give bytes, not a ${typeof chunk}: does it have an encoding?`;
    this.#owner?.onRefusal(typeError(problem));
  }

  #onDrain(): void {
    this.#unblock();
    this.#owner?.onDrain();
  }

  #onClose(): void {
    this.#unblock();
    this.#owner?.onClose();
  }
}
