// Says whether a built addon is still up to date. make and ninja compare file times; they do not notice a change of the
// compiler, of a flag in the environment, of OpenSSL or of a system header. A stamp file next to the build records
// everything that the build depends on.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { sha256Text } from './checksum.mjs';
import { withLock } from './lock.mjs';
import { readManifest } from './manifest.mjs';
import { ensureOpenssl } from '../openssl/ensure.mjs';
import { cacheDir, repoRoot } from './paths.mjs';
import { capture } from './process.mjs';

const NAME = '.addon-stamp.json';

/** Raise this when the scripts change their output for the same input. */
const SCHEMA = 1;

/** Environment variables that gyp, CMake, the compiler and the linker read. */
const VARIABLES = [
  'CI', 'CC', 'CXX', 'LINK', 'LD', 'AR', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'GYP_DEFINES', 'CPATH', 'CPLUS_INCLUDE_PATH',
  'LIBRARY_PATH', 'MACOSX_DEPLOYMENT_TARGET', 'CMAKE_GENERATOR', 'CMAKE_TOOLCHAIN_FILE', 'npm_config_arch',
]; // prettier-ignore

/** Packages whose files shape the build. */
const PACKAGES = ['node-gyp', 'cmake-js', 'node-addon-api', 'node-api-headers'];

/**
 * @typedef {{ setting: string, sources: Record<string, string>, output: { size: number, time: number } | null }} Stamp
 *   `setting` covers everything except our sources; `output` is null until the build is complete.
 */

const digestOf = (file) => sha256Text(fs.readFileSync(file));

const versionOf = (name) =>
  createRequire(import.meta.url)(path.join(repoRoot, 'node_modules', name, 'package.json')).version;

/** Returns an identity that changes with every new version of a file, without reading megabytes. */
function identityOf(file) {
  const { size, mtimeMs, ino } = fs.statSync(file);
  return [file, size, mtimeMs, ino];
}

/** Returns the compilers' own version texts, since an upgrade keeps their names. */
function compilerVersions(env) {
  return [env.CC || 'cc', env.CXX || 'c++'].map((command) => {
    const [program, ...rest] = command.split(/\s+/);
    return capture(program, [...rest, '--version']).stdout.split('\n')[0];
  });
}

/**
 * Collects everything that the addon depends on now.
 * @param {unknown} options what the caller adds: the kind of build and its own options
 */
export async function describeAddon(options, env = process.env) {
  const { version, key, prefix, libDir } = await ensureOpenssl();
  const { version: node, execPath, platform, arch } = process;
  const setting = {
    schema: SCHEMA,
    options,
    repoRoot,
    host: [node, execPath, platform, arch],
    package: readManifest().version,
    openssl: [version, key, prefix, ...fs.readdirSync(libDir).map((name) => identityOf(path.join(libDir, name)))],
    packages: PACKAGES.map(versionOf),
    compilers: compilerVersions(env),
    variables: VARIABLES.map((name) => env[name] ?? null),
  }; // prettier-ignore
  return { setting: sha256Text(JSON.stringify(setting)), sources: readSources() };
}

/** Files whose change does not make make or ninja rebuild their dependents. */
const RECIPES = [
  'binding.gyp',
  'CMakeLists.txt',
  'native/sources.json',
  'native/exports.map',
  'native/exports.mac',
];

function readSources() {
  const native = path.join(repoRoot, 'native');
  const files = fs
    .readdirSync(native, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:cc|h|inc|S)$/.test(entry.name))
    .map((entry) => path.relative(repoRoot, path.join(entry.parentPath, entry.name)));
  const all = [...files, ...RECIPES].toSorted((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(all.map((file) => [file, digestOf(path.join(repoRoot, file))]));
}

/** @returns {Stamp | null} */
function readStamp(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, NAME), 'utf8'));
  } catch {
    return null;
  }
}

/** @param {Stamp} stamp */
function writeStamp(folder, stamp) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, NAME), JSON.stringify(stamp));
}

function outputOf(binary) {
  const found = fs.statSync(binary, { throwIfNoEntry: false });
  return found ? { size: found.size, time: found.mtimeMs } : null;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Returns whether the tool would miss the change: it is in a recipe, or the file is older than the
 * last build.
 */
function isMissedChange(file, builtAt) {
  if (RECIPES.includes(file)) return true;
  const { mtimeMs } = fs.statSync(path.join(repoRoot, file), { throwIfNoEntry: false }) ?? {};
  return mtimeMs === undefined || mtimeMs <= builtAt;
}

/**
 * Returns the work to do: nothing, an increment that the tool finds by itself, or a full rebuild.
 * @returns {'nothing' | 'increment' | 'everything'}
 */
function judge(folder, binary, now) {
  const stamp = readStamp(folder);
  if (!stamp || stamp.setting !== now.setting) return 'everything';
  const names = new Set([...Object.keys(stamp.sources), ...Object.keys(now.sources)]);
  const changed = [...names].filter((name) => stamp.sources[name] !== now.sources[name]);
  const builtAt = fs.statSync(path.join(folder, NAME)).mtimeMs;
  if (changed.some((name) => isMissedChange(name, builtAt))) return 'everything';
  const isComplete = stamp.output !== null && same(stamp.output, outputOf(binary));
  return changed.length === 0 && isComplete ? 'nothing' : 'increment';
}

/**
 * Runs a build unless it would change nothing. Builds in one folder are serialised, since parallel ones would link each
 * other's half-written files.
 * @param {{ folder: string, binary: string, options: unknown, clean: () => void, build: () => Promise<void> }} step
 */
export async function buildIfChanged(step) {
  const lock = path.join(cacheDir(), 'locks', `addon-${sha256Text(step.folder).slice(0, 16)}.lock`);
  const onWait = (owner) =>
    console.error(
      `addon: ${owner ? `process ${owner.pid} on ${owner.host}` : 'another process'} is building it; waiting`,
    );
  await withLock(lock, { onWait }, () => buildAlone(step));
}

async function buildAlone({ folder, binary, options, clean, build }) {
  const now = await describeAddon(options);
  const todo = judge(folder, binary, now);
  if (todo === 'nothing') return;
  if (todo === 'everything') clean();
  // Written beforehand, so that an interrupted build is continued and does not count as complete.
  writeStamp(folder, { ...now, output: null });
  await build();
  writeStamp(folder, { ...now, output: outputOf(binary) });
}
