// The parts of an SSLContext that connections use: types only, so that nothing in this folder imports ../context.ts.
import type {
  ContextHandle,
  MemoryBioHandle,
  ProtocolMessage,
  SessionHandle,
} from '../../internal/native/binding.js';
import type { KeyLog } from './key-log.js';
import type { SessionStore } from './session-store.js';
import type { PeerVerification } from './peer-verdict.js';

/** The SSLObject or SSLSocket that callbacks receive. */
export type CallbackPeer = object;

/**
 * A callback whose parameters have a public type of their own (../callbacks.ts), such as SSLContext. A method's type
 * accepts it here.
 */
type Callback<Values extends readonly unknown[]> = { call(...values: Values): unknown }['call'];

/** Decides about the peer by its certificate. */
export type Verifier = Callback<[peer: CallbackPeer, verification: PeerVerification]>;

export interface ConnectionContext {
  readonly handle: ContextHandle;
  readonly role: { readonly isServerOnly: boolean; readonly isClientOnly: boolean };
  readonly keyLog: KeyLog | null;
  readonly msgCallback: Callback<
    [
      peer: CallbackPeer,
      direction: 'read' | 'write',
      ...numbers: [version: number, contentType: number, messageType: number],
      data: Buffer,
    ]
  > | null;
  readonly sniCallback: Callback<
    [peer: CallbackPeer, serverName: string | null, context: ConnectionContext]
  > | null;
  readonly verifyCallback: Verifier | null;
  readonly pskClientCallback: Callback<[hint: string | null]> | null;
  readonly pskServerCallback: Callback<[identity: string | null]> | null;
  readonly sessionStore: SessionStore | null;
}

/** The callbacks that supply pre-shared keys. */
export type PskSource = Pick<ConnectionContext, 'pskClientCallback' | 'pskServerCallback'>;

/** The callbacks of one connection, in place of those of its context. */
export interface ConnectionCallbacks extends PskSource {
  /** Called at the ClientHello, with a server's name or null, like `sniCallback`. */
  readonly clientHello: ((name: string | null) => unknown) | null;
  /** Accepts an observed peer that has shown a certificate in a later handshake, or throws. */
  acceptPeer(): void;
  /** Takes the lines of a key log; null if nothing logs keys. */
  readonly takeKeys: ((lines: Buffer) => void) | null;
  /** Takes the protocol messages that the connection keeps; null if it does not. */
  readonly takeMessages: ((messages: readonly ProtocolMessage[]) => void) | null;
}

/** The settings of one connection. */
export interface ConnectionSettings {
  context: ConnectionContext;
  /** Null for a connection whose steps are those of Exchange. */
  incoming: MemoryBioHandle | null;
  outgoing: MemoryBioHandle | null;
  serverSide: boolean;
  serverHostname: string | null;
  session: SessionHandle | null;
  /** Whether nothing happens before ciphertext, or its end, has come, as on a server. False by default. */
  waitsForInput?: boolean;
  /** By default the context's. */
  callbacks?: ConnectionCallbacks;
}

/** The connection that a request is about. */
export interface Asked {
  /** The current context, after a switch by `sniCallback`. */
  readonly context: ConnectionContext;
  readonly pskSource: PskSource;
  readonly peer: CallbackPeer;
  /** Calls `verifyCallback`. */
  readonly judgePeer: () => number;
  /** Sets the cause of the step's failure although there is an answer. */
  readonly blame: (error: unknown) => void;
}
