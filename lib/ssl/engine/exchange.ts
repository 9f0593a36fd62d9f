// Exchange: the steps of one connection together with their ciphertext, each in a single call of the addon. Ciphertext that
// has arrived goes in with the next step, and ciphertext to send comes out of it. It knows no streams.
import { AsyncResource } from 'node:async_hooks';
import { Buffer } from 'node:buffer'; // the global one is a getter

import {
  binding,
  type Ask,
  type ConnectionHandle,
  type ErrorRecord,
  type Step,
} from '../../internal/native/binding.js';
import { isRecord } from '../../errors.js';
import { Want } from './codes.js';
import type { Connection } from './connection.js';
import { HandshakeTurn, type HandshakeThreads } from './handshake-pool.js';
import { handOutRead, lendForReading, returnRead } from './read-memory.js';
import { LEAST, lendMemory, returnMemory } from './send-memory.js';

/** The steps of native/napi/tls_exchange.cc. */
const Action = { NONE: 0, HANDSHAKE: 1, READ: 2, WRITE: 3, CLOSE_NOTIFY: 4 } as const;
/** Added to an action once the transport has ended. */
const END_OF_INPUT = 8;
/** Added to an action whose ciphertext is not sent. */
const MUTE = 16;
/** Added to HANDSHAKE: the step stops before what takes long. */
const UNLESS_LONG = 32;

// An object with as many members as the addon has no fixed places for them: each use would be a search.
const { connectionExchange, streamExchange } = binding;

/** The numbers that the last step has left, and the plan of the next one over a port (native/napi/environment.h). */
const report = binding.stepNumbers();
const nextStep = report.subarray(11);
const Plan = { STREAM: 0, ACTION: 1, MOST: 2 } as const;
const Report = {
  ...{ NUM_READ: 0, NUM_SENT: 1, NUM_UNSENT: 2, NUM_UNREAD: 3, HAS_INPUT: 4, NUM_HANDSHAKES: 5 },
  ...{ NUM_RECEIVED: 6, INPUT_STATE: 7, RECEIVE_ERROR: 8, NUM_WAITING: 9, SEND_ERROR: 10 },
} as const;

const InputState = { MORE: 0, DRY: 1, END: 2 } as const;

/** The largest TLS record's plaintext (RFC 8446, 5.1), and the most that a record adds to it. */
const RECORD = 16_384;
const OVERHEAD = 256;

/** The memory for reading a lot at once, in addition to a record that OpenSSL has begun. */
const MOST_AT_ONCE = 4 * RECORD;
/** Up to this much ciphertext is decrypted into shared memory, and its plaintext copied. */
const SMALL = 8192;

// Shared by all connections, and null while one uses it: a callback inside the read may read another one. Nothing of it
// is ever handed out.
let shared: Buffer | null = null;

/** A way for steps to receive and send ciphertext by themselves, over the descriptor of a socket. */
export interface Port {
  /** The number of the stream, for the addon. */
  readonly number: number;
  /** Whether this end has ended: what is to be sent is dropped. */
  readonly isMute: boolean;
  /** Returns the most that the next step may receive; 0 while nothing has arrived. */
  appetite(numUnread: number): number;
  /** Takes note of what a step has received and sent, and of what waits to be sent. */
  note(moved: Moved): void;
}

/** The numbers of one step over a port. */
export interface Moved {
  readonly numReceived: number;
  readonly numSent: number;
  readonly numWaiting: number;
  /** Whether nothing more has arrived. */
  readonly isDry: boolean;
  readonly hasEnded: boolean;
  /** errno of receiving and of sending; 0 without an error. */
  readonly receiveError: number;
  readonly sendError: number;
}

const NO_MEMORY = Buffer.alloc(0);

/** Ciphertext to send: the first `size` bytes of the memory. */
export interface Outgoing {
  readonly memory: Buffer;
  readonly size: number;
}

/** The decrypted bytes, and the reason why reading stopped. */
export interface Received {
  readonly bytes: Buffer;
  /** The last step: Want below zero, 0 at the end, above when the memory was full. */
  readonly outcome: number;
  /** The failure that ended it; `bytes` came before. */
  readonly error: unknown;
}

type Take = (piece: Buffer) => boolean;

/** Returns the bytes as a Buffer that does not keep much more memory alive. */
function handOut(memory: Buffer, size: number): Buffer {
  const bytes = memory.subarray(0, size);
  return 2 * size < memory.length ? Buffer.from(bytes) : bytes;
}

/** The calls to the owner of an exchange. */
export interface ExchangeOwner {
  /** A step is back from the pool; `handshake` returns its result. */
  onReturn(): void;
}

export class Exchange {
  /** Bytes of ciphertext that the connection has not taken. */
  numUnread = 0;
  /** The handshakes that either end has begun. */
  numHandshakes = 0;
  /** Whether a step of the handshake is being taken on the pool. Until it is back, the connection cannot be used. */
  isElsewhere = false;
  readonly #connection: Connection;
  readonly #turn: HandshakeTurn;
  readonly #owner: ExchangeOwner;
  #port: Port | null = null;
  #isNamed = false; // the port knows the connection
  #input: Uint8Array | null = null;
  #hasEnded = false;
  #hasNews = false; // ciphertext, or the end, since the last step
  #isWaiting = false;
  #returned: Step | null = null;
  #numRead = 0;
  #rest: Received | null = null; // that a taker has left
  #numUnsent = 0;
  #hasInput = false;
  #outgoing: Outgoing[] = [];

  constructor(connection: Connection, threads: HandshakeThreads, owner: ExchangeOwner) {
    this.#connection = connection;
    this.#turn = new HandshakeTurn(threads);
    this.#owner = owner;
  }

  /** The way of the ciphertext while there is one. Otherwise it comes with `receive` and goes with `takeOutgoing`. */
  get port(): Port | null {
    return this.#port;
  }

  set port(port: Port | null) {
    this.#port = port;
    this.#isNamed = false;
  }

  /** Takes ciphertext from the peer, for the next step. */
  receive(chunk: Uint8Array): void {
    this.#input = this.#input === null ? chunk : Buffer.concat([this.#input, chunk]);
    this.#hasNews = true;
    this.#isWaiting = false;
  }

  /** Takes note that the transport has ended. */
  end(): void {
    this.#hasEnded = true;
    this.#hasNews = true;
    this.#isWaiting = false;
  }

  /** Forgets the handshake, if it is under way, and plaintext that was left. The connection is closed. */
  close(): void {
    this.#rest = null;
    this.#turn.end();
  }

  /** The ciphertext that waits for a step to come back from the pool. */
  get numPending(): number {
    return this.#input?.length ?? 0;
  }

  /** Whether reading or the handshake cannot go on before more ciphertext has come. */
  get isWaiting(): boolean {
    return this.#isWaiting && this.#rest === null;
  }

  /** Continues the handshake. Returns 0 when it is done, or the condition to wait for (Want). */
  handshake(): number {
    const sleeps = !this.#hasInputNow && !this.#hasEnded && this.#connection.sleeps();
    if (sleeps) this.#isWaiting = true;
    let outcome: number = Want.READ;
    while (outcome === Want.READ && !this.#isWaiting) {
      this.#turn.begin();
      outcome = this.#receive(Action.HANDSHAKE, null);
    }
    if (outcome >= 0) this.#turn.end();
    return outcome;
  }

  /** Whether the next step gets ciphertext. */
  get #hasInputNow(): boolean {
    return this.#input !== null || this.#appetite > 0;
  }

  get #appetite(): number {
    return this.port?.appetite(this.numUnread) ?? 0;
  }

  /** Continues with what has become possible at the port. */
  wake(): void {
    this.#isWaiting = false;
  }

  /** Receives ciphertext for a later step. Returns whether something has come. */
  pull(): boolean {
    if (this.isElsewhere || !this.#connection.isAwake || this.#appetite === 0) return false;
    return this.#pull(this.#connection.handle);
  }

  #pull(handle: ConnectionHandle): boolean {
    const before = this.numUnread;
    this.#take(handle, null, { action: Action.NONE, payload: null, receives: true });
    const hasCome = this.numUnread > before || this.#hasEnded;
    if (hasCome) [this.#hasNews, this.#isWaiting] = [true, false];
    return hasCome;
  }

  /**
   * Reads plaintext.
   * @param isEnd whether a failure counts as the end
   * @param take takes a piece, copies what it keeps of it, and returns whether it takes more: the rest comes with the next read.
   *   Without it, the plaintext is in the result
   */
  read(isEnd: (record: ErrorRecord) => boolean, take: Take | null): Received {
    const rest = this.#rest;
    this.#rest = null;
    if (rest !== null) return take === null ? rest : this.#giveOut(rest, take);
    if (take !== null) return this.#readThrough(isEnd, take);
    if (this.port !== null) return this.#readOver(isEnd);
    const expected = this.numUnread + (this.#input?.length ?? 0);
    if (expected <= SMALL) return this.#readShared(isEnd);
    const memory = Buffer.allocUnsafeSlow(Math.min(expected, MOST_AT_ONCE) + RECORD);
    const { outcome, error } = this.#readInto(memory, isEnd);
    return { bytes: handOut(memory, this.#numRead), outcome, error };
  }

  /** Encrypts the chunks. Returns a negative number (Want) if nothing was encrypted. */
  write(chunks: readonly Buffer[], size: number): number {
    const room = size + Math.ceil(size / RECORD + 1) * OVERHEAD;
    return this.#step(Action.WRITE, chunks.length === 1 ? chunks[0]! : chunks, room);
  }

  /** Makes the close_notify for the peer. */
  closeNotify(): number {
    return this.#step(Action.CLOSE_NOTIFY, null);
  }

  /** Moves ciphertext that no step has taken into the connection, where it needs the least memory. */
  keep(): void {
    if (this.#input !== null && this.#connection.isAwake && !this.isElsewhere) this.#collect();
  }

  /** Takes note of ciphertext that a call outside this object may have made: it goes out with the next step. */
  expectOutgoing(): void {
    this.#numUnsent = Math.max(this.#numUnsent, 1);
  }

  /** Makes ciphertext available that a call outside this object has made. */
  collect(): void {
    if (this.#connection.isAwake && !this.isElsewhere) this.#collect();
  }

  /** Removes the last bytes of the unread ciphertext and returns them. */
  takeBack(count: number): Buffer {
    const bytes = binding.connectionTakeBack(this.#connection.handle, count);
    if (isRecord(bytes)) return Buffer.alloc(0); // closed
    this.numUnread -= bytes.length;
    return bytes;
  }

  /** Returns the ciphertext to send, which is the caller's from now on. */
  takeOutgoing(): readonly Outgoing[] {
    while (this.#numUnsent > 0 && !this.isElsewhere) this.#collect();
    const outgoing = this.#outgoing;
    if (outgoing.length > 0) this.#outgoing = [];
    return outgoing;
  }

  #readShared(isEnd: (record: ErrorRecord) => boolean): Received {
    const memory = shared ?? Buffer.allocUnsafeSlow(MOST_AT_ONCE);
    shared = null;
    const { outcome, error } = this.#readInto(memory, isEnd);
    shared = memory;
    return { bytes: Buffer.from(memory.subarray(0, this.#numRead)), outcome, error };
  }

  /** Reads for a taker that copies. */
  #readThrough(isEnd: (record: ErrorRecord) => boolean, take: Take): Received {
    const memory = lendForReading();
    try {
      const result = this.#readInto(memory, isEnd);
      return this.#giveOut({ bytes: memory.subarray(0, this.#numRead), ...result }, take);
    } finally {
      if (this.#rest !== null) this.#rest = { ...this.#rest, bytes: Buffer.from(this.#rest.bytes) };
      returnRead(memory);
    }
  }

  /** Gives pieces until the taker stops or throws: it copies each, and the system's memory for larger copies costs more. */
  #giveOut({ bytes, outcome, error }: Received, take: Take): Received {
    let size = 0;
    let takesMore = true;
    try {
      while (takesMore && size < bytes.length) {
        const piece = bytes.length <= RECORD ? bytes : bytes.subarray(size, size + RECORD);
        size += piece.length;
        takesMore = take(piece);
      }
    } finally {
      const isLast = outcome === 0 || error !== null; // more ciphertext may have come before the rest is taken
      const later = isLast ? outcome : 1;
      if (size < bytes.length) this.#rest = { bytes: bytes.subarray(size), outcome: later, error };
    }
    if (this.#rest !== null) return { bytes: NO_MEMORY, outcome: size, error: null };
    return { bytes: NO_MEMORY, outcome, error };
  }

  /** Reads an unknown amount, received by the step itself. */
  #readOver(isEnd: (record: ErrorRecord) => boolean): Received {
    const memory = lendForReading();
    const { outcome, error } = this.#readInto(memory, isEnd);
    return { bytes: handOutRead(memory, this.#numRead), outcome, error };
  }

  #readInto(
    memory: Buffer,
    isEnd: (record: ErrorRecord) => boolean,
  ): { outcome: number; error: unknown } {
    this.#numRead = 0;
    try {
      return { outcome: this.#receive(Action.READ, memory, isEnd), error: null };
    } catch (error) {
      return { outcome: Want.READ, error };
    }
  }

  /** Takes a step that consumes ciphertext. */
  #receive(
    action: number,
    payload: Buffer | null,
    isEnd?: (record: ErrorRecord) => boolean,
  ): number {
    const outcome = this.#step(action, payload, undefined, isEnd);
    const isDry = outcome === Want.READ || (outcome >= 0 && !this.#hasInput);
    this.#isWaiting = isDry && !this.#hasNews && this.#appetite === 0;
    return outcome;
  }

  #step(
    action: number,
    payload: Buffer | readonly Buffer[] | null,
    room?: number,
    isEnd?: (record: ErrorRecord) => boolean,
  ): number {
    return this.#connection.step(
      (handle, ask) =>
        (action === Action.HANDSHAKE ? this.#takeByPool(handle, ask) : null) ??
        this.#take(handle, ask, { action, payload, room, receives: receives(action) }),
      isEnd,
    );
  }

  /** Returns the result of a step on the pool, sends a step there, or returns null: the step is to be taken here. */
  #takeByPool(handle: ConnectionHandle, ask: Ask | null): Step | null {
    const returned = this.#returned;
    this.#returned = null;
    if (returned !== null) return returned;
    if (ask !== null || !this.#turn.mayUsePool) return null;
    const { port } = this;
    if (!this.#turn.prefersPool) {
      const plan = { action: Action.HANDSHAKE + UNLESS_LONG, payload: null, receives: true };
      const step = this.#take(handle, ask, plan);
      if (step !== Want.THREAD) return step;
    } else if (this.#appetite > 0) this.#pull(handle);
    if (this.port !== port) return null; // the socket has failed, and reports why
    if (!this.#leave(handle)) return null;
    this.#input = null;
    this.#hasNews = false;
    this.isElsewhere = true;
    return Want.ELSEWHERE;
  }

  #leave(handle: ConnectionHandle): boolean {
    const done = AsyncResource.bind((step: Step) => this.#return(step));
    return binding.connectionHandshakeOnPool(handle, this.#input, this.#hasEnded, done) === true;
  }

  #return(step: Step): void {
    this.isElsewhere = false;
    this.#returned = step;
    this.#collect();
    this.#owner.onReturn();
  }

  #collect(): void {
    const room = Math.max(this.#numUnsent, LEAST);
    this.#numUnsent = 0; // also if the connection is closed
    const plan = { action: Action.NONE, payload: null, room };
    this.#take(this.#connection.handle, null, plan);
  }

  #take(handle: ConnectionHandle, ask: Ask | null, plan: StepPlan): Step {
    if (this.port === null) return this.#takeWithMemory(handle, ask, plan);
    return this.#takeOver(this.port, [handle, ask], plan);
  }

  /** Takes a step that receives and sends by itself. */
  #takeOver(
    port: Port,
    [handle, ask]: readonly [ConnectionHandle, Ask | null],
    plan: StepPlan,
  ): Step {
    const { action, payload, receives } = plan;
    if (this.#input !== null) this.#moveInput(handle);
    const most = receives === true ? port.appetite(this.numUnread) : 0;
    const flags = (this.#hasEnded ? END_OF_INPUT : 0) + (port.isMute ? MUTE : 0);
    if (action !== Action.NONE) this.#hasNews = false;
    report[Report.NUM_READ] = 0;
    const rest =
      this.#numRead > 0 && action === Action.READ
        ? (payload as Buffer).subarray(this.#numRead)
        : payload;
    nextStep[Plan.STREAM] = port.number;
    nextStep[Plan.ACTION] = action + flags;
    nextStep[Plan.MOST] = most;
    const isShort = ask === null && this.#isNamed; // fewer arguments cost less
    const step = isShort ? streamExchange(rest) : streamExchange(rest, ask, handle);
    this.#isNamed = true;
    if (isRecord(step) && step.nativeError === 'state') return step;
    this.#note(action);
    const moved = movedByStep(most > 0);
    if (moved.hasEnded) this.#hasEnded = true;
    port.note(moved);
    return step;
  }

  #moveInput(handle: ConnectionHandle): void {
    const input = this.#input;
    this.#input = null;
    const step = connectionExchange(handle, null, Action.NONE, input, null, NO_MEMORY);
    if (isRecord(step)) this.#putBack(input);
    else this.numUnread = report[Report.NUM_UNREAD]!;
  }

  #takeWithMemory(handle: ConnectionHandle, ask: Ask | null, plan: StepPlan): Step {
    const { action, payload, room } = plan;
    const input = this.#input;
    const output = lendMemory(room);
    this.#input = null;
    if (action !== Action.NONE) this.#hasNews = false;
    report[Report.NUM_READ] = 0;
    report[Report.NUM_SENT] = 0;
    const step = connectionExchange(
      handle,
      ask,
      this.#hasEnded ? action + END_OF_INPUT : action,
      input,
      this.#numRead > 0 && action === Action.READ
        ? (payload as Buffer).subarray(this.#numRead)
        : payload,
      output,
    );
    if (isRecord(step) && step.nativeError === 'state') this.#putBack(input);
    else this.#note(action);
    const size = report[Report.NUM_SENT]!;
    if (size > 0) this.#outgoing.push({ memory: output, size });
    else returnMemory(output);
    return step;
  }

  #note(action: number): void {
    if (action === Action.READ) this.#numRead += report[Report.NUM_READ]!;
    this.#numUnsent = report[Report.NUM_UNSENT]!;
    this.numUnread = report[Report.NUM_UNREAD]!;
    this.#hasInput = report[Report.HAS_INPUT] === 1;
    this.numHandshakes = report[Report.NUM_HANDSHAKES]!;
  }

  /** The connection was closed, or is in the middle of another step. */
  #putBack(input: Uint8Array | null): void {
    if (input === null) return;
    const later = this.#input;
    this.#hasNews = true;
    this.#input = later === null ? input : Buffer.concat([input, later]);
  }
}

interface StepPlan {
  readonly action: number;
  readonly payload: Buffer | readonly Buffer[] | null;
  readonly room?: number | undefined;
  readonly receives?: boolean;
}

/** Whether a step consumes ciphertext. */
const receives = (action: number) => action === Action.HANDSHAKE || action === Action.READ;

/** Returns what the last step has moved. */
function movedByStep(hasTriedToReceive: boolean): Moved {
  const state = report[Report.INPUT_STATE]!;
  return {
    numReceived: report[Report.NUM_RECEIVED]!,
    numSent: report[Report.NUM_SENT]!,
    numWaiting: report[Report.NUM_WAITING]!,
    isDry: hasTriedToReceive && state !== InputState.MORE,
    hasEnded: state === InputState.END,
    receiveError: report[Report.RECEIVE_ERROR]!,
    sendError: report[Report.SEND_ERROR]!,
  };
}
