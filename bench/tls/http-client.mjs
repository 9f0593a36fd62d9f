// The client of HTTP servers: it writes requests as text and counts bytes, so that it costs little; the same for every server.
import { once } from 'node:events';

import { CHUNK } from './raw-protocol.mjs';
import { open } from './raw-client.mjs';

const MB = 1024 * 1024;
const FILL = Buffer.alloc(CHUNK, 'up ');
const SMALL = 'GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Reads the head of a response; returns the length of the whole. */
async function readHead(socket) {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const [chunk] = await once(socket, 'data');
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const head = bytes.toString('latin1', 0, end);
    const size = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (!head.startsWith('HTTP/1.1 200') || Number.isNaN(size))
      throw new Error(`unexpected response: ${head}`);
    return { total: end + 4 + size, received: bytes.length };
  }
}

async function readRest(socket, { total, received }) {
  let left = total - received;
  while (left > 0) left -= (await once(socket, 'data'))[0].length;
}

/** Sends requests one after the other on a connection, until `isOver`; returns their number. */
async function converse(port, isOver) {
  const socket = await open(port);
  socket.write(SMALL);
  const first = await readHead(socket);
  await readRest(socket, first);
  let pending = 0;
  let count = 1;
  const done = new Promise((resolve, reject) => {
    socket.on('error', reject);
    // Every response has the same length.
    socket.on('data', (chunk) => {
      pending += chunk.length;
      if (pending < first.total) return;
      pending -= first.total;
      count += 1;
      if (isOver()) resolve();
      else socket.write(SMALL);
    });
  });
  socket.write(SMALL);
  await done;
  socket.destroy();
  return count;
}

export async function measureRequests(port, { connections, seconds }) {
  const started = performance.now();
  const isOver = () => performance.now() - started > seconds * 1000;
  const all = Array.from({ length: connections }, () => converse(port, isOver));
  const counts = await Promise.all(all);
  const count = counts.reduce((sum, one) => sum + one, 0);
  return { count, seconds: (performance.now() - started) / 1000 };
}

export async function measureDown(port, { megabytes }) {
  const socket = await open(port);
  const started = performance.now();
  socket.write('GET /down HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const head = await readHead(socket);
  if (head.total < megabytes * MB) throw new Error(`only ${head.total} bytes`);
  await readRest(socket, head);
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  return { count: megabytes, seconds };
}

export async function measureUp(port, { megabytes }) {
  const socket = await open(port);
  const started = performance.now();
  socket.write(`POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${megabytes * MB}\r\n\r\n`); // prettier-ignore
  const answered = once(socket, 'data');
  for (let left = megabytes * MB; left > 0; left -= CHUNK)
    if (!socket.write(FILL)) await once(socket, 'drain');
  await answered;
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  return { count: megabytes, seconds };
}
