/** Stores: the same rules for each. */
import { fileStore, memoryStore, redisStore, type FleetStore } from 'hermetic-ssl/fleet';
import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { hasPeer, skipUnless } from '../../helpers/peers.js';
import { startRedis, startRedisCluster } from '../../helpers/redis.js';
import { TempDirectory } from '../../helpers/temp.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const redis = hasPeer('redis-server') ? cleanup.add(await startRedis()) : null;

const cluster = hasPeer('redis-server') ? cleanup.add(await startRedisCluster()) : null;

const MAKERS: readonly [name: string, make: () => Promise<FleetStore>][] = [
  ['memoryStore', async () => memoryStore()],
  ['fileStore', async () => fileStore(cleanup.add(await TempDirectory.create()).join('new/one'))],
  [
    'redisStore over redis',
    async () => {
      const client = createClient({ url: `redis://127.0.0.1:${redis?.port}` });
      await client.connect();
      cleanup.defer(() => client.destroy());
      return redisStore(client);
    },
  ],
  [
    'redisStore over ioredis',
    async () => {
      const client = new Redis({ port: redis?.port ?? 0 });
      cleanup.defer(() => client.disconnect());
      return redisStore(client);
    },
  ],
  [
    'redisStore over a cluster by redis',
    async () => {
      const rootNodes = cluster?.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) ?? [];
      const client = createCluster({ rootNodes });
      await client.connect();
      cleanup.defer(() => client.destroy());
      return redisStore(client);
    },
  ],
  [
    'redisStore over a cluster by ioredis',
    async () => {
      const client = new Cluster(cluster?.ports.map((port) => ({ port, host: '127.0.0.1' })) ?? []);
      cleanup.defer(() => client.disconnect());
      return redisStore(client);
    },
  ],
];

const bytes = (value: unknown): string => Buffer.from(value as Uint8Array).toString('hex');
let numKeys = 0;
const newKey = (): string => `test:Key/${(numKeys += 1)}`;

describe.for(MAKERS)('%s', ([name, make]) => {
  it('stores, returns and deletes bytes', async (test) => {
    if (name.startsWith('redis')) skipUnless(test, 'redis-server');
    const [store, key] = [await make(), newKey()];
    const value = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    expect(await store.get(key)).toBeNull();
    await store.set(key, value, 60);
    expect(bytes(await store.get(key))).toBe(value.toString('hex'));
    expect(await store.get(key.toLowerCase())).toBeNull();
    await store.set(key, Buffer.from('x'), 60);
    expect(bytes(await store.get(key))).toBe('78');
    await store.delete(key);
    await store.delete(key);
    expect(await store.get(key)).toBeNull();
  });

  it('stores a value once, and one of many at the same time', async (test) => {
    if (name.startsWith('redis')) skipUnless(test, 'redis-server');
    const [store, key] = [await make(), newKey()];
    const values = [1, 2, 3, 4, 5, 6].map((number) => Buffer.from([number]));
    const won = await Promise.all(values.map(async (value) => store.setIfAbsent(key, value, 60)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(bytes(await store.get(key))).toBe(values[won.indexOf(true)]?.toString('hex'));
    expect(await store.setIfAbsent(key, Buffer.from('x'), 60)).toBe(false);
  });

  it('takes a value once', async (test) => {
    if (name.startsWith('redis')) skipUnless(test, 'redis-server');
    const [store, key] = [await make(), newKey()];
    await store.set(key, Buffer.from('x'), 60);
    const taken = await Promise.all([1, 2, 3, 4, 5].map(async () => store.take(key)));
    expect(taken.filter((value) => value !== null)).toHaveLength(1);
    expect(await store.take(key)).toBeNull();
  });

  it('forgets a value when its time is over', async (test) => {
    if (name.startsWith('redis')) skipUnless(test, 'redis-server');
    const [store, key] = [await make(), newKey()];
    await store.set(key, Buffer.from('x'), 1);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await store.get(key)).toBeNull();
    expect(await store.setIfAbsent(key, Buffer.from('y'), 60)).toBe(true);
    expect(bytes(await store.take(key))).toBe('79');
  });
});

describe('redisStore', () => {
  it.each([null, 7, {}, 'redis://'])('refuses %j', (client) => {
    expect(() => redisStore(client as never)).toThrow(/connected client of 'redis' or 'ioredis'/);
  });

  it.each([null, 7, {}])('refuses the subscriber %j', (subscriber) => {
    const client = { call: async () => null };
    expect(() => redisStore(client, { subscriber: subscriber as never })).toThrow(/subscriber/);
  });
});
