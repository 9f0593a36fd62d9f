// Renegotiation, under TLS 1.2 and before: the limits of a server, and the verdict about the peer of another handshake.
import { tlsError } from './errors.js';
import { siblings } from './exports.js';
import { STATE, type TLSSocketLike } from './socket-state.js';

function checkLimits(socket: TLSSocketLike): void {
  const { CLIENT_RENEG_LIMIT: most, CLIENT_RENEG_WINDOW: window } = siblings();
  const count = socket[STATE].handle.countHandshake(window);
  if (count > most) socket._emitTLSError(tlsError('ERR_TLS_SESSION_ATTACK'));
  else if (socket._renegotiationDisabled === true)
    socket._emitTLSError(tlsError('ERR_TLS_RENEGOTIATION_DISABLED'));
}

/** Counts the handshakes that a client has begun, before anything is sent in them. */
function countHandshakes(socket: TLSSocketLike, count: number): void {
  const state = socket[STATE];
  for (; state.numHandshakes < count && !socket.destroyed; state.numHandshakes++)
    checkLimits(socket);
}

/** Called after each step: reports another handshake that has begun, or has ended. */
export function noteRenegotiation(socket: TLSSocketLike, numHandshakes: number): void {
  const state = socket[STATE];
  if (!socket._secureEstablished || socket.destroyed) return;
  if (state.isServer) countHandshakes(socket, numHandshakes);
  if (!state.isRenewed || socket.destroyed) return;
  state.isRenewed = false;
  socket._finishInit();
}
