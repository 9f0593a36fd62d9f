/**
 * Keys are wiped: those of a ring, those of a shared ring that another host's key replaces, and the files of keys in a
 * CertificateDirectory. The memory of a process is searched for them, from outside. That process prints keys with each byte
 * changed, so that it has no copy of its own.
 */
import { hkdfSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';

import { CertificateDirectory, KeyRing, memoryStore, redisStore } from 'hermetic-ssl/fleet';
import { afterEach, describe, expect, it } from 'vitest';

import { createAuthority } from '../../helpers/certificates.js';
import { Child } from '../../helpers/child.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { countInMemory } from '../../helpers/process-memory.js';
import { TempDirectory } from '../../helpers/temp.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const MASK = 0x5a;
const START = `
import { createInterface } from 'node:readline';
import { randomFillSync } from 'node:crypto';
import { CertificateDirectory, KeyRing } from ${JSON.stringify(import.meta.resolve('hermetic-ssl/fleet'))};
import * as ssl from ${JSON.stringify(import.meta.resolve('hermetic-ssl/ssl'))};

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
/** Waits for the parent, which looks into the memory meanwhile. */
const pause = async (text) => {
  console.log('at ' + text);
  await lines.next();
};
const masked = (bytes) => {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < copy.length; i++) copy[i] ^= ${MASK};
  return copy.toString('hex');
};
/** Prints the secret half of a key: its name is not secret. */
const show = (name, bytes) => console.log(name + '=' + masked(bytes.subarray(-32)));
`;

class Watched {
  readonly #child: Child;

  constructor(child: Child) {
    this.#child = child;
  }

  /** Waits for a pause of the process. */
  async at(text: string): Promise<void> {
    await this.#child.waitFor(new RegExp(`^at ${text}$`, 'm'), 30_000);
  }

  go(): void {
    this.#child.stdin.write('\n');
  }

  /** The bytes that the process has printed. */
  async bytes(name: string): Promise<Buffer> {
    const [, text = ''] = await this.#child.waitFor(new RegExp(`^${name}=([0-9a-f]+)$`, 'm'));
    return Buffer.from(Buffer.from(text, 'hex').map((byte) => byte ^ MASK));
  }

  /** How often they are in its memory. */
  async count(name: string): Promise<number> {
    return this.countBytes(await this.bytes(name));
  }

  async countBytes(bytes: Buffer): Promise<number> {
    return countInMemory(this.#child.pid, bytes);
  }
}

async function start(program: string): Promise<Watched> {
  const folder = cleanup.add(await TempDirectory.create());
  const file = await folder.write('main.mjs', START + program);
  return new Watched(cleanup.add(Child.start(process.execPath, [file])));
}

/** Not in the watched process: node:crypto keeps a copy of the secret. */
function derivedKey(secret: Buffer, period: number): Buffer {
  const info = Buffer.alloc(16);
  info.writeBigUInt64BE(3600n, 0);
  info.writeBigUInt64BE(BigInt(period), 8);
  return Buffer.from(hkdfSync('sha256', secret, 'hermetic-ssl/fleet ticket key 1', info, 80));
}

const DERIVED = `
const secret = randomFillSync(Buffer.alloc(32));
let now = 1000 * 3600_000;
Date.now = () => now;
show('secret', secret);
const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const ring = context.ticketKeys = KeyRing.derived({ secret, rotate: '1h' });
secret.fill(0);
await pause('open');
now += 10 * 3600_000;
ring.keys;
await pause('later');
ring.close();
await pause('closed');
console.log(typeof context);
`;

describe.skipIf(process.platform !== 'linux')('wiping (needs /proc)', () => {
  it('a derived ring has no keys of other periods, and after `close` neither keys nor the secret', async () => {
    const watched = await start(DERIVED);
    await watched.at('open');
    const secret = await watched.bytes('secret');
    const count = async (period: number): Promise<number> =>
      watched.countBytes(derivedKey(secret, period).subarray(-32));
    expect(await count(1000)).toBeGreaterThan(0);
    expect(await watched.count('secret')).toBeGreaterThan(0);
    expect(await count(1010)).toBe(0);
    watched.go();
    await watched.at('later');
    expect(await count(1000)).toBe(0);
    expect(await count(1010)).toBeGreaterThan(0);
    watched.go();
    await watched.at('closed');
    expect([await count(1000), await count(1010), await watched.count('secret')]).toEqual([
      0, 0, 0,
    ]);
  });

  it.each(['refuses', 'fails'])('a shared ring wipes its key when the store %s', async (how) => {
    const watched = await start(`
const theirs = randomFillSync(Buffer.alloc(80));
let numOffers = 0;
const ring = await KeyRing.shared({
  get: async () => (numOffers === 0 ? null : theirs),
  setIfAbsent: async (key, value) => {
    numOffers += 1;
    if (numOffers === 1) {
      show('ours', value);
      await pause('offered');
    }
    value.fill(0);
    if (${how === 'fails'}) throw new Error('gone');
    return false;
  },
}, { rotate: '1h' });
await pause('open');
console.log(ring.keys.length);
`);
    await watched.at('offered');
    expect(await watched.count('ours')).toBeGreaterThan(0);
    watched.go();
    await watched.at('open');
    expect(await watched.count('ours')).toBe(0);
  });

  it('a shared ring wipes its keys when it is closed', async () => {
    const watched = await start(`
const values = new Map();
const ring = await KeyRing.shared({
  get: async (key) => values.has(key) ? Buffer.from(values.get(key), 'hex').map((byte) => byte ^ ${MASK}) : null,
  setIfAbsent: async (key, value) => {
    if (values.size === 0) show('ours', value);
    values.set(key, masked(value));
    value.fill(0);
    return true;
  },
}, { rotate: '1h' });
await pause('open');
ring.close();
await pause('closed');
`);
    await watched.at('open');
    expect(await watched.count('ours')).toBeGreaterThan(0);
    watched.go();
    await watched.at('closed');
    expect(await watched.count('ours')).toBe(0);
  });

  it('a CertificateDirectory wipes the files of keys that were replaced, or have no use, and all when it is closed', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const root = await createAuthority({ name: 'wiping' });
    const issue = () => root.issue({ commonName: 'a.example.com', dns: ['a.example.com'] });
    const [old, young, stranger] = [await issue(), await issue(), await issue()];
    await mkdir(folder.join('a'));
    const write = async (cert: string, key: string): Promise<void> => {
      await writeFile(folder.join('a/fullchain.pem'), cert);
      await writeFile(folder.join('a/privkey.pem'), key);
    };
    await write(old.chainPem, old.keyPem);
    const watched = await start(`
const directory = await CertificateDirectory.watch(${JSON.stringify(folder.path)}, { poll: '1h' });
directory.on('reloadError', () => {});
await pause('open');
await directory.refresh();
await pause('replaced');
await directory.refresh();
await pause('refused');
directory.close();
await pause('closed');
console.log(directory.names);
`);
    const part = ({ keyPem }: { keyPem: string }): Buffer =>
      Buffer.from(keyPem.split('\n')[1]?.slice(-32) ?? '');
    await watched.at('open');
    expect(await watched.countBytes(part(old))).toBeGreaterThan(0);
    await write(young.chainPem, young.keyPem);
    watched.go();
    await watched.at('replaced');
    expect(await watched.countBytes(part(old))).toBe(0);
    expect(await watched.countBytes(part(young))).toBeGreaterThan(0);
    await write(young.chainPem, stranger.keyPem);
    watched.go();
    await watched.at('refused');
    expect(await watched.countBytes(part(stranger))).toBe(0);
    expect(await watched.countBytes(part(young))).toBeGreaterThan(0);
    watched.go();
    await watched.at('closed');
    expect(await watched.countBytes(part(young))).toBe(0);
  });
});

describe('util.inspect, JSON and errors', () => {
  const SECRET = 'the secret of the fleet, 32 bytes';
  const shown = (value: unknown): string =>
    inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value);

  it('show no keys of a shared ring, and not its secret', async () => {
    const keys: Buffer[] = [];
    const store = memoryStore();
    const watchedStore = {
      get: (key: string) => store.get(key),
      setIfAbsent: (key: string, value: Buffer, seconds: number) => {
        keys.push(Buffer.from(value));
        return store.setIfAbsent(key, value, seconds);
      },
    };
    const open = cleanup.add(await KeyRing.shared(watchedStore, { rotate: '12h' }));
    const sealed = cleanup.add(
      await KeyRing.shared(memoryStore(), { rotate: '12h', secret: SECRET }),
    );
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      const secret = key.subarray(16, 24);
      expect(shown(open)).toContain(key.toString('hex', 0, 4));
      expect(shown(open)).not.toContain(secret.toString('hex'));
      expect(shown(open)).not.toContain([...secret].join(', '));
    }
    expect(shown(sealed)).not.toContain(SECRET);
    expect(shown(open) + shown(sealed)).not.toMatch(/Buffer|Uint8Array/);
  });

  it('show no keys of a CertificateDirectory, nor does the error of a broken key', async () => {
    const folder = cleanup.add(await TempDirectory.create());
    const root = await createAuthority({ name: 'shown' });
    const pair = await root.issue({ commonName: 'a.example.com', dns: ['a.example.com'] });
    await folder.write('fullchain.pem', pair.chainPem);
    const file = await folder.write('privkey.pem', pair.keyPem);
    const directory = cleanup.add(await CertificateDirectory.watch(folder.path, { poll: '1h' }));
    const inside = pair.keyPem.split('\n')[1] as string;
    const bytes = [...Buffer.from(inside.slice(0, 8))].map((byte) => byte.toString(16)).join(' ');
    const errors: Error[] = [];
    directory.on('reloadError', (error) => errors.push(error));
    await writeFile(file, pair.keyPem.replace('-----END', '-----ENDE'));
    await directory.refresh();
    expect(errors).toHaveLength(1);
    for (const value of [directory, directory.context, errors[0]]) {
      expect(shown(value)).not.toContain(inside.slice(0, 16));
      expect(shown(value)).not.toContain(bytes);
    }
  });

  it('show no values of a store', async () => {
    const store = memoryStore();
    await store.set('key', Buffer.from('c4n4ry'), 60);
    expect(shown(store)).not.toMatch(/c4n4ry|63 34 6e/);
    expect(shown(redisStore({ call: async () => 'c4n4ry' }))).not.toContain('c4n4ry');
  });
});
