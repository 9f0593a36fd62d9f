// The server of `hermetic-ssl serve`: TLS of this package, and Node's HTTP/2 and HTTP/1.1 on its sockets.
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { SSLContext } from '../../ssl/context.js';
import { createServer, type SSLServer } from '../../ssl/server.js';
import type { SSLSocket } from '../../ssl/socket.js';
import { respondText, type Handler, type Request, type Response } from './messages.js';

export interface Served {
  readonly port: number;
  useContext(context: SSLContext): void;
  close(): void;
}

export interface ServeOptions {
  readonly context: SSLContext;
  readonly host: string;
  /** The ports to try, one after the other. */
  readonly ports: readonly number[];
  readonly handler: Handler;
  readonly upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null;
}

async function listen(server: SSLServer, host: string, ports: readonly number[]): Promise<number> {
  let failure: unknown;
  for (const port of ports) {
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      failure = error;
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
    }
  }
  throw failure;
}

/** An error of a handler, such as a file that was deleted meanwhile, ends its response only. */
const guarded =
  (handler: Handler) =>
  async (request: Request, response: Response): Promise<void> => {
    try {
      await handler(request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else respondText(request, response, 500, 'internal error');
    }
  };

/** Starts the server. @throws the errors of listening */
export async function startServer(options: ServeOptions): Promise<Served> {
  const handle = guarded(options.handler);
  const http = createHttp((request, response) => void handle(request, response));
  const http2 = createHttp2((request, response) => void handle(request, response));
  if (options.upgrade !== null) http.on('upgrade', options.upgrade);
  http2.on('sessionError', () => {});
  const sockets = new Set<SSLSocket>();
  const server = createServer({ context: options.context }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const chosen = socket.selectedAlpnProtocol() === 'h2' ? http2 : http;
    chosen.emit('connection', socket);
  });
  server.on('tlsClientError', () => {}); // such as a browser that does not trust the authority yet
  const port = await listen(server, options.host, options.ports);
  return {
    port,
    useContext(context) {
      server.context = context;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
