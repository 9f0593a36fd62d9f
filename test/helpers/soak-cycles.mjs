// The process that scripts/soak.mjs watches: connections that succeed, and that fail in every way, and after each tenth of them
// a line of JSON with what the process holds.
//   node --expose-gc soak-cycles.mjs FOLDER HANDSHAKES [planted]
// FOLDER has ca.pem, cert.pem, key.pem and stranger.pem. `planted` keeps something of every connection, as the control.
import fs from 'node:fs';
import { connect as connectNet } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import * as ssl from 'hermetic-ssl/ssl';

const [folder, total, planted] = process.argv.slice(2);
const BATCH = 20;
const SAMPLES = 10;
/** A port of one address can be used again after a minute only; addresses of the loopback there are enough of. */
const ADDRESSES = 16;
const PLANTED_BYTES = 4096;

const at = (name) => path.join(folder, name);
const ignore = () => {};
const kept = [];

function serverContext(change = ignore) {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain(at('cert.pem'), at('key.pem'));
  context.loadVerifyLocations({ cafile: at('ca.pem') });
  context.verifyMode = ssl.CERT_OPTIONAL;
  context.sniCallback = async (_socket, name) => {
    if (name === 'refused') return 112;
    if (name === 'slow') await sleep(20);
    return undefined;
  };
  change(context);
  return context;
}

function clientContext(change = ignore) {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cafile: at('ca.pem') });
  context.checkHostname = false;
  change(context);
  return context;
}

/** The transports of the connections. */
const kinds = new Set();

const counts = { handshakes: 0, resumed: 0, failures: 0 };

async function listen(context) {
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', ignore).pipe(socket);
  });
  server.on('tlsClientError', ignore);
  await new Promise((resolve) => server.listen(0, '0.0.0.0', resolve));
  return server;
}

const servers = {
  usual: await listen(serverContext()),
  // It asks about clients, and is not answered before they are gone.
  asking: await listen(
    serverContext((context) => {
      context.verifyMode = ssl.CERT_REQUIRED;
      context.verifyCallback = () => sleep(20, false);
    }),
  ),
};

let number = 0;
const place = (server) => ({
  host: `127.0.0.${1 + (number++ % ADDRESSES)}`,
  port: servers[server].address().port,
});

const contexts = {
  [ssl.TLSVersion.TLSv1_2]: clientContext((c) => (c.maximumVersion = ssl.TLSVersion.TLSv1_2)),
  [ssl.TLSVersion.TLSv1_3]: clientContext(),
  distrustful: new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
  known: clientContext((context) => context.loadCertChain(at('cert.pem'), at('key.pem'))),
  strange: clientContext((context) => context.loadCertChain(at('stranger.pem'), at('key.pem'))),
};
const sessions = {};

const closed = (socket) => new Promise((resolve) => socket.once('close', resolve));

function plant(socket) {
  if (planted) kept.push(Buffer.alloc(PLANTED_BYTES, 1), socket);
}

/** A whole connection: a handshake, an echo, an ordinary end. */
async function whole(version, resumes) {
  const context = contexts[version];
  const session = resumes ? sessions[version] : undefined;
  const socket = await ssl.connect({
    ...place('usual'),
    context,
    session,
    serverHostname: 'localhost',
  });
  counts.handshakes += 1;
  if (socket.sessionReused) counts.resumed += 1;
  kinds.add(socket.transportKind);
  plant(socket);
  socket.end('some bytes');
  socket.resume();
  await closed(socket);
}

async function renewSession(version) {
  const context = contexts[version];
  const socket = await ssl.connect({ ...place('usual'), context, serverHostname: 'localhost' });
  counts.handshakes += 1;
  const received = new Promise((resolve) => socket.once('data', resolve));
  socket.write('x');
  await received; // tickets come before the first data
  sessions[version] = socket.session;
  socket.resume().end();
  await closed(socket);
}

async function failing(options) {
  counts.failures += 1;
  const socket = await ssl.connect({ serverHostname: null, ...options }).catch(ignore);
  if (!socket) return;
  // Under TLS 1.3 a server refuses after the client is done.
  socket.on('error', ignore).resume();
  await closed(socket);
}

/** A client that does not speak TLS: sends bytes, then leaves. */
async function stranger(bytes, leave) {
  counts.failures += 1;
  const socket = connectNet(place('usual'));
  socket.on('error', ignore).resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  if (bytes) socket.write(bytes);
  leave(socket);
  if (!socket.destroyed) await closed(socket);
}

const HELLO = Buffer.from('16030100', 'hex');
const leaveByReset = (socket) => socket.resetAndDestroy();
const leaveByEnd = (socket) => socket.end();

const { TLSv1_2, TLSv1_3 } = ssl.TLSVersion;
const usual = [
  () => whole(TLSv1_3, false),
  () => whole(TLSv1_3, true),
  () => whole(TLSv1_2, false),
  () => whole(TLSv1_2, true),
];
const unusual = [
  () => failing({ ...place('usual'), context: contexts.distrustful }),
  () => failing({ ...place('usual'), context: contexts[TLSv1_3], serverHostname: 'refused' }),
  () => failing({ ...place('usual'), context: contexts[TLSv1_2], serverHostname: 'refused' }),
  () => failing({ ...place('asking'), context: contexts.known }),
  () => failing({ ...place('asking'), context: contexts.strange }),
  () => failing({ ...place('asking'), context: contexts[TLSv1_3] }),
  // Given up while the server's callback is pending.
  () => failing({ ...place('usual'), context: contexts[TLSv1_3], serverHostname: 'slow', timeout: 5 }), // prettier-ignore
  () => stranger(Buffer.alloc(300, 0x41), leaveByEnd),
  () => stranger(HELLO, leaveByReset),
  () => stranger(Buffer.concat([HELLO, Buffer.from([2, 0]), Buffer.alloc(512)]), leaveByReset),
  () => stranger(null, leaveByReset),
  () => stranger(null, leaveByEnd),
];

/** Four whole connections for each that fails. */
async function cycle(handshakes) {
  const until = counts.handshakes + handshakes;
  for (let turn = 0; counts.handshakes < until; turn += 1) {
    for (const version of [TLSv1_2, TLSv1_3]) await renewSession(version);
    for (let i = 0; i < 10 && counts.handshakes < until; i += 1) {
      const batch = Array.from({ length: BATCH }, (_, j) => usual[j % usual.length]());
      for (let j = 0; j < BATCH / 4; j += 1)
        batch.push(unusual[(turn * 50 + i * 5 + j) % unusual.length]());
      await Promise.all(batch);
    }
  }
}

const connectionsOf = (server) =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

async function sample() {
  for (let turn = 0; turn < 5; turn += 1) {
    await sleep(50);
    globalThis.gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const open = await Promise.all(Object.values(servers).map(connectionsOf));
  console.log(
    JSON.stringify({
      ...counts,
      transport: [...kinds].join(' and '),
      rss,
      heapUsed,
      external,
      handles: process.getActiveResourcesInfo().length,
      descriptors: fs.readdirSync('/proc/self/fd').length,
      connections: open.reduce((sum, count) => sum + count, 0),
    }),
  );
}

// Warms up caches and compilers before the first sample.
await cycle(Math.max(200, Number(total) / SAMPLES));
await sample();
for (let i = 0; i < SAMPLES; i += 1) {
  await cycle(Number(total) / SAMPLES);
  await sample();
}
for (const server of Object.values(servers)) server.close();
