// Decent peers, by node:tls: after every cell our side has to serve one of them.
import tls from 'node:tls';

import { within } from './our-side.mjs';

const TEXT = 'still here';
const LIMIT = 20_000;
let count = 0;

/** A server that echoes its input. */
export async function startGoodServer({ cert, key }) {
  const server = tls.createServer({ cert, key }, (socket) =>
    socket.on('error', () => {}).pipe(socket),
  );
  server.on('tlsClientError', () => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function askServer(side, { ca }) {
  const target = { host: '127.0.0.1', port: side.ports.decent, ca, servername: 'localhost' };
  const socket = tls.connect(target);
  const answer = new Promise((resolve, reject) => {
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
  socket.end(TEXT);
  return within(answer, LIMIT, 'a good client').finally(() => socket.destroy());
}

async function askClient(side, goodPort) {
  const key = ++count;
  const answer = side.answer('good', (message) => message.key === key, LIMIT);
  side.order('good', { key, port: goodPort, text: TEXT });
  return (await answer).answer;
}

/** @throws where our side does not serve a decent peer */
export async function requireService(side, { role, material, goodPort }) {
  const answer = await (role === 'server' ? askServer(side, material) : askClient(side, goodPort));
  if (answer !== TEXT) throw new Error(`a good peer was answered with ${JSON.stringify(answer)}`);
}
