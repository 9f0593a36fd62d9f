/**
 * Two ends of a connection in memory, with backpressure like a socket's and control of how bytes arrive: cut into small
 * chunks, glued into large ones, at once or later. Node 20.19 has no stream.duplexPair, and that one controls nothing.
 */
import { Duplex } from 'node:stream';

export interface PairOptions {
  /** The largest chunk that the other end is given. */
  readonly split?: number;
  /** Whether writes that wait together arrive as one chunk. */
  readonly glue?: boolean;
  /** Whether bytes arrive in a later turn of the event loop. */
  readonly slow?: boolean;
  /** Of each end, in both directions. */
  readonly highWaterMark?: number;
}

type Callback = (error?: Error | null) => void;

export class PairEnd extends Duplex {
  /** Everything that this end has sent. */
  readonly sent: Buffer[] = [];
  /** Whether bytes are kept from the other end for now. */
  isHeld = false;
  peer!: PairEnd;
  readonly #options: PairOptions;
  #waiting: { bytes: Buffer; done: Callback } | null = null;
  #wants = false;

  constructor(options: PairOptions) {
    const { highWaterMark } = options;
    super({
      allowHalfOpen: true,
      ...(highWaterMark !== undefined && { highWaterMark }),
      ...(options.glue && {
        writev: (writes: { chunk: Buffer }[], done: Callback) => this.#offer(joined(writes), done),
      }),
    });
    this.#options = options;
  }

  /** Lets held bytes go. */
  release(): void {
    this.isHeld = false;
    this.#move();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#offer(chunk, done);
  }

  override _read(): void {
    this.#wants = true;
    this.peer.#move();
  }

  override _final(done: Callback): void {
    this.#whenSlow(() => {
      if (!this.peer.destroyed) this.peer.push(null);
      done();
    });
  }

  /** As with a socket whose process has ended: the other end sees the end of the stream. */
  override _destroy(error: Error | null, done: Callback): void {
    if (!this.writableEnded && !this.peer.destroyed) this.peer.push(null);
    done(error);
  }

  #offer(bytes: Buffer, done: Callback): void {
    this.sent.push(Buffer.from(bytes));
    this.#waiting = { bytes, done };
    this.#whenSlow(() => this.#move());
  }

  #whenSlow(act: () => void): void {
    if (this.#options.slow) setImmediate(act);
    else act();
  }

  #move(): void {
    while (this.#waiting !== null && this.peer.#wants && !this.isHeld && !this.peer.destroyed) {
      const { bytes, done } = this.#waiting;
      const piece = bytes.subarray(0, this.#options.split ?? bytes.length);
      const rest = bytes.subarray(piece.length);
      this.#waiting = rest.length > 0 ? { bytes: rest, done } : null;
      this.peer.#wants = false;
      if (this.peer.push(piece)) this.peer.#wants = true;
      if (rest.length === 0) done();
    }
  }
}

const joined = (writes: { chunk: Buffer }[]): Buffer =>
  Buffer.concat(writes.map(({ chunk }) => chunk));

export function duplexPair(options: PairOptions = {}): [PairEnd, PairEnd] {
  const [a, b] = [new PairEnd(options), new PairEnd(options)];
  [a.peer, b.peer] = [b, a];
  return [a, b];
}
