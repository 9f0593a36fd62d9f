// Backpressure: a reader that stops holds the writer, memory stays bounded, and nothing is lost.
import type { Duplex } from 'node:stream';

import { afterEach, describe, expect, it } from 'vitest';

import { eventually, nextEvent, withTimeout } from '../../helpers/collect.js';
import { discard, memoryPair, tcpTlsPair, watch, type TlsPair } from '../../helpers/tls-pair.js';

const open: TlsPair[] = [];
afterEach(() => open.splice(0).forEach(({ client, server }) => discard(client, server)));

const CHUNK = Buffer.alloc(64 << 10, 'backpressure ');
const MIB = 1 << 20;

/** Writes until write() has been refusing for a while; gives how many bytes were taken. */
async function fill(writer: Duplex): Promise<number> {
  let taken = 0;
  for (;;) {
    taken += CHUNK.length;
    if (writer.write(CHUNK)) continue;
    const drained = nextEvent(writer, 'drain', { timeout: 300 }).catch(() => null);
    if ((await drained) === null) return taken;
    if (taken > 64 * MIB) throw new Error('the writer was never held');
  }
}

function buffered(pair: TlsPair): number {
  const streams: Duplex[] = [
    pair.client,
    pair.server,
    pair.transports.client,
    pair.transports.server,
  ];
  return streams.reduce((sum, stream) => sum + stream.writableLength + stream.readableLength, 0);
}

const transports = [
  ['TCP', () => tcpTlsPair()],
  ['memory', () => memoryPair()],
] as const;

describe.each(transports)('Backpressure of SSLSocket over %s', (_name, make) => {
  const connect = async (): Promise<TlsPair> => {
    const pair: TlsPair = await make();
    open.push(pair);
    return pair;
  };

  it('holds the writer while the peer does not read, in bounded memory, and loses nothing', async () => {
    const pair = await connect();
    const before = process.memoryUsage().external;
    const taken = await fill(pair.client);
    expect(buffered(pair)).toBeLessThan(3 * MIB);
    // Buffers and native queues: the native ones would be seen here only through what they were copied from.
    expect(process.memoryUsage().external - before).toBeLessThan(16 * MIB);
    const story = watch(pair.server);
    pair.client.end();
    await nextEvent(pair.server, 'end');
    expect(story.chunks.reduce((sum, { length }) => sum + length, 0)).toBe(taken);
  });

  it('holds the writer while the reader pauses in the middle', async () => {
    const pair = await connect();
    const story = watch(pair.server);
    pair.client.write('first');
    await nextEvent(pair.server, 'data');
    pair.server.pause();
    const taken = await fill(pair.client);
    const seen = story.chunks.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(story.chunks.length).toBe(seen);
    pair.server.resume();
    pair.client.end();
    await nextEvent(pair.server, 'end');
    expect(Buffer.concat(story.chunks).length).toBe(5 + taken);
  });

  it('goes both ways at once', async () => {
    const pair = await connect();
    const taken = await Promise.all([fill(pair.client), fill(pair.server)]);
    const stories = [watch(pair.server), watch(pair.client)];
    const total = () => stories.map(({ chunks }) => Buffer.concat(chunks).length);
    await eventually(() => total().every((count, i) => count === taken[i]));
    expect(total()).toEqual(taken);
  });

  it('lets a slow pipe through at its own pace', async () => {
    const pair = await connect();
    const { client, server } = pair;
    server.pipe(server); // an echo
    const total = 8 * MIB;
    let back = 0;
    const done = (async () => {
      for await (const chunk of client.iterator({
        destroyOnReturn: false,
      }) as AsyncIterable<Buffer>) {
        back += chunk.length;
        await new Promise((resolve) => setImmediate(resolve));
        if (back >= total) return;
      }
    })();
    for (let sent = 0; sent < total; sent += CHUNK.length)
      if (!client.write(CHUNK)) await nextEvent(client, 'drain');
    await withTimeout(done, { timeout: 20_000 });
    expect(back).toBe(total);
  });
});

describe('SSLSocket.pause', () => {
  it('stops data at once and resume brings the rest', async () => {
    const { client, server } = await memoryPair();
    open.push({ client, server, transports: { client, server } });
    const chunks: string[] = [];
    server.on('data', (chunk: Buffer) => {
      chunks.push(chunk.toString());
      server.pause();
    });
    client.write('one');
    await nextEvent(server, 'pause');
    client.write('two');
    await new Promise((resolve) => setImmediate(resolve));
    expect(chunks).toEqual(['one']);
    server.resume();
    await nextEvent(server, 'data');
    expect(chunks).toEqual(['one', 'two']);
  });
});
