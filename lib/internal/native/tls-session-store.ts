// The contract of native/napi/tls_session_store.cc: types only.
import type { ConnectionHandle, ContextHandle, SessionHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** Sessions that the application stores, and the keys of tickets. */
export interface NativeSessionStore {
  /**
   * Makes connections queue their sessions, for connectionTakeSessions, and ask for stored ones, in place of OpenSSL's cache.
   */
  contextSetStoresSessions(context: ContextHandle, stores: boolean): void;
  /** Sets how long new sessions may be resumed, in seconds. */
  contextSetSessionTimeout(context: ContextHandle, seconds: number): void;
  /** Separates sessions of contexts with equal settings. It joins sessions of different ones under no circumstances. */
  contextSetSessionIdSalt(context: ContextHandle, salt: string): void;
  /**
   * Sets the keys of the next tickets, each of 48 bytes in the form of node:tls: a name, a key for HMAC-SHA256 and
   * a key for AES-128-CBC. The first one encrypts, all of them decrypt.
   */
  contextSetTicketKeys(context: ContextHandle, keys: Bytes): Native<undefined>;
  /** Returns those keys, and makes one if they were not set. They are secrets. */
  contextTicketKeys(context: ContextHandle): Native<Buffer>;
  /**
   * Returns the sessions since the last call, oldest first: on a client one for each ticket. Empty before the handshake is
   * done and an observed peer accepted. At most 32 are kept.
   */
  connectionTakeSessions(connection: ConnectionHandle): Native<SessionHandle[]>;
  /**
   * Gives a server the session that the client wants to resume (sessionToDer), before the handshake or at the ClientHello. It
   * is resumed only if its id is the requested one, and under the settings that it was made under.
   */
  connectionSetStoredSession(connection: ConnectionHandle, der: Bytes): Native<undefined>;
  /** Returns OpenSSL's form of a session, with its secrets. It does not say what was verified. */
  sessionToDer(session: SessionHandle): Native<Buffer>;
}
