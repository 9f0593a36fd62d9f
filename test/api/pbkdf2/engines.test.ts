// The choice of an engine: by the environment, and when one fails the test of its first use.
import { pbkdf2Sync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

import { describe, expect, it } from 'vitest';

import { addonPath, runModule } from '../../differential/support/child.js';

const addon = createRequire(import.meta.url)(addonPath) as Record<
  string,
  (...args: unknown[]) => unknown
>;
const engines = addon['pbkdf2Engines']!() as string[];

const deriveBy = (digest: string) => `
import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
const args = ['${digest}', Buffer.from('password'), Buffer.from('salt'), 1000];
const derived = () => pbkdf2HmacSync(...args).toString('hex').slice(0, 8);
`;
const DERIVE = deriveBy('sha256');
const ADDON = `
import { createRequire } from 'node:module';
const addon = createRequire(import.meta.url)(${JSON.stringify(addonPath)});
`;
const KEY = '632c2812';

/** The engines that do not compute all digests, each with a digest that it has and one that it lacks. */
const KNOWS: Readonly<Record<string, { has: string; lacks: string }>> = {
  'sha-ni': { has: 'sha256', lacks: 'sha512' },
  'sha-ni-avx': { has: 'sha256', lacks: 'sha1' },
  armv8: { has: 'sha256', lacks: 'sha512' },
  'armv8.2': { has: 'sha512', lacks: 'sha256' },
};
const keyOf = (digest: string) =>
  pbkdf2Sync('password', 'salt', 1000, 64, digest).toString('hex').slice(0, 8);

const under = (value: string) => ({ env: { HERMETIC_PBKDF2_ENGINE: value } });

describe('HERMETIC_PBKDF2_ENGINE', () => {
  /** Returns the key, and the engine of the kernels that compute it, when `engine` is requested. */
  async function derivedBy(engine: string, digest: string) {
    const source = `${deriveBy(digest)} ${ADDON}
      console.log(derived(), addon.pbkdf2Kernels('${digest}').map(({ name }) => name.split('-').slice(1, -1).join('-')).join());`;
    const { stdout, stderr } = await runModule(source, under(engine));
    const [key, used = ''] = stdout.trim().split(' ');
    expect([key, stderr]).toEqual([keyOf(digest), '']);
    return new Set(used.split(','));
  }

  it.each(engines)('has %s alone compute', async (engine) => {
    const used = await derivedBy(engine, KNOWS[engine]?.has ?? 'sha256');
    expect(used).toEqual(new Set([engine === 'evp' ? '' : engine]));
  });

  const partial = engines.filter((engine) => KNOWS[engine]);
  it.skipIf(partial.length === 0).each(partial)(
    'leaves to the portable one what %s lacks (needs an engine that lacks a digest)',
    async (engine) => {
      expect(await derivedBy(engine, KNOWS[engine]?.lacks ?? '')).toEqual(new Set(['portable']));
    },
  );

  it('is refused at every derivation when it names no engine of this processor', async () => {
    const source = `${DERIVE}
      for (let i = 0; i < 2; i++) {
        try { derived(); } catch ({ name, code, message }) { console.log(name, code, message); }
        await pbkdf2Hmac(...args).catch(({ code }) => console.log(code));
      }`;
    const { code, stdout } = await runModule(source, under('turbo'));
    expect(code).toBe(0);
    const [first, second, ...again] = stdout.trim().split('\n');
    expect(first).toBe(
      `RangeError ERR_INVALID_ARG_VALUE this processor has no PBKDF2 engine 'turbo'; the engines are ${engines.join(', ')}`,
    );
    expect(second).toBe('ERR_INVALID_ARG_VALUE');
    expect(again).toEqual([first, second]);
  });

  it('has no effect when it is empty', async () => {
    const { stdout } = await runModule(`${DERIVE} console.log(derived());`, under(''));
    expect(stdout).toBe(`${KEY}\n`);
  });
});

describe('an engine that fails its self-test', () => {
  const fast = engines.find((name) => name !== 'portable' && name !== 'evp');

  it.skipIf(fast === undefined)(
    'is not used, and a warning says so once (needs an engine besides the portable one)',
    async () => {
      const source = `${DERIVE} ${ADDON}
      addon.pbkdf2Rules('', '${fast}');
      process.on('warning', ({ name, code, message }) => console.log(name, code, message));
      console.log(derived(), derived(), (await pbkdf2Hmac(...args)).toString('hex').slice(0, 8));
      console.log(addon.pbkdf2Kernels('sha256').filter(({ passed }) => !passed).every(({ name }) => name.includes('${fast}')));`;
      const { code, stdout } = await runModule(source, { nodeOptions: ['--no-warnings'] });
      expect(code).toBe(0);
      const lines = stdout.trim().split('\n');
      const isWarning = (line: string) => line.startsWith('HermeticSslWarning');
      expect(lines.filter((line) => !isWarning(line))).toEqual([`${KEY} ${KEY} ${KEY}`, 'true']);
      const warnings = lines.filter(isWarning);
      expect(warnings.length).toBeGreaterThan(0);
      expect(new Set(warnings).size).toBe(warnings.length);
      for (const line of warnings) {
        expect(line).toMatch(
          /^HermeticSslWarning HERMETIC_PBKDF2_ENGINE the PBKDF2 kernel sha256-\S+-x\d+ failed its self-test and is not used$/,
        );
      }
    },
  );

  it('leaves no kernel when it is the only one: a typed error names the way out', async () => {
    const source = `${DERIVE} ${ADDON}
      addon.pbkdf2Rules('portable', 'portable');
      try { derived(); } catch ({ code, message }) { console.log(code, message); }
      await pbkdf2Hmac(...args).catch(({ code, message }) => console.log(code, message));
      addon.pbkdf2Rules('evp', 'portable');
      console.log(derived());`;
    const { stdout } = await runModule(source, { nodeOptions: ['--no-warnings'] });
    const message =
      'ERR_INVALID_STATE no PBKDF2 kernel for this digest passed its self-test; HERMETIC_PBKDF2_ENGINE=evp does without them';
    expect(stdout).toBe(`${message}\n${message}\n${KEY}\n`);
  });
});

describe('a processor without any extension', () => {
  const qemu = '/usr/bin/qemu-x86_64-static';
  const canRun = process.arch === 'x64' && process.platform === 'linux' && existsSync(qemu);

  it.skipIf(!canRun).each([
    ['Nehalem', 'portable'],
    ['max', ''],
  ])(
    'runs the same binary: %s under emulation (needs qemu-user-static on x64)',
    { timeout: 120_000 },
    async (cpu, only) => {
      const source = `${DERIVE} ${ADDON} console.log(derived(), (await pbkdf2Hmac(...args)).toString('hex').slice(0, 8),
        addon.pbkdf2Engines().join(), addon.pbkdf2Kernels('sha512').every(({ passed }) => passed));`;
      const { stdout, stderr } = await runModule(source, {
        prefix: [qemu, '-cpu', cpu],
        timeout: 100_000,
      });
      const [first, second, names, passed] = stdout.trim().split(' ');
      expect([first, second, passed], stderr).toEqual([KEY, KEY, 'true']);
      if (only) expect(names).toBe(`${only},evp`);
    },
  );
});

describe('the native functions', () => {
  it.each([
    ['pbkdf2Kernels', [1]],
    ['pbkdf2Rules', ['portable']],
    ['pbkdf2Rules', [1, '']],
    ['configurePool', ['1']],
    ['configurePool', [-1]],
    ['configurePool', [1025]],
    ['configurePool', [undefined, -1]],
    ['configurePool', [undefined, 2 ** 31]],
    ['configurePool', [1.5]],
    ['quotaOfGroup', ['/']],
  ])('%s refuses %j', (name, args) => {
    expect(() => addon[name]!(...args)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  it('pbkdf2Kernels gives a record for an unknown digest, and nothing for one of EVP', () => {
    expect(addon['pbkdf2Kernels']!('sha0')).toMatchObject({ nativeError: 'value' });
    expect(addon['pbkdf2Kernels']!('sha3_256')).toEqual([]);
  });
});
