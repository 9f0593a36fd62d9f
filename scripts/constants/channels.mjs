// Locates the headers and the reason list of each OpenSSL channel.
import path from 'node:path';
import { describeBuild } from '../openssl/configure.mjs';
import { ensureOpenssl, findBuilt, readPin } from '../openssl/ensure.mjs';

/**
 * @typedef {{ name: string, series: string, includeDir: string, reasonFile: string }} ChannelFiles
 *   `reasonFile` is OpenSSL's crypto/err/openssl.txt.
 */

/**
 * Returns the files of every channel of the pin, oldest series first.
 * @param {{ build: boolean, overrides: Record<string, string> }} options whether to build a channel that is not in the
 * cache, and prefixes to use instead of the cache
 * @returns {Promise<{ channels: ChannelFiles[], missing: string[] }>}
 */
export async function findChannels({ build, overrides }) {
  // All channels are needed here, not the one library that the variable names.
  delete process.env.HERMETIC_OPENSSL_PREFIX;
  const channels = [];
  const missing = [];
  for (const [name, entry] of Object.entries(readPin().channels)) {
    const prefix = overrides[name] ?? (await cachedPrefix(name, entry, build));
    if (prefix) channels.push(filesOf(name, entry.series, prefix));
    else missing.push(`${name} (${entry.version})`);
  }
  return {
    channels: channels.toSorted((a, b) => versionNumber(a.series) - versionNumber(b.series)),
    missing,
  };
}

async function cachedPrefix(channel, entry, build) {
  const found = build ? await ensureOpenssl({ channel }) : findBuilt(describeBuild(channel, entry));
  return found?.prefix;
}

const filesOf = (name, series, prefix) => ({
  name,
  series,
  includeDir: path.join(prefix, 'include'),
  reasonFile: path.join(prefix, 'openssl.txt'),
});

/** Returns the OPENSSL_VERSION_NUMBER with which a series such as "3.5" begins. */
export function versionNumber(series) {
  const [major, minor] = series.split('.').map(Number);
  return major * 0x10000000 + minor * 0x100000;
}
