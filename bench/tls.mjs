// Compares this package's TLS servers, over descriptors and over streams, with node:tls, node:https, Bun, nginx and a bare C
// server in one run: handshakes, requests, bulk data, raw and over HTTP.
//   node bench/tls.mjs [--quick] [--rounds N] [--only REGEX] [--save]
// All servers run side by side, each in a process of its own, and take turns with the same client, round by round; the figures
// are medians. Then bench/storm.mjs and bench/idle.mjs run in each version of Node. --save writes bench/results/<date>-tls.md and .svg.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { makeCertificate } from './lib/certificate.mjs';
import { endWithUsageError, readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { measure, summarize } from './lib/statistics.mjs';
import { opensslVersion } from './tls/handshakes.mjs';
import { describeConnection } from './tls/raw-client.mjs';
import { plot, tables } from './tls/report.mjs';
import { MEGABYTES, SCENARIOS } from './tls/scenarios.mjs';
import { measureSeparately } from './tls/separate.mjs';
import { startServers } from './tls/servers.mjs';

const HELP = `node bench/tls.mjs [options]: compares this package's TLS servers with node:tls, node:http, Bun, nginx and C
  --quick      one round, and neither storm.mjs nor idle.mjs
  --rounds N   5 by default
  --only RE    the scenarios whose names match, in any group
  --save       write bench/results/<date>-tls.md and .svg
Node 20, Node 26 and Bun are those that bench/pbkdf2.mjs --install installs; nginx, openssl and cc are on the PATH.
`;

const options = readOptions(
  {
    quick: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    save: { type: 'boolean' },
  },
  HELP,
);
const ROUNDS = options.quick ? 1 : Number(options.rounds);
if (options.only !== undefined && options.save)
  endWithUsageError('--save needs all scenarios: leave out --only');
const ONLY = new RegExp(options.only ?? '', 'i');
const RESULTS = new URL('results/', import.meta.url);
const TITLES = { raw: 'raw TLS servers', http: 'HTTP servers' };
/** How long a server may take to close the connections of a run. */
const CLOSING_MS = 5000;

const openssl = opensslVersion();
if (openssl === null) endWithUsageError('the openssl program is not on the PATH');

async function measureChecked(server, run) {
  const before = server.descriptors();
  const figure = await measure(server, () => run(server));
  const deadline = performance.now() + CLOSING_MS;
  while (server.descriptors() > before) {
    if (performance.now() > deadline)
      throw new Error(`${server.kind} kept ${server.descriptors() - before} descriptors`);
    await sleep(20);
  }
  return figure;
}

const NOT_MEASURED = [{ rate: NaN, user: NaN, system: NaN }];

async function measureScenario({ name, warmUps = 1, isOfTls = false, run }, servers) {
  const figures = new Map(servers.map((server) => [server, []]));
  const measured = servers.filter(({ isPlain }) => !(isOfTls && isPlain));
  for (let i = 0; i < warmUps; i += 1) for (const server of measured) await run(server);
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % measured.length;
    const order = [...measured.slice(first), ...measured.slice(0, first)];
    for (const server of order) figures.get(server).push(await measureChecked(server, run));
  }
  for (const rounds of figures.values()) if (rounds.length === 0) rounds.push(...NOT_MEASURED);
  process.stderr.write(`${name}\n`);
  return { name, figures: servers.map((server) => summarize(figures.get(server))) };
}

async function measureGroup(title, servers, scenarios) {
  const rows = [];
  for (const scenario of scenarios.filter(({ name }) => ONLY.test(name)))
    rows.push(await measureScenario(scenario, servers));
  return { title, kinds: servers.map(({ kind }) => kind), rows };
}

async function facts({ raw, http }) {
  const agreed = await describeConnection(raw[0]);
  const libraries = [...raw, ...http.filter(({ kind }) => kind === 'nginx')];
  return [
    ...describeMachine(),
    libraries.map((server) => `${server.kind}: ${server.openssl}`).join('; '),
    `client for handshakes: openssl s_time (${openssl}); for the rest: node:tls, in one process; all on loopback; agreed: ${agreed}`,
    `${ROUNDS} interleaved rounds, medians; requests of 128 bytes, answers of 512; ${MEGABYTES} MB in bulk`,
  ].map((fact) => `- ${fact}`);
}

function save(text, groups) {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(RESULTS, { recursive: true });
  const caption = `${describeMachine()[0]}; ${date}`;
  writeFileSync(new URL(`${date}-tls.svg`, RESULTS), plot(groups, caption));
  const file = new URL(`${date}-tls.md`, RESULTS);
  writeFileSync(file, `# TLS, ${date}\n\n${text}\n\n![ratios](${date}-tls.svg)\n`);
  console.log(`\nwritten: ${fileURLToPath(file)}`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-bench-tls-'));
const identity = makeCertificate();
for (const name of ['cert', 'key']) {
  identity[`${name}File`] = path.join(folder, `${name}.pem`);
  writeFileSync(identity[`${name}File`], identity[name]);
}
const servers = await startServers(folder, identity, MEGABYTES);
const groups = [];
const text = [];
try {
  text.push(...(await facts(servers)));
  for (const kind of ['raw', 'http'])
    groups.push(await measureGroup(TITLES[kind], servers[kind], SCENARIOS[kind]));
  for (const group of groups) text.push('', `## ${group.title}`, '', tables(group));
} finally {
  await Promise.all([...servers.raw, ...servers.http].map((server) => server.stop()));
  rmSync(folder, { recursive: true });
}
if (!options.quick && options.only === undefined) text.push(...measureSeparately());
console.log(text.join('\n'));
if (options.save) save(text.join('\n'), groups);
