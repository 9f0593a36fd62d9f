// One application of thirteen libraries, unchanged, with and without `--import hermetic-ssl/register`: it sees the same.
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { startPeers, type Peers } from './application/peers.js';

const FOLDER = path.join(import.meta.dirname, 'application');
const REGISTER = import.meta.resolve('hermetic-ssl/register');

interface Run {
  /** The lines of each part. */
  readonly parts: Readonly<Record<string, readonly unknown[][]>>;
  readonly handshakes: number;
}

/** The parts, each with the peer that it needs; null for those that need none. */
const PARTS = {
  ...{ axiosClient: null, gotClient: null, undiciClient: null, nodeFetchClient: null },
  ...{ globalFetch: null, httpsModule: null, http2Module: null, webSocket: null },
  ...{ grpcClient: null, redisClient: 'redis', pgClient: 'postgres', mysqlClient: 'mysql' },
  ...{ mqttClient: 'mqtt', mailClient: 'smtp' },
} as const satisfies Record<string, string | null>;

let peers: Peers;
let folder: TempDirectory;
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
  const env = {
    PEERS: JSON.stringify({ ...peers.ports, identity: own }),
    NODE_EXTRA_CA_CERTS: await folder.write('ca.pem', caPem),
    OTHER_CA: await folder.write('other.pem', strangerAuthority.certPem),
  };
  const plain = await runApplication([], env);
  runs = { plain, registered: await runApplication(['--import', REGISTER], env) };
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
