// Waits for a session of the server, and tries to resume it.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { SSLError, type SSLSession, type SSLSocket } from '../../ssl.js';
import { Clock, open, type Opened } from './probe.js';
import type { Settings } from './settings.js';

const STEP = 2;
/** Milliseconds in which a server of this machine sends its tickets, or refuses a client without a certificate. */
const SHORT = 20;
/** Milliseconds after which a server that neither sends a ticket nor closes counts as one without tickets. */
const LONG = 150;

/** A ticket is on its way for one round trip; a handshake of TLS 1.3 takes one as well, and the time of its computations. */
const patienceFor = (
  least: number,
  numTrips: number,
  { phases }: Clock,
): number => Math.max(least, numTrips * (phases.at(-1)?.milliseconds ?? 0)); // prettier-ignore

const isResumable = (socket: SSLSocket, { hasTicket, id }: SSLSession): boolean =>
  hasTicket || (id.length > 0 && socket.version() !== 'TLSv1.3');

const sessionOf = (socket: SSLSocket): SSLSession | null => {
  const { session } = socket;
  return session !== null && isResumable(socket, session) ? session : null;
};

/** Returns the session as soon as it can be resumed; null after the time, or if the server has ended the connection. */
async function awaitSession(socket: SSLSocket, milliseconds: number): Promise<SSLSession | null> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end && !socket.destroyed && !socket.readableEnded) {
    const session = sessionOf(socket);
    if (session !== null) return session;
    await sleep(STEP);
  }
  return null;
}

/**
 * Ends this side, and returns the session that can be resumed once the server has ended its side too. The tickets come before
 * that end, and some servers send them only with their first data.
 */
async function awaitEnd(socket: SSLSocket, milliseconds: number): Promise<SSLSession | null> {
  if (socket.destroyed || socket.readableEnded) return null;
  const limit = new AbortController();
  const ended = once(socket, 'end', { signal: limit.signal }).then(
    () => sessionOf(socket), // before the socket closes
    () => null,
  );
  socket.end();
  const session = await Promise.race([ended, awaitSession(socket, milliseconds)]);
  const found = session ?? (socket.readableEnded ? await ended : null);
  limit.abort();
  return found;
}

const isAlert = (error: Error): boolean =>
  error instanceof SSLError && (error.reason ?? '').includes('ALERT');

/**
 * Returns the session once it can be resumed, or null. Under TLS 1.3 the server sends its tickets after the handshake; an
 * error in that time, such as the server's refusal of a client without a certificate, is thrown. Earlier versions have the
 * session by the end of the handshake, so a server without sessions costs no time.
 */
export async function resumableSession(
  socket: SSLSocket,
  clock: Clock,
): Promise<SSLSession | null> {
  if (socket.version() !== 'TLSv1.3') return sessionOf(socket);
  const failures: Error[] = [];
  socket.on('error', (error: Error) => failures.push(error)).resume();
  const early = await awaitSession(socket, patienceFor(SHORT, 2, clock));
  if (early !== null) return early;
  const [refusal] = failures;
  if (refusal !== undefined) throw refusal;
  const late = await awaitEnd(socket, patienceFor(LONG, 3, clock));
  const alert = failures.find(isAlert); // other failures may be an answer to the end, such as ECONNRESET
  if (alert !== undefined) throw alert;
  return late;
}

export interface Resumption {
  readonly tried: boolean;
  readonly resumed: boolean;
  readonly milliseconds: number;
  /** The reason for which the second connection failed; null if it did not. */
  readonly failure: string | null;
}

/** The second connection is limited to this many times the first one's time: a server may let it wait, or limit connections. */
const SLOWER = 10;
const LEAST = 1000;

/** Connects again with the session, to the same address. */
export async function tryToResume(
  settings: Settings,
  { address }: Opened,
  session: SSLSession | null,
  { phases }: Clock,
): Promise<Resumption> {
  if (session === null) return { tried: false, resumed: false, milliseconds: 0, failure: null };
  const first = phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const timeout = Math.min(settings.timeout, Math.max(LEAST, SLOWER * first));
  const clock = new Clock();
  try {
    const { socket } = await open({ ...settings, timeout }, clock, { session, address });
    const resumed = socket.sessionReused;
    socket.destroySoon();
    const milliseconds = clock.phases.at(-1)?.milliseconds ?? 0;
    return { tried: true, resumed, milliseconds, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { tried: true, resumed: false, milliseconds: 0, failure };
  }
}
