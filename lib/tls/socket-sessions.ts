// The sessions of a client: getSession, setSession, and the event `session` for a session that can be resumed.
import { isRecord, unwrap } from '../errors.js';
import { binding, type SessionHandle } from '../internal/native/binding.js';
import { frameSession, serverIdentity, storedSession, unframeSession } from './session-frame.js';
import { STATE, type Members, type TLSSocketLike } from './socket-state.js';

const optionsOf = (socket: TLSSocketLike) => socket[STATE].connectOptions ?? socket._tlsOptions;

/** Returns the sessions that have come since the last call. */
function takeSessions(socket: TLSSocketLike): SessionHandle[] {
  const { connection } = socket[STATE];
  if (connection === null) return [];
  const sessions = binding.connectionTakeSessions(connection.handle);
  return isRecord(sessions) ? [] : sessions;
}

/** Emits `session` for each session that has come, after the verdict about the server. */
export function emitNewSessions(socket: TLSSocketLike): void {
  if (socket[STATE].isServer || socket.secureConnecting || socket.destroyed) return;
  if (socket.listenerCount('session') === 0) return;
  for (const handle of takeSessions(socket)) {
    const bytes = binding.sessionSerialize(handle);
    const identity = serverIdentity(optionsOf(socket));
    if (isRecord(bytes)) continue;
    socket[STATE].lastSession = bytes;
    socket[STATE].lastTicket = binding.sessionFields(handle).ticket;
    socket.emit('session', frameSession(bytes, identity));
  }
}

/**
 * Gives the sessions of a server to its `newSession` listeners. Calls `done` when all of them have answered: until then
 * nothing is sent.
 */
export function storeSessions(socket: TLSSocketLike, done: () => void): void {
  const { server } = socket;
  const sessions = takeSessions(socket);
  let missing = sessions.length;
  if (server === undefined || missing === 0) return done();
  const once = () => {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      missing -= 1;
      if (missing === 0) done();
    };
  };
  for (const session of sessions) {
    const answer = once();
    try {
      const { id } = binding.sessionFields(session);
      if (!server.emit('newSession', id, unwrap(binding.sessionToDer(session)), answer)) answer();
    } catch (error) {
      server.emit('error', error);
      answer();
    }
  }
}

export const sessionMembers: Members = {
  /** Sets a session to resume; one of another server, and bytes without a frame, are ignored. */
  setSession(session: unknown): void {
    const state = this[STATE];
    if (state.isServer) return;
    state.session = unframeSession(session, serverIdentity(optionsOf(this)));
  },

  getSession(): Buffer | null | undefined {
    if (this._handle === null) return null;
    const bytes = this[STATE].lastSession ?? storedSession(this[STATE]);
    if (bytes === null) return undefined;
    return this[STATE].isServer ? bytes : frameSession(bytes, serverIdentity(optionsOf(this)));
  },

  isSessionReused(): boolean | null {
    if (this._handle === null) return null;
    return this[STATE].connection?.isResumed ?? false;
  },
};
