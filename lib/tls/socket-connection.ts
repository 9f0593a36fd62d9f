// Makes the native connection of a TLSSocket, when its transport is connected and the handshake begins: every setting has
// been collected by then.
import { isRecord, unwrap, whileOpen } from '../errors.js';
import { binding, type ConnectionHandle, type SessionHandle } from '../internal/native/binding.js';
import type { SSLContext } from '../ssl/context.js';
import { Connection } from '../ssl/engine/connection.js';
import { changing } from '../ssl/engine/dormant.js';
import type { ConnectionCallbacks } from '../ssl/engine/context.js';
import { hintFailed } from './errors.js';
import { publishEnd } from './handshake-events.js';
import { answerHello, stopsAtHello } from './sni.js';
import { pskCallbacks } from './socket-psk.js';
import { STATE, type Complaint, type TLSSocketLike } from './socket-state.js';
import { trace } from './trace.js';
import { complaintOf } from './verify-codes.js';

/** A session that cannot be resumed under this context means a full handshake. */
function sessionOf(bytes: Buffer | null, ssl: SSLContext): SessionHandle | null {
  if (bytes === null || bytes.length === 0) return null;
  const session = binding.sessionDeserialize(bytes, ssl.handle);
  return isRecord(session) ? null : session;
}

/** Emits `keylog` for each line. */
function takeKeys(socket: TLSSocketLike): (lines: Buffer) => void {
  return (lines) => {
    for (const line of lines.toString('latin1').split('\n'))
      if (line !== '') socket.emit('keylog', Buffer.from(`${line}\n`, 'latin1'));
  };
}

/** Accepts the peer of a renegotiation, or throws the complaint about it. */
function acceptLater(socket: TLSSocketLike): void {
  const state = socket[STATE];
  const { connection } = state;
  if (connection === null) return;
  state.complaint = findComplaint(connection);
  const refusal = state.refusal?.() ?? state.handle.verifyError();
  if (refusal !== null && socket._rejectUnauthorized && asksPeer(socket)) throw refusal;
  binding.connectionAcceptPeer(connection.handle);
  state.isRenewed = true;
}

/** Whether the peer has to show a certificate. */
const asksPeer = (socket: TLSSocketLike): boolean => !socket[STATE].isServer || socket._requestCert;

/** Turns on what the connections of a context take along at their creation. */
function prepare(socket: TLSSocketLike): void {
  const state = socket[STATE];
  const logsKeys = socket.listenerCount('keylog') > 0;
  if (logsKeys && state.contextWithKeyLog !== null) state.context = state.contextWithKeyLog();
  const { context, isServer } = state;
  const { handle } = context.ssl;
  if (logsKeys) binding.contextSetLogsKeys(changing(handle), true);
  if (isServer) context.keepTicketKeys();
  const { server } = socket;
  const storing = ['newSession', 'resumeSession'];
  const stores = !isServer || storing.some((event) => (server?.listenerCount(event) ?? 0) > 0);
  if (stores) binding.contextSetStoresSessions(changing(handle), true);
}

/** A class, because its getter is asked after every step: one in an object would be another function for each connection. */
class SocketCallbacks implements ConnectionCallbacks {
  readonly pskClientCallback: ConnectionCallbacks['pskClientCallback'];
  readonly pskServerCallback: ConnectionCallbacks['pskServerCallback'];
  readonly takeKeys: ConnectionCallbacks['takeKeys'];
  readonly clientHello: ConnectionCallbacks['clientHello'];
  readonly #socket: TLSSocketLike;

  constructor(socket: TLSSocketLike) {
    const { pskClientCallback, pskServerCallback } = pskCallbacks(socket);
    this.pskClientCallback = pskClientCallback;
    this.pskServerCallback = pskServerCallback;
    this.takeKeys = socket.listenerCount('keylog') > 0 ? takeKeys(socket) : null;
    this.clientHello = stopsAtHello(socket) ? (name) => answerHello(socket, name) : null;
    this.#socket = socket;
  }

  acceptPeer(): void {
    acceptLater(this.#socket);
  }

  get takeMessages(): ConnectionCallbacks['takeMessages'] {
    return this.#socket[STATE].isTraced ? trace : null;
  }
}

/** Sets what concerns this connection alone. */
function configure(socket: TLSSocketLike, handle: ConnectionHandle): void {
  const { context, isServer, isTraced, session } = socket[STATE];
  const { ALPNProtocols, pskCallback, pskIdentityHint, requestOCSP } = socket._tlsOptions;
  if (isTraced) binding.connectionKeepMessages(handle);
  unwrap(binding.connectionObservePeer(handle, socket._requestCert, socket._rejectUnauthorized));
  const resumed = isServer ? null : sessionOf(session, context.ssl);
  if (resumed !== null) binding.connectionResumeSession(handle, resumed);
  if (Buffer.isBuffer(ALPNProtocols) && ALPNProtocols.length > 0)
    unwrap(binding.connectionSetAlpn(handle, ALPNProtocols, isServer));
  if (pskCallback) {
    const hint = isServer && pskIdentityHint ? (pskIdentityHint as string) : null;
    if (isRecord(binding.connectionSetAsksPsk(handle, hint))) throw hintFailed();
  }
  if (requestOCSP && !isServer) unwrap(binding.connectionRequestOcsp(handle));
}

/** Makes the connection. It observes its peer: nothing passes before the verdict. */
export function openConnection(socket: TLSSocketLike): Connection {
  prepare(socket);
  const { context, isServer, requestedName } = socket[STATE];
  const connection = new Connection(
    {
      context: context.ssl,
      incoming: null,
      outgoing: null,
      serverSide: isServer,
      serverHostname: isServer ? null : requestedName,
      session: null,
      callbacks: new SocketCallbacks(socket),
    },
    socket,
  );
  configure(socket, connection.handle);
  return connection;
}

/** The complaint for a peer that has shown no certificate, as in Node. */
const NO_CERTIFICATE = {
  code: 'UNABLE_TO_GET_ISSUER_CERT',
  text: 'unable to get issuer certificate',
};
const UNSPECIFIED = 1;

/** Returns the complaint about the peer after the handshake, also that of the session that was resumed. */
export function findComplaint({ handle }: Connection): Complaint | null {
  const code = whileOpen(binding.connectionVerifyCode(handle), UNSPECIFIED);
  if (code === 0) return null;
  if (code === UNSPECIFIED) return NO_CERTIFICATE;
  const verification = binding.connectionVerification(handle);
  const complaints = isRecord(verification) ? [] : verification.complaints;
  const text = complaints.findLast((complaint) => complaint.code === code)?.text;
  return complaintOf(code, text);
}

/** Lets data pass after the verdict about the peer. The rest of the handshake goes out with the next step. */
export function acceptPeer(socket: TLSSocketLike): void {
  const state = socket[STATE];
  if (state.connection === null || state.isAccepted || socket.destroyed) return;
  state.isAccepted = true;
  binding.connectionAcceptPeer(state.connection.handle);
  publishEnd(socket);
}
