// hashlib.scrypt and scryptSync: arguments, limits of memory, threads and signals.
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { configure, scrypt, scryptSync } from 'hermetic-ssl/hashlib';
import type { ScryptOptions } from 'hermetic-ssl/hashlib';
import { afterEach, describe, expect, it } from 'vitest';

import { runModule } from '../../differential/support/child.js';

const wrongType = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const wrongValue = { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' };
const outOfRange = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };

const password = Buffer.from('password');
const salt = Buffer.from('salt');
const CHEAP = { salt, n: 16, r: 8, p: 1 };
/** Some tenths of a second, and 16 MiB. */
const DEAR = { salt, n: 2 ** 14, r: 8, p: 16 };

const given = (options: object): ScryptOptions => ({ ...CHEAP, ...options });

/** Both forms refuse alike. */
async function refuses(
  options: unknown,
  expected: object,
  message: string | RegExp = /./,
  of: unknown = password,
): Promise<void> {
  const asked = [of, options] as [Buffer, ScryptOptions];
  expect(() => scryptSync(...asked)).toThrow(expect.objectContaining(expected));
  expect(() => scryptSync(...asked)).toThrow(message);
  await expect(scrypt(...asked)).rejects.toMatchObject(expected);
  await expect(scrypt(...asked)).rejects.toThrow(message);
}

describe('the key', () => {
  it('has 64 bytes, or dklen', async () => {
    expect((await scrypt(password, CHEAP)).length).toBe(64);
    expect((await scrypt(password, given({ dklen: 1 }))).length).toBe(1);
    expect(scryptSync(password, given({ dklen: 100_000 })).length).toBe(100_000);
  });

  it('of another length is a prefix: the last step is PBKDF2 (RFC 7914 section 6)', () => {
    const long = scryptSync(password, given({ dklen: 100 }));
    expect(scryptSync(password, given({ dklen: 10 }))).toEqual(long.subarray(0, 10));
  });

  it('is the same by both forms, whatever kind of bytes comes in', async () => {
    const expected = scryptSync(password, CHEAP);
    const bytes = new Uint8Array(password);
    for (const same of [bytes, bytes.buffer, new DataView(bytes.buffer)])
      expect(await scrypt(same, given({ salt: new Uint8Array(salt) }))).toEqual(expected);
  });

  it('comes of the bytes at the call', async () => {
    const changing = Buffer.from(password);
    const changingSalt = Buffer.from(salt);
    const derived = scrypt(changing, given({ salt: changingSalt }));
    changing.fill(0);
    changingSalt.fill(0);
    expect(await derived).toEqual(scryptSync(password, CHEAP));
  });

  it('can come of nothing', () => {
    const none = new Uint8Array(0);
    expect(scryptSync(none, given({ salt: none })).length).toBe(64);
  });
});

describe('the arguments', () => {
  it.each(['salt', 'n', 'r', 'p'])('must have %s', async (name) => {
    await refuses(given({ [name]: undefined }), wrongType, `${name} is required`);
  });

  it('must be known', async () => {
    await refuses(given({ N: 16 }), wrongType, "unknown option 'N'");
    const signalled = given({ signal: new AbortController().signal });
    expect(() => scryptSync(password, signalled)).toThrow("unknown option 'signal'");
  });

  it.each([undefined, null, 1, 'password'])('must be options, not %s', async (options) => {
    await refuses(options, wrongType);
  });

  it.each(['password', 1, null, {}, [1]])('must be bytes, not %s', async (value) => {
    await refuses(CHEAP, wrongType, 'password must be a Buffer', value);
    await refuses(given({ salt: value }), wrongType, 'salt must be');
  });

  it('must not be detached', async () => {
    const detached = new Uint8Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    await refuses(CHEAP, wrongType, 'detached', detached);
    await refuses(given({ salt: detached }), wrongType, 'detached');
  });

  it.each(['n', 'r', 'p', 'maxmem', 'dklen'])('must have an integer %s', async (name) => {
    for (const value of [1.5, '16', 16n, null, Number.NaN, Infinity, {}])
      await refuses(given({ [name]: value }), wrongType, name);
  });

  it.each([
    [{ n: 0 }, 'n must be a power of 2'],
    [{ n: 1 }, 'n must be a power of 2'],
    [{ n: 3 }, 'n must be a power of 2'],
    [{ n: -16 }, 'n must be a power of 2'],
    [{ n: 2 ** 53 - 1 }, 'n must be a power of 2'],
    [{ r: 0 }, 'r must be at least 1'],
    [{ r: -1 }, 'r must be at least 1'],
    [{ p: 0 }, 'p must be at least 1'],
    [{ r: 2 ** 40 }, 'p times r'],
    [{ p: 2 ** 53 - 1 }, 'p times r'],
    [{ n: 2 ** 16, r: 1, maxmem: 2 ** 30 }, 'n must be less than 2^16 for r = 1'],
    [{ maxmem: -1 }, 'maxmem must be between'],
    [{ maxmem: 2 ** 31 }, 'maxmem must be between'],
    [{ maxmem: 1e300 }, 'maxmem must be between'],
    [{ dklen: 0 }, 'dklen must be between'],
    [{ dklen: -1 }, 'dklen must be between'],
    [{ dklen: 2 ** 31 }, 'dklen must be between'],
    [{ dklen: 1e300 }, 'dklen must be between'],
  ])('are refused as values: %j', async (options, message) => {
    await refuses(given(options), wrongValue, message);
  });

  it.each(['n', 'r', 'p'])('are refused as too large: %s above 2^53', async (name) => {
    await refuses(given({ [name]: 2 ** 60 }), outOfRange);
  });
});

describe('maxmem', () => {
  const needed = 128 * 8 * (16 + 1 + 2);

  it('allows exactly what is needed', async () => {
    const expected = scryptSync(password, CHEAP);
    expect(scryptSync(password, given({ maxmem: needed }))).toEqual(expected);
    await refuses(given({ maxmem: needed - 1 }), wrongValue, `need ${needed} bytes`);
  });

  it('is 32 MiB when it is 0 or left out', async () => {
    for (const maxmem of [0, undefined]) {
      await refuses(given({ n: 2 ** 15, maxmem }), wrongValue, 'maxmem allows 33554432');
      expect(scryptSync(password, given({ n: 2 ** 14, maxmem })).length).toBe(64);
    }
  });

  it('refuses more memory than any machine has', async () => {
    const most = { maxmem: 2 ** 31 - 1 };
    await refuses(given({ n: 2 ** 52, ...most }), wrongValue, 'memory limit exceeded');
    await refuses(given({ n: 2 ** 21, ...most }), wrongValue, 'memory limit exceeded');
  });
});

it.skipIf(process.platform !== 'linux')(
  'scrypt gives ENOMEM when there is too little memory (Linux)',
  async () => {
    const source = `
      import { scrypt, scryptSync } from 'hermetic-ssl/hashlib';
      const password = Buffer.from('p');
      const options = { salt: password, n: 2 ** 20, r: 15, p: 1, maxmem: 2 ** 31 - 1 };
      try { scryptSync(password, options); } catch (error) { console.log(error.code); }
      await scrypt(password, options).catch((error) => console.log(error.code));
      console.log((await scrypt(password, { ...options, n: 16 })).length);`;
    const prefix = ['sh', '-c', 'ulimit -v 2500000; exec "$@"', 'sh'];
    const { code, stdout } = await runModule(source, { prefix });
    expect([code, stdout]).toEqual([0, 'ENOMEM\nENOMEM\n64\n']);
  },
);

describe('on the pool', () => {
  afterEach(() => configure({ threads: null, maxPending: 65536 }));

  it('leaves the event loop alone', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await scrypt(password, DEAR);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it('is counted by maxPending', async () => {
    configure({ maxPending: 1 });
    const first = scrypt(password, DEAR);
    await expect(scrypt(password, CHEAP)).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' });
    expect((await first).length).toBe(64);
    expect((await scrypt(password, CHEAP)).length).toBe(64);
  });

  it('runs hundreds', async () => {
    const expected = scryptSync(password, CHEAP);
    const keys = await Promise.all(Array.from({ length: 300 }, () => scrypt(password, CHEAP)));
    expect(keys.every((key) => key.equals(expected))).toBe(true);
  });

  it('keeps the process alive until it has ended, and lets a worker end before', async () => {
    const source = `
      import { scrypt } from 'hermetic-ssl/hashlib';
      import { Worker } from 'node:worker_threads';
      const salt = Buffer.from('salt');
      const dear = { salt, n: 2 ** 14, r: 8, p: 16 };
      const worker = new Worker(\`
        const { scrypt } = require('hermetic-ssl/hashlib');
        const salt = Buffer.from('salt');
        scrypt(salt, { salt, n: 2 ** 14, r: 8, p: 64 });
        scrypt(salt, { salt, n: 2 ** 14, r: 8, p: 64 });
        require('node:worker_threads').parentPort.postMessage('started');\`, { eval: true, execArgv: [] });
      worker.once('message', async () => {
        await worker.terminate();
        scrypt(salt, dear).then((key) => console.log(key.length));
      });`;
    const { code, signal, stdout } = await runModule(source);
    expect([code, signal, stdout]).toEqual([0, null, '64\n']);
  });
});

describe('a signal', () => {
  afterEach(() => configure({ threads: null }));

  it('that was aborted before prevents the derivation', async () => {
    const reason = new Error('before');
    const options = { ...DEAR, signal: AbortSignal.abort(reason) };
    await expect(scrypt(password, options)).rejects.toBe(reason);
  });

  it('cancels what waits for a thread', async () => {
    configure({ threads: 1 });
    const controller = new AbortController();
    const started = performance.now();
    const running = scrypt(password, DEAR).then(() => performance.now() - started);
    const waiting = Array.from({ length: 100 }, () =>
      scrypt(password, { ...DEAR, signal: controller.signal }),
    );
    controller.abort();
    const results = await Promise.allSettled(waiting);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    await scrypt(password, CHEAP);
    // A hundred that run would take a hundred times as long as one, however slow the processor is.
    expect(performance.now() - started).toBeLessThan(20 * (await running));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('abandons what runs: the promise rejects at once', async () => {
    const controller = new AbortController();
    const running = scrypt(password, { ...DEAR, p: 64, signal: controller.signal });
    await sleep(50);
    const aborted = performance.now();
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - aborted).toBeLessThan(500);
  });

  it('changes nothing when it comes after the end', async () => {
    const controller = new AbortController();
    const key = await scrypt(password, given({ signal: controller.signal }));
    controller.abort();
    expect(key).toEqual(scryptSync(password, CHEAP));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it.each([1, 'signal', {}, null])('must be an AbortSignal, not %s', async (signal) => {
    await expect(scrypt(password, given({ signal }))).rejects.toMatchObject(wrongType);
  });
});
