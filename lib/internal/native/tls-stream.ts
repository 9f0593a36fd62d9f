// The contract of native/napi/tls_stream.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Ask, Step } from './tls-connection.js';
import type { Native } from './types.js';

/** Steps whose ciphertext moves over the descriptor of a socket. */
export interface NativeStreams {
  /**
   * Receives up to `most` bytes, takes the step with them, and sends what is to be sent. `payload` is as for
   * connectionExchange. The numbers are in the step report.
   */
  readonly streamExchange: (
    connection: ConnectionHandle,
    ask: Ask | null,
    ...actionAndStream: readonly [
      action: number,
      payload: Uint8Array | readonly Uint8Array[] | null,
      stream: number,
      most: number,
    ]
  ) => Step;
  /** Whether the process has what streams need. Only for Node: see native/napi/loop_watch.h. */
  streamsAreSupported(): boolean;
  /** Returns the number of a new stream. Until streamClose, nothing else may read or write the descriptor, or close it. */
  streamOpen(descriptor: number): Native<number>;
  /** Returns what was waiting to be sent, or null. */
  streamClose(stream: number): Buffer | null;
  /** Sets whether the streams keep the event loop alive. */
  streamsHold(holds: boolean): void;
  /** Sets the function that is called with the index of each change, and returns the array that has them. */
  takeStreamChanges(take: (index: number) => void): Int32Array;
}
