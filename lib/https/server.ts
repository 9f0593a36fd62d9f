// https.Server: a tls.Server with an http.Server inside that never listens: it gets the connections, and its events are
// emitted on the outer server.
import type * as NodeHttp from 'node:http';

import { requireObject } from '../tls/check.js';
import { Server as TlsServer, type ServerLike } from '../tls/server.js';
import type { TLSSocketLike } from '../tls/socket-state.js';
import { offerToParser } from '../tls/socket-stream-handle.js';

type Given = Record<string, unknown>;

const INNER = Symbol('the http.Server inside');

interface HttpsServerLike extends ServerLike {
  [INNER]: NodeHttp.Server;
}

interface HttpsServerClass {
  new (options?: unknown, listener?: unknown): HttpsServerLike;
  readonly prototype: HttpsServerLike;
}

const http = (): typeof NodeHttp => process.getBuiltinModule('node:http');

/** Events of the inner server that are its own: the outer has those of node:net by itself. */
const OWN_EVENTS = new Set<unknown>([
  'connection',
  'listening',
  'close',
  'newListener',
  'removeListener',
]);

/** Emits the events of the inner server on the outer one, and answers questions about listeners for it. */
function forward(inner: NodeHttp.Server, outer: HttpsServerLike): void {
  const emitOwn = inner.emit.bind(inner) as (event: unknown, ...values: unknown[]) => boolean;
  const countOwn = inner.listenerCount.bind(inner) as (event: unknown) => number;
  Object.assign(inner, {
    emit: (event: string, ...values: unknown[]) =>
      OWN_EVENTS.has(event) ? emitOwn(event, ...values) : outer.emit(event, ...values),
    listenerCount: (event: string) =>
      OWN_EVENTS.has(event) ? countOwn(event) : outer.listenerCount(event),
  });
}

/** Gives the outer server the settings of the inner one (`timeout`, `keepAliveTimeout`, ...) as properties. */
function shareSettings(inner: NodeHttp.Server, outer: HttpsServerLike): void {
  for (const name of Object.keys(inner)) {
    if (name in outer || name.startsWith('_') || typeof Reflect.get(inner, name) === 'function')
      continue;
    Object.defineProperty(outer, name, {
      configurable: true,
      enumerable: true,
      get: () => Reflect.get(inner, name) as unknown,
      set: (value: unknown) => {
        Reflect.set(inner, name, value);
      },
    });
  }
}

function construct(outer: HttpsServerLike, options: Given, listener: unknown): undefined {
  const { ALPNProtocols, ALPNCallback } = options;
  const isChosen = Boolean(ALPNProtocols) || Boolean(ALPNCallback);
  const inner = http().createServer(options as NodeHttp.ServerOptions);
  const constructor = TlsServer as unknown as { call(self: unknown, options: Given): void };
  const alpn = isChosen ? {} : { ALPNProtocols: ['http/1.1'] };
  constructor.call(outer, { noDelay: true, ...alpn, ...options });
  Object.defineProperty(outer, INNER, { value: inner });
  forward(inner, outer);
  shareSettings(inner, outer);
  outer.on('listening', () => void inner.emit('listening'));
  outer.on('secureConnection', (socket: TLSSocketLike) => {
    offerToParser(socket);
    inner.emit('connection', socket as never);
    Object.assign(socket, { server: outer });
  });
  if (listener) outer.on('request', listener as () => void);
  outer.on('tlsClientError', (error: Error, socket: { destroy(error: Error): void }) => {
    if (!outer.emit('clientError', error, socket)) socket.destroy(error);
  });
}

/** Makes a server, with and without `new`. */
export const Server = function ServerFunction(
  this: HttpsServerLike,
  options?: unknown,
  listener?: unknown,
): HttpsServerLike | undefined {
  if (!((this as unknown) instanceof Server)) return new Server(options, listener);
  if (typeof options === 'function') return construct(this, {}, options);
  if (options !== undefined && options !== null) requireObject(options, 'options');
  return construct(this, (options ?? {}) as Given, listener);
} as unknown as HttpsServerClass;

/** Returns a server. */
export function createServer(options?: unknown, listener?: unknown): HttpsServerLike {
  return new Server(options, listener);
}

const members: Given & ThisType<HttpsServerLike> = {
  closeAllConnections(): void {
    this[INNER].closeAllConnections();
  },

  closeIdleConnections(): void {
    this[INNER].closeIdleConnections();
  },

  setTimeout(...values: [milliseconds?: number, listener?: () => void]): HttpsServerLike {
    const [milliseconds, listener] = values;
    this[INNER].timeout = milliseconds ?? 0;
    if (listener !== undefined) this.on('timeout', listener);
    return this;
  },

  close(done?: (error?: Error) => void): HttpsServerLike {
    this[INNER].close();
    TlsServer.prototype.close.call(this, done);
    return this;
  },
};

Object.setPrototypeOf(Server, TlsServer);
Object.setPrototypeOf(Server.prototype, TlsServer.prototype);
Object.defineProperty(Server, 'name', { value: 'Server' });
for (const [name, value] of Object.entries(members))
  Object.defineProperty(Server.prototype, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
