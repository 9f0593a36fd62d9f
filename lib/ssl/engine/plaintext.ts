// Splits outgoing plaintext into pieces.
import { typeError } from '../../errors.js';
import { describe } from '../../internal/validate.js';

/** Throws unless a stream can send the value. node:stream would check it too, but show a number in its error. */
export function requireChunk(chunk: unknown): void {
  if (typeof chunk === 'string' || ArrayBuffer.isView(chunk)) return;
  throw typeError(
    `chunk must be a string or a view of bytes, as a Buffer is, not ${describe(chunk)}`,
  );
}

/** The bytes that are encrypted and sent at once: many records, so that a large send wakes the receiver less often. */
export const PIECE = 1_048_576;

/** The chunks of one piece. */
interface Piece {
  readonly chunks: readonly Buffer[];
  readonly size: number;
}

const sizeOf = (chunks: readonly Buffer[]) => chunks.reduce((sum, { length }) => sum + length, 0);

/** Yields the chunks in groups of at most PIECE bytes, with larger chunks split. */
function* pieces(chunks: readonly Buffer[]): Generator<Piece, undefined> {
  let group: Buffer[] = [];
  let size = 0;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      const part = chunk.subarray(start, start + PIECE - size);
      group.push(part);
      size += part.length;
      start += part.length;
      if (size < PIECE) continue;
      yield { chunks: group, size };
      [group, size] = [[], 0];
    }
  }
  if (size > 0) yield { chunks: group, size };
}

/** The bytes of one stream write that are not encrypted yet. */
export class PendingWrite {
  /** The piece to encrypt next, the same until `next` is called; undefined after the last one. */
  piece: Piece | undefined;
  /** The stream's callback. */
  readonly done: (error?: Error | null) => void;
  readonly #later: Generator<Piece, undefined> | null;

  constructor(chunks: readonly Buffer[], done: (error?: Error | null) => void) {
    this.done = done;
    const size = sizeOf(chunks);
    this.#later = size > PIECE ? pieces(chunks) : null;
    if (this.#later !== null) this.next();
    else if (size > 0) this.piece = { chunks, size };
  }

  next(): void {
    this.piece = this.#later?.next().value;
  }
}
