/** Clients of this package, with the options and facts that every peer's client here has. */
import * as ssl from 'hermetic-ssl/ssl';

import { withTimeout } from './collect.js';
import { emptyFacts } from './fact-log.js';
import {
  ourClientContext,
  describeOurs,
  handshakeFacts,
  nothingYet,
  type OurFacts,
  type OurOptions,
} from './ours-context.js';
import type { PeerClientOptions, PeerError } from './peer-types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A session goes with the context that it was made under. */
export interface OurSession {
  readonly session: ssl.SSLSession;
  readonly context: ssl.SSLContext;
}

export interface OurClientOptions extends PeerClientOptions, OurOptions {
  readonly resume?: OurSession | null | undefined;
  /** Sends in writes of so many bytes; in one write unless given. */
  readonly pieceSize?: number | undefined;
  /** Ends this side before anything is read; what the server then sends is still read. */
  readonly halfClose?: boolean | undefined;
}

export interface OurClientFacts extends OurFacts {
  /** Give it as `resume` to a later connection. */
  readonly session: OurSession | null;
}

type FactsInProgress = Mutable<OurClientFacts>;

/** Connects, sends, reads, closes; it resolves in every case, and the facts hold the error. */
export async function connectOurs(options: OurClientOptions): Promise<OurClientFacts> {
  const facts: FactsInProgress = { ...emptyFacts(), ...nothingYet(), session: null };
  const context = options.resume?.context ?? ourClientContext(options);
  let phase: PeerError['phase'] = 'handshake';
  try {
    const socket = await open(options, context);
    phase = 'data';
    await converse(socket, options, facts);
  } catch (error) {
    facts.error ??= describeOurs(error as Error, phase);
  }
  return facts;
}

function open(options: OurClientOptions, context: ssl.SSLContext): Promise<ssl.SSLSocket> {
  const { port, host = '127.0.0.1', servername = 'localhost', resume, halfClose = false } = options;
  return ssl.connect({
    port,
    host,
    context,
    serverHostname: servername,
    session: resume?.session ?? null,
    allowHalfOpen: halfClose,
    timeout: 15_000,
  });
}

async function converse(
  socket: ssl.SSLSocket,
  options: OurClientOptions,
  facts: FactsInProgress,
): Promise<void> {
  Object.assign(facts, handshakeFacts(socket));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', (error) => {
    facts.error ??= describeOurs(error, 'data');
    if (error instanceof ssl.SSLEOFError) facts.cleanClose = false;
  });
  const answered = readAnswer(socket, options, facts);
  for (const piece of pieces(options)) socket.write(piece);
  if (options.halfClose) socket.end();
  const limits = { what: 'the answer of a peer', timeout: 20_000 };
  await withTimeout(Promise.race([answered, closed]), limits);
  socket.end();
  await withTimeout(closed, { what: 'the close of our client' });
}

function* pieces({ send, pieceSize = Infinity }: OurClientOptions): Generator<Uint8Array> {
  for (let start = 0; start < (send?.length ?? 0); start += pieceSize)
    yield send?.subarray(start, start + pieceSize) ?? Buffer.alloc(0);
}

/** Resolves when the requested amount or the end has come. Later data is still recorded. */
function readAnswer(
  socket: ssl.SSLSocket,
  { send, read }: OurClientOptions,
  facts: FactsInProgress,
): Promise<void> {
  const limit = read === 'end' ? Infinity : (read ?? send?.length ?? Infinity);
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    // TLS 1.3 tickets come before the data, so the session is of use only now.
    const finish = (): void => {
      facts.received = Buffer.concat(chunks);
      const { session, context } = socket;
      if (session !== null) facts.session ??= { session, context };
      resolve();
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) finish();
    });
    socket.once('end', () => {
      facts.cleanClose = true;
      finish();
    });
    socket.once('error', () => (facts.received = Buffer.concat(chunks)));
    if (limit === 0) finish();
  });
}
