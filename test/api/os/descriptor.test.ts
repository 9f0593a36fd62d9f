// The one descriptor of /dev/urandom (PEP 466): opened once, kept, checked at each call, never taken from or given to
// others. Each case has a process of its own; they look at it through /proc, so they are Linux's.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import type { ChildOptions } from '../../differential/support/child.js';
import { runModule } from '../../differential/support/child.js';
import { moduleAnswer } from '../../helpers/run-module.js';

const isLinux = process.platform === 'linux';

/** A program that closes the descriptor of urandom, and then replaces it by another file, as dup2 does. */
const STOLEN = `
  import fs from 'node:fs';
  import { urandom } from 'hermetic-ssl/os';
  const descriptors = () => fs.readdirSync('/proc/self/fd').filter((fd) => {
    try { return fs.readlinkSync('/proc/self/fd/' + fd) === '/dev/urandom'; } catch { return false; }
  }).map(Number);
  const isRandom = () => {
    const [first, second] = [urandom(4), urandom(4)];
    return !first.equals(second) && new Set(urandom(64)).size > 16;
  };
  urandom(4);
  const [first] = descriptors();
  fs.closeSync(first);
  const afterClose = [isRandom(), descriptors().length];
  const [fd] = descriptors();
  fs.closeSync(fd);
  const others = [];
  const foreign = fs.readlinkSync('/proc/self/exe');
  for (let opened; (opened = fs.openSync(foreign, 'r')) !== fd; ) others.push(opened);
  const afterTheft = isRandom();
  const position = Number(/pos:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1]);
  const isStillThere = fs.readlinkSync('/proc/self/fd/' + fd) === foreign;
  console.log(JSON.stringify({ afterClose, afterTheft, position, isStillThere }));`;

const HELPERS = `
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { urandom } from 'hermetic-ssl/os';

function descriptors(path = '/dev/urandom') {
  return fs.readdirSync('/proc/self/fd').filter((fd) => {
    try { return fs.readlinkSync('/proc/self/fd/' + fd) === path; } catch { return false; }
  }).map(Number);
}
function openAs(fd, path) {
  const others = [];
  for (;;) {
    const opened = fs.openSync(path, 'r');
    if (opened === fd) break;
    others.push(opened);
  }
  others.forEach((other) => fs.closeSync(other));
}
const position = (fd) => Number(/pos:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1]);
function isRandom(bytes) { return bytes.length >= 16 && new Set(bytes).size > bytes.length / 4; }
function fillDescriptors() {
  const opened = [];
  try { for (;;) opened.push(fs.openSync('/dev/null', 'r')); } catch (error) { assert.equal(error.code, 'EMFILE'); }
  return opened;
}
`;

async function expectToHold(body: string, options?: ChildOptions): Promise<void> {
  const { code, signal, stderr } = await runModule(HELPERS + body, options);
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
}

const FEW_DESCRIPTORS = { prefix: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'] };

/** A prefix under which /dev is empty, or undefined where the system allows no such thing. */
function withoutDevices(setUp = ''): string[] | undefined {
  const script = `mount -t tmpfs none /dev && ${setUp} exec "$@"`;
  return [
    ['unshare', '-m'],
    ['unshare', '-rm'],
  ]
    .map((unshare) => [...unshare, 'sh', '-c', script, 'sh'])
    .find(([command = '', ...rest]) => spawnSync(command, [...rest, 'true']).status === 0);
}

describe.skipIf(!isLinux)('the descriptor of urandom (Linux)', () => {
  it('is opened at the first call and stays the only one after thousands', () =>
    expectToHold(`
      assert.deepEqual(descriptors(), []);
      urandom(16);
      const [fd, ...rest] = descriptors();
      assert.deepEqual(rest, []);
      for (let i = 0; i < 5000; i++) urandom(i % 50);
      assert.deepEqual(descriptors(), [fd]);`));

  it('is not opened by a request for no bytes', () =>
    expectToHold(`
      urandom(0);
      assert.deepEqual(descriptors(), []);`));

  it('is closed in programs that the process starts', () =>
    expectToHold(`
      import { spawnSync } from 'node:child_process';
      urandom(16);
      const [fd] = descriptors();
      const flags = /flags:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1];
      assert.equal(parseInt(flags, 8) & 0o2000000, 0o2000000);
      const { stdout } = spawnSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });
      assert.ok(!stdout.includes('/dev/urandom'), stdout);`));

  it('cannot be opened when no number is free: EMFILE, and later calls succeed', () =>
    expectToHold(
      `
      urandom(0);
      const opened = fillDescriptors();
      assert.throws(() => urandom(16), (error) => {
        assert.equal(error.code, 'EMFILE');
        assert.equal(error.errno, -24);
        assert.equal(error.syscall, 'open');
        assert.equal(error.path, '/dev/urandom');
        return error instanceof Error;
      });
      fs.closeSync(opened.pop());
      assert.ok(isRandom(urandom(32)));`,
      FEW_DESCRIPTORS,
    ));

  it('works at the limit of descriptors once it is open', () =>
    expectToHold(
      `
      urandom(16);
      fillDescriptors();
      for (let i = 0; i < 100; i++) assert.ok(isRandom(urandom(32)));`,
      FEW_DESCRIPTORS,
    ));

  it('is opened again when other code has closed it', () =>
    expectToHold(`
      urandom(16);
      fs.closeSync(descriptors()[0]);
      assert.deepEqual(descriptors(), []);
      assert.ok(isRandom(urandom(32)));
      assert.equal(descriptors().length, 1);`));

  it("is forgotten, neither read nor closed, when its number has become another owner's file", () =>
    expectToHold(`
      const file = '/proc/self/exe';
      urandom(16);
      const [fd] = descriptors();
      fs.closeSync(fd);
      openAs(fd, fs.readlinkSync(file));
      const first = urandom(4), second = urandom(4);
      assert.ok(isRandom(urandom(32)));
      assert.notDeepEqual(first, second);
      assert.equal(position(fd), 0);
      assert.equal(fs.readlinkSync('/proc/self/fd/' + fd), fs.readlinkSync(file));
      assert.equal(descriptors().length, 1);
      assert.notEqual(descriptors()[0], fd);`));

  it('is forgotten when its number has become another device', () =>
    expectToHold(`
      urandom(16);
      const [fd] = descriptors();
      fs.closeSync(fd);
      openAs(fd, '/dev/zero');
      for (let i = 0; i < 100; i++) assert.ok(isRandom(urandom(32)));
      assert.equal(fs.readlinkSync('/proc/self/fd/' + fd), '/dev/zero');`));

  it('comes back, however often it is taken away', () =>
    expectToHold(`
      for (let i = 0; i < 200; i++) {
        assert.ok(isRandom(urandom(32)));
        assert.equal(descriptors().length, 1);
        const [fd] = descriptors();
        fs.closeSync(fd);
        if (i % 2 === 0) continue;
        openAs(fd, '/dev/zero');
        assert.ok(isRandom(urandom(32)));
        fs.closeSync(fd);
      }`));

  it('is one for all worker threads, also while other code keeps closing it', () =>
    expectToHold(`
      // The thief may close a number that has just become another file: it works while nothing else is opened.
      const code = \`
        import { parentPort, workerData } from 'node:worker_threads';
        import { urandom } from 'hermetic-ssl/os';
        const state = new Int32Array(workerData);
        Atomics.add(state, 0, 1);
        Atomics.wait(state, 1, 0);
        const seen = new Set();
        for (let i = 0; i < 3000; i++) seen.add(urandom(16).toString('hex'));
        Atomics.add(state, 0, -1);
        Atomics.wait(state, 2, 0);
        parentPort.postMessage(seen.size);\`;
      const state = new Int32Array(new SharedArrayBuffer(12));
      const workers = Array.from({ length: 6 }, () => new Worker(code, { eval: true, workerData: state.buffer }));
      const sizes = workers.map((worker) => new Promise((resolve, reject) => {
        worker.on('message', resolve).on('error', reject);
      }));
      while (state[0] < 6) await new Promise((resolve) => setTimeout(resolve, 1));
      Atomics.store(state, 1, 1);
      Atomics.notify(state, 1);
      let thefts = 0;
      while (Atomics.load(state, 0) > 0) for (const fd of descriptors()) { fs.closeSync(fd); thefts++; }
      Atomics.store(state, 2, 1);
      Atomics.notify(state, 2);
      assert.deepEqual(await Promise.all(sizes), Array(6).fill(3000));
      assert.ok(thefts > 0);
      urandom(16);
      assert.equal(descriptors().length, 1);`));

  it('outlives the worker thread that opened it', () =>
    expectToHold(`
      const code = "import('hermetic-ssl/os').then(({ urandom }) => urandom(16))";
      await new Promise((resolve) => new Worker(code, { eval: true }).on('exit', resolve));
      const [fd] = descriptors();
      assert.equal(typeof fd, 'number');
      urandom(16);
      assert.deepEqual(descriptors(), [fd]);`));

  const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
  it.skipIf(!canTrace)(
    'costs one open and, for each call, a read between two checks (needs strace)',
    async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'urandom-'));
      try {
        const log = path.join(folder, 'log');
        const body = `urandom(1); const [fd] = descriptors(); console.error = () => {};
        fs.writeSync(1, 'fd ' + fd + ' begin'); for (let i = 0; i < 500; i++) urandom(32); fs.writeSync(1, 'end');`;
        const prefix = [
          'strace',
          '-f',
          '-o',
          log,
          '-e',
          'trace=openat,open,fstat,newfstatat,read,write',
        ];
        await expectToHold(body, { prefix });
        const lines = fs.readFileSync(log, 'utf8');
        expect(lines.match(/open(at)?\(.*"\/dev\/urandom"/g)).toHaveLength(1);
        const between = lines.slice(lines.indexOf(' begin"'), lines.indexOf('"end"'));
        const fd = /"fd (\d+) begin"/.exec(lines)?.[1];
        expect(between.match(new RegExp(`read\\(${fd},`, 'g'))).toHaveLength(500);
        expect(between.match(new RegExp(`fstat(at)?\\(${fd},`, 'g'))).toHaveLength(1000);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    },
  );

  /** A prefix under which reads of the device fail. */
  const failing = (how: string): string[] => [
    ...['strace', '-f', '-o', '/dev/null', '-P', '/dev/urandom', '-e', 'trace=read'],
    ...['-e', `inject=read:error=${how}`],
  ];
  const [tracer = '', ...options] = failing('EINTR');
  const canInject = spawnSync(tracer, [...options, 'true']).status === 0;

  it.skipIf(!canInject)('is read again when a signal has interrupted a read (needs strace)', () =>
    expectToHold(`for (let i = 0; i < 3; i++) assert.ok(isRandom(urandom(32)));`, {
      prefix: failing('EINTR:when=1..5'),
    }),
  );

  it.skipIf(!canInject)('gives the error of a read as a system error (needs strace)', () =>
    expectToHold(
      `
      assert.throws(() => urandom(16), {
        message: "EIO: input/output error, read '/dev/urandom'",
        errno: -5, code: 'EIO', syscall: 'read', path: '/dev/urandom',
      });
      assert.ok(isRandom(urandom(32)));`,
      { prefix: failing('EIO:when=1') },
    ),
  );
});

const empty = isLinux ? withoutDevices() : undefined;
describe.skipIf(empty === undefined)('urandom without a device (needs unshare and mount)', () => {
  it('falls back to getrandom where /dev/urandom does not exist', () =>
    expectToHold(
      `
      assert.equal(fs.existsSync('/dev/urandom'), false);
      for (let i = 0; i < 100; i++) assert.ok(isRandom(urandom(32)));
      assert.equal(urandom(1e6).length, 1e6);
      assert.deepEqual(descriptors(), []);`,
      { prefix: empty ?? [] },
    ));

  it('does not take a plain file for the device', () =>
    expectToHold(
      `
      for (let i = 0; i < 100; i++) assert.ok(isRandom(urandom(32)));
      assert.deepEqual(descriptors(), []);`,
      {
        prefix:
          withoutDevices(
            'head -c 1000000 /proc/self/exe > /dev/null; cp /bin/sh /dev/urandom &&',
          ) ?? [],
      },
    ));
});

describe('the descriptor of urandom', () => {
  it.skipIf(!isLinux)('is opened again after it was closed or taken over (Linux)', async () => {
    expect(await moduleAnswer(STOLEN)).toEqual({
      afterClose: [true, 1],
      afterTheft: true,
      position: 0,
      isStillThere: true,
    });
  });
});
