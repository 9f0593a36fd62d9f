// Waits on behalf of SSLSocket for a callback whose answer is a promise.
import type { SSLEOFError } from '../errors.js';
import type { Connection } from './engine/connection.js';
import { eofError } from './socket-errors.js';

/** The awaited answer, and the function to call once it has arrived. */
export class AnswerWait {
  #awaited: Promise<void> | null = null;

  /** Calls `goOn` once, after the connection's pending answer, if any, has been applied. */
  follow({ answering }: Connection, goOn: () => void): void {
    if (answering === this.#awaited) return;
    this.#awaited = answering;
    void answering?.then(goOn);
  }
}

/**
 * Returns the error for a handshake whose peer has ended while an answer is pending; null if the handshake can still
 * finish.
 */
export function peerLeftError({
  answering,
  isHoldingBack,
  serverSide,
}: Connection): SSLEOFError | null {
  if (answering === null || isHoldingBack) return null;
  return eofError(`the ${serverSide ? 'client' : 'server'} left while a callback was pending`);
}
