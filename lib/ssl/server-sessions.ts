// The settings of an SSLContext that let servers of several processes and hosts resume each other's sessions.
import type { Bytes, ContextHandle } from '../internal/native/binding.js';
import { sessionIdContextOf, setSessionIdContext } from './engine/session-id-context.js';
import { sessionStoreOf, setSessionStore, type SessionStore } from './engine/session-store.js';
import { ringOf, setTicketKeys, type TicketKeyRing } from './engine/ticket-keys.js';

/** The part of {@link SSLContext} about the sessions of servers. */
export abstract class ServerSessions {
  /** @internal */
  abstract readonly handle: ContextHandle;
  /** @internal */
  abstract verifyMode: number;
  /** @internal */
  abstract get pinnedSpki(): readonly string[];

  /**
   * The keys of a server's session tickets (RFC 5077; SSL_CTX_set_tlsext_ticket_key_evp_cb(3)): a `KeyRing` of
   * hermetic-ssl/fleet, which changes its keys with time; or one key, or a list of keys, of which the first encrypts and all
   * decrypt. A ticket of another key than the first is renewed. Null, the default, for keys that only this context has.
   *
   * A key has 48 bytes, as in node:tls (a name, a key for HMAC-SHA256 and one for AES-128, of 16 bytes each), or 80 (a name
   * of 16 bytes, and keys for HMAC-SHA256 and AES-256 of 32 bytes each). The getter returns the ring, and null for keys that
   * were set as bytes: they are secrets. If `sniCallback` switches to another context, the first context's keys are used.
   * @throws TypeError, RangeError (ERR_INVALID_ARG_VALUE) for anything else; Error (ERR_INVALID_STATE) for a closed ring
   */
  get ticketKeys(): TicketKeyRing | null {
    return ringOf(this.handle);
  }
  set ticketKeys(keys: TicketKeyRing | Bytes | readonly Bytes[] | null) {
    setTicketKeys(this.handle, keys);
  }

  /**
   * The session id context of another program whose tickets a server accepts, at most 32 bytes
   * (SSL_CTX_set_session_id_context(3)), together with its `ticketKeys`; null, the default, for this package's own, which is
   * a digest of all settings that decide about peers. `nginxSessionIdContext` and `haproxySessionIdContext` of
   * hermetic-ssl/fleet are those of nginx and HAProxy.
   *
   * It is only for servers that do not ask clients for certificates or pre-shared keys: such a client's session must not be
   * resumed under other rules. A server that begins to ask uses its own again.
   * @throws TypeError for anything but bytes or null; RangeError (ERR_INVALID_ARG_VALUE) for 0 or more than 32 bytes, and
   *   in a context that asks for certificates
   */
  get sessionIdContext(): Buffer | null {
    return sessionIdContextOf(this.handle);
  }
  set sessionIdContext(id: Bytes | null) {
    setSessionIdContext(this, id);
  }

  /**
   * The store of a server's sessions, which other processes may share: session ids of TLS 1.2, and tickets of TLS 1.3 that are
   * such ids (RFC 8446, 4.6.1). Null, the default, for tickets that contain the session. While there is a store, new
   * sessions have no tickets of their own (OP_NO_TICKET).
   *
   * Sessions are encrypted and authenticated with `ticketKeys`, or without them with a key that only this context has. They
   * are bound to the settings of the context, as tickets are. A value that is forged, too large or of another fleet is
   * ignored. A store that fails, or does not answer in its `timeout`, costs a full handshake: a process warning
   * (HERMETIC_SESSION_STORE) reports it once, and the store is tried again after a while. Sessions are stored after the
   * handshake, which does not wait for it.
   * @throws TypeError for anything but null or an object with the methods; RangeError for an invalid `timeout`
   */
  get sessionStore(): SessionStore | null {
    return sessionStoreOf(this.handle);
  }
  set sessionStore(store: SessionStore | null) {
    setSessionStore(this.handle, store);
  }
}
