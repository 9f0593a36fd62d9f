// Nothing stays behind: no listener, no timer, no handle, no native memory.
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { limit } from '../../helpers/time-limit.js';
import {
  listening,
  memoryPair,
  rejection,
  tcpTlsPair,
  watch,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const MIB = 1 << 20;
const PROGRAM = fileURLToPath(new URL('../../helpers/connection-cycles.mjs', import.meta.url));

let files: { cert: string; key: string; ca: string };
beforeAll(async () => {
  const { localhost, caPem } = await testPki();
  const folder = cleanup.add(await TempDirectory.create());
  files = await folder.writeFiles({
    cert: localhost.chainPem,
    key: localhost.keyPem,
    ca: caPem,
  });
});

interface Usage {
  rss: number;
  external: number;
  heapUsed: number;
}

describe('10,000 connections that end in every way', () => {
  it(
    'cost no memory for good, and the process ends by itself',
    async () => {
      const { cert, key, ca } = files;
      // Node 24 lets V8's young generation grow by 100 MiB before it collects.
      const options = ['--expose-gc', '--max-semi-space-size=1'];
      const child = Child.start(process.execPath, [...options, PROGRAM, cert, key, ca, '10000']);
      const { code } = await child.finish(150_000);
      expect([code, child.stderr]).toEqual([0, '']);
      const { before, after, connections } = JSON.parse(child.stdout) as Record<string, Usage> & {
        connections: number;
      };
      expect(connections).toBe(0);
      // A native connection takes about 20 KiB: 10,000 of them would be 200 MiB.
      expect(after!.rss - before!.rss).toBeLessThan(40 * MIB);
      expect(after!.external - before!.external).toBeLessThan(4 * MIB);
      expect(after!.heapUsed - before!.heapUsed).toBeLessThan(8 * MIB);
    },
    limit(180_000),
  );
});

describe('A process with connections', () => {
  it.each([
    ['a client that has ended', `s.end(); s.resume();`],
    ['a client that was destroyed', `s.destroy();`],
    [
      'a paused client to which more is sent than it buffers',
      `s.pause(); other.unref(); other.write(Buffer.alloc(262_144));`,
    ],
    ['a client that was unref-ed', `s.unref(); srv.unref(); other.unref();`],
    ['a client that failed', `s.on('error', () => {}); s.destroy(new Error('x'));`],
  ])('ends by itself: %s', async (_name, act) => {
    const { cert, key, ca } = files;
    const program = `
      import * as ssl from 'hermetic-ssl/ssl';
      const [cert, key, cafile] = process.argv.slice(1);
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      context.loadCertChain(cert, key);
      const srv = ssl.createServer({ context }).listen(0, '127.0.0.1');
      await new Promise((resolve) => srv.once('listening', resolve));
      const accepted = new Promise((resolve) => srv.once('secureConnection', resolve));
      const s = await ssl.connect({
        port: srv.address().port,
        host: '127.0.0.1',
        timeout: ${limit(60_000)},
        context: ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cafile }),
      });
      const other = await accepted;
      other.on('error', () => {}).resume();
      srv.close();
      ${act}
    `;
    const child = Child.start(process.execPath, [
      ...['--input-type=module', '-e', program],
      ...[cert, key, ca],
    ]);
    expect([(await child.finish(10_000)).code, child.stderr]).toEqual([0, '']);
  });
});

describe('The transport of a closed SSLSocket', () => {
  const names = ['connect', 'data', 'drain', 'timeout', 'error', 'close', 'finish', 'readable'];
  const counts = (pair: TlsPair) =>
    Object.values(pair.transports).map((transport) =>
      names.map((name) => transport.listenerCount(name)),
    );
  const ends: [string, (pair: TlsPair) => void][] = [
    ['ended', ({ client }) => client.end()],
    ['destroyed', ({ client }) => client.destroy()],
    ['destroyed with an error', ({ client }) => client.destroy(new Error('x'))],
    ['failed', ({ transports }) => transports.client.emit('data', Buffer.alloc(20, 1))],
    ['cut off', ({ transports }) => transports.server.destroy()],
  ];
  it.each(ends)(
    'has no listener of ours but one that ignores errors when it has %s',
    async (_name, end) => {
      for (const connect of [tcpTlsPair, memoryPair]) {
        const pair: TlsPair = await connect();
        const closed = Object.values(pair.transports).map(
          (transport) => new Promise((resolve) => transport.once('close', resolve)),
        );
        const stories = [watch(pair.client), watch(pair.server)];
        end(pair);
        for (const story of stories) await story.closed();
        await Promise.all(closed);
        await eventually(() =>
          counts(pair)
            .flat()
            .every((count, index) => count === (names[index % names.length] === 'error' ? 1 : 0)),
        );
      }
    },
  );
});

describe('Errors', () => {
  it('leave no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const context = await pkiServerContext();
    context.sniCallback = () => Promise.reject(new Error('late'));
    const server = cleanup.add(ssl.createServer({ context }));
    const port = await listening(server);
    await rejection(ssl.connect({ port, context: await pkiClientContext() }));
    const pair = await memoryPair();
    watch(pair.client).closes = 0;
    watch(pair.server);
    pair.client.destroy(new Error('x'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
