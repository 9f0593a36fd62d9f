/**
 * Two SSLObjects back to back: what one writes is what the other reads, since they share the MemoryBIOs. Everything is
 * synchronous, except where a server's callback gives a promise.
 */
import * as ssl from 'hermetic-ssl/ssl';

export interface Pair {
  readonly client: ssl.SSLObject;
  readonly server: ssl.SSLObject;
  /** The ciphertext on its way to the server, and to the client. */
  readonly toServer: ssl.MemoryBIO;
  readonly toClient: ssl.MemoryBIO;
}

export interface PairOptions {
  readonly client: ssl.SSLContext;
  readonly server: ssl.SSLContext;
  readonly serverHostname?: string | null;
  readonly session?: ssl.SSLSession | null;
}

/** The error of the handshake on each side, or null. */
export interface Outcome {
  readonly client: Error | null;
  readonly server: Error | null;
}

export function makePair(options: PairOptions): Pair {
  const { serverHostname = 'localhost', session = null } = options;
  const [toServer, toClient] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  return {
    client: options.client.wrapBio(toClient, toServer, { serverHostname, session }),
    server: options.server.wrapBio(toServer, toClient, { serverSide: true }),
    toServer,
    toClient,
  };
}

/** Returns the error that `act` throws, or null. */
export function thrown(act: () => unknown): Error | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as Error;
  }
}

const isWaiting = (error: Error | null): boolean =>
  error instanceof ssl.SSLWantReadError || error instanceof ssl.SSLWantCallbackError;

function step(side: ssl.SSLObject, before: Error | null | undefined): Error | null {
  if (before !== undefined && !isWaiting(before)) return before;
  return thrown(() => side.doHandshake());
}

/** More steps than any handshake has. */
const STEPS = 20;

/** Runs the handshake until neither side goes on. A side that still waits has an SSLWant...Error. */
export function tryHandshake({ client, server }: Pick<Pair, 'client' | 'server'>): Outcome {
  const outcome: { client?: Error | null; server?: Error | null } = {};
  for (let i = 0; i < STEPS; i++) {
    outcome.client = step(client, outcome.client);
    outcome.server = step(server, outcome.server);
  }
  return { client: outcome.client ?? null, server: outcome.server ?? null };
}

/** The same, waiting for the answers of callbacks. */
export async function tryHandshakeAsync(pair: Pick<Pair, 'client' | 'server'>): Promise<Outcome> {
  for (;;) {
    const outcome = tryHandshake(pair);
    const waiting = [outcome.client, outcome.server].filter(
      (error) => error instanceof ssl.SSLWantCallbackError,
    );
    if (waiting.length === 0) return outcome;
    await Promise.all(waiting.map(({ ready }) => ready));
  }
}

/** Does the handshake; throws the error of either side. */
export function handshake<P extends Pick<Pair, 'client' | 'server'>>(pair: P): P {
  const outcome = tryHandshake(pair);
  const error = outcome.client ?? outcome.server;
  if (error !== null) throw error;
  return pair;
}

/** A pair whose handshake is done. */
export const connectedPair = (options: PairOptions): Pair => handshake(makePair(options));

/** Sends bytes from one side to the other and gives what arrives. */
export function transfer(from: ssl.SSLObject, to: ssl.SSLObject, bytes: Uint8Array): Buffer {
  from.write(bytes);
  const chunks: Buffer[] = [];
  for (let left = bytes.length; left > 0; left -= chunks.at(-1)?.length ?? left) {
    chunks.push(to.read(left));
  }
  return Buffer.concat(chunks);
}

/** The session that a client can resume: under TLS 1.3 it comes with the tickets, after the handshake. */
export function resumableSession({ client }: Pick<Pair, 'client'>): ssl.SSLSession {
  const waiting = thrown(() => client.read());
  if (!(waiting instanceof ssl.SSLWantReadError))
    throw new Error('nothing was to be read', { cause: waiting });
  const { session } = client;
  if (session === null) throw new Error('the client has no session');
  return session;
}
