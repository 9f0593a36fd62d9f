// The seam between a TLS stream and what moves its bytes. SSLSocket is the host; duplex-channel.ts is the channel over any
// Duplex. All calls are made on the thread of the stream.
import type { Duplex } from 'node:stream';

/** The state of a channel: before the handshake, in it, after it, and after the transport was returned. */
export type Phase = 'idle' | 'handshake' | 'open' | 'detached';

/** How to close a transport. */
export interface Closing {
  /** Whether the last bytes sent have to arrive: the peer's input is read on for a while. */
  readonly gently: boolean;
  /** The input to read on for that, in bytes; all of it without a number. */
  readonly most?: number;
}

/** Calls of the channel to the stream. */
export interface ChannelHost {
  /** Takes plaintext. Returns whether more is wanted now. */
  plaintext(bytes: Buffer): boolean;
  /** Whether `plaintext` copies what it keeps: the memory is used again then. */
  copiesPlaintext?(): boolean;
  /** The peer has sent close_notify, or the transport has ended in a way that is tolerated. */
  ended(): void;
  /** The handshake is done. Called before anything else is sent or delivered. */
  secure(): void;
  /** The connection has failed. An alert for the peer may be on its way. */
  failed(error: Error): void;
  /** The transport has failed. */
  transportFailed(error: Error): void;
  /** Reading has failed. The plaintext before the failure has been given. */
  readFailed(error: Error): void;
  /** The transport was closed. */
  closed(): void;
  /** The transport has connected. */
  connected(): void;
  /** There was no traffic for the time that `setTimeout` has set. */
  timedOut(): void;
  /** Both ends have sent close_notify. The host may detach the transport. */
  shutDown(): void;
  /** Whether an end without close_notify is a normal end. */
  toleratesEof(): boolean;
  /** Whether the transport outlives TLS (`unwrap`). */
  keepsTransport(): boolean;
  /** Whether `secure` decides about the peer: the end of the handshake is then sent after it, not before. */
  readonly judgesPeer?: boolean;
  /**
   * A step was taken. Nothing that came of it was sent yet.
   * @param numHandshakes the handshakes that either end has begun; TLS 1.3 has only one
   */
  stepped?(numHandshakes: number): void;
  /** Everything that could be done now is done. */
  advanced?(): void;
  /** Whether a write is done only once the transport has taken its bytes, also one that is not a socket. */
  readonly awaitsTransport?: boolean;
  /** Whether nothing may be sent or delivered yet although the handshake is done; `proceed` continues. */
  isHeld?(): boolean;
}

/** Calls of the stream to the channel. */
export interface Channel {
  readonly transport: Duplex;
  readonly phase: Phase;
  /** Whether the peer's close_notify has arrived. */
  readonly hasEnded: boolean;
  /** Whether close_notify has been sent. */
  readonly hasClosed: boolean;
  /** Whether the transport has ended. */
  readonly hasTransportEnded: boolean;
  /** Whether the bytes move, or moved, over the transport's descriptor and not over its stream. */
  readonly isNative: boolean;
  /** Handles events of the transport that occurred before the channel took it over. */
  catchUp(): void;
  /** Begins the handshake, unless it has begun, and continues everything that can go on. */
  start(): void;
  /** Requests plaintext: until `plaintext` returns false. */
  read(): void;
  /** Encrypts and sends the chunks; `done` is called once the transport has room for more. */
  write(chunks: readonly Buffer[], done: (error?: Error | null) => void): void;
  /** Sends the bytes of `write` now, as far as the transport takes them. */
  sendPending(): void;
  /** Sends close_notify after everything before it, and ends the transport unless the host keeps it. */
  end(done: () => void): void;
  /** Continues after a call that has changed the connection. */
  proceed(): void;
  /** Begins a requested renegotiation (TLS 1.2 and before). */
  renegotiate(): void;
  /** Refuses a handshake that waits for an answer, with an alert. */
  abandon(): void;
  /** Sends close_notify now. Returns false if the transport no longer accepts it. */
  sendCloseNotify(): boolean;
  /** Returns the transport, which stays open. Throws if bytes after TLS are lost. */
  detach(): Duplex;
  /** Closes the transport. Pending writes fail with the reason. */
  destroy(how: Closing, reason: () => Error): void;
}
