/** Sessions of servers in a store of the application. */
import { randomBytes } from 'node:crypto';

import { fileStore, KeyRing, memoryStore, type FleetStore } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import { pkiClientContext, VERSIONS, type Change } from '../../helpers/contexts.js';
import { TempDirectory } from '../../helpers/temp.js';
import { listening } from '../../helpers/tls-pair.js';
import { serverWith, visit } from './support.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const RING = { secret: 'the secret of the fleet, 32 bytes', rotate: '12h' } as const;

/** A store that counts, and keeps its entries where a test can see them. */
function openStore() {
  const entries = new Map<string, Buffer>();
  const calls: string[] = [];
  const store = {
    get: (key: string) => {
      calls.push('get');
      return entries.get(key);
    },
    set: (key: string, value: Buffer) => {
      calls.push('set');
      entries.set(key, value);
    },
    delete: (key: string) => {
      entries.delete(key);
    },
  };
  return { entries, calls, store };
}

const withTake = ({ entries, store }: ReturnType<typeof openStore>) => ({
  ...store,
  take: (key: string) => {
    const value = entries.get(key);
    entries.delete(key);
    return value;
  },
});

async function stored(
  store: ssl.SessionStore,
  change: Change = () => undefined,
  keys: KeyRing | Buffer | null = null,
): Promise<ssl.SSLContext> {
  const context = await serverWith(keys, change);
  context.sessionStore = store;
  return context;
}

describe.each(VERSIONS)('SSLContext.sessionStore under %s', (version, change) => {
  let client: ssl.SSLContext;
  beforeEach(async () => {
    client = await pkiClientContext();
  });

  it('resumes on any server with the store and the ring', async () => {
    const { store, entries } = openStore();
    const [one, two] = [
      await stored(store, change, cleanup.add(KeyRing.derived(RING))),
      await stored(store, change, cleanup.add(KeyRing.derived(RING))),
    ];
    const first = visit(client, one);
    expect(entries.size).toBe(version === 'TLSv1.3' ? 2 : 1);
    expect(visit(client, two, first.session).reused).toBe(true);
    entries.clear();
    expect(visit(client, two, first.session).reused).toBe(false);
  });

  it('has sessions that only the same keys read: without keys, those of the context', async () => {
    const { store } = openStore();
    const [one, two] = [await stored(store, change), await stored(store, change)];
    const { session } = visit(client, one);
    expect(visit(client, two, session).reused).toBe(false);
    expect(visit(client, one, session).reused).toBe(true);
  });

  it('stays in use when the options are replaced, and gives the tickets back when it is removed', async () => {
    const server = await stored(openStore().store, change);
    server.options = ssl.OP_ALL;
    expect((server.options & ssl.OP_NO_TICKET) !== 0n).toBe(true);
    server.sessionStore = null;
    expect(server.options & ssl.OP_NO_TICKET).toBe(0n);
  });

  it('does not keep the process alive while sessions are being stored', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length; // prettier-ignore
    let numSet = 0;
    const set = () => {
      numSet += 1;
      return new Promise(() => undefined);
    };
    const server = await stored({ ...openStore().store, set }, change);
    const before = timers();
    visit(client, server);
    expect([numSet > 0, timers()]).toEqual([true, before]);
  });

  it('resumes once, if the store can take', async () => {
    const server = await stored(withTake(openStore()), change);
    const { session } = visit(client, server);
    expect(visit(client, server, session).reused).toBe(true);
    expect(visit(client, server, session).reused).toBe(version === 'TLSv1.2');
  });

  it('ignores values that are forged, moved, cut or too large', async () => {
    const { store, entries } = openStore();
    const server = await stored(store, change, randomBytes(80));
    const other = visit(client, server);
    const value = [...entries.values()][0] as Buffer;
    entries.clear();
    const { session } = visit(client, server);
    const good = new Map(entries);
    const forgeries = (own: Buffer): unknown[] => [
      value, // of another session
      own.subarray(0, -1),
      Buffer.concat([own, Buffer.alloc(1)]),
      Buffer.concat([own, Buffer.alloc(100_000)]),
      Buffer.alloc(0),
      randomBytes(own.length),
      Buffer.from(own.map((byte, i) => (i === 60 ? byte ^ 1 : byte))),
    ];
    const sample = [...good.values()][0] as Buffer;
    for (const index of forgeries(sample).keys()) {
      for (const [key, own] of good) entries.set(key, forgeries(own)[index] as Buffer);
      expect(visit(client, server, session).reused).toBe(false);
    }
    for (const [key, own] of good) entries.set(key, own);
    expect(visit(client, server, session).reused).toBe(true);
    expect(other.reused).toBe(false);
  });

  it('holds nothing that can be read', async () => {
    const { store, entries } = openStore();
    const server = await stored(store, change);
    const { session } = visit(client, server);
    const inside = session.serialize();
    for (const value of entries.values()) {
      expect(value.includes(Buffer.from('localhost'))).toBe(false);
      expect(inside.includes(value.subarray(60, 80))).toBe(false);
    }
  });

  it('resumes nothing under other settings', async () => {
    const { store } = openStore();
    const key = randomBytes(80);
    const [one, strict] = [await stored(store, change, key), await stored(store, change, key)];
    const { session } = visit(client, one);
    expect(visit(client, strict, session).reused).toBe(true);
    strict.verifyDepth = 3;
    expect(visit(client, strict, session).reused).toBe(false);
  });

  it('keeps its sessions over a change of the ring, and no longer', async () => {
    const { store } = openStore();
    const [old, young] = [randomBytes(80), randomBytes(80)];
    const server = await stored(store, change, old);
    const { session } = visit(client, server);
    server.ticketKeys = [young, old];
    expect(visit(client, server, session).reused).toBe(true);
    server.ticketKeys = young;
    expect(visit(client, server, session).reused).toBe(false);
  });

  it('goes on when the store throws, warns once, and asks it again after a pause', async () => {
    const { store, calls } = openStore();
    let isBroken = false;
    const server = await stored(
      {
        ...store,
        get: (key) => {
          if (!isBroken) return store.get(key);
          calls.push('throw');
          throw new Error('gone');
        },
      },
      change,
    );
    const { session } = visit(client, server);
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    cleanup.defer(() => warnings.mockRestore());
    isBroken = true;
    for (let i = 0; i < 5; i++) expect(visit(client, server, session).reused).toBe(false);
    expect(calls.filter((call) => call === 'throw')).toHaveLength(1);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]?.[0]).toMatch(/session store cannot be used.*: gone/);
    isBroken = false;
    const isBack = () => (visit(client, server, session).reused ? true : null);
    await eventually(isBack, { what: 'a resumed session' });
  });

  it.each(['hangs', 'rejects', 'answers with junk'])(
    'goes on over TCP when the store %s',
    async (how) => {
      const { store } = openStore();
      let isBad = false;
      const answers: Record<string, () => Promise<Buffer>> = {
        hangs: () => new Promise(() => undefined),
        rejects: () => Promise.reject(new Error('gone')),
        'answers with junk': async () => randomBytes(100),
      };
      const context = await stored(
        { ...store, get: async (key) => (isBad ? answers[how]?.() : store.get(key)), timeout: 50 },
        change,
      );
      const { port, close } = await serve(context);
      cleanup.defer(close);
      const first = await request(client, port);
      expect((await request(client, port, first.session)).reused).toBe(true);
      isBad = true;
      vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      cleanup.defer(() => vi.restoreAllMocks());
      const begin = performance.now();
      expect((await request(client, port, first.session)).reused).toBe(false);
      expect(performance.now() - begin).toBeLessThan(20_000);
    },
  );

  it('serves sniCallback too, which may wait, refuse, and change the context', async () => {
    const { store } = openStore();
    const key = randomBytes(80);
    const [server, named] = [await stored(store, change, key), await serverWith(null, change)];
    server.sniCallback = async (peer) => {
      await new Promise((resolve) => setImmediate(resolve));
      peer.context = named;
    };
    const { port, close } = await serve(server);
    cleanup.defer(close);
    const first = await request(client, port);
    expect((await request(client, port, first.session)).reused).toBe(true);
    server.sniCallback = () => ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME;
    await expect(request(client, port, first.session)).rejects.toThrow(/unrecognized name/i);
  });

  it('works with the stores of this package', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    for (const store of [memoryStore(), fileStore(folder.path)] as FleetStore[]) {
      const { port, close } = await serve(await stored(store, change, randomBytes(48)));
      cleanup.defer(close);
      const first = await request(client, port);
      const isResumed = async () => (await request(client, port, first.session)).reused;
      let reused = false; // sessions are stored after the handshake
      for (let i = 0; i < 50 && !reused; i++) reused = await isResumed();
      expect(reused).toBe(true);
    }
  });

  it('is not asked about ids that a client of TLS 1.3 has made up', async () => {
    const { store, calls } = openStore();
    const server = await stored(store, change);
    visit(client, server);
    expect(calls.includes('get')).toBe(version === 'TLSv1.2'); // a real one is possible there
  });

  it('gives tickets back when it is removed', async () => {
    const server = await serverWith(null, change);
    const { options } = server;
    const { store } = openStore();
    server.sessionStore = store;
    expect(server.sessionStore).toBe(store);
    expect(server.options & ssl.OP_NO_TICKET).toBe(ssl.OP_NO_TICKET);
    server.sessionStore = store;
    server.sessionStore = null;
    expect(server.sessionStore).toBeNull();
    expect(server.options).toBe(options);
    const { session } = visit(client, server);
    expect(session.hasTicket).toBe(true);
    expect(visit(client, server, session).reused).toBe(true);
  });
});

describe('SSLContext.sessionStore', () => {
  it('leaves a store alone while a thousand of its calls have no answer', async () => {
    let numSet = 0;
    const set = () => {
      numSet += 1;
      return new Promise(() => undefined);
    };
    const server = await stored({ ...openStore().store, set });
    const client = await pkiClientContext();
    for (let i = 0; i < 600; i++) visit(client, server); // two sessions each
    expect(numSet).toBe(1000);
  });

  it.each([
    [7, TypeError],
    [{}, TypeError],
    [{ get: () => null, set: () => null }, TypeError],
    [{ ...openStore().store, timeout: '1s' }, TypeError],
    [{ ...openStore().store, timeout: 0 }, RangeError],
  ])('refuses %j', async (store, type) => {
    const server = await serverWith(null);
    expect(() => void (server.sessionStore = store as never)).toThrow(type);
    expect(server.sessionStore).toBeNull();
    expect(server.options & ssl.OP_NO_TICKET).toBe(0n);
  });
});

async function serve(context: ssl.SSLContext): Promise<{ port: number; close: () => void }> {
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('hello'));
  });
  return { port: await listening(server), close: () => void server.close() };
}

async function request(
  context: ssl.SSLContext,
  port: number,
  session: ssl.SSLSession | null = null,
): Promise<{ reused: boolean; session: ssl.SSLSession }> {
  const where = { host: '127.0.0.1', port, context, session, serverHostname: 'localhost' };
  const socket = await ssl.connect(where);
  socket.write('x');
  for await (const chunk of socket) {
    expect(chunk).toHaveLength(5);
    const made = socket.session;
    if (made === null) break;
    const answer = { reused: socket.sessionReused ?? false, session: made };
    socket.destroy();
    return answer;
  }
  throw new Error('no answer');
}
