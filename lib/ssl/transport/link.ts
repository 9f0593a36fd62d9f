// TransportLink: the ciphertext of one connection on its way between the connection's two queues and the transport. It
// knows streams and nothing of TLS; SSLSocket decides when to send and when to read.
import type { Duplex } from 'node:stream';

import { stateError, typeError } from '../../errors.js';
import { binding, type MemoryBioHandle } from '../../internal/native/binding.js';
import { closeGently } from './linger.js';
import { LINGER_TIMEOUT } from '../timeouts.js';
import { TransportListeners } from './listeners.js';

/** The transports in use by a link: two links on one transport would each get part of its bytes. */
const taken = new WeakSet<Duplex>();

/** The callbacks into the socket. */
export interface LinkEvents {
  /** Ciphertext or the end has come, or the transport takes ciphertext again. */
  progress(): void;
  close(): void;
  connect(): void;
  timeout(): void;
  error(error: Error): void;
  /** The transport emits data that cannot be TLS. */
  refuse(error: Error): void;
}

/**
 * Memory for ciphertext that waits, as while a callback's promise is pending. Excess bytes go back into the transport,
 * which is then no longer read.
 */
const MOST_UNREAD = 65_536;

/**
 * The ciphertext that may wait for the transport, in addition to the transport's own buffer, while reading from the peer
 * continues. The application's writes stay below it (plaintext.ts); what the peer asks for without reading, such as
 * refusals of renegotiation, is bounded by it.
 */
const MOST_UNSENT = 524_288;

export function isDuplex(value: unknown): value is Duplex {
  const stream = value as Partial<Duplex> | null | undefined;
  return typeof stream?.write === 'function' && typeof stream.read === 'function';
}

export class TransportLink {
  readonly transport: Duplex;
  readonly incoming: MemoryBioHandle = binding.memoryBioCreate();
  readonly outgoing: MemoryBioHandle = binding.memoryBioCreate();
  /** The transport has enough ciphertext for now. */
  isBlocked = false;
  readonly #allowHalfOpen: boolean; // the transport's own
  readonly #events: LinkEvents;
  readonly #listeners: TransportListeners;

  /** @throws if another link uses the transport */
  constructor(transport: Duplex, events: LinkEvents) {
    if (taken.has(transport))
      throw stateError('the transport already belongs to another SSLSocket');
    this.transport = transport;
    this.#events = events;
    this.#allowHalfOpen = transport.allowHalfOpen;
    this.#listeners = new TransportListeners(transport, {
      ...events,
      data: (chunk) => this.#onData(chunk),
      end: () => this.#onEnd(),
      drain: () => this.#onDrain(),
      close: () => this.#onClose(),
    });
  }

  /** Takes over the transport, which does not flow before setFlow. */
  open(): void {
    taken.add(this.transport);
    this.#listeners.add();
    // Node may change it at any time before 'end'. close_notify, and half-open answers, follow the peer's FIN.
    this.transport.allowHalfOpen = true;
    this.transport.pause();
  }

  /** Handles events of the transport that occurred before the listeners were added. */
  catchUp(): void {
    if (this.transport.readableEnded) this.#onEnd();
    if (this.transport.destroyed) this.#onClose();
  }

  /** Writes the available ciphertext to the transport; false if the transport no longer accepts it. */
  send(): boolean {
    if (binding.memoryBioPending(this.outgoing) === 0) return true;
    const bytes = binding.memoryBioRead(this.outgoing, -1);
    if (this.transport.destroyed || this.transport.writableEnded) return false;
    if (!this.transport.write(bytes)) this.isBlocked = true;
    return true;
  }

  /** Ends the transport; `done` is called once all ciphertext has been sent or can no longer be sent. */
  end(done: () => void): void {
    this.transport.end(() => done());
  }

  setFlow(wantsInput: boolean): void {
    const unread = binding.memoryBioPending(this.incoming);
    if (wantsInput && unread < MOST_UNREAD && !this.#isBackpressured) {
      this.transport.resume();
      return;
    }
    this.transport.pause();
    // One byte in the transport keeps its end behind what is unread: that may be clear text, which has to go back there.
    const least = !wantsInput && unread > 0 && this.transport.readableLength === 0 ? 1 : 0;
    const count = Math.max(least, unread - MOST_UNREAD);
    if (count > 0) this.#giveBack(count);
  }

  /** Puts the last bytes back into the transport, if it can still emit them. */
  #giveBack(count: number): void {
    const { readableEnded, destroyed } = this.transport;
    if (readableEnded || destroyed) return;
    this.transport.unshift(binding.memoryBioTakeBack(this.incoming, count));
  }

  /** Whether the peer has to take what was sent before it is read again; 'drain' ends it. */
  get #isBackpressured(): boolean {
    const { writableLength, writableHighWaterMark } = this.transport;
    return this.isBlocked && writableLength > writableHighWaterMark + MOST_UNSENT;
  }

  /** Returns the bytes after close_notify, which are not TLS, to the transport before it can end. */
  returnClearBytes(): void {
    if (this.transport.readableEnded || binding.memoryBioPending(this.incoming) === 0) return;
    this.transport.pause();
    this.transport.unshift(binding.memoryBioRead(this.incoming, -1));
  }

  /**
   * Lets go of the transport, which stays open: neither flowing nor paused, as if it had never been read. Node does the
   * same for an upgraded HTTP connection.
   * @throws when bytes that followed close_notify could not be given back
   */
  detach(): Duplex {
    if (binding.memoryBioPending(this.incoming) > 0)
      throw stateError('the transport has ended; what followed TLS is lost');
    this.#listeners.release();
    taken.delete(this.transport);
    this.transport.allowHalfOpen = this.#allowHalfOpen;
    return Object.assign(this.transport.pause(), { readableFlowing: null });
  }

  /** Closes the transport, on request in a way that the last bytes sent arrive. */
  close({ gently }: { gently: boolean }): void {
    this.#listeners.abandon();
    taken.delete(this.transport);
    if (gently) closeGently(this.transport, LINGER_TIMEOUT);
    else this.transport.destroy();
  }

  #onData(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array)) {
      const problem = `the transport must give bytes, not a ${typeof chunk}: does it have an encoding?`;
      return this.#events.refuse(typeError(problem));
    }
    binding.memoryBioWrite(this.incoming, chunk);
    this.#events.progress();
  }

  #onEnd(): void {
    binding.memoryBioWriteEof(this.incoming);
    this.#events.progress();
  }

  #onDrain(): void {
    this.isBlocked = false;
    this.#events.progress();
  }

  #onClose(): void {
    this.isBlocked = false;
    this.#onEnd();
    this.#events.close();
  }
}
