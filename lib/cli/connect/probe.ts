// Connects to the server, and measures the phases.
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';

import type { SSLSession, SSLSocket } from '../../ssl.js';
import { startTls } from '../starttls/protocols.js';
import { requestOcsp } from './ocsp.js';
import type { Settings } from './settings.js';
import { connectToAny } from './tcp.js';

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

/** A connection to an address that answered before. */
export interface Again {
  readonly session: SSLSession;
  readonly address: string;
}

/** Opens a connection. @throws SSLError, StartTlsError, TimedOut, the errors of node:net and node:dns */
export async function open(
  settings: Settings,
  clock: Clock,
  again: Again | null = null,
): Promise<Opened> {
  const { host, port, startTls: protocol, serverHostname, timeout } = settings;
  const limit = new AbortController();
  let raw: Socket | undefined;
  const timer = setTimeout(() => {
    limit.abort();
    raw?.destroy(new TimedOut());
  }, timeout);
  try {
    const addresses =
      again === null ? await clock.measure('lookup', () => addressesOf(host)) : [again.address];
    const tcp = await clock.measure('connect', () => connectToAny(addresses, port, limit.signal));
    raw = tcp;
    if (protocol !== null)
      await clock.measure('starttls', () => startTls(tcp, protocol, serverHostname));
    const socket = await clock.measure('handshake', () =>
      handshake(settings, tcp, again?.session ?? null),
    );
    return { socket, address: socket.remoteAddress ?? '' };
  } catch (error) {
    raw?.destroy();
    if (limit.signal.aborted) throw new TimedOut(timeout / 1000);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
