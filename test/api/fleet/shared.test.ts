/** Rings whose keys are in a store. */
import { randomBytes } from 'node:crypto';

import {
  KeyRing,
  memoryStore,
  redisStore,
  type FleetStore,
  type KeyStore,
  type RedisClient,
  type RedisSubscriber,
} from 'hermetic-ssl/fleet';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import { tls12 } from '../../helpers/contexts.js';
import { skipUnless } from '../../helpers/peers.js';
import { startRedis } from '../../helpers/redis.js';
import { client, ownClock, serverWith, visit } from './support.js';

const cleanup = new Cleanup();

const HOUR = 3600;
const START = 1000 * 12 * HOUR;
const setClock = ownClock(START);
afterEach(() => cleanup.run()); // before the clock goes back

type Options = Partial<Parameters<typeof KeyRing.shared>[1]>;

const join = async (store: KeyStore, options: Options = {}): Promise<KeyRing> =>
  cleanup.add(await KeyRing.shared(store, { rotate: '12h', poll: '1s', ...options }));

const namesOf = (ring: KeyRing): string[] => ring.keys.map(({ name }) => name);
const becomes = (ring: KeyRing, isIt: (names: string[]) => boolean): Promise<true> =>
  eventually(() => (isIt(namesOf(ring)) ? true : null), { what: 'the keys of the ring' });

/** Two connected clients. */
async function redisClients(
  kind: 'redis' | 'ioredis',
  port: number,
): Promise<[RedisClient, RedisSubscriber]> {
  if (kind === 'ioredis') {
    const connected = new Redis({ port });
    const subscriber = connected.duplicate();
    cleanup.defer(() => [connected, subscriber].forEach((one) => one.disconnect()));
    return [connected, subscriber];
  }
  const connected = createClient({ socket: { port } });
  const subscriber = connected.duplicate();
  await Promise.all([connected.connect(), subscriber.connect()]);
  cleanup.defer(() => [connected, subscriber].forEach((one) => one.destroy()));
  return [connected, subscriber];
}

async function warningOf(code: string): Promise<Error> {
  return new Promise((resolve) => {
    const look = (warning: Error & { code?: string }): void => {
      if (warning.code !== code) return;
      process.off('warning', look);
      resolve(warning);
    };
    process.on('warning', look);
  });
}

/** Passes calls on as long as the mode is `well`; otherwise they fail, or never end. */
function breakable(store: FleetStore): { store: KeyStore; mode: { is: 'well' | 'gone' | 'hung' } } {
  const mode: { is: 'well' | 'gone' | 'hung' } = { is: 'well' };
  const through =
    <Values extends unknown[], T>(method: (...values: Values) => T) =>
    async (...values: Values): Promise<Awaited<T>> => {
      if (mode.is === 'gone') throw new Error('ECONNREFUSED');
      if (mode.is === 'hung') await new Promise(() => undefined);
      return await method(...values);
    };
  return {
    mode,
    store: {
      get: through((key: string) => store.get(key)),
      setIfAbsent: through((key: string, value: Buffer, seconds: number) =>
        store.setIfAbsent(key, value, seconds),
      ),
    },
  };
}

describe('KeyRing.shared', () => {
  it('gives all hosts the same keys, the next one included', async () => {
    const store = memoryStore();
    const rings = await Promise.all([join(store), join(store), join(store)]);
    const [first] = rings.map(namesOf);
    expect(first).toHaveLength(3);
    for (const ring of rings) expect(namesOf(ring)).toEqual(first);
    const ours = await client();
    const servers = await Promise.all(rings.map((ring) => serverWith(ring)));
    const [one, two] = servers as [(typeof servers)[0], (typeof servers)[0]];
    expect(visit(ours, two, visit(ours, one).session).reused).toBe(true);
  });

  it('makes the key of the earlier period too, for hosts whose clocks are behind', async () => {
    const store = memoryStore();
    const ring = await join(store, { poll: '1h' });
    setClock(START - 60);
    const behind = await join(store, { poll: '1h' });
    const [ours, there, here] = [
      await client(),
      await serverWith(behind, tls12),
      await serverWith(ring, tls12),
    ];
    const { session } = visit(ours, there);
    setClock(START);
    expect(visit(ours, here, session).reused).toBe(true);
  });

  it('encrypts with a key that all have known for a period', async () => {
    const store = memoryStore();
    const [one, two] = [await join(store, { keep: 3 }), await join(store, { keep: 3 })];
    const [ours, server, other] = [
      await client(),
      await serverWith(one, tls12),
      await serverWith(two, tls12),
    ];
    const [now, next] = namesOf(one);
    const { session } = visit(ours, server);
    setClock(START + 12 * HOUR);
    expect(namesOf(one).slice(0, 2)).toEqual([next, now]);
    const renewed = visit(ours, other, session);
    expect(renewed).toMatchObject({ reused: true, keyName: next });
    await becomes(one, (names) => names.length === 4);
    setClock(START + 36 * HOUR - 1);
    expect(visit(ours, server, session).reused).toBe(true);
    setClock(START + 36 * HOUR);
    expect(visit(ours, server, session).reused).toBe(false);
  });

  it('resumes after one answer of the store on a host that was away for several periods', async () => {
    const store = memoryStore();
    const [here, away] = [await join(store), await join(store, { poll: '1h' })];
    const [ours, server, other] = [
      await client(),
      await serverWith(here, tls12),
      await serverWith(away, tls12),
    ];
    const before = namesOf(here);
    setClock(START + 48 * HOUR);
    await becomes(here, ([name]) => name !== undefined && !before.includes(name));
    const { session, keyName } = visit(ours, server);
    expect(before).not.toContain(keyName);
    expect(visit(ours, other, session).reused).toBe(false); // it has begun to ask the store
    await becomes(away, (names) => names.includes(keyName));
    expect(visit(ours, other, session).reused).toBe(true);
  });

  it('goes on without its store, warns once, and comes back', async () => {
    const { store, mode } = breakable(memoryStore());
    const ring = await join(store);
    const [ours, server] = [await client(), await serverWith(ring, tls12)];
    const [, next] = namesOf(ring);
    const { session } = visit(ours, server);
    const warnings = vi.spyOn(process, 'emitWarning');
    cleanup.defer(() => warnings.mockRestore());
    const warned = warningOf('HERMETIC_TICKET_KEY_STORE');
    mode.is = 'gone';
    expect((await warned).message).toMatch(/cannot be used, and is tried again: ECONNREFUSED/);
    setClock(START + 12 * HOUR);
    expect(visit(ours, server, session)).toMatchObject({ reused: true, keyName: next });
    setClock(START + 24 * HOUR); // the key of this period is missing
    const last = visit(ours, server);
    expect(last.keyName).toBe(next);
    expect(warnings).toHaveBeenCalledTimes(1);
    mode.is = 'well';
    await becomes(ring, ([name]) => name !== next);
    expect(visit(ours, server, last.session).reused).toBe(true);
  }, 30_000);

  it('begins without a store, with keys of each process', async () => {
    const { store, mode } = breakable(memoryStore());
    mode.is = 'gone';
    const ring = await join(store);
    const [ours, server] = [await client(), await serverWith(ring)];
    expect(namesOf(ring)).toEqual([]);
    expect(visit(ours, server, visit(ours, server).session).reused).toBe(true);
    mode.is = 'well';
    await becomes(ring, ({ length }) => length === 3);
    expect(visit(ours, server).keyName).toBe(namesOf(ring)[0]);
  });

  it('gives up waiting for a store that hangs', async () => {
    const { store, mode } = breakable(memoryStore());
    const ring = await join(store);
    mode.is = 'hung';
    const warning = await warningOf('HERMETIC_TICKET_KEY_STORE');
    expect(warning.message).toMatch(/no answer in 5000 ms/);
    mode.is = 'well';
    setClock(START + 12 * HOUR);
    await becomes(ring, ({ length }) => length === 3);
  }, 30_000);

  it('puts its keys back into a store that has lost them', async () => {
    const [store, empty] = [memoryStore(), memoryStore()];
    let present = store;
    const one = await join({
      get: (key) => present.get(key),
      setIfAbsent: (key, value, seconds) => present.setIfAbsent(key, value, seconds),
    });
    const before = namesOf(one);
    present = empty;
    await eventually(() => (empty.get(`hermetic-ssl:ring:${12 * HOUR}:1000`) ? true : null), {
      what: 'the key in the new store',
    });
    await eventually(() => (empty.get(`hermetic-ssl:ring:${12 * HOUR}:1001`) ? true : null), {
      what: 'the next key in the new store',
    });
    expect(namesOf(await join(empty))).toEqual(before);
  });

  it('keeps both keys of hosts that have made different ones', async () => {
    const stores = [memoryStore(), memoryStore()] as const;
    let present: FleetStore = stores[0];
    const one = await join({
      get: (key) => present.get(key),
      setIfAbsent: (key, value, seconds) => present.setIfAbsent(key, value, seconds),
    });
    const two = await join(stores[1]);
    const [mine, theirs] = [namesOf(one)[0], namesOf(two)[0]];
    expect(mine).not.toBe(theirs);
    present = stores[1];
    await becomes(one, (names) => names[0] === theirs && names.includes(mine ?? ''));
  });

  it('encrypts the keys in the store with a secret, and ignores forged ones', async () => {
    const store = memoryStore();
    const secret = 'the secret of the fleet, 32 bytes';
    const ring = await join(store, { secret });
    const name = `hermetic-ssl:ring:${12 * HOUR}:1000`;
    const value = store.get(name) as Buffer;
    expect(value.toString('hex')).not.toContain(namesOf(ring)[0]);
    expect(namesOf(await join(store, { secret }))).toEqual(namesOf(ring));
    // A stranger's key, and the key of another period, in place of the next one.
    const next = `hermetic-ssl:ring:${12 * HOUR}:1002`;
    for (const forged of [randomBytes(80), value, Buffer.alloc(0), randomBytes(1_000_000)]) {
      await store.set(next, forged, 100 * HOUR);
      const warned = warningOf('HERMETIC_TICKET_KEY_STORE');
      setClock(START + 12 * HOUR);
      const victim = await join(store, { secret });
      expect((await warned).message).toMatch(/was not made with this secret/);
      expect(namesOf(victim)).not.toContain(forged.toString('hex', 0, 16));
      setClock(START);
    }
    expect(namesOf(await join(store, { secret: secret.toUpperCase() }))).toEqual([]);
  });

  it('hears of new keys from a store that can say so', async () => {
    const store = memoryStore();
    const ring = await join(store, { poll: '1h' });
    await store.delete(`hermetic-ssl:ring:${12 * HOUR}:1000`);
    const other = await join(store, { poll: '1h' });
    const [theirs] = namesOf(other);
    expect(namesOf(ring)).not.toContain(theirs);
    await becomes(ring, ([name]) => name === theirs);
  });

  it.for(['redis', 'ioredis'] as const)(
    'hears of new keys from Redis, by a second client of %s',
    async (kind, test) => {
      skipUnless(test, 'redis-server');
      const server = cleanup.add(await startRedis());
      const [connected, subscriber] = await redisClients(kind, server.port);
      const ring = await join(redisStore(connected, { subscriber }), { poll: '1h' });
      const [mine] = namesOf(ring);
      await redisStore(connected).delete(`hermetic-ssl:ring:${12 * HOUR}:1000`);
      // The first host would look in an hour. The second one makes a key, which the first one takes.
      const other = await join(redisStore(connected), { poll: '1h' });
      const [theirs] = namesOf(other);
      expect(theirs).not.toBe(mine);
      await becomes(ring, ([name]) => name === theirs);
    },
  );

  it('looks at a store that reports without end a few times a second', async () => {
    const store = memoryStore();
    let numLooks = 0;
    let report = (): void => undefined;
    await join(
      {
        get: (key) => {
          numLooks += 1;
          return store.get(key);
        },
        setIfAbsent: (key, value, seconds) => store.setIfAbsent(key, value, seconds),
        subscribe: (listener) => {
          report = listener;
          return () => undefined;
        },
      },
      { poll: '1h' },
    );
    const begin = numLooks;
    for (let i = 0; i < 100; i++) {
      report();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(numLooks).toBeGreaterThan(begin);
    expect(numLooks - begin).toBeLessThan(60); // three for each look
  });

  it('knows the next key as soon as a period begins: a host that is ahead encrypts with it', async () => {
    const store = memoryStore();
    const [ahead, behind] = [await join(store, { poll: '1h' }), await join(store, { poll: '1h' })];
    const [ours, early, late] = [
      await client(),
      await serverWith(ahead, tls12),
      await serverWith(behind, tls12),
    ];
    const hasNext = (names: string[]): boolean => names.length === 3;
    setClock(START + 12 * HOUR);
    await becomes(ahead, hasNext);
    await becomes(behind, hasNext);
    // One clock is behind by almost a period.
    setClock(START + 24 * HOUR + 60);
    const { session } = visit(ours, early);
    setClock(START + 12 * HOUR + 61);
    expect(visit(ours, late, session).reused).toBe(true);
  });

  it('reports that it cannot subscribe, and looks from time to time', async (test) => {
    skipUnless(test, 'redis-server');
    const server = cleanup.add(await startRedis());
    const [connected] = await redisClients('redis', server.port);
    const subscriber = new Redis({
      port: server.port,
      lazyConnect: true,
      enableOfflineQueue: false,
    });
    subscriber.on('error', () => undefined);
    cleanup.defer(() => subscriber.disconnect());
    const warned = warningOf('HERMETIC_TICKET_KEY_STORE');
    const ring = await join(redisStore(connected, { subscriber }));
    expect((await warned).message).toMatch(/cannot report new keys/);
    expect(namesOf(ring)).toHaveLength(3);
  });

  it.each([
    [null, {}, /store must be/],
    [{ get: () => null }, {}, /setIfAbsent is missing/],
    [memoryStore(), { rotate: 'daily' }, /rotate must be/],
    [memoryStore(), { secret: 'short' }, /secret must have/],
    [memoryStore(), { prefix: 7 }, /prefix must be/],
    [memoryStore(), { poll: 0 }, /poll must be/],
  ])('refuses %j, %j', async (store, options, message) => {
    await expect(join(store as KeyStore, options as Options)).rejects.toThrow(message);
  });

  it('survives a Redis that stops and starts again', async (test) => {
    skipUnless(test, 'redis-server');
    const first = await startRedis();
    const { port } = first;
    const connection = createClient({
      socket: { port, reconnectStrategy: 100 },
      disableOfflineQueue: true,
    });
    connection.on('error', () => undefined);
    await connection.connect();
    cleanup.defer(() => connection.destroy());
    const ring = await join(redisStore(connection));
    const [ours, server] = [await client(), await serverWith(ring)];
    const { session } = visit(ours, server);
    const before = namesOf(ring);
    const warned = warningOf('HERMETIC_TICKET_KEY_STORE');
    await first.close();
    await warned;
    expect(visit(ours, server, session).reused).toBe(true);
    cleanup.add(await startRedis(port));
    const again = async (): Promise<boolean> =>
      connection.isReady && (await connection.get(`hermetic-ssl:ring:${12 * HOUR}:1000`)) !== null;
    for (let i = 0; i < 200 && !(await again()); i++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const other = await join(redisStore(connection));
    expect(namesOf(other)).toEqual(before);
  }, 60_000);
});
