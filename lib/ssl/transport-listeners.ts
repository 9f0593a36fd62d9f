// The listeners that an SSLSocket has on its transport, put on and taken off together.
import type { Duplex } from 'node:stream';

export interface TransportEvents {
  connect(): void;
  data(chunk: unknown): void;
  end(): void;
  drain(): void;
  timeout(): void;
  error(error: Error): void;
  close(): void;
}

const ignore = () => {};

export class TransportListeners {
  readonly #transport: Duplex;
  readonly #events: [name: string, listener: (...values: unknown[]) => void][];

  constructor(transport: Duplex, events: TransportEvents) {
    this.#transport = transport;
    this.#events = Object.entries(events) as [string, (...values: unknown[]) => void][];
  }

  add(): void {
    for (const [name, listener] of this.#events) this.#transport.on(name, listener);
  }

  /** Takes them all off. */
  remove(): void {
    for (const [name, listener] of this.#events) this.#transport.off(name, listener);
  }

  /** Takes them off, but for errors of a transport that is being closed: those concern nobody any more. */
  abandon(): void {
    this.remove();
    if (this.#transport.closed) return;
    this.#transport.on('error', ignore);
    this.#transport.once('close', () => this.#transport.off('error', ignore));
  }
}
