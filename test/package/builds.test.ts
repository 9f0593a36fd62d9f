// Both builds make the same addon from one source list, and neither needs the network. Tests that take minutes run only
// with HERMETIC_TEST_SLOW=1.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { readElf } from '../helpers/elf.js';
import { TempDirectory } from '../helpers/temp.js';
import { complaints } from './support/hermeticity.js';
import { addonPath, isElf, loadAddon, repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

interface SourceList {
  readonly sources: string[];
  readonly defines: string[];
}

const list = JSON.parse(
  readFileSync(join(repoRoot, 'native', 'sources.json'), 'utf8'),
) as SourceList;

interface CompileCommand {
  readonly file: string;
  readonly command: string;
}

/** No network: a proxy on a closed port, for programs that would download something. */
const OFFLINE = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'npm_config_proxy'].map((name) => [name, 'http://127.0.0.1:9']),
); // prettier-ignore

const hasCmake = async (): Promise<boolean> => {
  try {
    return (await run('cmake', ['--version'])).code === 0;
  } catch {
    return false;
  }
};

describe('plain cmake', { timeout: 120_000 }, () => {
  it('configures without cmake-js, and lists every source in compile_commands.json', async (test) => {
    if (!(await hasCmake())) return test.skip('there is no cmake');
    const folder = cleanup.add(await TempDirectory.create());
    const args = ['-S', repoRoot, '-B', folder.join('a build')];
    const { code, output } = await run('cmake', args, { env: OFFLINE });
    expect(code, output).toBe(0);
    const text = readFileSync(folder.join('a build', 'compile_commands.json'), 'utf8');
    const commands = JSON.parse(text) as CompileCommand[];
    expect(commands.map(({ file }) => file.slice(repoRoot.length + 1)).toSorted()).toEqual(
      list.sources.toSorted(),
    );
    for (const { command } of commands) {
      for (const define of list.defines) expect(command).toContain(`-D${define}`);
      expect(command).not.toMatch(/include\/node\b/);
    }
  });

  it.each(['address', 'undefined', 'address,undefined', 'thread'])(
    'configures for the %s sanitizer',
    async (name) => {
      if (!(await hasCmake())) return;
      const folder = cleanup.add(await TempDirectory.create());
      const args = ['-S', repoRoot, '-B', folder.path, `-DHERMETIC_SANITIZER=${name}`];
      const { code, output } = await run('cmake', args, { env: OFFLINE });
      expect(code, output).toBe(0);
      expect(readFileSync(folder.join('compile_commands.json'), 'utf8')).toContain(
        `-fsanitize=${name}`,
      );
    },
  );
});

describe('node-gyp', () => {
  it('was given every source and the headers that the running Node ships', (test) => {
    const makefile = join(repoRoot, 'build', 'hermetic_ssl.target.mk');
    if (!existsSync(makefile)) return test.skip('build/ was not made by node-gyp on this system');
    const text = readFileSync(makefile, 'utf8');
    const objects = [...text.matchAll(/\$\(TARGET\)\/(native\/\S+)\.o/g)].map(([, name]) => name);
    const names = list.sources.map((source) => source.replace(/\.(cc|S)$/, ''));
    expect(new Set(objects)).toEqual(new Set(names));
    expect(objects).toHaveLength(names.length);
    const defines = [...text.matchAll(/-D(OPENSSL_\w+)/g)].map(([, name]) => name);
    expect([...new Set(defines)]).toEqual(['OPENSSL_SUPPRESS_DEPRECATED']);
    const config = readFileSync(join(repoRoot, 'build', 'config.gypi'), 'utf8');
    const [, folder = ''] = /"nodedir": "([^"]*)"/.exec(config) ?? [];
    const beside = join(process.execPath, '..', '..');
    if (existsSync(join(beside, 'include', 'node', 'common.gypi'))) expect(folder).toBe(beside);
  });
});

const SMOKE = `
  const [{ version, hashlib, os, ssl }, assert] = [await import('hermetic-ssl'), (await import('node:assert')).default];
  assert.equal(os.urandom(16).length, 16);
  assert.equal(hashlib.sha256(Buffer.from('abc')).hexdigest().slice(0, 8), 'ba7816bf');
  const key = await hashlib.pbkdf2Hmac('sha256', Buffer.from('password'), Buffer.from('salt'), 1);
  assert.equal(key.toString('hex').slice(0, 8), '120fb6cf');
  ssl.createDefaultContext();
  console.log(version.openssl);`;

/** The module's public promise, on another binary. */
const smoke = (binary: string) =>
  run(process.execPath, ['--input-type=module', '-e', SMOKE], {
    env: { HERMETIC_SSL_BINARY: binary },
  });

const isSlow = process.env['HERMETIC_TEST_SLOW'] === '1';
const why = 'takes minutes; HERMETIC_TEST_SLOW=1 runs it';

describe('the addon by cmake-js', { timeout: 600_000 }, () => {
  it('is the one by node-gyp', async (test) => {
    if (!isSlow) return test.skip(why);
    if (!isElf || !(await hasCmake())) return test.skip('needs cmake, and an ELF file to read');
    const script = `
      import { buildAddonByCmake } from './scripts/lib/build-addon.mjs';
      console.log('built', await buildAddonByCmake());`;
    const built = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: OFFLINE,
      timeout: 500_000,
    });
    expect(built.code, built.output).toBe(0);
    const binary = /^built (.*)$/m.exec(built.output)?.[1] ?? '';
    const [ours, theirs] = [readElf(addonPath), readElf(binary)];
    expect(complaints(theirs)).toEqual([]);
    expect(theirs).toEqual(ours);
    const [first, second] = [loadAddon(addonPath), loadAddon(binary)];
    expect(Object.keys(second).toSorted()).toEqual(Object.keys(first).toSorted());
    const told = { ...second.version(), image: '', ownImage: '' };
    expect(told).toEqual({ ...first.version(), image: '', ownImage: '' });
    expect(await smoke(binary)).toEqual({ code: 0, signal: null, output: `${told.openssl}\n` });
  });
});

describe('the addon by node-gyp', () => {
  it('passes the same smoke test', async () => {
    const { openssl } = loadAddon().version();
    expect(await smoke(addonPath)).toEqual({ code: 0, signal: null, output: `${openssl}\n` });
  });
});

describe('a clone with a space in its path', { timeout: 900_000 }, () => {
  it('builds both ways, offline, with its cache in such a place too', async (test) => {
    if (!isSlow) return test.skip(why);
    if (!isElf || !(await hasCmake())) return test.skip('needs cmake, and an ELF file to read');
    const folder = cleanup.add(await TempDirectory.create('with a space '));
    const clone = folder.join('a clone');
    const copied = await run('sh', ['-c', COPY, 'sh', clone, folder.join('a cache')], {
      timeout: 120_000,
    });
    expect(copied.code, copied.output).toBe(0);
    const options = {
      cwd: clone,
      env: { ...OFFLINE, XDG_CACHE_HOME: folder.join('a cache') },
      timeout: 400_000,
    };
    for (const args of [[], ['--cmake']]) {
      const { code, output } = await run(process.execPath, ['scripts/build.mjs', ...args], options);
      expect(code, output).toBe(0);
      const binary = join(clone, /^built .*\/(build[^/]*\/Release\/.*)$/m.exec(output)?.[1] ?? '');
      expect(complaints(readElf(binary))).toEqual([]);
      expect(readFileSync(binary).includes(folder.path)).toBe(false);
      expect((await smoke(binary)).code).toBe(0);
    }
  });
});

// The files that git knows or would take, the installed packages, and the cache.
const COPY = `
  set -e
  mkdir -p "$1" "$2"
  git ls-files -co --exclude-standard | tar cf - -T - | tar xf - -C "$1"
  cp -R node_modules "$1/"
  ln -s "\${XDG_CACHE_HOME:-$HOME/.cache}/hermetic-ssl" "$2/hermetic-ssl"`;
