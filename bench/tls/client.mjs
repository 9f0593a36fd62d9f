// The common parts of the clients: connections of node:tls that repeat a request, or send a lot. Those of node:net are for a
// server without TLS, which shows the share of HTTP in the cost.
import { once } from 'node:events';
import * as net from 'node:net';
import * as tls from 'node:tls';

import { CHUNK } from './raw-protocol.mjs';

export const MB = 1024 * 1024;
const FILL = Buffer.alloc(CHUNK, 'up ');

/** @param {{ port: number, isPlain?: boolean }} server */
export async function open({ port, isPlain = false }) {
  const address = { port, host: '127.0.0.1' };
  const socket = isPlain
    ? net.connect(address)
    : tls.connect({ ...address, rejectUnauthorized: false });
  await once(socket, isPlain ? 'connect' : 'secureConnect');
  socket.setNoDelay(true);
  return socket;
}

/** Sends the request after each response of `size` bytes, until `isOver`; returns the number of responses. */
export async function repeat(socket, request, size, isOver) {
  let pending = 0;
  let count = 0;
  const done = new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      pending += chunk.length;
      if (pending < size) return;
      pending -= size;
      count += 1;
      if (isOver()) resolve();
      else socket.write(request);
    });
  });
  socket.write(request);
  await done;
  socket.destroy();
  return count;
}

/** Runs `converse(isOver)` on as many connections, for as many seconds; it returns the number of its responses. */
export async function measureTogether({ connections, seconds }, converse) {
  const started = performance.now();
  const isOver = () => performance.now() - started > seconds * 1000;
  const counts = await Promise.all(Array.from({ length: connections }, () => converse(isOver)));
  const count = counts.reduce((sum, one) => sum + one, 0);
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** Sends a head and then the megabytes, and waits for the answer. */
export async function sendUp(server, head, megabytes) {
  const socket = await open(server);
  const started = performance.now();
  socket.write(head);
  const answered = once(socket, 'data');
  for (let left = megabytes * MB; left > 0; left -= CHUNK)
    if (!socket.write(FILL)) await once(socket, 'drain');
  await answered;
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  return { count: megabytes, seconds };
}
