// What a connection that waits weighs on a server, beside node:tls.
//   node bench/idle.mjs [--connections N] [--first N] [--rounds N] [--only REGEX] [--save]
// Each figure is of a fresh process: what its resident set grows by from the first connections to the last, after a collection
// of garbage, for each of them. Servers take turns. --save writes bench/results/<date>-idle-node<version>.md.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';
import { fileURLToPath } from 'node:url';

import { MemoryBIO, PROTOCOL_TLS_CLIENT, SSLContext } from 'hermetic-ssl/ssl';

import { makeCertificate } from './lib/certificate.mjs';
import { readOptions, wholeNumber } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { markdownTable } from './lib/markdown.mjs';
import { median } from './lib/statistics.mjs';

const HELP = `node bench/idle.mjs [options]: what a connection that waits weighs on a server
  --connections N   500 by default
  --first N         connections before the first measurement, 50 by default
  --rounds N        processes for each figure, 3 by default
  --only RE         the states whose names match
  --save            write bench/results/<date>-idle-node<version>.md
`;

const options = readOptions(
  {
    ...{ connections: { type: 'string' }, first: { type: 'string' }, rounds: { type: 'string' } },
    ...{ only: { type: 'string', default: '' }, save: { type: 'boolean' } },
  },
  HELP,
);
const CONNECTIONS = wholeNumber(options.connections ?? '500', 'connections');
const ROUNDS = wholeNumber(options.rounds ?? '3', 'rounds');
/** Connections that are made before the first measurement, so that what is made once does not count. */
const FIRST = wholeNumber(options.first ?? '50', 'first');
const GARBAGE = Buffer.alloc(1 << 20, 0x17);
const KINDS = ['hermetic-ssl', 'node:tls'];
const SERVER = fileURLToPath(new URL('idle/server.mjs', import.meta.url));
const RESULTS = new URL('results/', import.meta.url);

function clientHello() {
  const context = new SSLContext(PROTOCOL_TLS_CLIENT);
  const outgoing = new MemoryBIO();
  const client = context.wrapBio(new MemoryBIO(), outgoing, { serverHostname: 'localhost' });
  try {
    client.doHandshake();
  } catch {
    // It wants to read.
  }
  return outgoing.read();
}

const HELLO = clientHello();

/** How a client gets its connection into each state. */
const STATES = {
  'before the first byte': (port) => connect(port, '127.0.0.1'),
  'after the handshake': (port) =>
    tls.connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }),
  'sniCallback pending': (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(HELLO);
    socket.write(GARBAGE);
    return socket;
  },
};

const CHOSEN = Object.keys(STATES).filter((state) => new RegExp(options.only, 'i').test(state));

async function ask(child) {
  child.send({});
  const [answer] = await once(child, 'message');
  return answer;
}

/** The resident set when all connections have come and it has stopped growing. */
async function settled(child, count) {
  for (let last = 0; ;) {
    const answer = await ask(child);
    if (answer.count >= count && answer.rss <= last * 1.005) return answer.rss;
    last = answer.rss;
    await sleep(300);
  }
}

async function measure(kind, state, certificate) {
  const argument = JSON.stringify({ kind, state, ...certificate });
  const child = fork(SERVER, [argument], { execArgv: ['--expose-gc'] });
  const [{ port, openssl }] = await once(child, 'message');
  const sockets = [];
  const open = async (count) => {
    while (sockets.length < count) {
      const socket = STATES[state](port).on('error', () => {});
      sockets.push(socket);
      if (sockets.length % 50 === 0) await sleep(20);
    }
    return settled(child, count);
  };
  const before = await open(FIRST);
  const after = await open(FIRST + CONNECTIONS);
  for (const socket of sockets) socket.destroy();
  child.disconnect();
  await once(child, 'exit');
  return { openssl, kilobytes: (after - before) / CONNECTIONS / 1000 };
}

const certificate = makeCertificate();
const versions = new Map();
const found = new Map();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const state of CHOSEN) {
    for (const kind of KINDS) {
      const { openssl, kilobytes } = await measure(kind, state, certificate);
      versions.set(kind, openssl);
      const name = `${state} ${kind}`;
      found.set(name, [...(found.get(name) ?? []), kilobytes]);
    }
  }
  process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
}

const rows = CHOSEN.map((state) => {
  const [ours, theirs] = KINDS.map((kind) => median(found.get(`${state} ${kind}`)));
  return [state, ours.toFixed(1), theirs.toFixed(1), (ours / theirs).toFixed(2)];
});
const text = [
  ...describeMachine().map((fact) => `- ${fact}`),
  `- Node ${process.versions.node}; ${[...versions].map(([kind, version]) => `${kind}: ${version}`).join('; ')}`,
  `- ${CONNECTIONS} connections over TCP after the first ${FIRST}, in each of ${ROUNDS} processes: median of the growth of the resident set`,
  `- sniCallback pending: a ClientHello and ${GARBAGE.length / 1024} KiB that follow it`,
  '',
  markdownTable(['state of the connection', ...KINDS.map((kind) => `${kind}, kB`), 'ratio'], rows),
].join('\n');
console.log(text);
if (options.save) {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(RESULTS, { recursive: true });
  const [major] = process.versions.node.split('.');
  const file = new URL(`${date}-idle-node${major}.md`, RESULTS);
  writeFileSync(file, `# What a connection that waits weighs, ${date}\n\n${text}\n`);
  console.log(`\nwritten: ${fileURLToPath(file)}`);
}
