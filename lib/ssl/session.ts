// SSLSession: what a client keeps of a connection to resume it.
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
    refuseCloning(this);
  }

  /**
   * The session that `serialize` has made bytes of, also in another process, as one of `context`:
   * `socket.session = SSLSession.deserialize(bytes, context)`. The context must have the certificates, the trusted
   * certificates and lists, `verifyMode`, `verifyFlags`, `checkHostname` and `hostnameChecksCommonName` of the one that
   * the session was stored under. Whatever it throws, a connection without a session is always possible.
   *
   * The bytes are believed: keep them where nobody else can write. Who can put bytes of their own there can pose as the
   * server, since resumption checks no certificate.
   * @throws RangeError with the reason for bytes that are no stored session (such as those of node:tls's 'session' event),
   * that are damaged, that another version has written or a context with other settings, and for a session that is past
   * its `timeout`; SSLError for one that this OpenSSL cannot read
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
  /** When it was made, in seconds since 1970 (Python: ssl.SSLSession.time). */
  get time(): number {
    return this.#fields.time;
  }
  /** For how many seconds it may be resumed (Python: ssl.SSLSession.timeout). */
  get timeout(): number {
    return this.#fields.timeout;
  }
  /** The server's hint of the ticket's lifetime in seconds, 0 without one (Python: ssl.SSLSession.ticket_lifetime_hint). */
  get ticketLifetimeHint(): number {
    return this.#fields.ticketLifetimeHint;
  }
  /** Whether it has a ticket, by which the server knows it again (RFC 5077; Python: ssl.SSLSession.has_ticket). */
  get hasTicket(): boolean {
    return this.#fields.hasTicket;
  }

  /**
   * The session as bytes, to store it and to resume it in another process: with the server's name, what of its
   * certificate was checked, and a fingerprint of the context. `deserialize` takes them.
   *
   * **The bytes are a secret**, like a private key: who reads them can resume the session in the client's place, and
   * decrypt recorded connections of TLS 1.2 that used it. They are not encrypted.
   * @throws Error with the code ERR_INVALID_STATE for a session that cannot be resumed: a server's, one without a ticket
   * (under TLS 1.3 it comes with the first data that is read), one whose connection has failed
   */
  serialize(): Buffer {
    return unwrap(binding.sessionSerialize(this.handle));
  }
}
