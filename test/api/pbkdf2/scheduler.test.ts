// How derivations share the threads: fairness, limits, and the number of threads.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import path from 'node:path';

import { configure, pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { afterEach, describe, expect, it } from 'vitest';

import { addonPath, runModule } from '../../differential/support/child.js';
import { TempDirectory } from '../../helpers/temp.js';

interface PoolState {
  threads: number;
  processors: number;
  maxPending: number;
  pending: number;
  workers: number;
}
const addon = createRequire(import.meta.url)(addonPath) as {
  poolState(): PoolState;
  quotaOfGroup(mount: string, group: string): number;
};

const password = Buffer.from('password');
const salt = Buffer.from('salt');
const FOREVER = 2 ** 31 - 1;
const DEFAULT_MAX_PENDING = 65_536;

const isLinux = process.platform === 'linux';

afterEach(() => configure({ threads: null, maxPending: DEFAULT_MAX_PENDING }));

function abortable() {
  const controller = new AbortController();
  const started: Promise<unknown>[] = [];
  return {
    start(algorithm: string, iterations: number, dklen?: number) {
      const { signal } = controller;
      started.push(pbkdf2Hmac(algorithm, password, salt, iterations, dklen, { signal }));
    },
    async abort() {
      controller.abort();
      return await Promise.allSettled(started);
    },
  };
}

describe('the order of derivations', () => {
  it.each(['sha1', 'sha256', 'sha512', 'sha3_256'])(
    'has short ones end while many endless ones run, with %s',
    async (algorithm) => {
      const endless = abortable();
      // More than all lanes of all threads, and one that would fill them with its blocks.
      for (let i = 0; i < 100; i++) endless.start(algorithm, FOREVER);
      endless.start(algorithm, FOREVER, 100_000);
      const keys = await Promise.all(
        Array.from({ length: 50 }, (_, i) => pbkdf2Hmac(algorithm, password, salt, 100 + i)),
      );
      const outcomes = await endless.abort();
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      for (const [i, key] of keys.entries())
        expect(key).toEqual(pbkdf2HmacSync(algorithm, password, salt, 100 + i));
    },
  );

  it('does not depend on what the others compute: each digest goes on', async () => {
    const endless = abortable();
    for (const algorithm of ['sha1', 'sha256', 'sha512', 'md5', 'sha3_512'])
      for (let i = 0; i < 20; i++) endless.start(algorithm, FOREVER);
    for (const algorithm of ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'md5', 'blake2b'])
      expect(await pbkdf2Hmac(algorithm, password, salt, 1000)).toHaveLength(
        pbkdf2HmacSync(algorithm, password, salt, 1).length,
      );
    await endless.abort();
  });

  it('is fair between digests: short ones hardly notice endless ones of all others', async () => {
    configure({ threads: 1 });
    const shorts = async () => {
      const started = performance.now();
      await Promise.all(
        Array.from({ length: 500 }, () => pbkdf2Hmac('sha256', password, salt, 3000)),
      );
      return performance.now() - started;
    };
    // The least of a few: the machine may be busy.
    const least = async () => Math.min(await shorts(), await shorts(), await shorts());
    const alone = await least();
    const endless = abortable();
    for (const algorithm of ['sha1', 'sha224', 'sha384', 'sha512', 'sha512_256', 'sha3_256', 'md5'])
      endless.start(algorithm, FOREVER);
    const beside = await least();
    await endless.abort();
    // An equal share for each of 507 derivations would make it 1.01; a turn for each digest, 8.
    expect(beside / alone).toBeLessThan(3);
  });

  it('gives derivations of two digests a thread each', async () => {
    configure({ threads: 2 });
    const endless = abortable();
    endless.start('sha384', FOREVER);
    endless.start('sha256', FOREVER);
    await expect.poll(() => addon.poolState().workers).toBe(2);
    await endless.abort();
  });

  it('is that of arrival among equals', async () => {
    configure({ threads: 1 });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        pbkdf2Hmac('sha256', password, salt, 20_000).then(() => order.push(i)),
      ),
    );
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('lets a long one end under a stream of short ones', async () => {
    configure({ threads: 1 });
    const ended = new AbortController();
    const long = pbkdf2Hmac('sha256', password, salt, 300_000).then(() => ended.abort());
    let num = 0;
    const stream = async () => {
      while (!ended.signal.aborted) {
        await pbkdf2Hmac('sha256', password, salt, 5_000);
        num += 1;
      }
    };
    await Promise.all([long, ...Array.from({ length: 40 }, stream)]);
    expect(num).toBeGreaterThan(40);
  });
});

describe('maxPending', () => {
  it('refuses one more, and takes it when one has ended', async () => {
    configure({ maxPending: 3 });
    const endless = abortable();
    for (let i = 0; i < 3; i++) endless.start('sha256', FOREVER);
    const refused = pbkdf2Hmac('sha256', password, salt, 1);
    await expect(refused).rejects.toMatchObject({
      name: 'Error',
      code: 'ERR_QUEUE_FULL',
      message:
        '3 derivations are pending, as many as may be; try again later, or raise maxPending of hashlib.configure',
    });
    await endless.abort();
    // A running derivation leaves its place at the end of its step.
    await expect.poll(() => addon.poolState().pending).toBe(0);
    await pbkdf2Hmac('sha256', password, salt, 1);
  });

  it('counts neither cancelled nor failed derivations', async () => {
    configure({ maxPending: 2 });
    for (let round = 0; round < 20; round++) {
      const endless = abortable();
      endless.start('sha256', FOREVER);
      endless.start('sha3_256', FOREVER);
      await endless.abort();
      await expect.poll(() => addon.poolState().pending).toBe(0);
    }
  });

  it('of 0 refuses every one, but not those on the caller’s thread', async () => {
    configure({ maxPending: 0 });
    await expect(pbkdf2Hmac('sha256', password, salt, 1)).rejects.toMatchObject({
      code: 'ERR_QUEUE_FULL',
    });
    expect(pbkdf2HmacSync('sha256', password, salt, 1)).toHaveLength(32);
  });

  it('keeps nothing of what it refuses', async () => {
    const source = `
      import { configure, pbkdf2Hmac } from 'hermetic-ssl/hashlib';
      configure({ maxPending: 0 });
      const bytes = Buffer.from('x');
      for (let i = 0; i < 300; i++) await pbkdf2Hmac('sha256', bytes, bytes, 1, 1 << 20).catch(() => undefined);
      gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
      gc();
      console.log(process.memoryUsage().arrayBuffers < 30e6);`;
    const { stdout } = await runModule(source, { nodeOptions: ['--expose-gc'] });
    expect(stdout).toBe('true\n');
  });

  it('leaves the process free to end after a refusal', async () => {
    const { code, stdout } = await runModule(`
      import { configure, pbkdf2Hmac } from 'hermetic-ssl/hashlib';
      configure({ maxPending: 0 });
      await pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 1).catch(({ code }) => console.log(code));`);
    expect([code, stdout]).toEqual([0, 'ERR_QUEUE_FULL\n']);
  });
});

/** The start of programs that count the pool threads of their process after some work. */
const THREADS = `
import fs from 'node:fs';
import { configure, pbkdf2Hmac } from 'hermetic-ssl/hashlib';
const ids = () => fs.readdirSync('/proc/self/task').filter((id) => {
  try { return fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8') === 'hermetic-ssl\\n'; } catch { return false; }
});
const work = (count) => Promise.all(Array.from({ length: count }, () =>
  pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 20000)));
`;

describe.skipIf(!isLinux)('threads (read from /proc, on Linux)', () => {
  it('grow to the number that is set, and end above it', async () => {
    const { stdout, stderr } = await runModule(`${THREADS}
      configure({ threads: 5 });
      await work(100);
      console.log(ids().length);
      configure({ threads: 2 });
      await work(100);
      const end = Date.now() + 5000;
      while (ids().length > 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(ids().length);
      configure({ threads: 3 });
      await work(100);
      console.log(ids().length);`);
    expect([stdout, stderr]).toEqual(['5\n2\n3\n', '']);
  });

  it('change while derivations run, which all end right', async () => {
    const keys = Array.from({ length: 400 }, (_, i) =>
      pbkdf2Hmac('sha256', password, salt, 1000 + i * 50),
    );
    for (let i = 0; i < 40; i++) {
      configure({ threads: 1 + (i % 4) });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const [i, key] of (await Promise.all(keys)).entries())
      expect(key).toEqual(pbkdf2HmacSync('sha256', password, salt, 1000 + i * 50));
  });

  it('use no processor time while they are idle', async () => {
    const { stdout } = await runModule(`${THREADS}
      await work(50);
      const spent = () => ids().map((id) => fs.readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ')[1].split(' '))
        .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = spent();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      console.log(ids().length > 0, spent() - before);`);
    expect(stdout).toBe('true 0\n');
  });

  it.skipIf(cpus().length < 2)(
    'are by default as many as the affinity mask allows (needs 2 processors)',
    async () => {
      const source = `${THREADS} await work(100); console.log(ids().length);`;
      const { stdout } = await runModule(source, { prefix: ['taskset', '-c', '0'] });
      expect(stdout).toBe('1\n');
    },
  );
});

describe('the quota of a control group', () => {
  const write = async (folder: TempDirectory, files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  };

  it.each([
    ['version 2', { 'a/cpu.max': '150000 100000\n' }, '/a', 1.5],
    ['version 2 without a limit', { 'a/cpu.max': 'max 100000\n' }, '/a', 0],
    [
      'a group above',
      { 'a/cpu.max': '50000 100000\n', 'a/b/cpu.max': 'max 100000\n' },
      '/a/b',
      0.5,
    ],
    [
      'the least of all',
      { 'a/cpu.max': '300000 100000\n', 'a/b/cpu.max': '400000 100000\n' },
      '/a/b',
      3,
    ],
    ['the top', { 'cpu.max': '200000 100000\n' }, '/gone/elsewhere', 2],
    [
      'version 1',
      { 'a/cpu.cfs_quota_us': '250000\n', 'a/cpu.cfs_period_us': '100000\n' },
      '/a',
      2.5,
    ],
    [
      'version 1 without a limit',
      { 'a/cpu.cfs_quota_us': '-1\n', 'a/cpu.cfs_period_us': '100000\n' },
      '/a',
      0,
    ],
    ['nonsense', { 'a/cpu.max': 'a lot\n' }, '/a', 0],
    ['a period of zero', { 'a/cpu.max': '1000 0\n' }, '/a', 0],
    ['nothing', {}, '/', 0],
  ])('is read of %s', async (_what, files, group, quota) => {
    const folder = await TempDirectory.create('control group of ');
    try {
      await write(folder, files);
      expect(addon.quotaOfGroup(folder.path, group)).toBe(quota);
    } finally {
      await folder.close();
    }
  });

  it('limits the threads of a process in it (needs a writable control group)', async (test) => {
    if (process.platform !== 'linux') return test.skip('Linux has control groups');
    const root = '/sys/fs/cgroup';
    const [mount, file] = fs.existsSync(path.join(root, 'cgroup.controllers'))
      ? [root, 'cpu.max']
      : [path.join(root, 'cpu'), 'cpu.cfs_quota_us'];
    const group = path.join(mount, `hermetic-ssl-test-${process.pid}`);
    try {
      fs.mkdirSync(group);
      fs.writeFileSync(path.join(group, file), file === 'cpu.max' ? '100000 100000' : '100000');
    } catch (error) {
      return test.skip(`no control group can be made: ${(error as Error).message}`);
    }
    try {
      const source = `
        import { createRequire } from 'node:module';
        console.log(createRequire(import.meta.url)(${JSON.stringify(addonPath)}).poolState().processors);`;
      const enter = `echo $$ > '${group}/cgroup.procs' && exec "$@"`;
      const { stdout } = await runModule(source, { prefix: ['sh', '-c', enter, 'sh'] });
      expect(stdout).toBe('1\n');
    } finally {
      execFileSync('rmdir', [group]);
    }
  });
});

describe('configure', () => {
  it('sets what is given, and leaves the rest', () => {
    configure({ threads: 3 });
    configure({ maxPending: 7 });
    expect(addon.poolState()).toMatchObject({ threads: 3, maxPending: 7 });
    configure({ threads: null });
    expect(addon.poolState()).toMatchObject({
      threads: addon.poolState().processors,
      maxPending: 7,
    });
    configure({});
    expect(addon.poolState().maxPending).toBe(7);
  });

  it.each([
    [undefined, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
    [3, 'ERR_INVALID_ARG_TYPE'],
    [{ threads: '2' }, 'ERR_INVALID_ARG_TYPE'],
    [{ threads: 1.5 }, 'ERR_INVALID_ARG_TYPE'],
    [{ threads: Number.NaN }, 'ERR_INVALID_ARG_TYPE'],
    [{ threads: 0 }, 'ERR_INVALID_ARG_VALUE'],
    [{ threads: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ threads: 1025 }, 'ERR_OUT_OF_RANGE'],
    [{ maxPending: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ maxPending: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
    [{ maxPending: null }, 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %j', (settings, code) => {
    const before = addon.poolState();
    expect(() => configure(settings as never)).toThrow(expect.objectContaining({ code }));
    expect(addon.poolState()).toEqual(before);
  });
});
