// The configure options are data with a reason each, and everything that shapes a build shapes its cache key.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { load } from './openssl-fixtures.js';

interface Entry {
  option: string;
  reason: string;
  since?: string;
  instrumentation?: string;
}
interface Data {
  targets: Record<string, string>;
  directories: Entry[];
  targetFiles: Entry[];
  options: Entry[];
  flags: Entry[];
  instrumented: Entry[];
}
interface Build {
  key: string;
  name: string;
  arguments: string[];
  targetFiles?: string[];
  isInstrumented: boolean;
}
interface Configure {
  targetsFolder: string;
  readConfigureData: () => Data;
  configureArguments: (version: string, target: string, data?: Data) => string[];
  describeBuild: (channel: string, entry: object, env?: NodeJS.ProcessEnv) => Build;
  keyOf: (inputs: object) => string;
  resolveTarget: (env: NodeJS.ProcessEnv) => string;
}
interface Progress {
  describeProgress: (done: number, total: number, unit: string, elapsedMs: number) => string;
}

const entry = { version: '3.5.7', sha256: 'a'.repeat(64), series: '3.5', signingKeys: [] };
const configure = await load<Configure>('configure.mjs');

describe('configure.json', () => {
  it('gives a reason for each option and names no option twice', () => {
    const { directories, targetFiles, options, flags, instrumented } =
      configure.readConfigureData();
    const all = [...directories, ...targetFiles, ...options, ...flags, ...instrumented];
    for (const { option, reason } of all) expect(reason.length, option).toBeGreaterThan(20);
    const linux = configure.configureArguments('4.0.2', 'linux-x64');
    expect(new Set(linux).size).toBe(linux.length);
  });

  it.each([['3.5.7'], ['4.0.2']])(
    'keeps OpenSSL %s closed: static, no modules, no configuration file',
    (version) => {
      const args = configure.configureArguments(version, 'linux-x64');
      expect(args).toEqual(
        expect.arrayContaining([
          'no-shared',
          'no-module',
          'no-dso',
          'no-autoload-config',
          'enable-ktls',
          '-fPIC',
        ]),
      );
      expect(args[0]).toBe('linux-x86_64');
    },
  );

  it('applies an option only to the versions and systems that it names', () => {
    expect(configure.configureArguments('3.5.7', 'linux-x64')).toContain('no-engine');
    expect(configure.configureArguments('4.0.2', 'linux-x64')).not.toContain('no-engine');
    expect(configure.configureArguments('4.1.0', 'linux-x64')).toContain('no-sshkdf');
    expect(configure.configureArguments('3.5.7', 'darwin-arm64')).not.toContain('enable-ktls');
  });

  it('adds the target for Windows on arm64 to an OpenSSL without it', () => {
    const ownTarget = '--config=../targets/mingwarm64.conf';
    const args = configure.configureArguments('3.5.7', 'win32-arm64');
    expect(args.slice(0, 1)).toEqual(['mingwarm64']);
    expect(args).toContain(ownTarget);
    expect(configure.configureArguments('4.0.2', 'win32-arm64')).not.toContain(ownTarget);
    expect(configure.configureArguments('3.5.7', 'win32-x64')).not.toContain(ownTarget);

    const env = { ...process.env, HERMETIC_OPENSSL_TARGET: 'win32-arm64' };
    const file = path.join(configure.targetsFolder, 'mingwarm64.conf');
    expect(configure.describeBuild('lts', entry, env).targetFiles).toEqual([
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]);
    expect(configure.describeBuild('lts', entry)).not.toHaveProperty('targetFiles');
  });

  it('has no recipe for an unknown target, and says which it has', () => {
    expect(() => configure.resolveTarget({ HERMETIC_OPENSSL_TARGET: 'plan9-mips' })).toThrow(
      /no recipe[^]*"plan9-mips"[^]*linux-x64[^]*HERMETIC_OPENSSL_PREFIX/,
    );
  });
});

describe('HERMETIC_OPENSSL_INSTRUMENTATION', () => {
  const describeWith = (names: string) =>
    configure.describeBuild('lts', entry, {
      ...process.env,
      HERMETIC_OPENSSL_INSTRUMENTATION: names,
    });

  it('adds the flags of what it names, and leaves out what would hide findings', () => {
    const plain = describeWith('');
    expect(plain.isInstrumented).toBe(false);
    expect(plain.arguments.join(' ')).not.toMatch(/-fsanitize|FUZZING/);
    const { arguments: args, isInstrumented, key } = describeWith('address,undefined');
    expect(isInstrumented).toBe(true);
    expect(key).not.toBe(plain.key);
    expect(args).toEqual(
      expect.arrayContaining(['no-dso', '-O1', '-fsanitize=address', '-fsanitize=undefined']),
    );
    expect(args.join(' ')).not.toMatch(/-O3|FORTIFY|-fsanitize=(?:thread|fuzzer)|FUZZING/);
  });

  it('gives each combination a key of its own', () => {
    const names = ['', 'address', 'undefined', 'thread', 'address,undefined,fuzz'];
    expect(new Set(names.map((name) => describeWith(name).key)).size).toBe(names.length);
  });

  it('refuses an unknown name, and says which there are', () => {
    expect(() => describeWith('adress')).toThrow(
      'HERMETIC_OPENSSL_INSTRUMENTATION names the unknown "adress"; known names: address, undefined, thread, fuzz.',
    );
  });
});

describe('the options for compressed certificates', () => {
  const inArguments = (version: string, target: string): string[] =>
    configure
      .configureArguments(version, target)
      .filter((option) => /comp$|zlib|brotli|zstd/.test(option));

  it.each([
    ['3.5.7', 'linux-x64'],
    ['3.5.7', 'linux-riscv64'],
    ['3.5.7', 'darwin-arm64'],
  ])('turn on all three in OpenSSL %s for %s', (version, target) => {
    expect(inArguments(version, target)).toEqual(['enable-zlib', 'enable-brotli', 'enable-zstd']);
  });

  it.each([
    ['3.5.7', 'win32-x64'],
    ['3.5.7', 'win32-arm64'],
    ['4.0.2', 'linux-x64'],
  ])('turn off all compression in OpenSSL %s for %s', (version, target) => {
    expect(inArguments(version, target)).toEqual(['no-comp']);
  });
});

describe('the cache key', () => {
  it('is the same for the same build', () => {
    expect(configure.describeBuild('lts', entry)).toEqual(configure.describeBuild('lts', entry));
  });

  it('changes with version, checksum, target, options, compiler, patches and schema', () => {
    const inputs = {
      schema: 1,
      version: '3.5.7',
      sha256: 'a',
      target: 'linux-x64',
      arguments: ['no-dso'],
      compiler: { version: 'cc 12' },
      patches: [],
    };
    const changed = [
      inputs,
      { ...inputs, schema: 2 },
      { ...inputs, version: '3.5.8' },
      { ...inputs, sha256: 'b' },
      { ...inputs, target: 'linux-arm64' },
      { ...inputs, arguments: ['no-dso', 'no-quic'] },
      { ...inputs, compiler: { version: 'cc 13' } },
      { ...inputs, patches: ['p'] },
    ];
    expect(new Set(changed.map((item) => configure.keyOf(item))).size).toBe(changed.length);
  });

  it('changes with the patches of a distribution, and not with where they can be downloaded', () => {
    const patch = { file: 'one.patch', fixes: ['CVE-2026-1'] };
    const fixes = { from: 'Debian', archive: 'a.tar.xz', sha256: 'b'.repeat(64), urls: ['x'], folder: 'p', patches: [patch] }; // prettier-ignore
    const keyWith = (change: object): string =>
      configure.describeBuild('lts', { ...entry, fixes: { ...fixes, ...change } }).key;
    const keys = [
      configure.describeBuild('lts', entry).key,
      keyWith({}),
      keyWith({ sha256: 'c'.repeat(64) }),
      keyWith({ patches: [] }),
      keyWith({ patches: [{ ...patch, file: 'two.patch' }] }),
      keyWith({ patches: [{ ...patch, fixes: ['CVE-2026-2'] }] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyWith({ urls: ['y'] })).toBe(keyWith({}));
  });

  it('changes with the decoders of certificates only where OpenSSL is configured with them', () => {
    const zlib = { name: 'zlib', version: '1.3.1', archive: 'z.tar.gz', pool: 'z/zlib', sha256: 'd'.repeat(64), urls: ['x'], folder: 'zlib', parts: ['.'], license: 'Zlib' }; // prettier-ignore
    const keyOn = (target: string, version: string, ...decoders: object[]): string =>
      configure.describeBuild(
        'lts',
        { ...entry, version, ...(decoders.length > 0 && { decoders }) },
        { ...process.env, HERMETIC_OPENSSL_TARGET: target },
      ).key;
    const newer = { ...zlib, version: '1.3.2' };
    for (const target of ['linux-x64', 'linux-arm64', 'darwin-arm64']) {
      const keys = [[], [zlib], [newer]].map((list) => keyOn(target, '3.5.7', ...list));
      expect(new Set(keys).size, target).toBe(3);
      expect(keyOn(target, '3.5.7', { ...zlib, urls: ['y'] })).toBe(keys[1]);
    }
    for (const [target, version] of [
      ['win32-x64', '3.5.7'],
      ['linux-x64', '4.0.2'],
    ] as const)
      expect(keyOn(target, version, zlib), target).toBe(keyOn(target, version));
  });

  it('differs between two compilers', () => {
    const gcc = configure.describeBuild('lts', entry, { ...process.env, CC: 'cc' });
    const other = configure.describeBuild('lts', entry, { ...process.env, CC: 'cc -m64' });
    expect(gcc.key).not.toBe(other.key);
    expect(gcc.name).toMatch(/^3\.5\.7-[\w-]+-[0-9a-f]{16}$/);
  });
});

describe('progress', () => {
  it('counts, and estimates what is left', async () => {
    const { describeProgress } = await load<Progress>('../lib/progress.mjs');
    expect(describeProgress(236, 945, 'objects', 30_000)).toBe(
      '236/945 objects, 24%, about 1 min 30 s left',
    );
    expect(describeProgress(1, 945, 'objects', 1000)).toBe('1/945 objects, 0%');
    expect(describeProgress(7, 0, 'MB', 1000)).toBe('7 MB');
  });
});
