// How SSLSocket waits for a callback whose answer is a promise.
import type { SSLEOFError } from '../errors.js';
import type { Connection } from './engine/connection.js';
import { eofError } from './socket-errors.js';

/** The answer that is awaited, and what is done once it is there. */
export class AnswerWait {
  #awaited: Promise<void> | null = null;

  /** Has `goOn` called once when the connection's pending answer, if there is one, has been taken into account. */
  follow({ answering }: Connection, goOn: () => void): void {
    if (answering === this.#awaited) return;
    this.#awaited = answering;
    void answering?.then(goOn);
  }
}

/** Why not to wait for an answer in a handshake whose peer has ended; null where that may have all it needs. */
export function departure({
  answering,
  isHoldingBack,
  serverSide,
}: Connection): SSLEOFError | null {
  if (answering === null || isHoldingBack) return null;
  return eofError(`the ${serverSide ? 'client' : 'server'} left while a callback was pending`);
}
