// The listeners that an SSLSocket has on its transport, added and removed together.
import type { Duplex } from 'node:stream';

import { holdErrors, ignoreErrors } from './unheard-errors.js';

export interface TransportEvents {
  connect(): void;
  data(chunk: unknown): void;
  end(): void;
  drain(): void;
  timeout(): void;
  error(error: Error): void;
  close(): void;
}

const NAMES = ['connect', 'data', 'end', 'drain', 'timeout', 'error', 'close'] as const;

export class TransportListeners {
  readonly #transport: Duplex;
  readonly #events: TransportEvents;

  constructor(transport: Duplex, events: TransportEvents) {
    this.#transport = transport;
    this.#events = events;
  }

  add(): void {
    for (const name of NAMES) this.#transport.on(name, this.#events[name]);
  }

  /** Removes them from a transport that is returned to the application. */
  release(): void {
    this.#remove();
    holdErrors(this.#transport);
  }

  /** Removes them from a transport that is being closed. */
  abandon(): void {
    this.#remove();
    ignoreErrors(this.#transport);
  }

  #remove(): void {
    for (const name of NAMES) this.#transport.off(name, this.#events[name]);
  }
}
