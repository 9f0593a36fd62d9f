// NativePort: the descriptor of a net.Socket, borrowed for reading and writing. The socket itself stays: it has connected or
// was accepted, it is counted, and it closes the descriptor.
import type { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { withoutStack } from '../../errors.js';
import { binding } from '../../internal/native/binding.js';
import { systemErrorCode } from '../../internal/system-error.js';
import type { Moved, Port } from '../engine/exchange.js';
import { addStream, Change, hold, removeStream, type Changeable } from './native-streams.js';
import {
  borrowHandle,
  isOriginal,
  type Borrower,
  type Borrowing,
  type Handle,
} from './borrowed-handle.js';
import { copiesWrites } from './net.js';

/** The calls to the owner of a port. */
export interface PortOwner {
  /** Ciphertext can be received, or what waited was sent. */
  portReady(): void;
  /** A step has moved ciphertext. */
  portMoved(moved: Moved): void;
  /** The descriptor has failed; the socket has the error. */
  portFailed(): void;
  /** The socket closes its descriptor, and the port ends. */
  portLost(): void;
}

/** The most that one step receives, and a connection in one turn of the event loop: others have to get theirs. */
const MOST_AT_ONCE = 65_536;
const MOST_IN_TURN = 4 * MOST_AT_ONCE;

/** The members of a net.Socket that its type does not show. */
interface Inner {
  readonly connecting?: boolean;
  readonly _readableState?: { readonly ended?: boolean };
  readonly _handle: Handle; // of every stream that copies writes
}

/** Returns the handle of a socket whose descriptor can be borrowed now. */
function handleOf(raw: Duplex): Handle | null {
  const { connecting, _readableState: state, _handle: handle } = raw as unknown as Inner;
  if (!copiesWrites(raw) || connecting !== false || raw.destroyed || raw.writableEnded) return null;
  if (raw.writableLength > 0 || raw.readableEncoding !== null) return null;
  // The application also looks at the ciphertext: it sees nothing of what does not pass through the stream.
  if (raw.listenerCount('data') > 1 || raw.listenerCount('readable') > 0) return null;
  if (state?.ended !== false) return null; // such a socket cannot take bytes back
  return (handle.fd ?? -1) >= 0 && isOriginal(handle) ? handle : null;
}

export class NativePort implements Port, Changeable, Borrower {
  number = -1;
  isMute = false;
  /** Bytes that wait to be sent. */
  numWaiting = 0;
  /** Whether the peer has to take what was sent before it is read again. */
  isHeldBack = false;
  /** The bytes that could not be sent before the port was closed. */
  unsent: Buffer | null = null;
  readonly #raw: Socket;
  readonly #handle: Handle;
  readonly #owner: PortOwner;
  readonly #scope: AsyncResource;
  #isReadable = false;
  #hasEnd = false; // the end or an error is there, perhaps after more bytes
  #rest = MOST_IN_TURN;
  #isScheduled = false;
  #isReferenced: boolean;
  #isHolding = false;
  #isWanted = true;
  #borrowing: Borrowing | null = null;

  private constructor(raw: Socket, handle: Handle, scope: AsyncResource, owner: PortOwner) {
    this.#scope = scope;
    this.#raw = raw;
    this.#handle = handle;
    this.#owner = owner;
    this.#isReferenced = handle.hasRef();
  }

  /**
   * Borrows the descriptor of a transport; null if it has none, or is not in a state to give it.
   * @param scope the asynchronous context of the events
   */
  static borrow(raw: Duplex, scope: AsyncResource, owner: PortOwner): NativePort | null {
    const handle = handleOf(raw);
    if (handle === null) return null;
    const port = new NativePort(raw as Socket, handle, scope, owner);
    return port.#take() ? port : null;
  }

  #take(): boolean {
    const number = addStream(this.#handle.fd!, this);
    if (number === null) return false;
    this.number = number;
    this.#handle.readStop();
    this.#handle.reading = true; // so that the socket does not start to read
    this.#borrowing = borrowHandle(this.#handle, this);
    this.#updateHold();
    return true;
  }

  /** Whether the owner reads what arrives. */
  set isWanted(isWanted: boolean) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.#updateHold();
  }

  /** Whether more than this many bytes have come in one turn: some were received, and more wait. */
  hasMoreThan(count: number): boolean {
    return this.#isReadable && MOST_IN_TURN - this.#rest >= count;
  }

  appetite(numUnread: number): number {
    if (!this.#isReadable || this.isHeldBack || this.number < 0) return 0;
    return Math.max(Math.min(this.#rest, MOST_AT_ONCE - numUnread), 0);
  }

  note(moved: Moved): void {
    if (this.number < 0) return;
    const { numReceived, numSent, isDry } = moved;
    this.numWaiting = moved.numWaiting;
    this.#borrowing!.numReceived += numReceived;
    this.#borrowing!.numSent += numSent;
    if (numReceived > 0 || numSent > 0) this.#touch();
    if (isDry || (this.#hasEnd && numReceived > 0)) this.#isReadable = false;
    this.#updateHold();
    this.#spend(numReceived);
    this.#owner.portMoved(moved);
    if (moved.sendError !== 0) this.#fail(moved.sendError, 'write');
    else if (moved.receiveError !== 0) this.#fail(moved.receiveError, 'read');
  }

  /** Receives what has come and drops it. Returns its size; null once the peer has ended, or the descriptor has failed. */
  discard(): number | null {
    let size = 0;
    for (let most = this.appetite(0); most > 0; most = this.appetite(0)) {
      const count = binding.streamDiscard(this.number, most);
      if (count < 0) return null;
      size += count;
      this.#borrowing!.numReceived += count;
      if (count === 0 || (count < most && !this.#hasEnd)) this.#isReadable = false;
      this.#rest -= count;
      if (this.#rest === 0) this.#continueLater();
    }
    return size;
  }

  onChange(flags: number, error: number): void {
    this.#scope.runInAsyncScope(NativePort.#takeChange, undefined, this, flags, error);
  }

  /** Gives the descriptor back to the socket, which then reads by itself, and sends what waited. */
  giveBack({ reads }: { readonly reads: boolean }): void {
    this.close();
    if (this.unsent !== null) this.#raw.write(this.unsent);
    this.unsent = null;
    this.#handle.reading = reads;
    if (reads) this.#handle.readStart();
  }

  /** Lets go of the descriptor. */
  close(): void {
    if (this.number < 0) return;
    this.unsent = removeStream(this.number);
    this.number = -1;
    this.#updateHold();
    this.#borrowing!.borrower = null;
    this.#owner.portLost();
  }

  static readonly #takeChange = (port: NativePort, flags: number, error: number): void =>
    port.#onChange(flags, error);

  #onChange(flags: number, error: number): void {
    this.#rest = MOST_IN_TURN;
    if ((flags & Change.MAY_RECEIVE) !== 0) this.#isReadable = true;
    if ((flags & Change.HAS_ENDED) !== 0) this.#hasEnd = true;
    if ((flags & Change.HAS_SENT) !== 0) this.#touch();
    if (error !== 0) return this.#fail(error, 'write');
    if ((flags & Change.IS_DRAINED) !== 0) {
      this.numWaiting = 0;
      this.#owner.portMoved(DRAINED);
    }
    this.#updateHold();
    this.#owner.portReady();
  }

  /**
   * Goes on in the next turn if this one has given enough, or if the end follows: the application handles what came before
   * an end, or an error, first.
   */
  #spend(count: number): void {
    if (this.#rest === 0 || count === 0) return;
    this.#rest = Math.max(this.#rest - count, 0);
    if (this.#hasEnd || (this.#isReadable && this.#rest === 0)) this.#continueLater();
  }

  #continueLater(): void {
    if (!this.#isScheduled) setImmediate(() => this.#goOn());
    this.#isScheduled = true;
  }

  #goOn(): void {
    this.#isScheduled = false;
    this.#rest = MOST_IN_TURN;
    this.#isReadable = true;
    if (this.number >= 0) this.#owner.portReady();
  }

  /** The socket's `ref` and `unref` concern the stream as well. */
  setReferenced(isReferenced: boolean): void {
    this.#isReferenced = isReferenced;
    this.#updateHold();
  }

  /**
   * Keeps the process alive as libuv's handle would: until the peer's end, and while bytes wait to be sent. A paused socket
   * does not once more has arrived than it takes: libuv's handle has stopped then.
   */
  #updateHold(): void {
    const receives = !this.#hasEnd && (this.#isWanted || !this.#isReadable);
    const holds = this.number >= 0 && this.#isReferenced && (receives || this.numWaiting > 0);
    if (holds === this.#isHolding) return;
    this.#isHolding = holds;
    hold(holds ? 1 : -1);
  }

  /** Restarts the timeout that the application has set on the socket. */
  #touch(): void {
    const { timeout } = this.#raw;
    if (timeout !== undefined && timeout > 0) this.#raw.setTimeout(timeout);
  }

  /** Ends the socket with the error that node:net would have made. */
  #fail(number: number, syscall: 'read' | 'write'): void {
    const { code, errno } = systemErrorCode(number);
    if (code === 'EPIPE') return this.#giveUpSending();
    this.#owner.portFailed();
    const error = withoutStack(() => new Error(`${syscall} ${code}`));
    this.#raw.destroy(Object.assign(error, { errno, code, syscall }));
  }

  /**
   * The peer takes nothing more, and has sent its end before: the socket reads that now. One that reads and writes by itself
   * would mostly have read it before the write.
   */
  #giveUpSending(): void {
    this.close();
    this.unsent = null;
    this.giveBack({ reads: true });
  }
}

const DRAINED: Moved = {
  ...{ numReceived: 0, numSent: 0, numWaiting: 0, isDry: false, hasEnded: false },
  ...{ receiveError: 0, sendError: 0 },
};
