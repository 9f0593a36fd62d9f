// The calls of a channel to its TLSSocket: plaintext, the end, failures, and the end of the handshake.
import { isRecord, SSLEOFError } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import type { ChannelHost } from '../ssl/transport/channel.js';
import { isReadableDue } from '../ssl/transport/readable-due.js';
import { nodeShaped, protocolError } from './errors.js';
import { noteRenegotiation } from './renegotiation.js';
import { acceptPeer, findComplaint } from './socket-connection.js';
import { endReader, giveToReader } from './socket-reader.js';
import { emitNewSessions, storeSessions } from './socket-sessions.js';
import { STATE, type State, type TLSSocketLike } from './socket-state.js';

function takePlaintext(socket: TLSSocketLike, bytes: Buffer): boolean {
  socket._unrefTimer();
  emitNewSessions(socket); // tickets come before the data after them
  if (socket.destroyed) return false;
  const state = socket[STATE];
  if (state.isIdle) {
    socket.destroy();
    return false;
  }
  if (socket._tlsOptions.onread) {
    state.wantsInput = giveToReader(socket, bytes);
    return state.wantsInput;
  }
  if (state.streamHandle?.isConsumed === true) return state.streamHandle.take(bytes);
  return socket.push(bytes) && !isReadableDue(socket);
}

/** The peer has ended, also without close_notify: an end is an end in node:tls. */
export function endInput(socket: TLSSocketLike): void {
  const state = socket[STATE];
  if (state.hasEnded || socket.destroyed) return;
  state.hasEnded = true;
  endReader(socket);
}

/** Ends a socket by a failure of TLS; the alert, if there is one, is sent. */
function fail(socket: TLSSocketLike, error: Error): void {
  const state = socket[STATE];
  if (socket.destroyed || socket._hadError) return;
  const isSecure = socket._secureEstablished;
  if (!isSecure && error instanceof SSLEOFError) return endInput(socket);
  socket._hadError = true;
  state.fails = true;
  const shaped = nodeShaped(error);
  // node:tls blames a write that waits for the handshake: "write EPROTO".
  const isWriting = !isSecure && !state.isServer && socket.writableLength > 0;
  socket.destroy(isWriting && shaped !== error ? protocolError(shaped) : shaped);
}

/**
 * The transport has failed. In the handshake a failed write is not reported: as in node:tls, the end of the connection is,
 * with the code ECONNRESET, which programs know.
 */
function onTransportFailed(socket: TLSSocketLike, error: NodeJS.ErrnoException): void {
  if (socket._secureEstablished || error.syscall !== 'write') return void socket.destroy(error);
  if (socket[STATE].isServer) socket.destroy();
  else endInput(socket);
}

function onClosed(socket: TLSSocketLike): void {
  const { hasEnded, unread } = socket[STATE];
  if (socket.destroyed) return;
  if (!socket._secureEstablished && !hasEnded) return endInput(socket);
  const isRead = unread === null && (socket.readableEnded || socket.readableLength === 0);
  if (hasEnded && !isRead) socket.once('end', () => socket.destroy());
  else socket.destroy();
}

/**
 * Has the listeners of `secure` give the verdict, and then lets data pass. An error before the verdict refuses the peer; one
 * of the application's own listeners after it is thrown on.
 */
function giveVerdict(socket: TLSSocketLike): void {
  try {
    socket._finishInit();
  } catch (error) {
    if (socket.secureConnecting) return void socket.destroy(error as Error);
    acceptPeer(socket);
    throw error;
  }
  acceptPeer(socket);
}

/** Whether a server refuses this client, so that its session is not stored. */
const isRefused = ({ _requestCert, _rejectUnauthorized, [STATE]: { complaint } }: TLSSocketLike) =>
  _requestCert && _rejectUnauthorized && complaint !== null;

function finishHandshake(socket: TLSSocketLike): void {
  const state = socket[STATE];
  const { connection } = state;
  if (connection === null) return;
  if (state.isTraced) binding.connectionKeepMessages(connection.handle); // if it was elsewhere
  state.complaint = findComplaint(connection);
  if (socket._tlsOptions.requestOCSP && !state.isServer) {
    const response = binding.connectionOcspResponse(connection.handle);
    socket.emit('OCSPResponse', isRecord(response) ? null : response);
  }
  const stores = (socket.server?.listenerCount('newSession') ?? 0) > 0;
  if (socket.destroyed || !stores || isRefused(socket)) return giveVerdict(socket);
  acceptPeer(socket); // what it sends is held until the session is stored
  state.isHeld = true;
  storeSessions(socket, () => {
    state.isHeld = false;
    if (socket.destroyed) return;
    giveVerdict(socket);
    if (!socket.destroyed) state.channel?.proceed();
  });
}

/** The host of a socket's channel. */
export class SocketHost implements ChannelHost {
  readonly judgesPeer = true;
  readonly awaitsTransport = true;
  readonly #socket: TLSSocketLike;
  readonly #state: State;

  constructor(socket: TLSSocketLike) {
    this.#socket = socket;
    this.#state = socket[STATE];
  }

  stepped(numHandshakes: number): void {
    noteRenegotiation(this.#socket, numHandshakes);
  }

  isHeld(): boolean {
    return this.#state.isHeld;
  }

  copiesPlaintext(): boolean {
    return this.#state.streamHandle?.isConsumed === true;
  }

  plaintext(bytes: Buffer): boolean {
    return takePlaintext(this.#socket, bytes);
  }

  advanced(): void {
    emitNewSessions(this.#socket);
  }

  ended(): void {
    endInput(this.#socket);
  }

  secure(): void {
    finishHandshake(this.#socket);
  }

  failed(error: Error): void {
    fail(this.#socket, error);
  }

  readFailed(error: Error): void {
    fail(this.#socket, error);
  }

  transportFailed(error: Error): void {
    onTransportFailed(this.#socket, error);
  }

  closed(): void {
    onClosed(this.#socket);
  }

  connected(): void {}

  timedOut(): void {}

  shutDown(): void {}

  toleratesEof(): boolean {
    return true;
  }

  keepsTransport(): boolean {
    return false;
  }
}
