// One run of a fleet: eight server processes on four hosts behind HAProxy, in network namespaces. Argument: JSON of
// { connections, rotate, skew, pause, keep, fakeTime }. It has to be started in a network namespace of its own (start.mjs). Prints
// progress on stderr, and the result as the last line of stdout, in JSON.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { makeCertificates } from '../../scripts/soak/certificates.mjs';
import { Lane } from './client.mjs';
import { Host, openLoopback } from './namespaces.mjs';
import { Program, startHaproxy, startNginx, startRedis } from './programs.mjs';

const settings = JSON.parse(process.argv[2]);
const { connections, rotate, skew, pause, keep, fakeTime } = settings;

const KINDS = ['derived', 'shared', 'files', 'store'];
const VERSIONS = ['TLSv1.2', 'TLSv1.3'];
const PORTS = { derived: 4431, shared: 4432, files: 4433, store: 4434 };
const NGINX_PORT = 4435;
const REDIS_PORT = 6379;
const ROTATIONS = 3;
const IN_FLIGHT = 24;
const NUM_HOSTS = 4;
/** A run that has failed so often does not go on. */
const MOST_FAILURES = 100;
/** The difference of a host's clock, as a part of the skew between the two that differ most. */
const SKEWS = [0, 0, 0.5, -0.5];

const now = () => (performance.timeOrigin + performance.now()) / 1000;
const folder = mkdtempSync(path.join(tmpdir(), 'fleet-'));
const at = (name) => path.join(folder, name);
const facts = { rotate, keep, steps: [], stops: [] };
const say = (text) => process.stderr.write(`${text}\n`);

/** The files of ticket keys: this step's, the next one's, and earlier ones; exchanged at once by a link. */
class TicketFiles {
  #keys = Array.from({ length: keep + 1 }, () => randomBytes(80));
  paths = this.#keys.map((_, i) => at(path.join('live', `${100 + i}.key`)));
  #numSteps = 0;

  constructor() {
    this.#write();
  }

  step() {
    const [current, next, ...earlier] = this.#keys;
    this.#keys = [next, randomBytes(80), current, ...earlier.slice(0, -1)];
    this.#write();
    facts.steps.push(now());
  }

  #write() {
    const target = at(`keys${(this.#numSteps += 1)}`);
    mkdirSync(target);
    for (const [i, file] of this.paths.entries())
      writeFileSync(path.join(target, path.basename(file)), this.#keys[i]);
    symlinkSync(target, at('link'));
    renameSync(at('link'), at('live'));
  }
}

/** Starts the processes of a host; its clock is ahead by so many seconds. */
async function startServers(host, number, secret, files) {
  const env = { ...process.env };
  const ahead = SKEWS[number] * skew;
  if (ahead !== 0) {
    env.LD_PRELOAD = fakeTime;
    env.FAKETIME = `${ahead > 0 ? '+' : ''}${ahead}`;
    env.FAKETIME_DONT_FAKE_MONOTONIC = '1';
  }
  const program = path.join(import.meta.dirname, 'server.mjs');
  const start = (client, offset) => {
    const ports = Object.fromEntries(KINDS.map((kind) => [kind, PORTS[kind] + offset]));
    const given = {
      ...{ address: host.address, ports, cert: at('cert.pem'), key: at('key.pem'), client },
      ...{ redis: { host: host.gateway, port: REDIS_PORT }, rotate, keep, secret },
      ticketFiles: at('live/*.key'),
    };
    const [command, args] = host.command(process.execPath, [program, JSON.stringify(given)]);
    return new Program(command, args, { env, ipc: true }).ready(/^ready$/m);
  };
  const nginx = { port: NGINX_PORT, cert: at('cert.pem'), key: at('key.pem'), ticketKeys: files };
  return Promise.all([start('redis', 0), start('ioredis', 10), startNginx(host, folder, nginx)]);
}

/** Stops the store: it hangs for the first half, and is gone in the second. */
async function interrupt(redis) {
  const stop = { from: now(), until: Number.POSITIVE_INFINITY };
  facts.stops.push(stop);
  say('the store hangs');
  redis.signal('SIGSTOP');
  await sleep((pause * 1000) / 2);
  redis.signal('SIGKILL');
  say('the store is gone');
  await sleep((pause * 1000) / 2);
  const again = await startRedis(folder, REDIS_PORT);
  stop.until = now();
  say('the store is back, and empty');
  return again;
}

/** Makes connections until there are enough, and the time is over. */
async function visitAll(lanes, begin, end) {
  let numStarted = 0;
  const numTested = () => lanes.reduce((sum, { counts }) => sum + counts.must, 0);
  // Some connections are not counted: they have no session, or one that may be refused.
  const rate = (1.15 * connections) / (end - begin);
  const numFailed = () => lanes.reduce((sum, { counts }) => sum + counts.failed, 0);
  const worker = async () => {
    while (numFailed() < MOST_FAILURES && (now() < end || numTested() < connections)) {
      const wait = numStarted / rate - (now() - begin);
      if (wait > 0 && now() < end) {
        await sleep(Math.min(wait, 0.2) * 1000);
        if (wait > 0.2) continue;
      }
      numStarted += 1;
      await lanes[numStarted % lanes.length].step();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0; // prettier-ignore

function timesOf(lane) {
  const isStopped = ([from]) => facts.stops.some((stop) => from >= stop.from && from <= stop.until);
  const sorted = (list) => list.map(([, seconds]) => seconds * 1000).toSorted((a, b) => a - b);
  const usual = sorted(lane.handshakes.filter((one) => !isStopped(one)));
  const stopped = sorted(lane.handshakes.filter(isStopped));
  const milliseconds = (list) => ({
    count: list.length,
    p50: quantile(list, 0.5),
    p99: quantile(list, 0.99),
    most: list.at(-1) ?? 0,
  });
  return { usual: milliseconds(usual), stopped: milliseconds(stopped) };
}

const hosts = [];
const programs = [];
let redis = null;
try {
  openLoopback();
  makeCertificates(folder);
  redis = await startRedis(folder, REDIS_PORT);
  const secret = randomBytes(32).toString('base64');
  const files = new TicketFiles();
  for (let i = 0; i < NUM_HOSTS; i += 1) hosts.push(new Host(i + 1));
  const started = await Promise.all(
    hosts.map((host, i) => startServers(host, i, secret, files.paths)),
  );
  programs.push(...started.flat());
  const places = (kind) =>
    hosts.flatMap(({ address }) => [
      ...[0, 10].map((offset) => `${address}:${PORTS[kind] + offset}`),
      ...(kind === 'files' ? [`${address}:${NGINX_PORT}`] : []),
    ]);
  const groups = KINDS.map((kind) => ({ port: PORTS[kind], servers: places(kind) }));
  programs.push(await startHaproxy(folder, groups));

  const ca = readFileSync(at('ca.pem'), 'utf8');
  const mostSessions = Math.ceil(connections / ROTATIONS / 8);
  const lanes = KINDS.flatMap(
    (kind) =>
    VERSIONS.map((version) => new Lane({ kind, version, port: PORTS[kind], ca, facts, mostSessions })), // prettier-ignore
  );
  const begin = now();
  const end = begin + ROTATIONS * rotate + rotate / 4;
  // The files change with the periods of the clocks that are right.
  const nextStep = () => (Math.floor(now() / rotate) + 1) * rotate;
  const over = new AbortController();
  const stepping = (async () => {
    while (!over.signal.aborted) {
      const step = nextStep();
      while (!over.signal.aborted && now() < step) await sleep(50);
      if (over.signal.aborted) return;
      files.step();
      for (const [, , nginx] of started) nginx.signal('SIGHUP');
      const total = (name) => lanes.reduce((sum, { counts }) => sum + counts[name], 0);
      say(
        `${Math.round(now() - begin)} s: ${total('must')} offers, ${total('refused')} refused, ${total('failed')} failed`,
      );
    }
  })();
  const stopping = (async () => {
    if (pause === 0) return;
    // Around a change of keys.
    const change = (Math.floor((begin + rotate) / rotate) + 1) * rotate;
    await sleep(Math.max(0, change - pause / 2 - now()) * 1000);
    redis = await interrupt(redis);
  })();
  await visitAll(lanes, begin, end);
  over.abort();
  await Promise.all([stepping, stopping]);
  const result = {
    seconds: now() - begin,
    steps: facts.steps.length,
    stops: facts.stops.map(({ from, until }) => until - from),
    lanes: lanes.map((lane) => ({ name: lane.name, ...lane.counts, times: timesOf(lane) })),
    problems: lanes.flatMap((lane) => lane.problems),
    warnings: programs.map(({ output }) => output.match(/^warning HERMETIC\w+/gm)?.length ?? 0),
    handshakeErrors: programs.flatMap(({ output }) => output.match(/^handshake: .*/gm) ?? []),
  };
  console.log(JSON.stringify(result));
} finally {
  await Promise.all(programs.map((program) => program.close()));
  if (redis !== null) await redis.close();
  for (const host of hosts) host.close();
  rmSync(folder, { recursive: true, force: true });
}
