// Measures how long an established connection waits for an answer while other clients shake hands with an RSA server.
//   node bench/storm.mjs [--seconds N] [--clients N]
// The server, the clients that shake hands and the neighbour (this process) are separate processes. Each server has the
// neighbour twice: alone, and during the storm.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as tls from 'node:tls';

import { makeCertificate } from './lib/certificate.mjs';
import { readOptions, wholeNumber } from './lib/command-line.mjs';

const HELP = `node bench/storm.mjs [options]: the neighbour of a storm of RSA handshakes, beside node:tls
  --seconds N   of each measurement; 3 by default
  --clients N   that shake hands at once; 8 by default
`;

const SELF = fileURLToPath(import.meta.url);
const SERVERS = ['node:tls', 'never', 'auto', 'always'];

async function serve(kind, { cert, key }) {
  const answer = (socket) =>
    socket.on('error', () => {}).on('data', (chunk) => socket.write(chunk));
  if (kind === 'node:tls') return tls.createServer({ cert, key }, answer);
  const ssl = await import('hermetic-ssl/ssl');
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  return ssl.createServer({ context, handshakeThreads: kind }, answer);
}

/** Shakes hands for ever, with `clients` connections at a time. */
function storm(port, clients) {
  const next = () => {
    const socket = tls.connect({ port, rejectUnauthorized: false }, () => socket.destroy());
    socket.on('error', () => {}).on('close', next);
    socket.on('secureConnect', () => process.send('done'));
  };
  for (let i = 0; i < clients; i += 1) next();
}

const ROLES = {
  async server(kind, identity) {
    const server = await serve(kind, identity);
    server.on('tlsClientError', () => {}).listen(0, '127.0.0.1', () => process.send(server.address().port)); // prettier-ignore
  },
  storm,
};

/** Starts this file in another process, in a role. */
function start(...role) {
  return fork(SELF, { env: { ...process.env, STORM_ROLE: JSON.stringify(role) } });
}

/** Sends a request after each answer; returns the times in milliseconds. */
async function neighbour(port, seconds) {
  const socket = tls.connect({ port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const times = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const begin = performance.now();
    socket.write('ping');
    await once(socket, 'data');
    times.push(performance.now() - begin);
    await sleep(1);
  }
  socket.destroy();
  return times.toSorted((a, b) => a - b);
}

const at = (times, share) => times[Math.floor(times.length * share)].toFixed(2);

async function measure(kind, identity, { seconds, clients }) {
  const server = start('server', kind, identity);
  const [port] = await once(server, 'message');
  const alone = await neighbour(port, seconds);
  const stormer = start('storm', port, clients);
  let handshakes = 0;
  stormer.on('message', () => (handshakes += 1));
  await once(stormer, 'message');
  const before = handshakes;
  const during = await neighbour(port, seconds);
  const rate = (handshakes - before) / seconds;
  stormer.kill();
  server.kill();
  return `| ${kind} | ${at(alone, 0.5)} | ${at(during, 0.5)} | ${at(during, 0.99)} | ${rate.toFixed(0)} |`;
}

async function main() {
  const options = readOptions({ seconds: { type: 'string' }, clients: { type: 'string' } }, HELP);
  const load = {
    seconds: wholeNumber(options.seconds ?? '3', 'seconds'),
    clients: wholeNumber(options.clients ?? '8', 'clients'),
  };
  const identity = makeCertificate('rsa');
  console.log(`load average before: ${loadavg()[0].toFixed(1)}; Node ${process.versions.node}\n`);
  console.log('| server | alone, p50 ms | storm, p50 ms | storm, p99 ms | handshakes/s |\n|---|---|---|---|---|'); // prettier-ignore
  for (const kind of SERVERS) console.log(await measure(kind, identity, load));
}

const role = process.env.STORM_ROLE;
if (role === undefined) {
  await main();
} else {
  const [name, ...rest] = JSON.parse(role);
  await ROLES[name](...rest);
}
