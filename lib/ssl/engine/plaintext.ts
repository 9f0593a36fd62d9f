// Splits outgoing plaintext into record-sized pieces and reads incoming plaintext in bulk.
import { typeError } from '../../errors.js';
import { describe } from '../../internal/validate.js';
import { Want } from './codes.js';

/** Throws unless a stream can send the value. node:stream would check it too, but show a number in its error. */
export function requireChunk(chunk: unknown): void {
  if (typeof chunk === 'string' || ArrayBuffer.isView(chunk)) return;
  throw typeError(
    `chunk must be a string or a view of bytes, as a Buffer is, not ${describe(chunk)}`,
  );
}

/** The largest TLS record's plaintext (RFC 8446, 5.1). */
const RECORD = 16_384;
/** The bytes that are encrypted and sent at once: many records, so that a large send wakes the receiver less often. */
const PIECE = 16 * RECORD;

/** Yields the chunks with small ones joined and large ones split. */
function* pieces(chunks: readonly Buffer[]): Generator<Buffer, undefined> {
  let group: Buffer[] = [];
  let size = 0;
  for (const chunk of chunks) {
    if (size + chunk.length > PIECE && size > 0) {
      yield Buffer.concat(group, size);
      [group, size] = [[], 0];
    }
    for (let start = 0; chunk.length > PIECE && start < chunk.length; start += PIECE)
      yield chunk.subarray(start, start + PIECE);
    if (chunk.length > PIECE) continue;
    group.push(chunk);
    size += chunk.length;
  }
  if (size > 0) yield group.length === 1 ? group[0]! : Buffer.concat(group, size);
}

/** The bytes of one stream write that are not encrypted yet. */
export class PendingWrite {
  /** The piece to encrypt next, the same until `next` is called; undefined after the last one. */
  piece: Buffer | undefined;
  /** The stream's callback. */
  readonly done: (error?: Error | null) => void;
  readonly #pieces: Generator<Buffer, undefined>;

  constructor(chunks: readonly Buffer[], done: (error?: Error | null) => void) {
    this.done = done;
    this.#pieces = pieces(chunks);
    this.next();
  }

  next(): void {
    this.piece = this.#pieces.next().value;
  }
}

/** The decrypted bytes, and the reason why reading stopped. */
export interface Received {
  bytes: Buffer;
  /** The last step: Want below zero, 0 at the peer's close_notify, above when the memory was full. */
  outcome: number;
  /** The failure that ended it; `bytes` came before. */
  error: unknown;
}

const SCRATCH = 4 * RECORD;

// Shared by all connections, and null while one uses it: a callback inside the read may read another one. Nothing of it
// is ever handed out.
let shared: Buffer | null = Buffer.allocUnsafeSlow(SCRATCH);

/**
 * Reads until there is no more, or the scratch memory is full.
 * @param read decrypts into the memory it is given; throws when the connection has failed
 */
export function receive(read: (out: Buffer) => number): Received {
  const scratch = shared ?? Buffer.allocUnsafeSlow(SCRATCH);
  shared = null;
  let used = 0;
  let outcome: number = Want.READ;
  let error: unknown = null;
  try {
    do {
      outcome = read(scratch.subarray(used));
      if (outcome > 0) used += outcome;
    } while (outcome > 0 && scratch.length - used >= RECORD);
  } catch (failure) {
    error = failure;
  }
  shared = scratch;
  return { bytes: Buffer.from(scratch.subarray(0, used)), outcome, error };
}
