/** Which handshakes have steps on the pool. */
import { createServer as createNetServer, type Socket } from 'node:net';
import * as tls from 'node:tls';

import type * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from './collect.js';
import type { PairEnd } from './duplex-pair.js';
import { testPki } from './test-pki.js';
import { listening } from './tls-pair.js';

const ELSEWHERE = /another thread/;

/** Whether a step of the socket's handshake is on the pool now. */
export function isElsewhere(socket: ssl.SSLSocket): boolean {
  try {
    socket.context = socket.context; // eslint-disable-line no-self-assign
    return false;
  } catch (error) {
    return ELSEWHERE.test(String(error));
  }
}

interface Count {
  moves: number;
}

/** Counts the chunks of a handshake after which the socket was on the pool. Our listener comes after the socket's. */
export function countMoves(socket: ssl.SSLSocket, transport: PairEnd | Socket): Count {
  const count = { moves: 0 };
  transport.on('data', () => {
    if (socket.version() === null && isElsewhere(socket)) count.moves += 1;
  });
  return count;
}

/** A raw TLS server on a port, whose sockets are counted. */
export async function countingServer(context: ssl.SSLContext, options: ssl.WrapSocketOptions = {}) {
  const counts: Count[] = [];
  const server = createNetServer((transport) => {
    const socket = context.wrapSocket(transport, { serverSide: true, ...options });
    socket.on('error', () => undefined).resume();
    counts.push(countMoves(socket, transport));
  });
  return { port: await listening(server), counts, close: () => server.close() };
}

/** Returns a connected client of node:tls. */
export async function nodeClient(
  port: number,
  options: tls.ConnectionOptions = {},
): Promise<tls.TLSSocket> {
  const { caPem: ca } = await testPki();
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options });
  await nextEvent(client, 'secureConnect');
  return client;
}
