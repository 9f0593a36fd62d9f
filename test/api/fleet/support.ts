/** Handshakes of contexts that share keys of tickets, and a clock that tests set. */
import { afterEach, beforeAll, beforeEach, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext, type Change } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';

export interface Visit {
  readonly reused: boolean;
  readonly session: ssl.SSLSession;
  /** The ticket's first 16 bytes in hexadecimal: the name of its key. */
  readonly keyName: string;
}

const pump = (take: () => void): boolean => {
  try {
    take();
    return true;
  } catch (error) {
    if (error instanceof ssl.SSLWantReadError) return false;
    throw error;
  }
};

/** A client's connection to a server, which resumes the session if both allow it, up to the first data of the server. */
export function visit(
  client: ssl.SSLContext,
  server: ssl.SSLContext,
  session: ssl.SSLSession | null = null,
): Visit {
  const there = new ssl.MemoryBIO();
  const back = new ssl.MemoryBIO();
  const ours = client.wrapBio(back, there, { serverHostname: 'localhost', session });
  const theirs = server.wrapBio(there, back, { serverSide: true });
  for (let isDone = false; !isDone;) {
    const isOurs = pump(() => ours.doHandshake());
    isDone = pump(() => theirs.doHandshake()) && isOurs;
  }
  theirs.write(Buffer.from('x'));
  ours.read(1);
  const made = ours.session;
  if (made === null) throw new Error('no session');
  return { reused: ours.sessionReused ?? false, session: made, keyName: keyNameOf(made) };
}

/** Finds the ticket of a session in its bytes: OpenSSL has it as [10] of SSL_SESSION. Empty for a ticket that is an id. */
function keyNameOf(session: ssl.SSLSession): string {
  if (!session.hasTicket) return '';
  const bytes = session.serialize();
  for (let at = bytes.indexOf(0xaa); at !== -1; at = bytes.indexOf(0xaa, at + 1)) {
    const [first = 0, second = 0, third = 0, tag = 0] = bytes.subarray(at + 1, at + 5);
    if (first === 0x81 && third === 0x04 && tag === 0x81 && second > 0x80)
      return bytes.toString('hex', at + 6, at + 22);
    if (first === 0x82 && bytes[at + 4] === 0x04 && bytes[at + 5] === 0x82)
      return bytes.toString('hex', at + 8, at + 24);
  }
  return '';
}

/** Returns a context of a server with the tests' certificate, and these keys. */
export async function serverWith(
  keys: ssl.SSLContext['ticketKeys'] | Buffer | Buffer[],
  change: Change = () => undefined,
): Promise<ssl.SSLContext> {
  const context = await pkiServerContext();
  change(context);
  if (keys !== null) context.ticketKeys = keys;
  return context;
}

export const client = pkiClientContext;

/** Makes `Date.now` the tests' own; timers run on. Returns the function that sets it, in seconds since 1970. */
export function ownClock(start: number): (seconds: number) => void {
  beforeAll(async () => {
    await testPki(); // issued at the real time
  });
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return (seconds) => vi.setSystemTime(seconds * 1000);
}
