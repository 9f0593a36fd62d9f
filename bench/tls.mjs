// Compares this package's TLS server with node:tls in one run: handshakes, small requests, bulk data.
//   node bench/tls.mjs [--quick] [--save]
// Both servers run side by side, each in a separate process, and take turns with the same client, round by round; the
// figures are medians. --save writes bench/results/<date>-tls.md and .svg.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, type } from 'node:os';
import { fileURLToPath } from 'node:url';

import { makeCertificate } from './lib/certificate.mjs';
import { readOptions } from './lib/command-line.mjs';
import { handshakeClient, measureHandshakes } from './lib/handshakes.mjs';
import { plot, table } from './lib/report.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { measure, summarize } from './lib/statistics.mjs';
import { describeConnection, measureDown, measureRequests, measureUp } from './lib/traffic.mjs';

const HELP = `node bench/tls.mjs [options]: this package's TLS server beside node:tls
  --quick   one short round
  --save    write bench/results/<date>-tls.md and .svg
`;

const options = readOptions({ quick: { type: 'boolean' }, save: { type: 'boolean' } }, HELP);
const ROUNDS = options.quick ? 1 : 5;
const SECONDS = options.quick ? 0.4 : 0.6;
const MEGABYTES = 64;
const CONNECTIONS = 32;
const RESULTS = new URL('results/', import.meta.url);

const handshake = (version, isResumed) => (port) =>
  measureHandshakes(port, { version, isResumed, seconds: SECONDS });
const requests = (connections) => (port) =>
  measureRequests(port, { connections, seconds: SECONDS });

const SCENARIOS = [
  { name: 'handshake, TLS 1.3, full', unit: 'handshakes/s', run: handshake('TLSv1.3', false) },
  { name: 'handshake, TLS 1.2, resumed', unit: 'handshakes/s', run: handshake('TLSv1.2', true) },
  { name: 'requests, 1 connection', unit: 'requests/s', run: requests(1) },
  { name: `requests, ${CONNECTIONS} connections`, unit: 'requests/s', run: requests(CONNECTIONS) },
  { name: 'bulk down', unit: 'MB/s', run: (port) => measureDown(port, { megabytes: MEGABYTES }) },
  { name: 'bulk up', unit: 'MB/s', run: (port) => measureUp(port, { megabytes: MEGABYTES }) },
];

/** Makes each server compile its code before the measurement. */
async function warmUp({ port }) {
  await measureHandshakes(port, { version: 'TLSv1.3', isResumed: false, seconds: 0.3 });
  await measureRequests(port, { connections: 8, seconds: 0.3 });
  await measureDown(port, { megabytes: 16 });
  await measureUp(port, { megabytes: 16 });
}

async function measureScenario({ name, unit, run }, servers) {
  const [ours, node] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // The order changes from round to round.
    const order = round % 2 === 0 ? servers : servers.toReversed();
    for (const server of order)
      (server.kind === 'node:tls' ? node : ours).push(await measure(server, run));
  }
  process.stderr.write(`${name}\n`);
  return { name, unit, ours: summarize(ours), node: summarize(node) };
}

async function machineFacts(servers) {
  const agreed = await Promise.all(servers.map(({ port }) => describeConnection(port)));
  return [
    `${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${type()} ${release().split('-')[0]}; Node ${process.versions.node}`,
    ...servers.map(({ kind, openssl }, index) => `${kind}: ${openssl}; agrees on ${agreed[index]}`),
    `client for handshakes: ${handshakeClient}; for the rest: node:tls, in one process; all on loopback`,
    `${ROUNDS} interleaved rounds, medians; requests of 128 bytes, answers of 512; ${MEGABYTES} MB in bulk`,
    `load average before: ${loadavg()[0]?.toFixed(1)} (above 0 other work took part of the processors)`,
  ].map((fact) => `- ${fact}`);
}

function save(text, results) {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${date}-tls.svg`, RESULTS), plot(results));
  const file = new URL(`${date}-tls.md`, RESULTS);
  writeFileSync(file, `# TLS beside node:tls, ${date}\n\n${text}\n\n![ratios](${date}-tls.svg)\n`);
  console.log(`\nwritten: ${fileURLToPath(file)}`);
}

const certificate = makeCertificate();
const servers = [
  await ServerProcess.start('hermetic-ssl', certificate),
  await ServerProcess.start('node:tls', certificate),
];
try {
  const facts = await machineFacts(servers);
  for (const server of servers) await warmUp(server);
  const results = [];
  for (const scenario of SCENARIOS) results.push(await measureScenario(scenario, servers));
  const text = [...facts, '', table(results)].join('\n');
  console.log(text);
  if (options.save) save(text, results);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
