// Turns deps/openssl/configure.json into Configure's command line, and all inputs of a build into its cache key.
import fs from 'node:fs';
import path from 'node:path';
import { sha256Text } from '../lib/checksum.mjs';
import { compilerIdentity } from './compiler.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { isFixed } from './pin.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * Raise this when the scripts change their output for the same input (files of the prefix,
 * build-info's form).
 */
const SCHEMA = 2;

/**
 * @typedef {{ option: string, reason: string, since?: string, before?: string, os?: string[], target?: string[],
 *   uninstrumented?: true, instrumentation?: string }} Entry
 */

/** The names that HERMETIC_OPENSSL_INSTRUMENTATION may list. */
const INSTRUMENTATIONS = ['address', 'undefined', 'thread', 'fuzz'];

export function readConfigureData() {
  return JSON.parse(
    fs.readFileSync(path.join(repoRoot, 'deps', 'openssl', 'configure.json'), 'utf8'),
  );
}

/** Returns the target: HERMETIC_OPENSSL_TARGET (for a cross compiler named by CC), else this machine. */
export function resolveTarget(env = process.env, data = readConfigureData()) {
  const target = env.HERMETIC_OPENSSL_TARGET || `${process.platform}-${process.arch}`;
  if (Object.hasOwn(data.targets, target)) return target;
  throw new UserError(
    `no recipe for building OpenSSL for "${target}"; known targets: ${Object.keys(data.targets).join(', ')}.\n` +
      'HERMETIC_OPENSSL_PREFIX can name static OpenSSL libraries that were built elsewhere.',
  );
}

/**
 * Returns how OpenSSL is instrumented, for sanitizers and fuzzing, from names separated by commas; normally an empty
 * list.
 * @returns {string[]}
 */
export function resolveInstrumentation(env = process.env) {
  const names = (env.HERMETIC_OPENSSL_INSTRUMENTATION ?? '').split(',').filter(Boolean);
  const unknown = names.filter((name) => !INSTRUMENTATIONS.includes(name));
  if (unknown.length === 0) return names;
  throw new UserError(
    `HERMETIC_OPENSSL_INSTRUMENTATION names the unknown "${unknown[0]}"; known names: ${INSTRUMENTATIONS.join(', ')}.`,
  );
}

/**
 * Returns Configure's arguments for a version and target, without the compiler.
 * @param {string[]} [instrumentation]
 * @returns {string[]}
 */
export function configureArguments(
  version,
  target,
  data = readConfigureData(),
  instrumentation = [],
) {
  const [os] = target.split('-');
  const isInstrumented = instrumentation.length > 0;
  const applies = (/** @type {Entry} */ entry) =>
    (!entry.since || !isBefore(version, entry.since)) &&
    (!entry.before || isBefore(version, entry.before)) &&
    (!entry.os || entry.os.includes(os)) &&
    (!entry.target || entry.target.includes(target)) &&
    !(entry.uninstrumented && isInstrumented) &&
    (!entry.instrumentation || instrumentation.includes(entry.instrumentation));
  const lists = [data.directories, data.targetFiles, data.options, data.flags];
  if (isInstrumented) lists.push(data.instrumented);
  const entries = lists.flat().filter(applies);
  return [data.targets[target], ...entries.map((entry) => entry.option)];
}

/** Returns whether a version belongs to an older series than the given one ("3.5.7" is before "4.0"). */
export function isBefore(version, series) {
  const [major, minor] = version.split('.').map(Number);
  const [otherMajor, otherMinor] = series.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** Returns the project's own patches for a channel, in the order of application; normally an empty list. */
export function patchesOf(channel) {
  const folder = path.join(repoRoot, 'deps', 'openssl', 'patches', channel);
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.patch'));
  return names.toSorted().map((name) => path.join(folder, name));
}

/** The folder of targets that Configure lacks; --config=../targets/... uses its name. */
export const targetsFolder = path.join(repoRoot, 'deps', 'openssl', 'targets');

/** The folder of the rules and sources that are built together with the decoders. */
export const decodersFolder = path.join(repoRoot, 'deps', 'openssl', 'decoders');

/** The options that need the decoders of an entry. */
const NEED_DECODERS = ['enable-zlib', 'enable-brotli', 'enable-zstd'];

/** Returns the decoders of a build, and the files that are compiled with them; without such an option nothing. */
function decodersOf({ decoders = [] }, args) {
  if (decoders.length === 0 || !NEED_DECODERS.some((option) => args.includes(option))) return {};
  const files = fs.readdirSync(decodersFolder).toSorted();
  return {
    decoders: decoders.map(withoutUrls),
    decoderFiles: files.map((file) => sha256Text(fs.readFileSync(path.join(decodersFolder, file)))),
  };
}

/** Returns the files that --config=... names in a list of arguments. */
function targetFilesOf(args) {
  const files = args.filter((option) => option.startsWith('--config='));
  return files.map((option) => path.join(targetsFolder, path.basename(option)));
}

/**
 * Returns all inputs of a build, and their key.
 * @param {string} channel
 * @param {import('./pin.mjs').PinEntry} entry
 */
export function describeBuild(channel, entry, env = process.env) {
  const target = resolveTarget(env);
  const instrumentation = resolveInstrumentation(env);
  const args = configureArguments(entry.version, target, undefined, instrumentation);
  const targetFiles = targetFilesOf(args).map((file) => sha256Text(fs.readFileSync(file)));
  const inputs = {
    schema: SCHEMA,
    version: entry.version,
    sha256: entry.sha256,
    target,
    arguments: args,
    compiler: compilerIdentity(env),
    patches: patchesOf(channel).map((file) => sha256Text(fs.readFileSync(file))),
    ...(isFixed(entry) ? { fixes: withoutUrls(entry.fixes) } : {}),
    ...(targetFiles.length > 0 ? { targetFiles } : {}),
    ...decodersOf(entry, args),
  };
  const key = keyOf(inputs);
  const isInstrumented = instrumentation.length > 0;
  return { ...inputs, channel, key, isInstrumented, name: `${entry.version}-${target}-${key}` };
}

/** The download address does not affect the result. */
function withoutUrls(archive) {
  const { urls: _, ...rest } = archive;
  return rest;
}

/**
 * Returns the cache key of a build's inputs: equal inputs give equal keys, and any change gives
 * another key.
 */
export const keyOf = (inputs) => sha256Text(JSON.stringify(inputs)).slice(0, 16);
