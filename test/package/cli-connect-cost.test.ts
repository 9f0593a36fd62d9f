// The cost of hermetic-ssl connect, by counts that the load of the machine does not change.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { peerPath, skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';

const dist = path.resolve(import.meta.dirname, '../../dist');
const program = path.join(dist, 'cli/main.js');
const preload = (name: string): string =>
  pathToFileURL(path.join(import.meta.dirname, 'support', name)).href;
const pki = await testPki();
const folder = await TempDirectory.create();
const ca = await folder.write('ca.pem', pki.caPem);
afterAll(() => folder.close());

interface Served {
  readonly port: number;
  /** Connections so far. */
  count: number;
}

interface Options {
  readonly numTickets?: number;
  /** Leaves connections after this many without an answer. */
  readonly answers?: number;
}

async function serving<T>(options: Options, work: (served: Served) => Promise<T>): Promise<T> {
  const { numTickets = 2, answers = Infinity } = options;
  const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
  context.loadCertChain({ cert: pki.localhost.certPem, key: pki.localhost.keyPem });
  context.numTickets = numTickets;
  const served = { port: 0, count: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((raw) => {
    sockets.add(raw);
    raw.on('error', () => undefined);
    served.count += 1;
    if (served.count > answers) return;
    const socket = context.wrapSocket(raw, { serverSide: true });
    socket.on('error', () => undefined).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  served.port = (server.address() as AddressInfo).port;
  try {
    return await work(served);
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

interface Outcome {
  readonly agreed: { readonly address: string } | null;
  readonly resumption: { readonly tried: boolean; readonly resumed: boolean; readonly failure: string | null };
} // prettier-ignore

async function connect(
  { port }: Served,
  {
    node = [],
    env = {},
  }: { node?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<{ outcome: Outcome; stderr: string }> {
  const args = [...node, program, 'connect', `localhost:${port}`, '--ca', ca, '--json'];
  const child = Child.start(process.execPath, args, env);
  const { code } = await child.finish(30_000);
  expect(code, child.stdout + child.stderr).toBe(0);
  return { outcome: JSON.parse(child.stdout) as Outcome, stderr: child.stderr };
}

/** Returns the addresses of the modules that a process has run, of a folder that NODE_V8_COVERAGE named. */
async function modulesOf(coverage: string): Promise<string[]> {
  const texts = readdirSync(coverage).map((name) =>
    readFileSync(path.join(coverage, name), 'utf8'),
  );
  const reports = texts.map((text) => JSON.parse(text) as { result: { url: string }[] });
  return reports.flatMap(({ result }) => result.map(({ url }) => url));
}

describe('the cost of hermetic-ssl connect', () => {
  it('is two connections to a server with tickets, the second one resumed', async () => {
    await serving({}, async (served) => {
      const { outcome } = await connect(served);
      expect(outcome.resumption).toMatchObject({ tried: true, resumed: true, failure: null });
      expect(served.count).toBe(2);
    });
  });

  it('is one connection to a server without tickets, whose end it does not wait out', async () => {
    await serving({ numTickets: 0 }, async (served) => {
      const { outcome, stderr } = await connect(served, { node: ['--import', preload('slow-timers.mjs')] }); // prettier-ignore
      expect(outcome.resumption).toMatchObject({ tried: false, resumed: false, failure: null });
      expect(served.count).toBe(1);
      const [, sleeps] = /^sleeps (\d+)$/m.exec(stderr) ?? [];
      // 10 for the usual time of a ticket, then as many as the server's answer takes; to the limit it would be 75 more.
      expect(Number(sleeps)).toBeGreaterThanOrEqual(10);
      expect(Number(sleeps)).toBeLessThan(50);
    });
  });

  it('is a second at most for a server that does not answer the second connection', async () => {
    await serving({ answers: 1 }, async (served) => {
      const { outcome } = await connect(served);
      expect(outcome.resumption).toMatchObject({ tried: true, resumed: false });
      expect(outcome.resumption.failure).toMatch(/^no answer within \d/);
    });
  });

  it('is the code of this command and no other', async () => {
    await serving({}, async (served) => {
      const coverage = folder.join('coverage');
      await connect(served, { env: { NODE_V8_COVERAGE: coverage } });
      const urls = await modulesOf(coverage);
      const own = urls.filter((url) => url.startsWith(pathToFileURL(dist).href));
      expect(own.map((url) => path.relative(dist, fileURLToPath(url))).toSorted()).toEqual([
        'cli/certificate.js',
        'cli/connect.js',
        'cli/main.js',
        'cli/names.js',
        'cli/page.js',
        'cli/table.js',
        'internal/core.js',
        'internal/errors.js',
        'internal/tls.js',
      ]);
      const unused = ['node:crypto', 'node:http', 'node:https', 'node:tls', 'node:child_process'];
      const loaded = unused.filter((name) => urls.includes(name));
      expect(loaded).toEqual([]);
    });
  });

  it('is a quarter of a second for an address that does not answer, if the name has others', async (context) => {
    skipUnless(context, 'python3');
    await serving({}, async (served) => {
      // A listener whose queue is full: the system drops the packets of further connections.
      const hole = `
import socket, sys
s = socket.socket(); s.bind(('127.0.0.2', int(sys.argv[1]))); s.listen(0)
held = []
for _ in range(2):
    c = socket.socket(); c.setblocking(False); c.connect_ex(('127.0.0.2', int(sys.argv[1]))); held.append(c)
print('ready', flush=True); sys.stdin.read()`;
      const python = Child.start(peerPath('python3'), ['-c', hole, String(served.port)]);
      await python.waitFor(/ready/);
      try {
        const { outcome } = await connect(served, { node: ['--import', preload('two-addresses.mjs')] }); // prettier-ignore
        expect(outcome.agreed).toMatchObject({ address: '127.0.0.1' });
        expect(outcome.resumption).toMatchObject({ resumed: true });
      } finally {
        python.stdin.end();
        await python.finish();
      }
    });
  });

  it('is limited by --timeout, also if the lookup alone has taken longer', async () => {
    await serving({ answers: 0 }, async ({ port }) => {
      const args = [program, 'connect', `localhost:${port}`, '--timeout', '1'];
      const child = Child.start(process.execPath, [
        '--import',
        preload('slow-lookup.mjs'),
        ...args,
      ]);
      expect((await child.finish(20_000)).code).toBe(3);
      expect(child.stdout).toMatch(/no answer|1 s/);
    });
  });
});
