// The binary that is published for this platform, made here as a release makes it: it runs on every glibc that Node runs on,
// is small, says what is inside, and is the same bytes wherever it is made. Making it takes minutes, so it is made only
// with HERMETIC_TEST_SLOW=1; a binary for Linux that is in prebuilds/ is looked at in any case.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { newestVersion, readElf } from '../helpers/elf.js';
import { TempDirectory } from '../helpers/temp.js';
import { complaints } from './support/hermeticity.js';
import { repoRoot } from './support/paths.js';
import { run } from './support/run.js';

const TARGET = 'linux-x64-gnu';
const FILE = 'hermetic_ssl.node';
const MAX_SIZE = 6_300_000;
const MINUTE = 60_000;

const isSlow = process.env['HERMETIC_TEST_SLOW'] === '1';
const canMake = process.platform === 'linux' && process.arch === 'x64' && isSlow;
const why = 'takes minutes, on Linux on x64; HERMETIC_TEST_SLOW=1 runs it';

const cleanup = new Cleanup();
let folder: TempDirectory;
beforeAll(async () => (folder = cleanup.add(await TempDirectory.create('prebuilt '))));
afterAll(() => cleanup.run());

/** Returns the reasons against publishing a file for Linux. */
function complaintsAboutPublished(file: string, libc: 'gnu' | 'musl'): string[] {
  const elf = readElf(file);
  const found = complaints(elf);
  const [major = 0, minor = 0] = newestVersion(elf, 'GLIBC') ?? [];
  if (libc === 'gnu' && (major !== 2 || minor > 28)) found.push(`needs glibc ${major}.${minor}`);
  if (libc === 'musl' && major !== 0) found.push('needs a glibc');
  for (const family of ['GLIBCXX', 'CXXABI', 'GCC'])
    if (newestVersion(elf, family) !== undefined) found.push(`needs ${family}`);
  const { size } = statSync(file);
  if (size > MAX_SIZE) found.push(`has ${size} bytes`);
  console.info(`${file}: ${size} bytes, glibc ${major}.${minor}`);
  return found;
}

describe.each([
  ['linux-x64-gnu', 'gnu'],
  ['linux-arm64-gnu', 'gnu'],
  ['linux-x64-musl', 'musl'],
  ['linux-arm64-musl', 'musl'],
] as const)('prebuilds/%s', (name, libc) => {
  it('is hermetic, small, and needs no newer C library than Node itself', (test) => {
    const file = join(repoRoot, 'prebuilds', name, FILE);
    if (!existsSync(file)) return test.skip(`node scripts/prebuild.mjs --target ${name} makes it`);
    expect(complaintsAboutPublished(file, libc)).toEqual([]);
  });
});

/**
 * Makes the binary of TARGET with the scripts of a clone, as a release does, or with the objects that are in the cache if the
 * environment says so.
 */
async function make(clone: string, out: string, cache = ''): Promise<string> {
  const script = join(clone, 'scripts', 'prebuild.mjs');
  const { code, output } = await run(
    process.execPath,
    [script, '--target', TARGET, '--out', folder.join(out)],
    { cwd: clone, timeout: 25 * MINUTE, env: { CI: '1', HERMETIC_OBJECT_CACHE: cache } },
  );
  expect(code, output).toBe(0);
  return folder.join(out, TARGET, FILE);
}

/** A second clone, as git and npm would make it, at a path of another length. */
function copyClone(): string {
  const clone = folder.join('another clone', 'hermetic-ssl');
  const list = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: repoRoot,
      encoding: 'utf8',
    },
  );
  for (const name of list.split('\0').filter((entry) => existsSync(join(repoRoot, entry)))) {
    if (name === '') continue;
    mkdirSync(dirname(join(clone, name)), { recursive: true });
    copyFileSync(join(repoRoot, name), join(clone, name));
  }
  execFileSync('cp', ['-a', join(repoRoot, 'node_modules'), join(clone, 'node_modules')]);
  return clone;
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

interface Component {
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}
interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

describe(`the binary for ${TARGET}`, { timeout: 30 * MINUTE }, () => {
  let file: string;
  beforeAll(async () => {
    if (canMake) file = await make(repoRoot, 'first', process.env['HERMETIC_OBJECT_CACHE']);
  }, 30 * MINUTE);

  it('is hermetic, small, and needs no newer C library than Node itself', (test) => {
    if (!canMake) return test.skip(why);
    expect(complaintsAboutPublished(file, 'gnu')).toEqual([]);
  });

  it('is the same bytes when it is made in another folder', async (test) => {
    if (!canMake) return test.skip(why);
    const second = await make(copyClone(), 'second');
    expect(sha256(second)).toBe(sha256(file));
  });

  it('works as the package of that name', async (test) => {
    if (!canMake) return test.skip(why);
    const program = `
      const { version, hashlib, ssl } = await import('hermetic-ssl');
      ssl.createDefaultContext();
      console.log(version.openssl, hashlib.sha256(Buffer.from('abc')).hexdigest().slice(0, 8));`;
    const { output } = await run(process.execPath, ['--input-type=module', '-e', program], {
      env: { HERMETIC_SSL_BINARY: file },
    });
    expect(output).toMatch(/^OpenSSL \S+ .* ba7816bf\n$/);
  });

  it('is packed with the licence of OpenSSL and a bill of materials that names it', async (test) => {
    if (!canMake) return test.skip(why);
    const script = join(repoRoot, 'scripts', 'pack.mjs');
    const args = [script, '--prebuilds', folder.join('first'), '--out', folder.join('packages')];
    const { code, output } = await run(process.execPath, args);
    expect(code, output).toBe(0);
    const read = (name: string) => readFileSync(folder.join('packages', TARGET, name), 'utf8');
    const licenses = read('OPENSSL-LICENSE.txt');
    for (const text of ['Apache License', 'Jean-loup Gailly', 'Brotli Authors', 'Zstandard'])
      expect(licenses).toContain(text);
    const bill = JSON.parse(read('sbom.cdx.json')) as Bill;
    expect(bill.bomFormat).toBe('CycloneDX');
    const hashOf = ({ hashes = [] }: Component) =>
      hashes.find(({ alg }) => alg === 'SHA-256')?.content;
    expect(hashOf(bill.metadata.component)).toBe(sha256(file));
    const info = JSON.parse(
      readFileSync(folder.join('first', TARGET, 'openssl-build-info.json'), 'utf8'),
    ) as { version: string; sha256: string };
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(['openssl', 'zlib', 'brotli', 'zstd', 'node-addon-api']);
    const openssl = bill.components.find(({ name }) => name === 'openssl');
    expect(openssl?.version).toBe(info.version);
    expect(openssl && hashOf(openssl)).toBe(info.sha256);
    const vex = JSON.parse(read('openssl.openvex.json')) as { statements: unknown[] };
    expect(vex.statements.length).toBeGreaterThan(0);
  });
});
