// A sandbox for tests of scripts/openssl-*.mjs: a cache of its own, a pin of its own, and a stand-in for the OpenSSL source
// whose "build" takes as long as a test wants. Nothing here touches the real cache or the real pin.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const repoRoot = path.resolve(import.meta.dirname, '..', '..');
export const VERSION = '3.5.7';

/** A module of scripts/openssl under the type that the test states: the scripts are plain JavaScript. */
export async function load<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(path.join(repoRoot, 'scripts', 'openssl', name)).href)) as T;
}

export interface Sandbox {
  root: string;
  /** The folder of this package's cache. */
  cache: string;
  sources: string;
  pin: string;
  env: NodeJS.ProcessEnv;
  remove: () => void;
}

/** Makes the sandbox; `cacheName` may hold what make cannot stand in a path. */
export function makeSandbox(cacheName = 'cache'): Sandbox {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'openssl-scripts-'));
  const sources = path.join(root, 'sources');
  fs.mkdirSync(sources);
  const pin = path.join(root, 'pin.json');
  const temporary = path.join(root, 'tmp');
  fs.mkdirSync(temporary);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XDG_CACHE_HOME: path.join(root, cacheName),
    HERMETIC_OPENSSL_PIN: pin,
    HERMETIC_OPENSSL_SOURCE: sources,
    TMPDIR: temporary,
    COUNT_FILE: path.join(root, 'count'),
  };
  for (const name of [
    'HERMETIC_OPENSSL_CHANNEL',
    'HERMETIC_OPENSSL_PREFIX',
    'HERMETIC_OPENSSL_TARGET',
  ])
    delete env[name];
  const cache = path.join(root, cacheName, 'hermetic-ssl');
  return {
    root,
    cache,
    sources,
    pin,
    env,
    remove: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The actions of the stand-in's make; each line is a shell command. */
export interface FakeBuild {
  commands?: string[];
  version?: string;
  /** More files of the source. */
  files?: Record<string, string>;
}

const FAKE_LIBRARIES = [
  'echo "cc -c -o one.o one.c"',
  'echo "cc -c -o two.o two.c"',
  'echo ssl > libssl.a',
  'echo crypto > libcrypto.a',
];
export const FAKE_BUILD = FAKE_LIBRARIES;

/** Puts a source archive into the sandbox and pins it. */
export function pinFakeSource(
  sandbox: Sandbox,
  { commands = FAKE_LIBRARIES, version = VERSION, files: more = {} }: FakeBuild = {},
): { file: string; sha256: string } {
  const name = `openssl-${version}`;
  const tree = path.join(sandbox.root, name);
  const [major, minor, patch] = version.split('.');
  const files: Record<string, string> = {
    Configure: fakeConfigure(commands),
    'VERSION.dat': `MAJOR=${major}\nMINOR=${minor}\nPATCH=${patch}\nRELEASE_DATE="9 Jun 2026"\n`,
    'LICENSE.txt': 'licence\n',
    'include/openssl/opensslv.h': '/* fake */\n',
    'crypto/err/openssl.txt': '# reasons\n',
    ...more,
  };
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    fs.writeFileSync(path.join(tree, file), text);
  }
  const file = path.join(sandbox.sources, `${name}.tar.gz`);
  execFileSync('tar', ['-czf', file, '-C', sandbox.root, name]);
  const sha256 = sha256Of(file);
  writePin(sandbox, sha256, version);
  return { file, sha256 };
}

export function writePin(sandbox: Sandbox, sha256: string, version = VERSION): void {
  const lts = { version, sha256, series: '3.5', signingKeys: [] };
  // Port 9 of this machine: refused at once, wherever the test runs.
  const urls = ['http://127.0.0.1:9/openssl-{version}.tar.gz'];
  fs.writeFileSync(
    sandbox.pin,
    JSON.stringify({ default: 'lts', urls, channels: { lts, latest: { ...lts, series: '4.0' } } }),
  );
}

/** A patch that adds a line to the licence, which a build publishes. */
export const patchAdding = (line: string, after: string): string =>
  `--- a/LICENSE.txt\n+++ b/LICENSE.txt\n@@ -1 +1,2 @@\n ${after}\n+${line}\n`;

export interface FakeFixes {
  /** The contents of the archive, by name. */
  files: Record<string, string>;
  /** The patches that the pin names, with their CVE numbers. */
  patches: { file: string; fixes: string[] }[];
  urls?: string[];
}

/** Makes a distribution's archive of patches, and has the pinned entry of channel lts name it. */
export function pinFakeFixes(
  sandbox: Sandbox,
  { files, patches, urls = ['http://127.0.0.1:9/patches'] }: FakeFixes,
): { file: string; sha256: string } {
  const folder = path.join(sandbox.root, 'debian', 'patches');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const archive = 'openssl_3.5.7-1.debian.tar.xz';
  const file = path.join(sandbox.sources, archive);
  execFileSync('tar', ['-cJf', file, '-C', sandbox.root, 'debian']);
  const sha256 = sha256Of(file);
  changeFixes(sandbox, { from: 'Debian 3.5.7-1', archive, sha256, urls, folder: 'debian/patches', patches }); // prettier-ignore
  return { file, sha256 };
}

/** Changes what the pin says of the patches. */
export function changeFixes(sandbox: Sandbox, change: object): void {
  const pin = JSON.parse(fs.readFileSync(sandbox.pin, 'utf8')) as {
    channels: { lts: { fixes?: object } };
  };
  pin.channels.lts.fixes = { ...pin.channels.lts.fixes, ...change };
  fs.writeFileSync(sandbox.pin, JSON.stringify(pin));
}

export function sha256Of(file: string): string {
  return crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/** A Configure that writes a Makefile, leaves a header as the real one does, and counts how often it ran. */
function fakeConfigure(commands: string[]): string {
  const recipe = commands.map((command) => `\t@${command}\n`).join('');
  return [
    'open(my $c, ">>", $ENV{COUNT_FILE}); print $c "run\\n"; close($c);',
    'mkdir "include"; mkdir "include/openssl";',
    'open(my $h, ">", "include/openssl/configuration.h"); print $h "/* fake */\\n"; close($h);',
    'open(my $m, ">", "Makefile"); print $m <<\'MAKEFILE\';',
    `build_libs:\n${recipe}MAKEFILE`,
    'close($m);',
    '',
  ].join('\n');
}

export interface Outcome {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts a script of this repository; `ended` resolves when it is over, `seen` when its output holds a text. */
export function start(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): { child: ChildProcess; ended: Promise<Outcome>; seen: (text: string) => Promise<void> } {
  const child = spawn(process.execPath, [path.join(repoRoot, 'scripts', script), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, ...output }));
  });
  const seen = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void =>
        output.stderr.includes(text) ? resolve() : void setTimeout(look, 20);
      look();
    });
  return { child, ended, seen };
}

export const run = (script: string, args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> =>
  start(script, args, env).ended;

/** Returns the names in a folder, or an empty list if it does not exist. */
export function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** How often the stand-in was configured. */
export function timesBuilt(sandbox: Sandbox): number {
  const file = path.join(sandbox.root, 'count');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

/** A folder that holds links to the named programs only, for use as PATH. */
export function restrictedPath(sandbox: Sandbox, programs: string[]): string {
  const folder = path.join(sandbox.root, 'bin');
  fs.mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    const found = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    fs.symlinkSync(found, path.join(folder, program));
  }
  return folder;
}
