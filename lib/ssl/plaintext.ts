// Decrypts what has come, as many records as there are at once, into memory that is shared by all connections.
import { Want } from './connection.js';

/** The largest TLS record's plaintext. */
const RECORD = 16_384;
const SLAB = 4 * RECORD;
/** Below it the bytes are copied out, so that a small message does not hold a whole slab in memory. */
const COPY_BELOW = 4_096;

let slab = Buffer.allocUnsafeSlow(SLAB);
let used = 0;

/** What was decrypted, and why there was no more. */
export interface Received {
  bytes: Buffer;
  /** The last step: Want below zero, 0 at the peer's close_notify, above when the memory was full. */
  outcome: number;
  /** The failure that ended it; `bytes` came before. */
  error: unknown;
}

function handOver(start: number): Buffer {
  const bytes = slab.subarray(start, used);
  if (bytes.length >= COPY_BELOW) return bytes;
  used = start;
  return Buffer.from(bytes);
}

/**
 * Reads until there is no more, or a slab is full.
 * @param read decrypts into the memory it is given; throws when the connection has failed
 */
export function receive(read: (out: Buffer) => number): Received {
  if (SLAB - used < RECORD) {
    slab = Buffer.allocUnsafeSlow(SLAB);
    used = 0;
  }
  const start = used;
  let outcome: number = Want.READ;
  let error: unknown = null;
  try {
    do {
      outcome = read(slab.subarray(used));
      if (outcome > 0) used += outcome;
    } while (outcome > 0 && SLAB - used >= RECORD);
  } catch (failure) {
    error = failure;
  }
  return { bytes: handOver(start), outcome, error };
}
