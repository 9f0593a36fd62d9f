// Measures what ticket keys that are shared, and sessions in a store, add to a handshake: full and resumed ones, TLS 1.2 and 1.3,
// compared with the same handshakes of a server that shares nothing.
//   node bench/fleet.mjs [--quick] [--out FILE] [--save]
// One server process listens for each way of sharing; the client makes one connection to each in turn, so that conditions are
// equal. The time is that from the client's call to the first byte of the answer, over loopback. --save writes
// bench/results/<date>-fleet-cost.md, --out another file.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as ssl from 'hermetic-ssl/ssl';

import { makeCertificate } from './lib/certificate.mjs';
import { endWithUsageError, readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { markdownTable } from './lib/markdown.mjs';
import { median } from './lib/statistics.mjs';
import { startRedis } from './fleet/redis.mjs';

const HELP = `node bench/fleet.mjs [options]: what ticket keys and sessions that servers share add to a handshake
  --quick      two short rounds
  --out FILE   write the result to a file
  --save       write bench/results/<date>-fleet-cost.md
redis-server is on the PATH.
`;

const options = readOptions(
  { quick: { type: 'boolean' }, out: { type: 'string' }, save: { type: 'boolean' } },
  HELP,
);
const ROUNDS = options.quick ? 2 : 24;
const HANDSHAKES = options.quick ? 100 : 500;
const WARM_UP = options.quick ? 20 : 200;
/** The first one shares nothing. The goals are for the 99th percentile of what is added, in milliseconds. */
const KINDS = [
  { kind: 'alone', title: 'nothing shared' },
  { kind: 'derived', title: 'KeyRing.derived', goal: 1 },
  { kind: 'shared', title: 'KeyRing.shared, Redis', goal: 1 },
  { kind: 'store', title: 'sessionStore, Redis', goal: 3 },
];
/** Orders in which each kind follows each other one equally often (E. J. Williams, 1949): what a server still does after its answer, such as the writing of a session to Redis, burdens all the same. */
const ORDERS = [
  [0, 1, 3, 2],
  [1, 2, 0, 3],
  [2, 3, 1, 0],
  [3, 0, 2, 1],
].map((order) => order.map((index) => KINDS[index].kind));
const VERSIONS = { 'TLS 1.2': ssl.TLSVersion.TLSv1_2, 'TLS 1.3': ssl.TLSVersion.TLSv1_3 };
const RESULTS = new URL('results/', import.meta.url);

function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function clientContext(cert, version) {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: cert });
  context.minimumVersion = context.maximumVersion = version;
  return context;
}

/** Connects once; returns the milliseconds to the first byte, and the session for the next time. */
async function connect(context, port, session) {
  const begin = performance.now();
  const socket = await ssl.connect({
    ...{ host: '127.0.0.1', port, serverHostname: 'localhost', context, session },
  });
  const milliseconds = await new Promise((resolve, reject) => {
    socket.once('error', reject).once('data', () => resolve(performance.now() - begin));
  });
  const { sessionReused, session: made } = socket;
  await new Promise((resolve) => socket.once('close', resolve).resume().end());
  return { milliseconds, reused: sessionReused, session: made };
}

/** Makes handshakes of one sort with all servers in turn, and returns their times by kind. */
async function measureRound(context, ports, isResumed, count) {
  const times = new Map(KINDS.map(({ kind }) => [kind, []]));
  const sessions = new Map();
  if (isResumed)
    for (const { kind } of KINDS)
      sessions.set(kind, (await connect(context, ports[kind], null)).session);
  for (let i = 0; i < count; i += 1) {
    for (const kind of ORDERS[i % ORDERS.length]) {
      const answer = await connect(context, ports[kind], sessions.get(kind) ?? null);
      if (answer.reused !== isResumed)
        throw new Error(`${kind}: the handshake was ${answer.reused ? '' : 'not '}resumed`);
      times.get(kind).push(answer.milliseconds);
      if (isResumed) sessions.set(kind, answer.session);
    }
  }
  return times;
}

/** Returns the time that a kind adds: the median over all rounds of the differences of a percentile. */
const added = (rounds, kind, part) =>
  median(
    rounds.map((times) => quantile(times.get(kind), part) - quantile(times.get('alone'), part)),
  );

async function measure(context, ports, isResumed) {
  await measureRound(context, ports, isResumed, WARM_UP);
  const rounds = [];
  for (let i = 0; i < ROUNDS; i += 1)
    rounds.push(await measureRound(context, ports, isResumed, HANDSHAKES));
  return KINDS.map(({ kind, goal }) => {
    const all = rounds.flatMap((times) => times.get(kind));
    return {
      ...{ kind, goal, p50: quantile(all, 0.5), p99: quantile(all, 0.99) },
      ...{ added50: added(rounds, kind, 0.5), added99: added(rounds, kind, 0.99) },
    };
  });
}

function rowsOf(name, figures) {
  return figures.map(({ kind, goal, p50, p99, added50, added99 }) => {
    const { title } = KINDS.find((one) => one.kind === kind);
    const isBase = goal === undefined;
    return [
      ...[name, title, p50.toFixed(2), p99.toFixed(2)],
      ...(isBase ? ['–', '–', '–'] : [added50.toFixed(2), added99.toFixed(2), goal.toFixed(1)]),
    ];
  });
}

async function startServer(folder, identity, redisPort) {
  const names = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  for (const [name, file] of Object.entries(names)) writeFileSync(file, identity[name]);
  const program = fileURLToPath(new URL('fleet/server.mjs', import.meta.url));
  const argument = JSON.stringify({ ...names, redisPort });
  const child = spawn(process.execPath, [program, argument], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ports = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { ports, stop: () => child.disconnect() };
}

const folder = mkdtempSync(path.join(tmpdir(), 'bench-fleet-'));
const redis = await startRedis(folder);
if (redis === null) endWithUsageError('redis-server is not on the PATH');
let server = null;
try {
  const machine = describeMachine();
  const identity = makeCertificate();
  server = await startServer(folder, identity, redis.port);
  const rows = [];
  for (const [version, number] of Object.entries(VERSIONS)) {
    const context = clientContext(identity.cert, number);
    for (const isResumed of [false, true]) {
      const name = `${version}, ${isResumed ? 'resumed' : 'full'}`;
      rows.push(...rowsOf(name, await measure(context, server.ports, isResumed)));
      process.stderr.write(`${name}\n`);
    }
  }
  const header = ['handshake', 'server', 'p50', 'p99', 'added to p50', 'added to p99', 'goal'];
  const text = [
    ...[...machine, `Node ${process.versions.node}; ${ssl.OPENSSL_VERSION}; ${redis.version}`].map(
      (fact) => `- ${fact}`,
    ),
    `- milliseconds from the client's call to the first byte of the answer, over loopback; ${ROUNDS} rounds of ${HANDSHAKES} connections of each kind, in turn`,
    '- added: the median over the rounds of the differences of the percentile',
    '',
    markdownTable(header, rows, 2),
  ].join('\n');
  console.log(text);
  const date = new Date().toISOString().slice(0, 10);
  const saved = fileURLToPath(new URL(`${date}-fleet-cost.md`, RESULTS));
  const file = options.out ?? (options.save ? saved : null);
  if (file !== null)
    writeFileSync(file, `# What sharing adds to a handshake, ${date}\n\n${text}\n`);
} finally {
  server?.stop();
  await redis.stop();
  rmSync(folder, { recursive: true });
}
