// A program for socket-leaks.test.ts: makes many connections that end in every way, prints what memory they cost, and
// ends by itself:
//   node --expose-gc connection-cycles.mjs CERT KEY CA COUNT
import { connect as connectNet } from 'node:net';

import * as ssl from 'hermetic-ssl/ssl';

const [cert, key, ca, count] = process.argv.slice(2);
const BATCH = 25;

const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
server.loadCertChain(cert, key);
server.sniCallback = (_socket, name) => (name === 'refused' ? 112 : undefined);
const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
context.loadVerifyLocations({ cafile: ca });
context.checkHostname = false;
const distrustful = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);

const ignore = () => {};
const signal = new AbortController().signal;
const listener = ssl.createServer({ context: server }, (socket) => {
  socket.on('error', ignore).pipe(socket);
});
listener.listen(0, '127.0.0.1');
await new Promise((resolve) => listener.once('listening', resolve));
const { port } = listener.address();
const open = (options) => ssl.connect({ port, host: '127.0.0.1', context, signal, ...options });
const closed = (socket) => new Promise((resolve) => socket.once('close', resolve));

const ways = [
  async () => {
    const socket = await open({});
    socket.resume().end('ended');
    await closed(socket);
  },
  async () => {
    const socket = await open({});
    socket.write('destroyed');
    await closed(socket.destroy());
  },
  () => open({ context: distrustful }).catch(ignore),
  () => open({ serverHostname: 'refused' }).catch(ignore),
  () => open({ signal: AbortSignal.timeout(1) }).then((socket) => socket.destroy(), ignore),
  // A handshake that never begins.
  () => closed(connectNet(port, '127.0.0.1').on('error', ignore).resume().end()),
];

async function cycle(connections) {
  for (let done = 0; done < connections; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => ways[(done + i) % ways.length]());
    await Promise.all(batch);
  }
}

async function memory() {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
  }
  const { rss, external, heapUsed } = process.memoryUsage();
  return { rss, external, heapUsed };
}

await cycle(Number(count) / 5);
const before = await memory();
await cycle(Number(count));
const after = await memory();
const connections = await new Promise((resolve) =>
  listener.getConnections((_error, number) => resolve(number)),
);
listener.close();
console.log(JSON.stringify({ before, after, connections }));
