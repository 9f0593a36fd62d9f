// scripts/openssl/build.mjs with a stand-in for the OpenSSL source: what it publishes, what an interruption leaves, and
// what two builds at once do.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FAKE_BUILD,
  makeSandbox,
  namesIn,
  pinFakeSource,
  run,
  start,
  timesBuilt,
  type Sandbox,
} from './openssl-fixtures.js';

const SCRIPT = 'openssl/build.mjs';
let sandbox: Sandbox;

beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(() => sandbox.remove());

const finished = (): string[] => namesIn(path.join(sandbox.cache, 'openssl'));
const leftovers = (): string[] => [
  ...namesIn(path.join(sandbox.cache, 'work')),
  ...namesIn(path.join(sandbox.root, 'tmp')),
  ...namesIn(path.join(sandbox.cache, 'locks')),
];

describe('openssl-build', () => {
  it('publishes libraries, headers, licence and reasons, and finds them the next time', async () => {
    pinFakeSource(sandbox);
    const first = await run(SCRIPT, [], sandbox.env);
    const prefix = first.stdout.trim().split('\n').at(-1) ?? '';
    expect(first.stderr).toContain('2 objects');
    for (const file of [
      'lib/libssl.a',
      'lib/libcrypto.a',
      'include/openssl/opensslv.h',
      'include/openssl/configuration.h',
      'LICENSE.txt',
      'openssl.txt',
      'build-info.json',
    ]) {
      expect(fs.existsSync(path.join(prefix, file)), file).toBe(true);
    }
    const second = await run(SCRIPT, ['--print'], sandbox.env);
    expect(second).toMatchObject({ status: 0, stdout: `${prefix}\n`, stderr: '' });
    expect(timesBuilt(sandbox)).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it('builds into a cache folder with blanks, outside of it', async () => {
    sandbox.remove();
    sandbox = makeSandbox('my cache');
    pinFakeSource(sandbox);
    const { status, stdout } = await run(SCRIPT, [], sandbox.env);
    expect(status).toBe(0);
    expect(stdout).toContain('my cache');
    expect(leftovers()).toEqual([]);
  });

  it('says which folder to set when no folder without blanks is there', async () => {
    sandbox.remove();
    sandbox = makeSandbox('my cache');
    pinFakeSource(sandbox);
    const temporary = path.join(sandbox.root, 'my tmp');
    fs.mkdirSync(temporary);
    const { status, stderr } = await run(SCRIPT, [], { ...sandbox.env, TMPDIR: temporary });
    expect(status).toBe(1);
    expect(stderr).toContain('Set TMPDIR');
  });

  it('builds again when a published library is cut short', async () => {
    pinFakeSource(sandbox);
    const { stdout } = await run(SCRIPT, [], sandbox.env);
    fs.truncateSync(path.join(stdout.trim(), 'lib', 'libcrypto.a'), 1);
    const again = await run(SCRIPT, [], sandbox.env);
    expect(again.stderr).toContain('is damaged and is removed');
    expect(again.status).toBe(0);
    expect(timesBuilt(sandbox)).toBe(2);
  });

  it('ends a failed build with the end of the real log, and keeps the log', async () => {
    pinFakeSource(sandbox, { commands: ['echo "two.c:7: error: it went wrong"', 'exit 3'] });
    const { status, stderr } = await run(SCRIPT, [], sandbox.env);
    expect(status).toBe(1);
    expect(stderr).toContain('two.c:7: error: it went wrong');
    const log = /Whole log: (.+)/.exec(stderr)?.[1] ?? '';
    expect(fs.readFileSync(log, 'utf8')).toContain('it went wrong');
    expect([...finished(), ...leftovers()]).toEqual([]);
  });

  it('refuses libraries that hold a path of the build machine', async () => {
    pinFakeSource(sandbox, { commands: [...FAKE_BUILD, 'echo "$(CURDIR)/x.c" >> libcrypto.a'] });
    const { status, stderr } = await run(SCRIPT, [], sandbox.env);
    expect(status).toBe(1);
    expect(stderr).toMatch(/paths of this machine are inside[^]*libcrypto\.a: /);
    expect(finished()).toEqual([]);
  });

  it('refuses an unknown channel, from the environment and from the command line', async () => {
    pinFakeSource(sandbox);
    const fromEnvironment = await run(SCRIPT, [], {
      ...sandbox.env,
      HERMETIC_OPENSSL_CHANNEL: 'newest',
    });
    expect(fromEnvironment.status).toBe(1);
    expect(fromEnvironment.stderr).toContain(
      'HERMETIC_OPENSSL_CHANNEL names the unknown OpenSSL channel "newest"; known channels: lts, latest',
    );
    const fromOption = await run(SCRIPT, ['--channel', 'old'], sandbox.env);
    expect(fromOption.stderr).toContain('--channel names the unknown OpenSSL channel "old"');
  });
});

describe('an interrupted openssl-build', () => {
  const slow = ['echo "cc -c -o one.o one.c"', 'sleep 1', ...FAKE_BUILD];

  it.each([['SIGINT'], ['SIGTERM']] as const)('leaves nothing behind after %s', async (signal) => {
    pinFakeSource(sandbox, { commands: ['sleep 20', ...FAKE_BUILD] });
    const { child, ended, seen } = start(SCRIPT, [], sandbox.env);
    await seen('configuring');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill(signal);
    const { status } = await ended;
    expect(status).toBe(signal === 'SIGINT' ? 130 : 143);
    expect([...finished(), ...leftovers()]).toEqual([]);
  });

  it('leaves nothing usable after SIGKILL, and the next run cleans up and succeeds', async () => {
    pinFakeSource(sandbox, { commands: slow });
    const { child, ended, seen } = start(SCRIPT, [], sandbox.env);
    await seen('configuring');
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(finished()).toEqual([]);
    expect(leftovers()).not.toEqual([]);
    expect((await run(SCRIPT, [], sandbox.env)).status).toBe(0);
    expect(finished()).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });
});

describe('two openssl-builds at once', () => {
  it('share one build: the second says that it waits', async () => {
    pinFakeSource(sandbox, { commands: ['sleep 1', ...FAKE_BUILD] });
    const first = start(SCRIPT, [], sandbox.env);
    await first.seen('unpacking');
    const second = start(SCRIPT, [], sandbox.env);
    const outcomes = await Promise.all([first.ended, second.ended]);
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
    expect(outcomes[1]?.stderr).toContain(`another build (process ${first.child.pid}`);
    expect(outcomes[1]?.stdout).toBe(outcomes[0]?.stdout);
    expect(timesBuilt(sandbox)).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it('do not spoil each other without the lock: the first to finish wins', async () => {
    pinFakeSource(sandbox, { commands: ['sleep 1', ...FAKE_BUILD] });
    const first = start(SCRIPT, [], sandbox.env);
    await first.seen('unpacking');
    for (const name of namesIn(path.join(sandbox.cache, 'locks')))
      fs.rmSync(path.join(sandbox.cache, 'locks', name));
    const second = start(SCRIPT, [], sandbox.env);
    const outcomes = await Promise.all([first.ended, second.ended]);
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
    expect(timesBuilt(sandbox)).toBe(2);
    expect(finished()).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });
});
