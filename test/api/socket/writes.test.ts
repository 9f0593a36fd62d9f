// Writing: every byte arrives, in order, in as few records as it takes, and each callback is called once.
import { afterEach, describe, expect, it } from 'vitest';

import { nextEvent, withTimeout } from '../../helpers/collect.js';
import { limit } from '../../helpers/time-limit.js';
import type { PairEnd } from '../../helpers/duplex-pair.js';
import {
  discard,
  memoryPair,
  tcpTlsPair,
  watch,
  wrapBoth,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import { sslError } from '../../helpers/expected-errors.js';
import { duplexPair } from '../../helpers/duplex-pair.js';

const open: TlsPair[] = [];
afterEach(() => open.splice(0).forEach(({ client, server }) => discard(client, server)));

async function inMemory(...options: Parameters<typeof memoryPair>): Promise<TlsPair<PairEnd>> {
  const pair = await memoryPair(...options);
  open.push(pair);
  return pair;
}

/** How many application data records (RFC 8446, 5.1: type 23) these bytes are. */
function dataRecords(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    if (bytes[at] === 23) count += 1;
  }
  return count;
}

/** Reads `total` bytes and compares each with what `expected` says of its position. */
async function readAll(pair: TlsPair, total: number, expected: (at: number) => number) {
  let at = 0;
  for await (const chunk of pair.server.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    for (let i = 0; i < chunk.length; i += 997) {
      if (chunk[i] !== expected(at + i)) throw new Error(`wrong byte at ${at + i}`);
    }
    at += chunk.length;
    if (at >= total) break;
  }
  return at;
}

describe('SSLSocket.write', () => {
  it.each([
    ['TCP', () => tcpTlsPair()],
    ['memory', () => memoryPair()],
  ] as const)(
    'sends 64 MiB in one write over %s',
    async (_name, make) => {
      const pair: TlsPair = await make();
      open.push(pair);
      const big = Buffer.alloc(64 << 20);
      for (let i = 0; i < big.length; i += 4) big.writeUInt32LE(i, i);
      const reading = readAll(pair, big.length, (at) => big[at]!);
      pair.client.write(big);
      expect(await withTimeout(reading, { timeout: 60_000 })).toBe(big.length);
    },
    limit(90_000),
  );

  it('puts 100,000 writes of one byte into few records', async () => {
    const pair = await inMemory();
    const reading = readAll(pair, 100_000, (at) => at % 251);
    pair.transports.client.sent.length = 0;
    for (let i = 0; i < 100_000; i += 1) pair.client.write(Buffer.of(i % 251));
    expect(await withTimeout(reading, { timeout: 20_000 })).toBe(100_000);
    expect(dataRecords(Buffer.concat(pair.transports.client.sent))).toBeLessThan(100);
  });

  it('makes one record of what was corked', async () => {
    const { client, server, transports } = await inMemory();
    const story = watch(server);
    transports.client.sent.length = 0;
    client.cork();
    for (const word of ['GET ', '/', ' HTTP/1.1\r\n', '\r\n']) client.write(word);
    await new Promise((resolve) => setImmediate(resolve));
    expect(transports.client.sent).toEqual([]);
    client.uncork();
    await nextEvent(server, 'data');
    expect(Buffer.concat(story.chunks).toString()).toBe('GET / HTTP/1.1\r\n\r\n');
    expect(dataRecords(Buffer.concat(transports.client.sent))).toBe(1);
  });

  it('sends chunks of every size in order, whether joined or cut', async () => {
    const pair = await inMemory({ pair: { slow: true } });
    const sizes = [1, 16_384, 16_385, 0, 262_143, 2, 262_144, 262_145, 600_000, 0, 5];
    const all = Buffer.concat(sizes.map((size, i) => Buffer.alloc(size, i + 1)));
    const reading = readAll(pair, all.length, (at) => all[at]!);
    sizes.forEach((size, i) => pair.client.write(Buffer.alloc(size, i + 1)));
    expect(await reading).toBe(all.length);
  });

  it('takes strings in any encoding, and Uint8Arrays', async () => {
    const { client, server } = await inMemory();
    const story = watch(server);
    client.write('grün ');
    client.write('c3a4', 'hex');
    client.write('YQ==', 'base64');
    client.write('\xe9', 'latin1');
    client.write(new Uint8Array([33]));
    client.end();
    await story.closed();
    expect(Buffer.concat(story.chunks)).toEqual(
      Buffer.concat([Buffer.from('grün äa'), Buffer.of(0xe9, 33)]),
    );
  });

  it('sends nothing for an empty write, and calls its callback', async () => {
    const { client, transports } = await inMemory();
    transports.client.sent.length = 0;
    await new Promise((resolve) => client.write('', resolve));
    await new Promise((resolve) => client.write(Buffer.alloc(0), resolve));
    expect(transports.client.sent).toEqual([]);
  });

  it('begins the handshake where nothing else has, and waits for it', async () => {
    const pair = await wrapBoth(duplexPair(), { client: { doHandshakeOnConnect: false } });
    open.push(pair);
    const story = watch(pair.server);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pair.transports.client.sent).toEqual([]);
    pair.client.write('early');
    await nextEvent(pair.server, 'data');
    expect(Buffer.concat(story.chunks).toString()).toBe('early');
  });
});

describe('The callbacks of SSLSocket.write', () => {
  it('are called once each, in order, without an error', async () => {
    const { client, server } = await inMemory();
    server.resume();
    const calls: [number, unknown][] = [];
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 50; i += 1)
        client.write(Buffer.alloc(i * 1000), (e) => calls.push([i, e]));
      client.end(resolve);
    });
    expect(calls.map(([i]) => i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(calls.filter(([, error]) => error)).toEqual([]);
  });

  it('are called once each, in order, with an error when the socket is destroyed', async () => {
    const { client, server, transports } = await inMemory();
    transports.client.isHeld = true;
    const story = watch(client);
    watch(server);
    const calls: [number, unknown][] = [];
    for (let i = 0; i < 10; i += 1)
      client.write(Buffer.alloc(400_000), (error) => calls.push([i, error]));
    await new Promise((resolve) => setImmediate(resolve));
    client.destroy(new Error('enough'));
    await story.closed();
    expect(calls.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(calls.every(([, error]) => error instanceof Error)).toBe(true);
    expect(story.errors).toMatchObject([{ message: 'enough' }]);
  });

  it('get the failure of the connection, whose alert still goes out', async () => {
    const { client, server, transports } = await inMemory({ pair: { highWaterMark: 1_000 } });
    const [ours, theirs] = [watch(client), watch(server, { reads: false })];
    const failed = new Promise((resolve) => client.write(Buffer.alloc(1 << 22), resolve));
    await new Promise((resolve) => setImmediate(resolve));
    transports.client.sent.length = 0;
    transports.client.push(Buffer.from('\x17\x03\x03\x00\x20' + 'x'.repeat(32), 'latin1'));
    expect(await failed).toMatchObject({ reason: 'RECORD_LAYER_FAILURE' });
    server.on('data', () => undefined);
    await ours.closed();
    await theirs.closed();
    expect(ours).toMatchObject({ closes: 1, errors: [{ reason: 'RECORD_LAYER_FAILURE' }] });
    expect(theirs.errors).toEqual([sslError('SSLV3_ALERT_BAD_RECORD_MAC')]);
  });
});

describe('Ciphertext that waits for slow readers', () => {
  it('stays apart from that of other connections', async () => {
    const pairs = await Promise.all(Array.from({ length: 8 }, () => tcpTlsPair()));
    open.push(...pairs);
    const sizes = [100, 70_000, 3_000, 300_000, 2_000_000, 9_000, 20, 66_000];
    const arrived = pairs.map(async ({ client, server }, seed) => {
      const [story, sent] = [
        watch(client, { reads: false }),
        sizes.map((size) => Buffer.alloc(size, 'x'.repeat(seed) + 'yz')),
      ];
      for (const chunk of sent) {
        server.write(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
      server.end();
      client.on('data', (chunk: Buffer) => story.chunks.push(chunk));
      await nextEvent(client, 'end');
      return Buffer.concat(story.chunks).equals(Buffer.concat(sent));
    });
    expect(await Promise.all(arrived)).toEqual(pairs.map(() => true));
  });
});
