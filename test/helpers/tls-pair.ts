/** A client and a server SSLSocket that are connected, over memory or TCP, and a record of what became of a socket. */
import {
  connect as connectNet,
  createServer as createNetServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';

import type * as ssl from 'hermetic-ssl/ssl';

import { nextEvent, withTimeout } from './collect.js';
import { pkiClientContext, pkiServerContext } from './contexts.js';
import { duplexPair, type PairEnd, type PairOptions } from './duplex-pair.js';

export interface TlsPairOptions {
  readonly client?: ssl.WrapSocketOptions | undefined;
  readonly server?: ssl.WrapSocketOptions | undefined;
  readonly clientContext?: ssl.SSLContext | undefined;
  readonly serverContext?: ssl.SSLContext | undefined;
}

export interface TlsPair<T extends Duplex = Duplex> {
  readonly client: ssl.SSLSocket;
  readonly server: ssl.SSLSocket;
  readonly transports: { readonly client: T; readonly server: T };
}

/** Wraps both ends of a transport; the handshake is under way. */
export async function wrapBoth<T extends Duplex>(
  [near, far]: readonly [T, T],
  options: TlsPairOptions = {},
): Promise<TlsPair<T>> {
  const ours = options.clientContext ?? (await pkiClientContext());
  const theirs = options.serverContext ?? (await pkiServerContext());
  return {
    client: ours.wrapSocket(near, { serverHostname: 'localhost', ...options.client }),
    server: theirs.wrapSocket(far, { serverSide: true, ...options.server }),
    transports: { client: near, server: far },
  };
}

/** Waits until both ends have done their handshake. */
export async function ready<T extends Duplex>(pair: TlsPair<T>): Promise<TlsPair<T>> {
  const both = Promise.all([pair.client.doHandshake(), pair.server.doHandshake()]);
  await withTimeout(both, { timeout: 20_000, what: 'both handshakes' });
  return pair;
}

export async function memoryPair(
  options: TlsPairOptions & { readonly pair?: PairOptions } = {},
): Promise<TlsPair<PairEnd>> {
  return ready(await wrapBoth(duplexPair(options.pair), options));
}

/** Both ends of a TCP connection, of which neither is half-open: so node:net makes them by default. */
export async function tcpPair(): Promise<[Socket, Socket]> {
  const server = createNetServer();
  await listening(server);
  const { port } = server.address() as AddressInfo;
  const near = connectNet({ port, host: '127.0.0.1' });
  const [far] = (await nextEvent(server, 'connection')) as [Socket];
  server.close();
  return [near, far];
}

export async function tcpTlsPair(options: TlsPairOptions = {}): Promise<TlsPair<Socket>> {
  return ready(await wrapBoth(await tcpPair(), options));
}

/** Has a server listen and gives the port. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  );
  return (server.address() as AddressInfo).port;
}

/** The events that a stream has emitted, and a wait for its close. */
export interface Story {
  readonly errors: (Error & { code?: string; cause?: unknown })[];
  readonly chunks: Buffer[];
  ends: number;
  closes: number;
  closed(): Promise<Story>;
}

/** The story of a socket that both ends have ended. */
export const cleanEnd = { errors: [], ends: 1, closes: 1 };

/** Listens to a stream. With `reads` its data is taken; otherwise it stays unread. */
export function watch(stream: Duplex, { reads = true }: { reads?: boolean } = {}): Story {
  const isClosed = new Promise((resolve) => stream.once('close', resolve));
  const story: Story = {
    errors: [],
    chunks: [],
    ends: 0,
    closes: 0,
    closed: async () => {
      await withTimeout(isClosed, { timeout: 20_000, what: 'the close of a socket' });
      // A duplicate event would be emitted before this.
      await new Promise((resolve) => setImmediate(resolve));
      return story;
    },
  };
  stream.on('error', (error) => story.errors.push(error));
  stream.on('end', () => (story.ends += 1));
  stream.on('close', () => (story.closes += 1));
  if (reads) stream.on('data', (chunk: Buffer) => story.chunks.push(chunk));
  return story;
}

/** Destroys streams in any state, and ignores their errors. */
export function discard(...streams: Duplex[]): void {
  for (const stream of streams) stream.on('error', () => undefined).destroy();
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await withTimeout(promise, { timeout: 20_000, what: 'a rejection' });
  } catch (error) {
    return error as Error;
  }
  throw new Error('the promise was fulfilled');
}
