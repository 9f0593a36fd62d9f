// The contract of native/napi/tls_pool_handshake.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Step } from './tls-connection.js';
import type { Native } from './types.js';

/** Steps of handshakes on the pool. */
export interface NativePoolHandshake {
  /**
   * Takes a step of the handshake on the pool, with `input` as further ciphertext. The result comes with `done` in a batch,
   * unless the connection is closed meanwhile; until then the connection cannot be used. Returns false, and does nothing, if
   * the step is better taken at once.
   */
  connectionHandshakeOnPool(
    connection: ConnectionHandle,
    input: Uint8Array | null,
    hasEnded: boolean,
    done: (step: Step) => void,
  ): Native<boolean>;
  /** Sets the function that receives the batches, [done, step, done, step, ...], and must not throw. */
  takeBatches(take: (batch: readonly (((step: Step) => void) | Step)[]) => void): void;
}
