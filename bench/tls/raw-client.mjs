// The node:tls client that sends requests and moves bulk data; the same for either server.
import { once } from 'node:events';
import * as tls from 'node:tls';

import {
  CHUNK,
  DOWN,
  encodeHeader,
  REQUEST,
  REQUEST_SIZE,
  RESPONSE_SIZE,
  UP,
} from './raw-protocol.mjs';

const MB = 1024 * 1024;
const BODY = Buffer.alloc(REQUEST_SIZE, 'request ');
const FILL = Buffer.alloc(CHUNK, 'up ');

export async function open(port) {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  return socket;
}

/** The parameters that a client negotiates with the server by default. */
export async function describeConnection(port) {
  const socket = await open(port);
  const text = `${socket.getProtocol()}, ${socket.getCipher().name}, ${socket.getEphemeralKeyInfo().name ?? 'unnamed group'}`;
  socket.destroy();
  return text;
}

/** Sends requests one after the other on a connection, until `isOver`; returns their number. */
async function converse(port, isOver) {
  const socket = await open(port);
  socket.write(encodeHeader(REQUEST));
  let pending = 0;
  let count = 0;
  const done = new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      pending += chunk.length;
      if (pending < RESPONSE_SIZE) return;
      pending -= RESPONSE_SIZE;
      count += 1;
      if (isOver()) resolve();
      else socket.write(BODY);
    });
  });
  socket.write(BODY);
  await done;
  socket.destroy();
  return count;
}

export async function measureRequests(port, { connections, seconds }) {
  const started = performance.now();
  const isOver = () => performance.now() - started > seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => converse(port, isOver)),
  );
  const count = counts.reduce((sum, one) => sum + one, 0);
  return { count, seconds: (performance.now() - started) / 1000 };
}

export async function measureDown(port, { megabytes }) {
  const socket = await open(port);
  let left = megabytes * MB;
  const started = performance.now();
  socket.write(encodeHeader(DOWN, left));
  for await (const chunk of socket) {
    left -= chunk.length;
    if (left <= 0) break;
  }
  return { count: megabytes, seconds: (performance.now() - started) / 1000 };
}

export async function measureUp(port, { megabytes }) {
  const socket = await open(port);
  const started = performance.now();
  socket.write(encodeHeader(UP, megabytes * MB));
  const answered = once(socket, 'data');
  for (let left = megabytes * MB; left > 0; left -= CHUNK)
    if (!socket.write(FILL)) await once(socket, 'drain');
  await answered;
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  return { count: megabytes, seconds };
}
