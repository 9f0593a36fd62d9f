// Passes requests and WebSockets on to a server over HTTP.
import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { respondText, type Handler, type Request } from './messages.js';

/** Headers of one connection (RFC 9110, 7.6.1). */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade', 'trailer']); // prettier-ignore

const endToEnd = (headers: Readonly<OutgoingHttpHeaders>): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !HOP.has(name)),
  );

/** Returns the headers for the other server, which learns the name that was asked for. */
function forwarded({ headers, socket }: Request): OutgoingHttpHeaders {
  const host = String(headers[':authority'] ?? headers.host ?? '');
  return {
    ...endToEnd(headers),
    host,
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-host': host,
    'x-forwarded-proto': 'https',
  };
}

const isGone = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';

/** Returns the handler of requests. */
export const proxyTo =
  (target: URL): Handler =>
  async (request, response) => {
    const { hostname: host, port } = target;
    const { method, url: path } = request;
    const inner = httpRequest({
      host: bare(host),
      port,
      method,
      path,
      headers: forwarded(request),
    });
    response.once('close', () => inner.destroy());
    try {
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        inner.once('response', resolve).once('error', reject);
      });
      const [answer] = await Promise.all([answered, pipeline(request, inner)]);
      (response as ServerResponse).writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      await pipeline(answer, response as ServerResponse);
    } catch (error) {
      if (isGone(error) || response.headersSent) return void response.destroy();
      const { code, message } = error as NodeJS.ErrnoException;
      respondText(request, response, 502, `${target.origin} does not answer: ${code ?? message}`);
    }
  };

/** Node's requests take an IPv6 address without brackets. */
const bare = (host: string): string => host.replaceAll(/^\[|\]$/g, '');

function headOf(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let i = 0; i < answer.rawHeaders.length; i += 2)
    lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Passes the bytes of two connections on until one of them ends. */
function join(a: Duplex, b: Duplex): void {
  const end = (): void => {
    a.destroy();
    b.destroy();
  };
  a.on('error', end).on('close', end).pipe(b);
  b.on('error', end).on('close', end).pipe(a);
}

/** Returns the listener of `upgrade`. */
export const upgradeTo =
  (target: URL) =>
  (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { hostname: host, port } = target;
    const { method, url: path } = request;
    const headers = {
      ...forwarded(request),
      connection: 'Upgrade',
      upgrade: request.headers.upgrade,
    };
    const inner = httpRequest({ host: bare(host), port, method, path, headers });
    socket.on('error', () => inner.destroy());
    inner.on('upgrade', (answer, other: Duplex, rest) => {
      socket.write(Buffer.concat([Buffer.from(headOf(answer), 'latin1'), rest]));
      if (head.length > 0) other.write(head);
      join(socket, other);
    });
    inner.on('response', (answer) => {
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nConnection: close\r\n\r\n`); // prettier-ignore
      answer.pipe(socket);
    });
    inner.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'));
    inner.end();
  };
