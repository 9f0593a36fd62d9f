/** Servers of this package, with the options and facts that every peer's server here has. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import * as ssl from 'hermetic-ssl/ssl';

import { eventually } from './collect.js';
import { emptyFacts } from './fact-log.js';
import {
  describeOurs,
  handshakeFacts,
  nothingYet,
  ourServerContext,
  type OurFacts,
  type OurOptions,
} from './ours-context.js';
import type { PeerError, PeerServer, PeerServerOptions } from './peer-types.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type FactsInProgress = Mutable<OurFacts>;

const startFacts = (): FactsInProgress => ({ ...emptyFacts(), ...nothingYet() });

export interface OurServerOptions extends Omit<PeerServerOptions, 'behaviour'>, OurOptions {
  /**
   * Additional behaviours: http answers each request with its body, half-close answers only after the client has
   * ended, pipe echoes with the backpressure of streams.
   */
  readonly behaviour?: PeerServerOptions['behaviour'] | 'http' | 'half-close' | 'pipe' | undefined;
  /** How sniCallback answers; it is set only together with `sni`. At once unless given. */
  readonly sniAnswer?: 'at once' | 'promise' | 'later' | undefined;
  /** The answer of sniCallback for a name that `sni` does not have; by default the handshake goes on. */
  readonly refuseUnknownNames?: ssl.AlertDescription | undefined;
  /** The protocols of the contexts that `sni` names; those of `alpn` unless given. */
  readonly sniAlpn?: readonly string[] | undefined;
  readonly numTickets?: number | undefined;
}

export interface OurServer extends PeerServer {
  connections(count: number): Promise<OurFacts[]>;
}

/** Starts a server of this package; every connection's facts are there when it is closed. */
export async function startOurServer(options: OurServerOptions): Promise<OurServer> {
  const log: OurFacts[] = [];
  const names = new WeakMap<ssl.SSLPeer, string | null>();
  const transports = new Map<number, Socket>();
  const http = options.behaviour === 'http' ? startHttp() : null;
  const context = prepareContext(options, names);
  const allowHalfOpen = options.behaviour === 'half-close';
  const server = ssl.createServer({ context, allowHalfOpen });
  server.on('connection', (transport: Socket) => {
    const { remotePort = 0 } = transport;
    transports.set(remotePort, transport);
    transport.once('close', () => transports.delete(remotePort));
  });
  server.on('secureConnection', (socket: ssl.SSLSocket) => {
    // A FIN without close_notify, and without a reset, which would lose data.
    const cut = () => transports.get(socket.remotePort ?? 0)?.end();
    const act = http ? () => http.emit('connection', socket) : () => behave(socket, options, cut);
    void serve(socket, act).then((facts) => log.push({ ...facts, sni: names.get(socket) ?? null }));
  });
  server.on('tlsClientError', (error: Error, socket: ssl.SSLSocket) => {
    const failure = { error: describeOurs(error, 'handshake'), sni: names.get(socket) ?? null };
    log.push({ ...startFacts(), ...failure });
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', resolve),
  );
  return {
    port: (server.address() as AddressInfo).port,
    connections: (count) =>
      eventually(() => (log.length >= count ? log.slice(0, count) : null), {
        what: `the end of ${count} connections of our server`,
      }),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      transports.forEach((transport) => transport.destroy());
      await closed;
    },
  };
}

function prepareContext(
  options: OurServerOptions,
  names: WeakMap<ssl.SSLPeer, string | null>,
): ssl.SSLContext {
  const context = ourServerContext({ ...options, behaviour: undefined });
  if (options.numTickets !== undefined) context.numTickets = options.numTickets;
  const { sni, sniAlpn = options.alpn, sniAnswer = 'at once', refuseUnknownNames } = options;
  if (sni === undefined) return context;
  const contexts = new Map(
    Object.entries(sni).map(([name, identity]) => [
      name,
      ourServerContext({ ...options, behaviour: undefined, identity, alpn: sniAlpn }),
    ]),
  );
  const choose = (peer: ssl.SSLPeer, name: string | null): ssl.AlertDescription | undefined => {
    names.set(peer, name);
    const other = contexts.get(name ?? '');
    if (other === undefined) return refuseUnknownNames;
    peer.context = other;
    return undefined;
  };
  context.sniCallback = {
    'at once': choose,
    promise: async (peer: ssl.SSLPeer, name: string | null) => choose(peer, name),
    later: (peer: ssl.SSLPeer, name: string | null) =>
      new Promise<ssl.AlertDescription | undefined>((resolve) =>
        setImmediate(() => resolve(choose(peer, name))),
      ),
  }[sniAnswer];
  return context;
}

function startHttp(): HttpServer {
  return createHttpServer((request, response) => {
    response.setHeader('Content-Type', 'application/octet-stream');
    request.pipe(response);
  });
}

async function serve(socket: ssl.SSLSocket, act: () => void): Promise<FactsInProgress> {
  const facts: FactsInProgress = { ...startFacts(), ...handshakeFacts(socket) };
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.once('end', () => (facts.cleanClose = true));
  socket.on('error', (error) => noteError(facts, error, 'data'));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  act();
  await closed;
  return { ...facts, received: Buffer.concat(chunks) };
}

function noteError(facts: FactsInProgress, error: Error, phase: PeerError['phase']): void {
  facts.error ??= describeOurs(error, phase);
  if (error instanceof ssl.SSLEOFError) facts.cleanClose = false;
}

function behave(socket: ssl.SSLSocket, options: OurServerOptions, cut: () => void): void {
  const { behaviour = 'echo', payload = Buffer.alloc(0) } = options;
  if (behaviour === 'pipe') socket.pipe(socket);
  if (behaviour === 'echo') socket.on('data', (chunk: Buffer) => socket.write(chunk));
  if (behaviour === 'send-then-close') socket.end(payload);
  if (behaviour === 'half-close') socket.once('end', () => socket.end(payload));
  if (behaviour === 'ragged') socket.write(payload, cut);
}
