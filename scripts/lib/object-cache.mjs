// A compiler's launcher that keeps objects in the cache, for the builds under sanitizers and of fuzz targets, and with
// HERMETIC_OBJECT_CACHE=1 for every build of the addon:
//   node scripts/lib/object-cache.mjs clang++-19 ... -MD -MF file.d -o file.o -c file.cc
// An object is taken from the cache if the compiler, its options, the source and every header are the same as when it was
// compiled; the place of the clone does not matter. A file of the clone is compared by its content, any other header
// (compiler, system, OpenSSL) by its path, size and time. A release is never compiled this way.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, repoRoot } from './paths.mjs';

const HOME = path.join(cacheDir(), 'objects');
/** How many results are kept for one source with the same options, newest first. */
const KEPT = 6;
const UNUSED_DAYS = 14;
const DAY_MS = 86_400_000;
const CLONE = '<clone>';
const CACHE = '<cache>';

const sha = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 32);
};
// The cache, which has OpenSSL's headers, may lie elsewhere too.
const away = (text, root) => text.replaceAll(root, CLONE).replaceAll(cacheDir(), CACHE);
const back = (text, root) => text.replaceAll(CLONE, root).replaceAll(CACHE, cacheDir());

/** Whether every build of the addon uses the cache. */
export const isWanted = () => process.env.HERMETIC_OBJECT_CACHE === '1';

/** CMake's setting for a compiler's launcher. */
export const launcher = () => `${process.execPath};${import.meta.filename}`;

/**
 * Returns CC and CXX for make, which takes no path with a space: the launcher's path is relative, and without a plain path of
 * Node there is no cache.
 * @param {string} folder where make runs
 */
export function compilersForMake(folder, env = process.env) {
  if (process.execPath.includes(' ')) return {};
  const prefix = `${process.execPath} ${path.relative(folder, import.meta.filename)}`;
  return { CC: `${prefix} ${env.CC || 'cc'}`, CXX: `${prefix} ${env.CXX || 'c++'}` };
}

/** Removes what was not used for two weeks. */
export function forgetUnused(home = HOME, now = Date.now()) {
  if (!fs.existsSync(home)) return;
  for (const name of fs.readdirSync(home)) {
    const folder = path.join(home, name);
    const { mtimeMs } = fs.statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: now };
    if (now - mtimeMs > UNUSED_DAYS * DAY_MS) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What a header is compared by, or null if it is not there. */
function stateOf(file, root) {
  try {
    if (file.startsWith(`${root}${path.sep}`)) return sha(fs.readFileSync(file));
    const { size, mtimeMs } = fs.statSync(file);
    return `${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}

/** The files that a dependency file of make names. */
export function readDependencies(text) {
  const files = text.slice(text.indexOf(': ') + 2).replaceAll('\\\n', ' ');
  return files
    .split(/(?<!\\)\s+/)
    .filter((file) => file !== '')
    .map((file) => file.replaceAll('\\ ', ' '));
}

function after(args, option) {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

/** The file that is compiled: node-gyp gives it before -c, CMake behind. */
const sourceOf = (args) =>
  args.includes('-c') ? args.find((argument) => /\.(?:cc|c|S)$/.test(argument)) : undefined;

const entriesOf = (folder) =>
  fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name))
    : []; // prettier-ignore

/** Puts a kept object and its dependency file in their places; false if none fits. */
function takeKept(folder, { object, dependencies, target, root }) {
  for (const entry of entriesOf(folder)) {
    const { files } = JSON.parse(fs.readFileSync(entry, 'utf8'));
    if (!files.every(([file, state]) => stateOf(back(file, root), root) === state)) continue;
    fs.copyFileSync(entry.replace(/json$/, 'o'), object);
    const names = files.map(([file]) => back(file, root).replaceAll(' ', '\\ '));
    fs.writeFileSync(dependencies, `${target}: ${names.join(' \\\n ')}\n`);
    const now = new Date();
    for (const used of [entry, folder]) fs.utimesSync(used, now, now);
    return true;
  }
  return false;
}

function keep(folder, { object, dependencies, root }) {
  const text = fs.readFileSync(dependencies, 'utf8');
  const paths = [...new Set(readDependencies(text).map((file) => path.resolve(file)))];
  const files = paths.map((file) => [away(file, root), stateOf(file, root)]);
  if (files.some(([, state]) => state === null)) return;
  fs.mkdirSync(folder, { recursive: true });
  const name = path.join(folder, sha(JSON.stringify(files)));
  const draft = `${name}.${process.pid}`;
  fs.copyFileSync(object, `${draft}.draft`);
  fs.renameSync(`${draft}.draft`, `${name}.o`);
  fs.writeFileSync(`${draft}.draft`, JSON.stringify({ files }));
  fs.renameSync(`${draft}.draft`, `${name}.json`);
  const age = (entry) => fs.statSync(entry).mtimeMs;
  for (const old of entriesOf(folder).toSorted((a, b) => age(b) - age(a)).slice(KEPT)) {
    fs.rmSync(old, { force: true });
    fs.rmSync(old.replace(/json$/, 'o'), { force: true });
  }
} // prettier-ignore

/**
 * Compiles, or takes the object from the cache; the exit code.
 * @param {string[]} command the compiler and its arguments
 */
export function compileCached([compiler, ...args], { home = HOME, root = repoRoot } = {}) {
  const run = (extra = []) =>
    spawnSync(compiler, [...args, ...extra], { stdio: 'inherit' }).status ?? 1;
  const source = sourceOf(args);
  const [object, dependencies] = ['-o', '-MF'].map((option) => after(args, option));
  if (source === undefined || object === undefined || dependencies === undefined) return run();
  const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const options = args.map((argument) => away(argument, root));
  const key = sha(version, away(process.cwd(), root), ...options, fs.readFileSync(source));
  const places = { object, dependencies, target: after(args, '-MT') ?? object, root };
  const folder = path.join(home, key);
  if (takeKept(folder, places)) return 0;
  // The clone's path must not be in the object.
  const code = run([`-ffile-prefix-map=${root}=.`]);
  if (code === 0) keep(folder, places);
  return code;
}

if (process.argv[1] === import.meta.filename)
  process.exitCode = compileCached(process.argv.slice(2));
