// The state of a TLSSocket: one object under one symbol, since TLSSocket is a function and not a class.
import type { BlockList, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Connection } from '../ssl/engine/connection.js';
import type { Channel } from '../ssl/transport/channel.js';
import type { ContextFacade } from './context-facade.js';

export type Done = (error?: Error | null) => void;

/** The options of `connect`, which `https` and the verdict need. */
export interface ConnectOptions {
  host?: string;
  port?: number;
  path?: string;
  localAddress?: string;
  servername?: string;
  socket?: { _host?: string };
  rejectUnauthorized?: boolean;
  minDHSize: number;
  checkServerIdentity(host: string, cert: unknown): Error | undefined;
}

/** The complaint about a peer's certificate: its name in node:tls, and OpenSSL's text. */
export interface Complaint {
  readonly code: string;
  readonly text: string;
}

/** The `_handle` of a socket (socket-handle.ts), as its own code uses it. */
export interface HandleLike {
  /** Returns the complaint about the peer's certificate; null without one. */
  verifyError(): Error | null;
  /** Counts another handshake. Returns how many there were since the window began. */
  countHandshake(window: number): number;
}

/** The `_handle` that node:http2 or the parser of node:http consumes (socket-stream-handle.ts). */
export interface StreamHandle extends HandleLike {
  /** Whether the consumer takes plaintext now. */
  wantsInput: boolean;
  /** Whether the last plaintext went to the socket, and the socket wants no more before its next `_read`. */
  isHeld: boolean;
  /** Whether a consumer takes the plaintext, or may come to; otherwise it is the socket's. */
  isConsumed: boolean;
  /** The plaintext that the socket gets if no consumer takes it. */
  rest: Buffer;
  /** Gives plaintext, which is copied. Returns whether more is wanted now. */
  take(bytes: Buffer): boolean;
  /** Called by the runtime: the consumer takes plaintext again. */
  onreadstart(): number;
  /** Forgets the socket, which is destroyed. */
  letGo(): void;
}

export const STATE = Symbol('state of a TLSSocket');

export interface State {
  readonly isServer: boolean;
  context: ContextFacade;
  /** Returns the context in place of a shared one if keys are logged; null if the context is not shared. */
  contextWithKeyLog: (() => ContextFacade) | null;
  readonly handle: HandleLike;
  transport: Duplex | null;
  /** Whether this socket made the transport, which `connect` then connects. */
  readonly ownsTransport: boolean;
  connection: Connection | null;
  channel: Channel | null;
  connectOptions: ConnectOptions | null;
  /** The name to ask for. */
  requestedName: string | null;
  /** The session to resume: the bytes within the frame. */
  session: Buffer | null;
  complaint: Complaint | null;
  /** Returns the error by which a client refuses its server; null if it accepts it. */
  refusal: (() => Error | null) | null;
  /** Whether a renegotiation has ended, and the verdict about it has to be given. */
  isRenewed: boolean;
  /** The handshakes that have begun, as far as they were counted. */
  numHandshakes: number;
  /** The session of the last event. */
  lastSession: Buffer | null;
  /** The ticket of that session. */
  lastTicket: Buffer | null;
  /** Whether the constructor of net.Socket has run. */
  isMade: boolean;
  /** Whether the handshake was asked for: by `connect`, by the role of a server, by a write. */
  isStarted: boolean;
  hasEnded: boolean;
  /** Whether the messages of the connection are written to stderr. */
  isTraced: boolean;
  /** When the handshake began (performance.now()); null before. */
  beganAt: number | null;
  /** Whether the socket waits in the pool of an agent: data that comes then ends it, and must not answer a later request. */
  isIdle: boolean;
  isAccepted: boolean;
  isHeld: boolean;
  isClosing: boolean;
  fails: boolean;
  write: { readonly chunks: readonly Buffer[]; readonly done: Done } | null;
  wantsInput: boolean;
  /** Plaintext that `onread` has not taken. */
  unread: Buffer | null;
  /** The memory for the next call of `onread`. */
  readMemory: Uint8Array | null;
  /** Whether `onread` has paused the input. */
  isReaderPaused: boolean;
  /** The handle for a consumer; null before it was asked for. */
  streamHandle: StreamHandle | null;
  /** Whether an HTTP server serves the socket. */
  servesHttp: boolean;
  peerName: { address?: string; family?: string; port?: number } | null;
}

/** The options of a TLSSocket. */
export interface SocketOptions {
  isServer?: boolean;
  server?: ServerLike | undefined;
  requestCert?: boolean;
  rejectUnauthorized?: boolean;
  secureContext?: unknown;
  credentials?: unknown;
  ALPNProtocols?: unknown;
  ALPNCallback?: unknown;
  SNICallback?: unknown;
  pskCallback?: unknown;
  pskIdentityHint?: unknown;
  handshakeTimeout?: number;
  session?: unknown;
  requestOCSP?: boolean;
  enableTrace?: unknown;
  allowHalfOpen?: boolean | undefined;
  pauseOnConnect?: boolean;
  highWaterMark?: number;
  onread?: { buffer: Uint8Array | (() => Uint8Array); callback: OnRead } | null;
  signal?: AbortSignal;
  noDelay?: boolean;
  keepAlive?: boolean;
  keepAliveInitialDelay?: number;
  blockList?: BlockList;
  typeOfService?: number;
  servername?: string;
  host?: string;
  socket?: { _host?: string };
}

export type OnRead = (size: number, buffer: Uint8Array) => unknown;

/** The members of a Server that its sockets use. */
export interface ServerLike {
  readonly _contexts?: readonly (readonly [pattern: RegExp, context: unknown])[];
  emit(event: string, ...values: unknown[]): boolean;
  listenerCount(event: string): number;
}

/** A TLSSocket as its own code sees it: a net.Socket with Node's names. */
export interface TLSSocketLike extends Omit<
  Socket,
  'connecting' | '_write' | '_writev' | '_final' | '_destroy' | '_read' | 'connect'
> {
  [STATE]: State;
  _tlsOptions: SocketOptions;
  _secureEstablished: boolean;
  _securePending: boolean;
  _newSessionPending: boolean;
  _controlReleased: boolean;
  _hadError: boolean;
  _requestCert: boolean;
  _rejectUnauthorized: boolean;
  _SNICallback: ((name: string, done: (error: unknown, context?: unknown) => void) => void) | null;
  _parent: unknown;
  readonly _handle: HandleLike | null;
  secureConnecting: boolean;
  servername: string | false | null;
  alpnProtocol: string | false | null;
  authorized: boolean;
  authorizationError: string | Error | null;
  encrypted: true;
  ssl: HandleLike | null;
  server: ServerLike | undefined;
  connecting: boolean;
  _start(): void;
  _final(done: Done): void;
  _finishInit(): void;
  _handleTimeout(): void;
  _emitTLSError(error: Error): void;
  _tlsError(error: Error): Error | null;
  _releaseControl(): boolean;
  _destroySSL(): void;
  _unrefTimer(): void;
  _init(): void;
  setServername(name: string): void;
  setSession(session: unknown): void;
  isSessionReused(): boolean | null;
  _renegotiationDisabled?: boolean;
  getPeerCertificate(detailed?: boolean): object | null;
  getEphemeralKeyInfo(): { type?: string; size?: number } | null;
  connect(...values: unknown[]): unknown;
}

/** The code of a socket's members: `this` is the socket. */
export type Members = Record<string, unknown> & ThisType<TLSSocketLike>;
