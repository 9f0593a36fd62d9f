// Reads the pin, which says which OpenSSL each channel carries. deps/openssl/pin.json is the only place that does.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @typedef {{ version: string, sha256: string, series: string, signingKeys: string[], fixes?: Fixes,
 *   decoders?: Decoder[] }} PinEntry
 *   `signingKeys` are the fingerprints of the keys whose signature of a release counts.
 * @typedef {{ from: string, archive: string, sha256: string, urls: string[], folder: string, patches: Patch[] }} Fixes
 *   Security patches that a distribution made from later releases: `archive` is its file, `folder` the place of the patches
 *   in it; they are applied in this order.
 * @typedef {{ file: string, fixes: string[] }} Patch `fixes` are CVE numbers
 * @typedef {{ name: string, version: string, archive: string, pool: string, sha256: string, urls: string[], folder: string,
 *   parts: string[], license: string }} Decoder
 *   A library whose decoder is compiled into libcrypto: `archive` is its file, below `pool` in a Debian pool; `parts` are
 *   the folders of sources below `folder` in it.
 * @typedef {{ default: string, urls: string[], channels: Record<string, PinEntry> }} Pin
 */

/** Returns whether security patches are applied to the version. */
export const isFixed = (/** @type {Pick<PinEntry, 'fixes'>} */ entry) => entry.fixes !== undefined;

/** Returns the CVE numbers that the patches of an entry fix, each once. */
export const fixedByPatches = (/** @type {Pick<PinEntry, 'fixes'>} */ { fixes }) =>
  [...new Set((fixes?.patches ?? []).flatMap((patch) => patch.fixes))].toSorted();

/** Returns an entry's version as shown to people: "3.5.7 + fixes". */
export const versionText = (/** @type {Pick<PinEntry, 'version' | 'fixes'>} */ entry) =>
  isFixed(entry) ? `${entry.version} + fixes` : entry.version;

/** The pin file. The variable is for tests of the scripts, which must not touch the real one. */
export const pinFile = () =>
  process.env.HERMETIC_OPENSSL_PIN ?? path.join(repoRoot, 'deps', 'openssl', 'pin.json');

/** @returns {Pin} */
export function readPin(file = pinFile()) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** Replaces the pin file atomically, so that a reader never sees half of it. */
export function writePin(/** @type {Pin} */ pin, file = pinFile()) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, `${JSON.stringify(pin, null, 2)}\n`);
  fs.renameSync(temporary, file);
}

/**
 * Returns the channel to use: the argument, else HERMETIC_OPENSSL_CHANNEL, else the pin's default.
 * @param {string} [requested]
 */
export function resolveChannel(requested, env = process.env, pin = readPin()) {
  const channel = requested ?? (env.HERMETIC_OPENSSL_CHANNEL || pin.default);
  if (Object.hasOwn(pin.channels, channel)) return channel;
  const origin = requested === undefined ? 'HERMETIC_OPENSSL_CHANNEL' : '--channel';
  const known = Object.keys(pin.channels).join(', ');
  throw new UserError(
    `${origin} names the unknown OpenSSL channel "${channel}"; known channels: ${known}.`,
  );
}
