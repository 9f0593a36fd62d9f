// The contract of native/napi/tls_stream.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Ask, Step } from './tls-connection.js';
import type { Native } from './types.js';

/** Steps whose ciphertext moves over the descriptor of a socket. */
export interface NativeStreams {
  /**
   * Receives, takes a step with what has come, and sends what is to be sent. The stream, the action and the most to receive
   * are in the step's numbers, and the report comes there. `payload` is as for connectionExchange. The first call for a stream
   * names its connection, whose handle is kept alive until streamClose.
   */
  readonly streamExchange: (
    payload: Uint8Array | readonly Uint8Array[] | null,
    ask?: Ask | null,
    connection?: ConnectionHandle,
  ) => Step;
  /** Whether the process has what streams need. Only for Node: see native/napi/loop_watch.h. */
  streamsAreSupported(): boolean;
  /** Returns the number of a new stream. Until streamClose, nothing else may read or write the descriptor, or close it. */
  streamOpen(descriptor: number): Native<number>;
  /**
   * Receives up to `most` bytes and drops them. Returns their number; -1 if the peer has ended, or the descriptor has failed.
   */
  streamDiscard(stream: number, most: number): number;
  /** Returns what was waiting to be sent, or null. */
  streamClose(stream: number): Buffer | null;
  /** Sets whether the streams keep the event loop alive. */
  streamsHold(holds: boolean): void;
  /** Sets the function that is called with the index of each change, and returns the array that has them. */
  takeStreamChanges(take: (index: number) => void): Int32Array;
}
