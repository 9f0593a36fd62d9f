// Provides the static OpenSSL that the addon is linked with: from the cache, built now, or named by
// HERMETIC_OPENSSL_PREFIX. Other scripts use this module.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { archivesOf } from '../lib/archives.mjs';
import { compileOpenssl } from './compile.mjs';
import { describeBuild, patchesOf } from './configure.mjs';
import { adoptPrefix } from './foreign-prefix.mjs';
import { readPrefix } from './gather.mjs';
import { releaseLock, withLock } from '../lib/lock.mjs';
import { cacheDir, prefixesDir } from '../lib/paths.mjs';
import { readPin, resolveChannel } from './pin.mjs';
import { stopRunning } from '../lib/process.mjs';
import { obtain } from './sources.mjs';
import { requireTools } from '../lib/tools.mjs';
import { removeOpenWorkDirs, removeTree, sweepWorkDirs } from '../lib/work-dir.mjs';

export { cacheDir, readPin, resolveChannel };

/**
 * @typedef {{ prefix: string, includeDir: string, libDir: string, version: string, channel: string, key: string, buildInfo: object }} Openssl
 *   `channel` is "prefix" when HERMETIC_OPENSSL_PREFIX named it.
 */

const toStderr = (line) => console.error(line);

/**
 * Returns the libraries, and builds them first if necessary, which takes minutes.
 * @param {{ channel?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<Openssl>}
 */
export async function ensureOpenssl({ channel: requested, log = toStderr } = {}) {
  if (process.env.HERMETIC_OPENSSL_PREFIX) return adoptPrefix(process.env.HERMETIC_OPENSSL_PREFIX);
  const pin = readPin();
  const channel = resolveChannel(requested, process.env, pin);
  return ensureEntry(channel, pin.channels[channel], { pin, log });
}

/**
 * Does the same for an entry that need not be pinned (yet).
 * @param {string} channel
 * @param {import('./pin.mjs').PinEntry} entry
 * @param {{ pin: import('./pin.mjs').Pin, log: (line: string) => void }} options
 * @returns {Promise<Openssl>}
 */
export async function ensureEntry(channel, entry, { pin, log }) {
  requireTools(['cc']);
  const build = describeBuild(channel, entry);
  return findBuilt(build) ?? buildNow(build, archivesOf(entry, pin, build), log);
}

/** Returns the finished prefix of a build, or null. */
export function findBuilt(build) {
  const prefix = path.join(prefixesDir(), build.name);
  const buildInfo = readPrefix(prefix);
  if (!buildInfo) return null;
  const { version, channel, key } = build;
  return {
    prefix,
    includeDir: path.join(prefix, 'include'),
    libDir: path.join(prefix, 'lib'),
    version,
    channel,
    key,
    buildInfo,
  };
}

async function buildNow(build, archives, log) {
  requireTools(buildTools(build));
  const lock = path.join(cacheDir(), 'locks', `${build.name}.lock`);
  const onWait = (owner) =>
    log(
      `OpenSSL ${build.version}: another build${owner ? ` (process ${owner.pid} on ${owner.host})` : ''} is making it; waiting for that one`,
    );
  return withLock(lock, { onWait }, () =>
    withSignals(lock, async () => {
      const meanwhile = findBuilt(build);
      if (meanwhile) return meanwhile;
      sweepWorkDirs();
      discardDamaged(build, log);
      await compileOpenssl(build, await obtainAll(archives, log), log);
      return findBuilt(build);
    }),
  );
}

async function obtainAll({ source, patches, decoders }, log) {
  const files = {
    source: await obtain(source, { log }),
    patches: patches && (await obtain(patches, { log })),
    decoders: [],
  };
  for (const archive of decoders) files.decoders.push(await obtain(archive, { log }));
  return files;
}

function buildTools({ channel, target, fixes, decoders = [] }) {
  const tools = ['perl', 'make', 'cc', 'ar', 'tar', 'gzip'];
  if (target.startsWith('linux-')) tools.push('kernel headers');
  if (fixes || patchesOf(channel).length > 0) tools.push('patch');
  const archives = [fixes, ...decoders].map((entry) => entry?.archive ?? '');
  // macOS's tar reads xz without the program.
  if (archives.some((name) => name.endsWith('.xz')) && process.platform !== 'darwin')
    tools.push('xz');
  return tools;
}

/** An incomplete folder of that name was damaged after the build; it must not block the new one. */
function discardDamaged(build, log) {
  const prefix = path.join(prefixesDir(), build.name);
  if (!fs.existsSync(prefix)) return;
  log(`OpenSSL ${build.version}: ${prefix} is damaged and is removed`);
  removeTree(prefix);
}

/** An interrupted build ends its children, removes its folders and releases the lock. */
async function withSignals(lock, work) {
  const stop = (signal) => {
    stopRunning();
    removeOpenWorkDirs();
    releaseLock(lock);
    console.error('\ninterrupted; nothing of the unfinished OpenSSL build will be used');
    process.exit(128 + os.constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
  }
}
