// The contract of native/napi/tls_exchange.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Ask, Step } from './tls-connection.js';
import type { Native } from './types.js';

/** Steps together with their ciphertext. */
export interface NativeExchange {
  /**
   * Takes a step with `input` as further ciphertext. `payload` is the memory to read into, or the bytes to write. The
   * ciphertext to send goes to `output`. The numbers are in the step report.
   */
  readonly connectionExchange: (
    connection: ConnectionHandle,
    ask: Ask | null,
    ...actionAndMemory: readonly [
      action: number,
      input: Uint8Array | null,
      payload: Uint8Array | readonly Uint8Array[] | null,
      output: Uint8Array,
    ]
  ) => Step;
  /**
   * Removes the last bytes of the unread ciphertext and returns them. If the rest fits in 64 KiB, at most 64 KiB of memory
   * is kept for it.
   */
  connectionTakeBack(connection: ConnectionHandle, most: number): Native<Buffer>;
  /** Returns the array that each step fills, and that streamExchange reads (native/napi/environment.h, StepNumbers). */
  stepNumbers(): Int32Array;
}
