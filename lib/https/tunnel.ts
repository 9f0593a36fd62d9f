// A connection through a proxy: CONNECT, its answer, and TLS with the server inside (RFC 9110, section 9.3.6).
import type { Duplex } from 'node:stream';

import { net } from '../ssl/transport/net.js';
import { invalidValue, proxyError, type NodeError } from '../tls/errors.js';
import { siblings } from '../tls/exports.js';
import type { TLSSocketLike } from '../tls/socket-state.js';
import type { Proxy } from './proxy.js';

type Options = Readonly<Record<string, unknown>>;
type Timed = Duplex & { setTimeout(milliseconds: number): unknown };

/** What a tunnel is made of and for. */
export interface TunnelRequest {
  readonly proxy: Proxy;
  /** The options of the connection to the server. */
  readonly options: Options;
  /** Whether the proxy may keep its connection for more requests. */
  readonly keepsAlive: boolean;
  /** Begins TLS with the server over the tunnel. */
  readonly secure: (tunnel: Duplex) => TLSSocketLike;
}

type Done = (error: Error | null, socket?: TLSSocketLike) => void;

const END_OF_HEADERS = '\r\n\r\n';

/** Returns `host:port` of the server, as CONNECT has it. */
function authorityOf({ host, port }: Options): string {
  const name = (host as string | undefined) || 'localhost';
  // The name becomes a line of the request.
  if (/[\0\r\n\s]/.test(name)) throw invalidValue('options.host', name);
  const shown = net().isIP(name) === 6 ? `[${name}]` : name;
  return `${shown}:${String((port as number | undefined) || 443)}`;
}

function requestFor({ proxy, keepsAlive }: TunnelRequest, authority: string): string {
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    ...(proxy.authorization === null ? [] : [`proxy-authorization: ${proxy.authorization}`]),
    ...(keepsAlive ? ['proxy-connection: keep-alive'] : []),
    `host: ${authority}`,
  ];
  return lines.join('\r\n') + END_OF_HEADERS;
}

const failed = (text: string): NodeError => proxyError('ERR_PROXY_TUNNEL', text);

/** Returns the error of an answer; null if the tunnel is open, undefined if more of the answer has to come. */
function judge(answer: Buffer, most: number, target: string): Error | null | undefined {
  const end = answer.indexOf(END_OF_HEADERS);
  if ((end < 0 ? answer.length : end + END_OF_HEADERS.length) > most)
    return failed(`Proxy response headers exceeded ${most} bytes`);
  if (end < 0) return undefined;
  const line = answer.toString('latin1', 0, answer.indexOf('\r\n'));
  const status = line.split(' ')[1] ?? '';
  if (status === '200') return null;
  const error = failed(`Failed to establish tunnel to ${target}: ${line}`);
  return Object.assign(error, { statusCode: Number.parseInt(status, 10) });
}

/** Reads the answer of the proxy, and calls `done` once. */
function readAnswer(
  socket: Duplex,
  most: number,
  target: string,
  done: (error: Error | null) => void,
): void {
  // prettier-ignore
  let answer = Buffer.alloc(0);
  const stop = (error: Error | null) => {
    socket.off('readable', read).off('end', onEnd);
    done(error);
  };
  const onEnd = () => stop(failed('Connection to establish proxy tunnel ended unexpectedly'));
  const read = () => {
    for (;;) {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      answer = Buffer.concat([answer, chunk]);
      const verdict = judge(answer, most, target);
      if (verdict !== undefined) return stop(verdict);
    }
  };
  socket.on('readable', read).on('end', onEnd);
}

/** How long the rest of a refusal is read: a socket that is destroyed before resets the connection of the proxy. */
const REST_MS = 1000;

/** Closes a connection whose error the request has got. */
function leave(socket: Timed, { wasRefused }: { wasRefused: boolean }): void {
  socket.on('error', () => undefined);
  if (!wasRefused) return void socket.destroy();
  socket.setTimeout(REST_MS);
  socket.on('timeout', () => void socket.destroy()).resume();
  socket.end();
}

/** Connects to the proxy. */
function connectTo({ isTls, host, port }: Proxy): Timed {
  return (isTls ? siblings().connect({ host, port }) : net().connect({ host, port })) as Timed;
}

/**
 * Opens a tunnel and makes the handshake with the server in it. Calls `done` once, with the socket after its `secureConnect`,
 * or with an error. The option `timeout` limits each phase, up to the end of the handshake.
 */
export function openTunnel(request: TunnelRequest, done: Done): void {
  const { proxy, options } = request;
  const authority = authorityOf(options);
  const milliseconds = options['timeout'] as number | undefined;
  const most = (options['maxHeaderSize'] as number | undefined) || process.getBuiltinModule('node:http').maxHeaderSize; // prettier-ignore
  const outer = connectTo(proxy);
  let current: Timed = outer;
  let isDone = false;
  const finish = (error: Error | null) => {
    if (isDone) return;
    isDone = true;
    for (const socket of new Set([outer, current])) {
      socket.off('timeout', onTimeout).off('error', finish);
      if (error !== null) leave(socket, { wasRefused: 'statusCode' in error });
    }
    done(error, error === null ? (current as unknown as TLSSocketLike) : undefined);
  };
  const onTimeout = () => {
    const text = `Connection to establish proxy tunnel timed out after ${milliseconds}ms`;
    finish(Object.assign(failed(text), { proxyTunnelTimeout: milliseconds }));
  };
  const watch = (socket: Timed) => {
    socket.on('error', finish).on('timeout', onTimeout);
    if (milliseconds) socket.setTimeout(milliseconds);
  };
  watch(outer);
  outer.once(proxy.isTls ? 'secureConnect' : 'connect', () => {
    outer.write(requestFor(request, authority));
    readAnswer(outer, most, `${authority} via ${proxy.href}`, (error) => {
      if (error !== null) return finish(error);
      outer.setTimeout(0);
      current = request.secure(outer) as unknown as Timed;
      watch(current);
      current.once('secureConnect', () => finish(null));
    });
  });
}
