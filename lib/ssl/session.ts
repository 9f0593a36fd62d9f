// SSLSession: the data that a client keeps to resume a connection.
import { typeError, unwrap, valueError } from '../errors.js';
import {
  binding,
  type Bytes,
  type SessionFields,
  type SessionHandle,
} from '../internal/native/binding.js';
import { describe, requireBytes } from '../internal/validate.js';
import { refuseCloning } from '../internal/cloning.js';
import { isContext } from './engine/context-brand.js';
import type { SSLContext } from './context.js';

/** A TLS session (Python: ssl.SSLSession). It belongs to the context and the server name that it was created with. */
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
    refuseCloning(this);
  }

  /**
   * Restores a session of `context` from bytes that `serialize` has written, possibly in another process: `socket.session =
   * SSLSession.deserialize(bytes, context)`. The context must have the certificates, the trusted certificates and lists,
   * `verifyMode`, `verifyFlags`, `checkHostname` and `hostnameChecksCommonName` of the context under which the session was
   * stored. If this method throws, connect without a session.
   *
   * The bytes are trusted: protect them from modification. An attacker who replaces them can impersonate the server, since
   * resumption does not check certificates.
   * @throws RangeError with the reason for bytes that are not a stored session (such as those of node:tls's 'session'
   * event), are damaged, or were written by another version or under a context with other settings, and for a session older
   * than its `timeout`; SSLError for one that this OpenSSL cannot read
   */
  static deserialize(bytes: Bytes, context: SSLContext): SSLSession {
    requireBytes(bytes, 'bytes');
    if (!isContext(context))
      throw typeError(`context must be a SSLContext, not ${describe(context)}`);
    if (context.role.isServerOnly)
      throw valueError('Cannot resume a session with a PROTOCOL_TLS_SERVER context');
    return new SSLSession(unwrap(binding.sessionDeserialize(bytes, context.handle)), context);
  }

  /** The session's identifier; empty for a TLS 1.3 session without one (Python: ssl.SSLSession.id). */
  get id(): Buffer {
    return Buffer.from(this.#fields.id);
  }
  /** The time of its creation, in seconds since 1970 (Python: ssl.SSLSession.time). */
  get time(): number {
    return this.#fields.time;
  }
  /** The number of seconds during which it may be resumed (Python: ssl.SSLSession.timeout). */
  get timeout(): number {
    return this.#fields.timeout;
  }
  /** The server's ticket lifetime hint in seconds, 0 without a hint (Python: ssl.SSLSession.ticket_lifetime_hint). */
  get ticketLifetimeHint(): number {
    return this.#fields.ticketLifetimeHint;
  }
  /** Whether it has a ticket for resumption (RFC 5077; Python: ssl.SSLSession.has_ticket). */
  get hasTicket(): boolean {
    return this.#fields.hasTicket;
  }

  /**
   * Returns the session as bytes, to store it and to resume it in another process, with the server's name, the checks of
   * its certificate, and a fingerprint of the context. `deserialize` reads them.
   *
   * **The bytes are a secret**, like a private key: with them, an attacker can resume the session in the client's place,
   * and decrypt recorded TLS 1.2 connections that used it. They are not encrypted.
   * @throws Error with the code ERR_INVALID_STATE for a session that cannot be resumed: a session of a server, without a
   * ticket (under TLS 1.3 the ticket arrives with the first data that is read), or of a failed connection
   */
  serialize(): Buffer {
    return unwrap(binding.sessionSerialize(this.handle));
  }
}
