// The search for the addon, and every failure with its message and code. The loader runs in a process of its own, inside
// an installation made by hand, on a given platform.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';
import { load as loadScript } from './openssl-fixtures.js';
import { addonPath, isElf, repoRoot } from './support/paths.js';
import { run } from './support/run.js';

interface Target {
  readonly os: string;
  readonly cpu: string;
  readonly libc?: string;
}
const { TARGETS } = await loadScript<{ TARGETS: Record<string, Target> }>(
  '../prebuild/targets.mjs',
);

const temp = await TempDirectory.create('hermetic-ssl loading ');
afterAll(() => temp.close());

const modules = temp.join('node_modules');
const installed = path.join(modules, 'hermetic-ssl');
// It loads the addon as soon as it is imported.
const loader = path.join(installed, 'dist', 'internal', 'core.js');

beforeEach(() => {
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(path.dirname(loader), { recursive: true });
  writeFileSync(path.join(installed, 'package.json'), '{"name":"hermetic-ssl","type":"module"}');
  for (const name of ['core.js', 'errors.js', 'sea-addon.js'])
    copyFileSync(path.join(repoRoot, 'dist/internal', name), path.join(path.dirname(loader), name));
});

/** Puts a platform's package there: with the real addon, or with a text as its binary. */
function addPackage(name: string, content?: string, folder = modules): string {
  const target = path.join(folder, '@hermetic-ssl', name);
  mkdirSync(target, { recursive: true });
  const manifest = { exports: { './hermetic_ssl.node': './hermetic_ssl.node' } };
  writeFileSync(path.join(target, 'package.json'), JSON.stringify(manifest));
  const file = path.join(target, 'hermetic_ssl.node');
  if (content === undefined) copyFileSync(addonPath, file);
  else writeFileSync(file, content);
  return file;
}

interface Told {
  readonly path?: string;
  readonly code?: string;
  readonly message?: string;
}

interface Machine {
  readonly platform?: string;
  readonly arch?: string;
  /** The content of the running program's file. */
  readonly program?: string;
  readonly before?: string;
  readonly module?: string;
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the loader, and returns the path of the addon or the error. */
async function load(machine: Machine = {}): Promise<Told> {
  const { platform, arch, program, before = '', module = loader, nodeOptions = [] } = machine;
  const execPath = temp.join('program');
  writeFileSync(execPath, program ?? '');
  const told = { ...(platform ? { platform } : {}), ...(arch ? { arch } : {}) };
  const source = `
    for (const [key, value] of Object.entries(${JSON.stringify(told)}))
      Object.defineProperty(process, key, { value });
    if (${program !== undefined}) process.execPath = ${JSON.stringify(execPath)};
    ${before}
    const tell = (value) => console.log(JSON.stringify(value));
    import(require('node:url').pathToFileURL(${JSON.stringify(module)}).href)
      .then(({ binaryPath: path }) => tell({ path }))
      .catch(({ code, message }) => tell({ code, message }));`;
  const env = { HERMETIC_SSL_BINARY: '', ...machine.env };
  const { output } = await run(process.execPath, [...nodeOptions, '-e', source], {
    cwd: temp.path,
    env,
  });
  return JSON.parse(output) as Told;
}

const CODE = 'ERR_HERMETIC_SSL_BINARY';
const FROM_A_CLONE =
  'In a clone of hermetic-ssl run "npm ci" and "npm run build", and name its build/Release/hermetic_ssl.node in ' +
  'HERMETIC_SSL_BINARY.';
const GLIBC = { platform: 'linux', arch: 'x64', program: 'ELF /lib64/ld-linux-x86-64.so.2' };
const MUSL = { platform: 'linux', arch: 'arm64', program: 'ELF /lib/ld-musl-aarch64.so.1' };

describe('an installation without the package of its platform', () => {
  it('names the platform, the package and every usual reason', async () => {
    const { code, message } = await load(GLIBC);
    expect(code).toBe(CODE);
    expect(message).toBe(
      `hermetic-ssl: its native part could not be loaded. This is linux-x64-gnu, node ${process.version}; ` +
        '@hermetic-ssl/linux-x64-gnu is not installed. It is an optional dependency of hermetic-ssl, which is left out with ' +
        '--omit=optional or --no-optional, with a lock file that was made on another system (remove it and node_modules, ' +
        'and install again), with a node_modules copied from another system, and when a bundler leaves it out (import ' +
        '"hermetic-ssl/addon/linux-x64-gnu" before anything else of the package). Or name the file in HERMETIC_SSL_BINARY.',
    );
  });

  it.each([
    [MUSL, 'This is linux-arm64-musl', '@hermetic-ssl/linux-arm64-musl is not installed'],
    [{ ...GLIBC, program: 'static' }, 'This is linux-x64,', '@hermetic-ssl/linux-x64-gnu or @hermetic-ssl/linux-x64-musl'],
    [{ platform: 'darwin', arch: 'arm64' }, 'This is darwin-arm64', '@hermetic-ssl/darwin-arm64 is'],
    [{ platform: 'win32', arch: 'x64' }, 'This is win32-x64', '@hermetic-ssl/win32-x64 is'],
    [{ platform: 'win32', arch: 'arm64' }, 'This is win32-arm64', '@hermetic-ssl/win32-arm64 is'],
  ])('knows the package of %o', async (machine, here, missing) => {
    const { code, message } = await load(machine);
    expect(code).toBe(CODE);
    expect(message).toContain(here);
    expect(message).toContain(missing);
  }); // prettier-ignore

  it('counts a package without its file as not installed', async () => {
    rmSync(addPackage('linux-x64-gnu', ''));
    expect((await load(GLIBC)).message).toContain('@hermetic-ssl/linux-x64-gnu is not installed');
  });

  it('gives the commands of a build where nothing is published', async () => {
    const { code, message } = await load({ platform: 'freebsd', arch: 'x64' });
    expect(code).toBe(CODE);
    expect(message).toBe(
      `hermetic-ssl: its native part could not be loaded. This is freebsd-x64, node ${process.version}; no binary is ` +
        `published for it. ${FROM_A_CLONE}`,
    );
  });

  it('knows every platform that a binary is made for, and no other', async () => {
    const of = async ({ os, cpu, libc }: Target) =>
      (await load({ platform: os, arch: cpu, program: libc === 'musl' ? MUSL.program : GLIBC.program })).message;
    for (const [name, target] of Object.entries(TARGETS))
      expect(await of(target), name).toContain(`@hermetic-ssl/${name} is not installed`);
    for (const other of [{ os: 'linux', cpu: 'arm' }, { os: 'win32', cpu: 'ia32' }, { os: 'aix', cpu: 'ppc64' }])
      expect(await of(other)).toContain('no binary is published for it');
  }); // prettier-ignore
});

describe.runIf(isElf)('an installed package', () => {
  const ours = process.arch === 'arm64' ? 'linux-arm64-gnu' : 'linux-x64-gnu';

  it('is loaded', async () => {
    const file = addPackage(ours);
    expect(await load()).toEqual({ path: file });
  });

  it('is that of the other C library only where it is not known which there is', async () => {
    const broken = addPackage(ours, 'for another system');
    const musl = ours.replace('gnu', 'musl');
    const file = addPackage(musl);
    expect(await load({ program: 'static' })).toEqual({ path: file });
    const { code, message } = await load();
    expect(code).toBe(CODE);
    expect(message).toContain(`${broken}: `);
  });

  it('says what to do when the system cannot load it', async () => {
    const file = addPackage(ours, 'not an ELF file');
    const { code, message } = await load();
    expect(code).toBe(CODE);
    expect(message).toMatch(
      `hermetic-ssl: its native part could not be loaded. ${file}: file too short`,
    );
    expect(message).toContain(
      `Install the package again. If the system is too old for it: ${FROM_A_CLONE}`,
    );
  });

  it('says so where Node may not load addons', async () => {
    addPackage(ours);
    const { code, message } = await load({ nodeOptions: ['--no-addons'] });
    expect(code).toBe(CODE);
    expect(message).toMatch(/addons is disabled\. Start the program with --allow-addons, or/);
  });

  it('comes after a file that is named, and after what a bundle carries', async () => {
    addPackage(ours);
    expect(await load({ env: { HERMETIC_SSL_BINARY: addonPath } })).toEqual({ path: addonPath });
    const before = `globalThis[Symbol.for('hermetic-ssl.addon')] = require(${JSON.stringify(addonPath)});`;
    expect(await load({ before })).toEqual({ path: 'hermetic-ssl/addon' });
  });

  it('is loaded where the environment may not be read', async () => {
    const file = addPackage(ours);
    const before = `
      const refuse = (values, key) => {
        if (key === 'HERMETIC_SSL_BINARY') throw new Error('NotCapable');
        return values[key];
      };
      process.env = new Proxy(process.env, { get: refuse });`;
    expect(await load({ before })).toEqual({ path: file });
  });

  it('comes after a file that a bundler has put next to the bundle', async () => {
    addPackage(ours);
    const file = path.join(path.dirname(loader), 'copied.node');
    const named = (name: string) =>
      load({ before: `globalThis[Symbol.for('hermetic-ssl.addon')] = ${JSON.stringify(name)};` });
    const absent = await named('./copied.node');
    expect(absent.code).toBe(CODE);
    expect(absent.message).toContain(`. ${file}: cannot open shared object file: No such file`);
    expect(absent.message).toContain('Build the bundle again');
    copyFileSync(addonPath, file);
    expect(await named('./copied.node')).toEqual({ path: file });
    expect(await named(pathToFileURL(file).href)).toEqual({ path: file });
  });

  it('comes after a build in a clone, which is named when it is broken', async () => {
    addPackage(ours);
    const built = path.join(installed, 'build/Release/hermetic_ssl.node');
    mkdirSync(path.dirname(built), { recursive: true });
    copyFileSync(addonPath, built);
    expect(await load()).toEqual({ path: built });
    writeFileSync(built, 'half');
    const { code, message } = await load();
    expect(code).toBe(CODE);
    expect(message).toMatch(`${built}: `);
    expect(message).toContain('Build it again with "npm run build", or name another file');
  });

  it('is the one below this package before one next to it', async () => {
    addPackage(ours, 'of another version');
    const own = addPackage(ours, undefined, path.join(installed, 'node_modules'));
    expect(await load()).toEqual({ path: own });
  });

  it('is not a package next to this one outside of node_modules', async () => {
    const elsewhere = temp.join('elsewhere');
    cpSync(installed, path.join(elsewhere, 'hermetic-ssl'), { recursive: true });
    addPackage(ours, 'planted', elsewhere);
    const module = path.join(elsewhere, 'hermetic-ssl', 'dist', 'internal', 'core.js');
    const { message } = await load({ module });
    expect(message).toContain(`@hermetic-ssl/${ours} is not installed`);
  });

  it('is found from a bundle where node_modules is not flat', async () => {
    const nested = addPackage(ours, undefined, path.join(installed, 'node_modules'));
    const bundle = temp.join('bundle');
    cpSync(path.dirname(loader), bundle, { recursive: true });
    writeFileSync(path.join(bundle, 'package.json'), '{"type":"module"}');
    expect(await load({ module: path.join(bundle, 'core.js') })).toEqual({ path: nested });
  });

  it('is not a build somewhere above a bundle', async () => {
    const bundle = temp.join('build', 'one', 'two');
    const planted = temp.join('build', 'build', 'Release', 'hermetic_ssl.node');
    mkdirSync(path.dirname(planted), { recursive: true });
    writeFileSync(planted, 'planted');
    cpSync(path.dirname(loader), bundle, { recursive: true });
    writeFileSync(path.join(bundle, 'package.json'), '{"type":"module"}');
    const { message } = await load({ module: path.join(bundle, 'core.js') });
    expect(message).toContain(`@hermetic-ssl/${ours} is not installed`);
  });
});

describe('a named file', () => {
  it('that is not an addon, or does not exist, is an error that names it', async () => {
    const text = temp.join('text.txt');
    writeFileSync(text, 'text');
    const wayOut = 'Name another file in HERMETIC_SSL_BINARY, or unset it.';
    const wrong = await load({ env: { HERMETIC_SSL_BINARY: text } });
    expect(wrong.message).toContain(`${text} does not end in .node. ${wayOut}`);
    const absent = await load({ env: { HERMETIC_SSL_BINARY: temp.join('no.node') } });
    expect(absent.message).toContain(
      `. ${temp.join('no.node')}: cannot open shared object file: No such file`,
    );
    expect([wrong.code, absent.code]).toEqual([CODE, CODE]);
  });
});

describe('an addon of another version of the package', () => {
  it('is refused, with both versions', async () => {
    cpSync(path.join(repoRoot, 'dist'), path.join(installed, 'dist'), { recursive: true });
    const { version } = JSON.parse(readFileSync(path.join(repoRoot, 'package.json'), 'utf8')) as {
      version: string;
    };
    const text = readFileSync(loader, 'utf8');
    writeFileSync(loader, text.replaceAll(`"${version}"`, '"99.1.2"'));
    const module = path.join(installed, 'dist', 'hashlib.js');
    const { code, message } = await load({ module, env: { HERMETIC_SSL_BINARY: addonPath } });
    expect(code).toBe(CODE);
    expect(message).toBe(
      `hermetic-ssl: its native part could not be loaded. ${addonPath}: it belongs to hermetic-ssl ${version}, and this is ` +
        '99.1.2. Name another file in HERMETIC_SSL_BINARY, or unset it.',
    );
  });
});

describe('hermetic-ssl/addon/sea', () => {
  it('is for applications of that kind only', async () => {
    const module = path.join(path.dirname(loader), 'sea-addon.js');
    const { code, message } = await load({ module });
    expect(code).toBe(CODE);
    expect(message).toContain(
      'hermetic-ssl/addon/sea: this is not a single executable application',
    );
    expect(message).toContain('import "hermetic-ssl/addon/<platform>" instead');
  });
});
