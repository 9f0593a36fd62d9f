// Compares this package's small operations with node:crypto's in one process: hashes of 64 bytes, HMAC, comparison in
// constant time, random bytes.
//   node bench/small.mjs [--quick] [--save]
// Each operation and its peer take turns, round by round, so that conditions are equal; the figures are medians of
// nanoseconds of processor time (user and system) for each call. --save writes bench/results/<date>-small.md.
import { Buffer } from 'node:buffer';
import * as crypto from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as os from 'hermetic-ssl/os';

import { readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { median } from './lib/statistics.mjs';

const HELP = `node bench/small.mjs [options]: hashes of 64 bytes, HMAC, comparison and random bytes, compared with node:crypto
  --quick   fewer rounds
  --save    write bench/results/<date>-small.md
`;

const options = readOptions({ quick: { type: 'boolean' }, save: { type: 'boolean' } }, HELP);
const ROUNDS = options.quick ? 3 : 15;
const MILLISECONDS = options.quick ? 20 : 60;
const RESULTS = new URL('results/', import.meta.url);

const message = crypto.randomBytes(64);
const key = crypto.randomBytes(32);
const [left, right] = [crypto.randomBytes(32), crypto.randomBytes(32)];
const device = openSync('/dev/urandom', 'r');

/** A hash that is updated during the whole measurement. */
const [ourStream, nodeStream] = [hashlib.sha256(), crypto.createHash('sha256')];

/** @type {{ name: string, goal: number, ours: () => unknown, peer: string, node: () => unknown }[]} */
const OPERATIONS = [
  {
    name: 'sha256(data).hexdigest()',
    goal: 1.2,
    ours: () => hashlib.sha256(message).hexdigest(),
    peer: "createHash('sha256').update(data).digest('hex')",
    node: () => crypto.createHash('sha256').update(message).digest('hex'),
  },
  {
    name: 'sha256(data).digest()',
    goal: 1.2,
    ours: () => hashlib.sha256(message).digest(),
    peer: "createHash('sha256').update(data).digest()",
    node: () => crypto.createHash('sha256').update(message).digest(),
  },
  ...(crypto.hash && hashlib.digest
    ? [
        {
          name: "hashlib.digest('sha256', data, 'hex')",
          goal: 1.5,
          ours: () => hashlib.digest('sha256', message, 'hex'),
          peer: "crypto.hash('sha256', data, 'hex')",
          node: () => crypto.hash('sha256', message, 'hex'),
        },
        {
          name: "hashlib.digest('sha256', data)",
          goal: 1.2,
          ours: () => hashlib.digest('sha256', message),
          peer: "crypto.hash('sha256', data, 'buffer')",
          node: () => crypto.hash('sha256', message, 'buffer'),
        },
      ]
    : []),
  {
    name: 'hash.update(data)',
    goal: 1.5,
    ours: () => ourStream.update(message),
    peer: 'hash.update(data)',
    node: () => nodeStream.update(message),
  },
  {
    name: "hmac.digest(key, data, 'sha256')",
    goal: 1.2,
    ours: () => hmac.digest(key, message, 'sha256'),
    peer: "createHmac('sha256', key).update(data).digest()",
    node: () => crypto.createHmac('sha256', key).update(message).digest(),
  },
  {
    name: 'compareDigest(a, b), 32 bytes',
    goal: 1.3,
    ours: () => hmac.compareDigest(left, right),
    peer: 'timingSafeEqual(a, b)',
    node: () => crypto.timingSafeEqual(left, right),
  },
  {
    name: 'urandom(16)',
    goal: 1.2,
    ours: () => os.urandom(16),
    peer: 'readSync of /dev/urandom into a new Buffer',
    node: () => {
      const bytes = Buffer.allocUnsafe(16);
      readSync(device, bytes, 0, 16, null);
      return bytes;
    },
  },
];

/** Returns the microseconds of processor time since an earlier process.cpuUsage(), of all threads. */
function cpuSince(earlier) {
  const { user, system } = process.cpuUsage(earlier);
  return user + system;
}

/** Returns nanoseconds of processor time for each call, measured over about the given milliseconds. */
function time(call, milliseconds) {
  let count = 0;
  let used = 0;
  const started = process.cpuUsage();
  while (used < milliseconds * 1000) {
    for (let i = 0; i < 1000; i += 1) call();
    count += 1000;
    used = cpuSince(started);
  }
  return (used * 1000) / count;
}

function measure({ ours, node }) {
  time(ours, MILLISECONDS);
  time(node, MILLISECONDS);
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const order = round % 2 === 0 ? [ours, node] : [node, ours];
    const [first, second] = order.map((call) => time(call, MILLISECONDS));
    return round % 2 === 0 ? [first, second] : [second, first];
  });
  return {
    ours: median(rounds.map(([one]) => one)),
    node: median(rounds.map(([, other]) => other)),
    ratio: median(rounds.map(([one, other]) => one / other)),
  };
}

const rows = OPERATIONS.map((operation) => ({ ...operation, ...measure(operation) }));
closeSync(device);
const table = [
  `| operation | ns | node:crypto, Node ${process.versions.node} | ns | ratio | goal |`,
  '|---|---:|---|---:|---:|---:|',
  ...rows.map(
    ({ name, peer, ours, node, ratio, goal }) =>
      `| \`${name}\` | ${ours.toFixed(0)} | \`${peer}\` | ${node.toFixed(0)} | ${ratio.toFixed(2)} | ${goal.toFixed(1)} |`,
  ),
].join('\n');
const facts = describeMachine().map((fact) => `- ${fact}`);
const text = [
  ...facts,
  `- ${ROUNDS} interleaved rounds, medians of processor time; data of 64 bytes`,
  '',
  table,
].join('\n');
console.log(text);
if (options.save) {
  mkdirSync(RESULTS, { recursive: true });
  const file = new URL(`${new Date().toISOString().slice(0, 10)}-small.md`, RESULTS);
  writeFileSync(file, `# Small operations compared with node:crypto\n\n${text}\n`);
  console.log(`\nwritten: ${fileURLToPath(file)}`);
}
