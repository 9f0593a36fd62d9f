// SSLSession: what a client keeps of a connection to resume it.
import { binding, type SessionFields, type SessionHandle } from '../internal/binding.js';
import type { SSLContext } from './context.js';

/** A TLS session (Python: ssl.SSLSession). It belongs to the context, and to the server name, that it was made with. */
export class SSLSession {
  /** @internal */
  readonly handle: SessionHandle;
  /** @internal */
  readonly context: SSLContext;
  readonly #fields: SessionFields;

  /** @internal */
  constructor(handle: SessionHandle, context: SSLContext) {
    this.handle = handle;
    this.context = context;
    this.#fields = binding.sessionFields(handle);
  }

  /** The session's identifier; empty for a TLS 1.3 session without one. */
  get id(): Buffer {
    return Buffer.from(this.#fields.id);
  }
  /** When it was made, in seconds since 1970. */
  get time(): number {
    return this.#fields.time;
  }
  /** For how many seconds it may be resumed. */
  get timeout(): number {
    return this.#fields.timeout;
  }
  /** The server's hint of the ticket's lifetime in seconds. */
  get ticketLifetimeHint(): number {
    return this.#fields.ticketLifetimeHint;
  }
  get hasTicket(): boolean {
    return this.#fields.hasTicket;
  }
}
