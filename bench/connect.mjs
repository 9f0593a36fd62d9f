// Measures `hermetic-ssl connect` to a server on this machine: time and processor time of the whole process, next to that of an
// empty program, started by Node and by npx.
//   node bench/connect.mjs [--quick] [--save]
// The processes take turns. Processor time is user and system of the process and its children, a mean, since the system counts it
// in hundredths of a second. --save writes bench/results/<date>-connect.md.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as ssl from 'hermetic-ssl/ssl';

import { makeCertificate } from './lib/certificate.mjs';
import { readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { markdownTable, threeDigits } from './lib/markdown.mjs';
import { median } from './lib/statistics.mjs';

const HELP = `node bench/connect.mjs [options]: what a run of "hermetic-ssl connect" to a server on this machine costs
  --quick   few processes
  --save    write bench/results/<date>-connect.md
`;

const options = readOptions({ quick: { type: 'boolean' }, save: { type: 'boolean' } }, HELP);
const ROUNDS = options.quick ? 3 : 21;
const RESULTS = new URL('results/', import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = path.join(ROOT, 'dist/cli/main.js');
const TICK = 10;

/** Returns the milliseconds of processor time of all children that have ended (proc(5): cutime and cstime). */
function childrenTime() {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK;
}

/** Starts a server, and returns its port. */
async function startServer({ cert, key }, numTickets) {
  const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
  context.loadCertChain({ cert, key });
  context.numTickets = numTickets;
  const server = ssl.createServer({ context }, (socket) => socket.resume());
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return server.address().port;
}

/** Makes a folder in which npx finds this package and an empty program, as after an installation. */
function installed(folder) {
  const bin = path.join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "bench", "private": true }\n');
  const empty = path.join(folder, 'empty.mjs');
  writeFileSync(empty, '#!/usr/bin/env node\n');
  chmodSync(empty, 0o755);
  symlinkSync(empty, path.join(bin, 'empty'));
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'hermetic-ssl'));
  symlinkSync(PROGRAM, path.join(bin, 'hermetic-ssl'));
  return empty;
}

async function run([command, ...args], cwd) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env; // Node reads its certificates before any program
  const [began, before] = [performance.now(), childrenTime()];
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`);
  return { wall: performance.now() - began, cpu: childrenTime() - before };
}

async function measure(subjects, folder) {
  const figures = subjects.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, { command }] of subjects.entries()) {
      const figure = await run(command, folder);
      if (round > 0) figures[index].push(figure); // the first fills the system's file cache
    }
  }
  return figures.map((list) => ({
    wall: median(list.map(({ wall }) => wall)),
    least: Math.min(...list.map(({ wall }) => wall)),
    cpu: list.reduce((sum, { cpu }) => sum + cpu, 0) / list.length,
  }));
}

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-bench-'));
try {
  const identity = makeCertificate();
  const ca = path.join(folder, 'ca.pem');
  writeFileSync(ca, identity.cert);
  const empty = installed(folder);
  const [port, without] = [await startServer(identity, 2), await startServer(identity, 0)];
  const connect = (to) => ['connect', `localhost:${to}`, '--ca', ca];
  const node = process.execPath;
  const subjects = [
    { label: 'node -e 0', command: [node, '-e', '0'], base: 0 },
    { label: 'an empty module', command: [node, empty], base: 0 },
    { label: 'hermetic-ssl --version', command: [node, PROGRAM, '--version'], base: 0 },
    { label: 'hermetic-ssl connect', command: [node, PROGRAM, ...connect(port)], base: 0 },
    {
      label: 'hermetic-ssl connect, a server without tickets',
      command: [node, PROGRAM, ...connect(without)],
      base: 0,
    },
    { label: 'npx empty', command: ['npx', 'empty'], base: 5 },
    {
      label: 'npx hermetic-ssl connect',
      command: ['npx', 'hermetic-ssl', ...connect(port)],
      base: 5,
    },
  ];
  const facts = describeMachine();
  const results = await measure(subjects, folder);
  const table = markdownTable(
    ['process', 'ms, median', 'ms, least', 'ms of processor time, mean', 'beyond the empty program', 'ms beyond it, least'],
    results.map(({ wall, least, cpu }, index) => {
      const base = results[subjects[index].base];
      return [
        subjects[index].label,
        ...[wall, least, cpu].map(threeDigits),
        (cpu - base.cpu).toFixed(0),
        (least - base.least).toFixed(0),
      ];
    }),
  ); // prettier-ignore
  const text = [
    ...facts.map((fact) => `- ${fact}`),
    `- Node ${process.versions.node}; ${ROUNDS} processes each, in turns; the empty program is "node -e 0", and for npx an empty module`,
    '',
    table,
  ].join('\n');
  console.log(text);
  if (options.save) {
    const date = new Date().toISOString().slice(0, 10);
    const file = new URL(`${date}-connect.md`, RESULTS);
    writeFileSync(file, `# What "hermetic-ssl connect" costs, ${date}\n\n${text}\n`);
    console.log(`\nwritten: ${fileURLToPath(file)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
