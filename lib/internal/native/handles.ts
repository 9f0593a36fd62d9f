// The handles of the addon (native/napi/handle.h): types only.

declare const kind: unique symbol;

/** A hash in progress. */
export interface HashHandle {
  readonly [kind]: 'hash';
}

/** An HMAC in progress. */
export interface MacHandle {
  readonly [kind]: 'mac';
}

/** A handle that stops the job that was started with it. */
export interface CancellationHandle {
  readonly [kind]: 'cancellation';
}

/** A certificate chain with its key (native/tls/certificates/identity.h). Functions return a `state` record once it is closed. */
export interface IdentityHandle {
  readonly [kind]: 'identity';
}

/** The settings that connections share (native/tls/context/context.h). */
export interface ContextHandle {
  readonly [kind]: 'context';
}

/** One TLS connection (native/tls/connection/connection.h). Once it is closed, every function returns a `state` record. */
export interface ConnectionHandle {
  readonly [kind]: 'connection';
}

/** One direction of ciphertext (native/tls/connection/memory_bio.h). */
export interface MemoryBioHandle {
  readonly [kind]: 'memory BIO';
}

/** A session to resume (native/tls/session/session.h). */
export interface SessionHandle {
  readonly [kind]: 'session';
}
