// One application of thirteen libraries, unchanged, with and without `--import hermetic-ssl/register`: it sees the same.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { startPeers, type Peers } from './application/peers.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(import.meta.dirname, 'application');
const REGISTER = import.meta.resolve('hermetic-ssl/register');

interface Run {
  /** The lines of each part. */
  readonly parts: Readonly<Record<string, readonly unknown[][]>>;
  readonly handshakes: number;
}

/** The parts, each with the peer that it needs, or null. */
const PARTS = {
  ...{ axiosClient: null, gotClient: null, undiciClient: null, nodeFetchClient: null },
  ...{ globalFetch: null, httpsModule: null, http2Module: null, webSocket: null },
  ...{ grpcClient: null, redisClient: 'redis', pgClient: 'postgres', mysqlClient: 'mysql' },
  ...{ mqttClient: 'mqtt', mailClient: 'smtp' },
} as const satisfies Record<string, string | null>;

let peers: Peers;
let folder: TempDirectory;
let environment: Record<string, string>;
let runs: { plain: Run; registered: Run };

async function runApplication(flags: readonly string[], env: Record<string, string>): Promise<Run> {
  const imports = ['--import', path.join(FOLDER, 'probe.mjs')];
  const args = [...flags, ...imports, path.join(FOLDER, 'main.mjs')];
  const child = Child.start(process.execPath, args, env);
  const { code } = await child.finish(60_000);
  const { stdout, stderr } = child;
  expect(code, stdout + stderr).toBe(0);
  const lines = stdout.trim().split('\n');
  const parts = lines.map((line) => JSON.parse(line) as { name: string; lines: unknown[][] });
  return {
    parts: Object.fromEntries(parts.map((part) => [part.name, part.lines])),
    handshakes: Number(/handshakes (\d+)/.exec(stderr)?.[1]),
  };
}

beforeAll(async () => {
  const { root, caPem, strangerAuthority } = await testPki();
  // A name only, so that the address of the host is one that the certificate is not for.
  const identity = await root.issue({ commonName: 'localhost', dns: ['localhost'] });
  peers = await startPeers({ ...identity, caPem });
  folder = await TempDirectory.create();
  const own = { key: identity.keyPem, cert: identity.chainPem };
  environment = {
    PEERS: JSON.stringify({ ...peers.ports, identity: own }),
    NODE_EXTRA_CA_CERTS: await folder.write('ca.pem', caPem),
    OTHER_CA: await folder.write('other.pem', strangerAuthority.certPem),
  };
  const plain = await runApplication([], environment);
  runs = { plain, registered: await runApplication(['--import', REGISTER], environment) };
}, 120_000);

afterAll(async () => {
  await peers?.close();
  await folder?.close();
});

describe('an unchanged application with hermetic-ssl/register sees what it sees without it', () => {
  for (const [name, peer] of Object.entries(PARTS)) {
    it(name, (test) => {
      const reason = peer === null ? undefined : peers.absent[peer];
      if (reason !== undefined) test.skip(reason);
      const { plain, registered } = runs;
      expect(plain.parts[name]?.length).toBeGreaterThan(0);
      expect(JSON.stringify(plain.parts[name])).not.toContain('"failed"');
      expect(registered.parts[name]).toEqual(plain.parts[name]);
    });
  }

  it('and its connections are those of this package', () => {
    expect(Object.keys(runs.plain.parts).toSorted()).toEqual(Object.keys(PARTS).toSorted());
    expect(runs.plain.handshakes).toBe(0);
    // Both ends of the own servers, and the clients of the others.
    expect(runs.registered.handshakes).toBeGreaterThan(25);
  });
});

/** The line of each library on the page. */
function linesOfPage(): Record<string, string> {
  const page = readFileSync(path.join(ROOT, 'docs/coming-from-node-tls.md'), 'utf8');
  const [, section = ''] = page.split('## Libraries\n');
  const rows = section.split('\n## ')[0]!.matchAll(/^\| ([^ |]+) \| `(.+)` \|$/gm);
  return Object.fromEntries([...rows].map(([, name, line]) => [name, line])) as Record<
    string,
    string
  >;
}

/** Runs a program in the folder of the application, where the names of packages are resolved. */
async function runProgram(text: string): Promise<Record<string, unknown>[]> {
  const file = path.join(FOLDER, `build-${process.pid}.mjs`);
  writeFileSync(file, text);
  try {
    const child = Child.start(process.execPath, [file], environment);
    const { code } = await child.finish(60_000);
    expect(code, child.stdout + child.stderr).toBe(0);
    const lines = child.stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    rmSync(file);
  }
}

/** The clients of those whose line is an import of register, in application/. */
const REGISTERED = {
  nodemailer: ['services', 'mailClient', 'smtp'],
  pg: ['services', 'pgClient', 'postgres'],
  mysql2: ['services', 'mysqlClient', 'mysql'],
  ioredis: ['services', 'redisClient', 'redis'],
  '@grpc/grpc-js': ['http-clients', 'grpcClient', 'grpc'],
} as const;

describe('the lines of docs/coming-from-node-tls.md', () => {
  const lines = linesOfPage();

  it('for servers, agents and connections use this package', async () => {
    const program = readFileSync(path.join(FOLDER, 'lines.mjs'), 'utf8');
    const names = Object.keys(lines).filter((name) => !(name in REGISTERED));
    const text = names.reduce((whole, name) => {
      const line = lines[name]!.replace('8443', '0').replace('8883', 'peers.mqtt');
      return whole
        .replace(`LINE_${name.replace('-', '_')};`, () => `${line};`)
        .replace(`LINE_${name.replace('-', '_')})`, () => `${line})`);
    }, program);
    const outcomes = await runProgram(text);
    const isAbsent = (name: string) => name === 'mqtt' && 'mqtt' in peers.absent;
    expect(outcomes).toEqual(
      names.map((name) => ({ name, outcome: 'hello', handshakes: isAbsent(name) ? 0 : 1 })),
    );
  });

  it('for the others do so as the first import', async () => {
    const calls = Object.entries(REGISTERED).map(
      ([name, [file, part, peer]]) =>
        `await run('${name}', (await import('./${file}.mjs')).${part}, '${peer}');`,
    );
    const imports = new Set(Object.keys(REGISTERED).map((name) => lines[name]));
    const text = `${[...imports].join(';\n')};
import { subscribe } from 'node:diagnostics_channel';
let count = 0;
subscribe('hermetic-ssl.tls.handshake.end', () => { count += 1; });
const peers = JSON.parse(process.env.PEERS);
const { startServers } = await import('./servers.mjs');
const { ports } = await startServers(peers);
async function run(name, part, peer) {
  const before = count;
  await part({ ...peers, ...ports }, () => undefined);
  const isAbsent = !(peer in { ...peers, ...ports });
  process.stdout.write(JSON.stringify({ name, isOurs: isAbsent || count > before }) + '\\n');
}
${calls.join('\n')}
process.exit(0);`;
    expect(await runProgram(text)).toEqual(
      Object.keys(REGISTERED).map((name) => ({ name, isOurs: true })),
    );
  });
});
