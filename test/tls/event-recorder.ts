/** Plays a scenario over node:tls or over hermetic-ssl/tls, and records the events of both ends in the order of each. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import type { ConnectionOptions, Server, TLSSocket, TlsOptions } from 'node:tls';

import { identity, pki, type Tls } from './support.js';

export type Side = 'client' | 'server';
export type Log = Record<Side, string[]>;
/** Adds a line, for example from a callback. */
export type Note = (side: Side, text: string) => void;

/** The two halves of a proxy between client and server. */
export interface Link {
  readonly toClient: net.Socket;
  readonly toServer: net.Socket;
}

/** The parts of a scenario that is being played. */
export interface Stage {
  readonly tls: Tls;
  readonly note: Note;
  readonly link: () => Link;
  readonly client: () => TLSSocket;
  readonly server: () => Server;
  readonly transport: () => Duplex | null;
}

type Given<T> = T | ((note: Note) => T);

export interface Scenario {
  readonly server?: Given<TlsOptions>;
  readonly client?: Given<ConnectionOptions>;
  /** Called before the server listens. */
  prepare?(server: Server, stage: Stage): void;
  /** Called with each socket of the server. */
  onServer?(socket: TLSSocket, stage: Stage): void;
  /** Called at `secureConnect`. */
  onClient?(socket: TLSSocket, stage: Stage): void;
  /** Called right after `connect`. */
  atOnce?(socket: TLSSocket, stage: Stage): void;
  /** In place of the client: a connection without TLS. */
  rawClient?(socket: net.Socket, stage: Stage): void;
  /** In place of the server: connections without TLS. */
  rawServer?(socket: net.Socket, stage: Stage): void;
  readonly isProxied?: boolean;
  /** Whether the client gets a transport of its own. */
  readonly over?: 'connected' | 'connecting' | 'duplex';
  /** Whether a second client follows, with the last session of the first. */
  readonly resumes?: boolean;
  /** Whether the scenario itself reads. */
  readonly isPaused?: boolean;
  /** Further events of the client. */
  readonly listens?: readonly string[];
}

const CLIENT_EVENTS = [
  ...['lookup', 'connect', 'ready', 'secure', 'secureConnect', 'OCSPResponse', 'data'],
  ...['end', 'finish', 'timeout', 'error', 'close'],
];
const SERVER_EVENTS = ['data', 'end', 'finish', 'timeout', 'error', 'close'];

/** Removes the places in OpenSSL's sources, and the names that 3.0, which Node 20 has, 3.5 and 4 give to the same alert. */
const normalized = (message: string): string =>
  message
    .split('\n')[0]!
    .replace(/[0-9A-F]+:(?=error:)/, '')
    .replace(/(error:[0-9A-F]{8}:[^:]*):[^:]*:([^:]*).*$/, '$1::$2')
    .replace(/sslv3 alert|ssl\/tls alert/g, 'tls alert')
    .replace(/; if the root CA is installed locally.*$/, '') // the hint of Node 24 and later
    .replace(/:\d{4,5}\b/g, ':PORT');

function textOf(value: unknown): string {
  if (value instanceof Error) {
    const { code = '', syscall = '', message } = value as NodeJS.ErrnoException;
    const name = code.replace(/SSLV3_ALERT|SSL\/TLS_ALERT/g, 'TLS_ALERT');
    return [name, syscall, `"${normalized(message)}"`].filter(Boolean).join(' ');
  }
  if (Buffer.isBuffer(value)) return `<${value.length > 0 ? 'bytes' : 'empty'}>`;
  return typeof value === 'object' && value !== null ? '<object>' : String(value);
}

/** Adds an event to a log. Chunks of data count as one: their sizes are not part of the contract. */
/** An array, or a log elsewhere. */
export interface Lines {
  push(line: string): unknown;
  at?(i: number): string | undefined;
  splice?(...values: [number, number, string]): unknown;
}

function add(lines: Lines, name: string, values: readonly unknown[]): void {
  if (name !== 'data') return void lines.push([name, ...values.map(textOf)].join(' '));
  const text = String(values[0]);
  const last = lines.at?.(-1) ?? '';
  if (last.startsWith('data ')) lines.splice?.(-1, 1, last + text);
  else lines.push(`data ${text}`);
}

/** Records the events of an emitter. */
export function record(lines: Lines, emitter: NodeJS.EventEmitter, names: readonly string[]) {
  for (const name of names) emitter.on(name, (...values: unknown[]) => add(lines, name, values));
}

/** The facts that programs read in a listener of `secureConnect` or `secureConnection`. */
function factsOf(socket: TLSSocket): string {
  const { authorized, authorizationError, alpnProtocol } = socket;
  const { servername } = socket as unknown as { servername?: string | false };
  const facts = { authorized, authorizationError, alpnProtocol, servername };
  return JSON.stringify({
    ...facts,
    authorizationError: authorizationError && String(authorizationError),
    protocol: socket.getProtocol(),
    isReused: socket.isSessionReused(),
  });
}

/** Fulfilled at `close`. Not `once`, which an error rejects. */
export const closed = (emitter: NodeJS.EventEmitter): Promise<void> =>
  new Promise((resolve) => emitter.once('close', () => resolve()));

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function proxyTo(port: () => number, take: (link: Link) => void): net.Server {
  return net.createServer({ allowHalfOpen: true }, (toClient) => {
    const toServer = net.connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    for (const one of [toClient, toServer]) one.on('error', () => undefined);
    toClient.pipe(toServer).pipe(toClient);
    take({ toClient, toServer });
  });
}

/** A stream that is not a net.Socket. */
function streamOver(socket: net.Socket): Duplex {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk) => void (stream.push(chunk) || socket.pause()));
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  return stream;
}

const given = <T>(value: Given<T> | undefined, note: Note): T | undefined =>
  typeof value === 'function' ? (value as (note: Note) => T)(note) : value;

class Play {
  readonly log: Log = { client: [], server: [] };
  readonly #tls: Tls;
  readonly #scenario: Scenario;
  readonly #sockets: net.Socket[] = [];
  readonly #servers: net.Server[] = [];
  #link: Link | null = null;
  #client: TLSSocket | null = null;
  #server: Server | null = null;
  #transport: Duplex | null = null;

  constructor(tls: Tls, scenario: Scenario) {
    this.#tls = tls;
    this.#scenario = scenario;
  }

  get #stage(): Stage {
    return {
      tls: this.#tls,
      note: (side, text) => void this.log[side].push(text),
      link: () => this.#link!,
      client: () => this.#client!,
      server: () => this.#server!,
      transport: () => this.#transport,
    };
  }

  #serve(): net.Server {
    const { rawServer, server: options, onServer, prepare, isPaused } = this.#scenario;
    const lines = this.log.server;
    if (rawServer)
      return net.createServer((socket) => {
        this.#sockets.push(socket);
        rawServer(socket, this.#stage);
      });
    const server = this.#tls.createServer({ ...identity, ...given(options, this.#stage.note) });
    this.#server = server;
    record(lines, server, ['tlsClientError', 'error']);
    server.on('connection', (socket: net.Socket) => this.#sockets.push(socket));
    server.on('secureConnection', (socket) => {
      this.#sockets.push(socket);
      lines.push(`secureConnection ${factsOf(socket)}`);
      record(lines, socket, isPaused ? SERVER_EVENTS.slice(1) : SERVER_EVENTS);
      onServer?.(socket, this.#stage);
    });
    prepare?.(server, this.#stage);
    return server;
  }

  async #connectRaw(port: number): Promise<void> {
    const socket = net.connect({ port, host: '127.0.0.1' });
    this.#sockets.push(socket);
    socket.on('error', () => undefined).resume();
    this.#scenario.rawClient?.(socket, this.#stage);
    await Promise.race([closed(socket), pause(1000)]);
  }

  async #transportTo(port: number): Promise<Duplex | null> {
    const { over } = this.#scenario;
    if (over === undefined) return null;
    const socket = net.connect({ port, host: '127.0.0.1' });
    this.#sockets.push(socket);
    if (over === 'connecting') return socket;
    await once(socket, 'connect');
    return over === 'connected' ? socket : streamOver(socket);
  }

  async #connect(port: number, session: Buffer | undefined): Promise<Buffer | undefined> {
    const { client: options, onClient, atOnce, isPaused, listens = [] } = this.#scenario;
    const lines = this.log.client;
    this.#transport = await this.#transportTo(port);
    const client = this.#tls.connect({
      ...{ port, host: '127.0.0.1', ca: pki.caPem, servername: 'localhost', session },
      ...(this.#transport ? { socket: this.#transport } : {}),
      ...given(options, this.#stage.note),
    });
    this.#client = client;
    this.#sockets.push(client);
    const events = [...CLIENT_EVENTS, ...listens];
    client.once('secureConnect', () => lines.push(factsOf(client)));
    record(lines, client, isPaused ? events.filter((name) => name !== 'data') : events);
    let last: Buffer | undefined;
    client.on('session', (bytes) => (last = bytes));
    if (onClient) client.on('secureConnect', () => onClient(client, this.#stage));
    atOnce?.(client, this.#stage);
    let isClosed = false;
    void closed(client).then(() => (isClosed = true));
    await Promise.race([closed(client), pause(3000)]);
    if (!isClosed) lines.push('never closed');
    return last;
  }

  /** Waits until the connections of the server are gone; one that stays is named. */
  async #settle(server: net.Server): Promise<void> {
    const count = () =>
      new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n ?? 0)));
    for (let i = 0; i < 12 && (i < 2 || (await count()) > 0); i++) await pause(10);
    if ((await count()) > 0) this.log.server.push('still open');
  }

  async run(): Promise<Log> {
    const { rawClient, isProxied, resumes } = this.#scenario;
    const server = this.#serve();
    this.#servers.push(server);
    const port = await listen(server);
    const proxy = proxyTo(
      () => port,
      (link) => {
        this.#link = link;
        this.#sockets.push(link.toClient, link.toServer);
      },
    );
    if (isProxied) this.#servers.push(proxy);
    const entry = isProxied ? await listen(proxy) : port;
    if (rawClient) await this.#connectRaw(entry);
    else {
      const session = await this.#connect(entry, undefined);
      if (resumes) await this.#connect(entry, session);
    }
    await this.#settle(server);
    const log = structuredClone(this.log); // without the events of the cleanup
    const events = this.#servers.filter((one) => one.listening).map((one) => closed(one.close()));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(events);
    return log;
  }
}

/** Returns the events of both ends. */
export const play = (tls: Tls, scenario: Scenario): Promise<Log> => new Play(tls, scenario).run();
