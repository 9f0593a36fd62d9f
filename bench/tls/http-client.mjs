// The client of HTTP servers: it writes requests as text and counts bytes, so that it costs little; the same for every server.
import { once } from 'node:events';

import { MB, measureTogether, open, repeat, sendUp } from './client.mjs';

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

async function converse(server, isOver) {
  const socket = await open(server);
  socket.write(SMALL);
  const first = await readHead(socket);
  await readRest(socket, first);
  return repeat(socket, SMALL, first.total, isOver); // every response has the same length
}

export const measureRequests = (server, load) =>
  measureTogether(load, (isOver) => converse(server, isOver));

export async function measureDown(server, { megabytes }) {
  const socket = await open(server);
  const started = performance.now();
  socket.write('GET /down HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const head = await readHead(socket);
  if (head.total < megabytes * MB) throw new Error(`only ${head.total} bytes`);
  await readRest(socket, head);
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  return { count: megabytes, seconds };
}

export function measureUp(server, { megabytes }) {
  const head = `POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${megabytes * MB}\r\n\r\n`;
  return sendUp(server, head, megabytes);
}
