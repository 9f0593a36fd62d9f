// Derivations on the addon's own threads: many at once, and the ends of workers and processes while they run.
import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

import { runModule } from '../../differential/support/child.js';
import { limit } from '../../helpers/time-limit.js';

const password = Buffer.from('password');
const saltOf = (index: number) => Buffer.from(`salt ${index}`);

const IMPORTS = `
import { Worker } from 'node:worker_threads';
import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
const derive = (iterations) => pbkdf2Hmac('sha256', Buffer.from('password'), Buffer.from('salt'), iterations);
const FOREVER = 2 ** 31 - 1;
`;

describe('derivations on the pool', () => {
  it('resolve 500 at once, each with its own key', async () => {
    const keys = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        pbkdf2Hmac('sha256', password, saltOf(i), 1 + (i % 700), 20 + (i % 60)),
      ),
    );
    for (const [i, key] of keys.entries()) {
      expect(key).toEqual(
        pbkdf2HmacSync('sha256', password, saltOf(i), 1 + (i % 700), 20 + (i % 60)),
      );
    }
  });

  it('leave the event loop and the file system alone', async () => {
    const work = Array.from({ length: 64 }, (_, i) =>
      pbkdf2Hmac('sha512', password, saltOf(i), 20_000),
    );
    const delays: number[] = [];
    const done = new AbortController();
    void Promise.all(work).then(() => done.abort());
    while (!done.signal.aborted) {
      const started = performance.now();
      await fs.promises.stat('.');
      await sleep(1);
      delays.push(performance.now() - started);
    }
    // The shortest sleep of Windows takes 15 ms.
    expect(delays.length).toBeGreaterThan(process.platform === 'win32' ? 2 : 10);
    expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(50);
  });

  it('keep the AsyncLocalStorage of their callers apart', async () => {
    const storage = new AsyncLocalStorage<number>();
    const seen = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        storage.run(i, async () => {
          await pbkdf2Hmac('sha256', password, saltOf(i), 100);
          return storage.getStore();
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
    await storage.run(7, () =>
      pbkdf2Hmac('sha256', password, saltOf(0), 1).then(() => expect(storage.getStore()).toBe(7)),
    );
  });

  it('start no thread before the first of them', async () => {
    if (process.platform !== 'linux') return;
    const source = `${IMPORTS}
      import fs from 'node:fs';
      const names = () => fs.readdirSync('/proc/self/task').map((id) => fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
      const before = names().filter((name) => name === 'hermetic-ssl').length;
      await derive(1);
      const after = names().filter((name) => name === 'hermetic-ssl').length;
      console.log(before, after);`;
    expect((await runModule(source)).stdout).toBe('0 1\n');
  });
});

describe('the process', () => {
  it('ends by itself when every derivation has settled', async () => {
    const source = `${IMPORTS} await Promise.all(Array.from({ length: 20 }, () => derive(1000))); console.log('settled');`;
    const { code, stdout, took } = await runModule(source);
    expect([code, stdout]).toEqual([0, 'settled\n']);
    expect(took).toBeLessThan(limit(15_000));
  });

  it('does not end while one is pending', async () => {
    const { code, stdout } = await runModule(
      `${IMPORTS} derive(2_000_000).then((key) => console.log(key.length));`,
    );
    expect([code, stdout]).toEqual([0, '32\n']);
  });

  it('ends when the pending ones were aborted', async () => {
    const source = `
      import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
      const signal = AbortSignal.timeout(50);
      const all = Array.from({ length: 100 }, () =>
        pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 2 ** 31 - 1, null, { signal }));
      console.log((await Promise.allSettled(all)).filter(({ status }) => status === 'rejected').length);`;
    const { code, stdout, stderr } = await runModule(source);
    expect([code, stdout, stderr]).toEqual([0, '100\n', '']);
  });

  it.each([0, 3])('exits with code %d while derivations run', async (wanted) => {
    const source = `${IMPORTS} for (let i = 0; i < 500; i++) derive(FOREVER); setTimeout(() => process.exit(${wanted}), 100);`;
    for (let round = 0; round < 3; round++) {
      const { code, signal, stderr, took } = await runModule(source);
      expect([code, signal, stderr]).toEqual([wanted, null, '']);
      expect(took).toBeLessThan(limit(15_000));
    }
  });

  it('ends by an uncaught error while derivations run', async () => {
    const source = `${IMPORTS} for (let i = 0; i < 50; i++) derive(FOREVER); setTimeout(() => { throw new Error('fault'); }, 50);`;
    const { code, signal, stderr } = await runModule(source);
    expect([code, signal]).toEqual([1, null]);
    expect(stderr).toContain('Error: fault');
  });
});

describe('a worker', () => {
  it('derives, and shares the threads of the process with the others', async () => {
    const source = `${IMPORTS}
      const code = \`
        import { parentPort } from 'node:worker_threads';
        import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
        const keys = await Promise.all(Array.from({ length: 50 }, (_, i) =>
          pbkdf2Hmac('sha1', Buffer.from('p'), Buffer.from('s'), 1 + i, 20)));
        parentPort.postMessage(keys[49].toString('hex'));\`;
      const keys = await Promise.all(Array.from({ length: 4 }, () =>
        new Promise((resolve, reject) => new Worker(code, { eval: true }).on('message', resolve).on('error', reject))));
      console.log(new Set(keys).size, keys[0]);`;
    const key = pbkdf2HmacSync('sha1', Buffer.from('p'), Buffer.from('s'), 50, 20).toString('hex');
    const { code, stdout, stderr } = await runModule(source);
    expect([code, stdout, stderr]).toEqual([0, `1 ${key}\n`, '']);
  });

  it.each([
    ['is terminated', 'worker.terminate()', ''],
    ['exits', 'undefined', 'process.exit(0)'],
  ])(
    '%s with derivations in flight, round after round, and the process stays healthy',
    async (_how, end, last) => {
      const source = `${IMPORTS}
      const code = \`
        import { parentPort } from 'node:worker_threads';
        import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
        for (let i = 0; i < 200; i++) pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 2 ** 31 - 1);
        for (let i = 0; i < 20; i++) pbkdf2Hmac('sha256', Buffer.from('p'), Buffer.from('s'), 1);
        parentPort.postMessage('started');
        setTimeout(() => { ${last} }, 20);\`;
      for (let round = 0; round < 15; round++) {
        const workers = Array.from({ length: 2 }, () => new Worker(code, { eval: true }));
        await Promise.all(workers.map((worker) => new Promise((resolve, reject) => {
          worker.on('message', () => setTimeout(() => ${end}, round)).on('exit', resolve).on('error', reject);
        })));
      }
      console.log((await derive(1000)).length);`;
      const { code, signal, stdout, stderr } = await runModule(source);
      expect([code, signal, stdout, stderr]).toEqual([0, null, '32\n', '']);
    },
  );
});
