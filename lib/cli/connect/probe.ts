// Connects to the server, measures the phases, and tries to resume the session.
import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { SSLSession, SSLSocket } from '../../ssl.js';
import { startTls } from '../starttls/protocols.js';
import { requestOcsp } from './ocsp.js';
import type { Settings } from './settings.js';

export interface Phase {
  readonly name: 'lookup' | 'connect' | 'starttls' | 'handshake';
  readonly milliseconds: number;
}

export interface Opened {
  readonly socket: SSLSocket;
  readonly address: string;
}

/** The limit of --timeout was reached. */
export class TimedOut extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(seconds = 0) {
    super(`no answer within ${seconds} seconds`);
  }
}

/** Measures the phases; they are known also after a failure. */
export class Clock {
  readonly phases: Phase[] = [];

  async measure<T>(name: Phase['name'], work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      const milliseconds = Math.round((performance.now() - began) * 100) / 100;
      this.phases.push({ name, milliseconds });
    }
  }
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Connects to the first address that answers. */
async function connectToAny(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  let failure: unknown;
  for (const host of addresses) {
    const socket = connectTcp({ host, port, noDelay: true });
    try {
      await once(socket, 'connect', { signal });
      return socket;
    } catch (error) {
      socket.destroy();
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

async function handshake(
  settings: Settings,
  raw: Socket,
  session: SSLSession | null,
): Promise<SSLSocket> {
  const { context, serverHostname } = settings;
  const socket = context.wrapSocket(raw, { serverHostname, session });
  socket.on('error', () => {}); // doHandshake rejects with it
  requestOcsp(socket);
  await socket.doHandshake();
  return socket;
}

/** Opens a connection. @throws SSLError, StartTlsError, TimedOut, the errors of node:net and node:dns */
export async function open(
  settings: Settings,
  clock: Clock,
  session: SSLSession | null = null,
): Promise<Opened> {
  const { host, port, startTls: protocol, serverHostname, timeout } = settings;
  const limit = new AbortController();
  let raw: Socket | undefined;
  const timer = setTimeout(() => {
    limit.abort();
    raw?.destroy(new TimedOut());
  }, timeout);
  try {
    const addresses = await clock.measure('lookup', () => addressesOf(host));
    const tcp = await clock.measure('connect', () => connectToAny(addresses, port, limit.signal));
    raw = tcp;
    if (protocol !== null)
      await clock.measure('starttls', () => startTls(tcp, protocol, serverHostname));
    const socket = await clock.measure('handshake', () => handshake(settings, tcp, session));
    return { socket, address: socket.remoteAddress ?? '' };
  } catch (error) {
    raw?.destroy();
    if (limit.signal.aborted) throw new TimedOut(timeout / 1000);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const TICKET_PATIENCE = 150;
const STEP = 2;

/**
 * Returns the session once it can be resumed, or null. Under TLS 1.3 the server sends its tickets after the handshake; an
 * error in that time, such as the server's refusal of a client without a certificate, is thrown. Earlier versions have the
 * session by the end of the handshake, so a server without sessions costs no time.
 */
export async function resumableSession(
  socket: SSLSocket,
  patience: number,
): Promise<SSLSession | null> {
  let failure: Error | undefined;
  socket.on('error', (error: Error) => (failure = error)).resume();
  const end = performance.now() + Math.max(TICKET_PATIENCE, patience);
  while (performance.now() < end && !socket.destroyed) {
    const { session } = socket;
    if (session !== null && isResumable(socket, session)) return session;
    if (socket.version() !== 'TLSv1.3') return null;
    await sleep(STEP);
  }
  if (failure !== undefined) throw failure;
  return null;
}

const isResumable = (socket: SSLSocket, { hasTicket, id }: SSLSession): boolean =>
  hasTicket || (id.length > 0 && socket.version() !== 'TLSv1.3');

export interface Resumption {
  readonly tried: boolean;
  readonly resumed: boolean;
  readonly milliseconds: number;
}

/** Connects again with the session. A failure counts as not resumed: servers may limit connections. */
export async function tryToResume(
  settings: Settings,
  session: SSLSession | null,
): Promise<Resumption> {
  if (session === null) return { tried: false, resumed: false, milliseconds: 0 };
  const clock = new Clock();
  try {
    const { socket } = await open(settings, clock, session);
    const resumed = socket.sessionReused;
    socket.destroySoon();
    return { tried: true, resumed, milliseconds: clock.phases.at(-1)?.milliseconds ?? 0 };
  } catch {
    return { tried: true, resumed: false, milliseconds: 0 };
  }
}
