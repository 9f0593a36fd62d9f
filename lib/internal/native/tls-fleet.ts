// The contract of native/napi/tls_fleet.cc: types only.
import type { ContextHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** The functions for servers of several processes and machines. */
export interface NativeFleet {
  /**
   * Sets the keys of the next tickets, of 48 bytes (a name, a key for HMAC-SHA256, a key for AES-128) or of 80 bytes (the same
   * with keys of 32 bytes and AES-256), concatenated, and the length of each. The first one encrypts, all of them decrypt.
   * Without keys OpenSSL's own are restored.
   */
  contextSetTicketKeyRing(context: ContextHandle, keys: Bytes, lengths: Bytes): Native<undefined>;
  /**
   * Sets the session id context of another program, at most 32 bytes, for new servers that do not ask their clients for
   * certificates or keys; empty for the context's own.
   */
  contextSetSessionIdContext(context: ContextHandle, id: Bytes): Native<undefined>;
  /** Encrypts and authenticates bytes, and authenticates `about`, with a key of 32 bytes (native/tls/session/sealing.h). */
  sealBytes(key: Bytes, about: Bytes, bytes: Bytes): Native<Buffer>;
  /** Returns the bytes, or a value error for any others than those that sealBytes returned. */
  openSealedBytes(key: Bytes, about: Bytes, sealed: Bytes): Native<Buffer>;
}
