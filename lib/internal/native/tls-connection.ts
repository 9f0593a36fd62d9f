// The contract of native/napi/tls_connection.cc: types only.
import type { ConnectionHandle, ContextHandle, MemoryBioHandle, SessionHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** A protocol message that was sent or received (native/tls/connection/message.h). */
export interface ProtocolMessage {
  isSent: boolean;
  version: number;
  contentType: number;
  messageType: number;
  bytes: Buffer;
}

/** The properties of a session. */
export interface SessionFields {
  id: Buffer;
  time: number;
  timeout: number;
  ticketLifetimeHint: number;
  hasTicket: boolean;
  /** Empty without a ticket. */
  ticket: Buffer;
}

/** The result of a step of a connection: a count of bytes, or a negative member of Want. */
export type Step = Native<number>;

/** The requests of OpenSSL inside a step, by kind: each has its values and its answer (native/napi/tls_asker.h). */
export interface Requests {
  pskClientCallback(
    hint: Buffer | null,
    isTls13: boolean,
  ): readonly [identity: Uint8Array, key: Uint8Array] | null;
  pskServerCallback(identity: Buffer | null, isTls13: boolean): Uint8Array | null;
  verifyCallback(): number;
}

/**
 * Called inside a step with a request that needs an immediate answer; null is a refusal. If it throws, the answer is a
 * refusal, and the step throws the same value when it ends.
 */
export type Ask = <Kind extends keyof Requests>(
  kind: Kind,
  ...values: Parameters<Requests[Kind]>
) => ReturnType<Requests[Kind]> | null;

/** Connections and their sessions. */
export interface NativeConnection {
  /** Without queues the connection has its own, for connectionExchange. */
  connectionCreate(
    context: ContextHandle,
    incoming: MemoryBioHandle | null,
    outgoing: MemoryBioHandle | null,
    isServer: boolean,
    serverHostname: string,
    asksClientHello: boolean,
  ): Native<ConnectionHandle>;
  /** Takes effect at the end of the step in which it is called, if there is one. Returns facts that outlive the close. */
  connectionClose(
    connection: ConnectionHandle,
  ): Native<readonly [isResumed: boolean, serverName: string | null]>;
  readonly connectionHandshake: (connection: ConnectionHandle, ask: Ask | null) => Step;
  connectionRead(connection: ConnectionHandle, out: Bytes, ask: Ask | null): Step;
  connectionWrite(connection: ConnectionHandle, bytes: Bytes, ask: Ask | null): Step;
  readonly connectionShutdown: (connection: ConnectionHandle, ask: Ask | null) => Step;
  readonly connectionSendCloseNotify: (connection: ConnectionHandle, ask: Ask | null) => Step;
  /** Sends the request; the certificate arrives in later steps. */
  readonly connectionVerifyClientPostHandshake: (
    connection: ConnectionHandle,
    ask: Ask | null,
  ) => Step;
  /** Returns the lines of a key log file since the last call, while the context logs keys. */
  connectionTakeKeyLog(connection: ConnectionHandle): Native<Buffer | null>;
  /** Keeps the messages of this connection from now on. */
  connectionKeepMessages(connection: ConnectionHandle): Native<undefined>;
  /** Returns the messages since the last call, if they are kept. */
  connectionTakeMessages(connection: ConnectionHandle): Native<ProtocolMessage[]>;
  connectionUseContext(connection: ConnectionHandle, context: ContextHandle): Native<undefined>;
  /** Shows the certificates of another context, before the handshake or at the ClientHello, and takes over nothing else. */
  connectionUseCertificates(connection: ConnectionHandle, source: ContextHandle): Native<undefined>;
  connectionIsHandshakeDone(connection: ConnectionHandle): Native<boolean>;
  connectionPending(connection: ConnectionHandle): Native<number>;
  connectionIsResumed(connection: ConnectionHandle): Native<boolean>;
  connectionSession(connection: ConnectionHandle): Native<SessionHandle | null>;
  connectionResumeSession(connection: ConnectionHandle, session: SessionHandle): Native<undefined>;
  sessionFields(session: SessionHandle): SessionFields;
}
