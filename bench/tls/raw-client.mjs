// The node:tls client that sends requests and moves bulk data; the same for either server.
import { MB, measureTogether, open, repeat, sendUp } from './client.mjs';
import { DOWN, encodeHeader, REQUEST, REQUEST_SIZE, RESPONSE_SIZE, UP } from './raw-protocol.mjs';

const BODY = Buffer.alloc(REQUEST_SIZE, 'request ');

/** The parameters that a client negotiates with the server by default. */
export async function describeConnection(server) {
  const socket = await open(server);
  const text = `${socket.getProtocol()}, ${socket.getCipher().name}, ${socket.getEphemeralKeyInfo().name ?? 'unnamed group'}`;
  socket.destroy();
  return text;
}

async function converse(server, isOver) {
  const socket = await open(server);
  socket.write(encodeHeader(REQUEST));
  return repeat(socket, BODY, RESPONSE_SIZE, isOver);
}

export const measureRequests = (server, load) =>
  measureTogether(load, (isOver) => converse(server, isOver));

export async function measureDown(server, { megabytes }) {
  const socket = await open(server);
  let left = megabytes * MB;
  const started = performance.now();
  socket.write(encodeHeader(DOWN, left));
  for await (const chunk of socket) {
    left -= chunk.length;
    if (left <= 0) break;
  }
  return { count: megabytes, seconds: (performance.now() - started) / 1000 };
}

export const measureUp = (server, { megabytes }) =>
  sendUp(server, encodeHeader(UP, megabytes * MB), megabytes);
