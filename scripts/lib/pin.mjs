// The pin: which OpenSSL each channel carries. deps/openssl/pin.json is the only place that says so.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

/**
 * @typedef {{ version: string, sha256: string, series: string, signingKey: string | null }} PinEntry
 * @typedef {{ default: string, urls: string[], channels: Record<string, PinEntry> }} Pin
 */

/** The pin file. The variable exists for tests of the scripts, which must not touch the real one. */
export const pinFile = () =>
  process.env.HERMETIC_OPENSSL_PIN ?? path.join(repoRoot, 'deps', 'openssl', 'pin.json');

/** @returns {Pin} */
export function readPin(file = pinFile()) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** Replaces the pin file whole, so that a reader never sees half of it. */
export function writePin(/** @type {Pin} */ pin, file = pinFile()) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, `${JSON.stringify(pin, null, 2)}\n`);
  fs.renameSync(temporary, file);
}

/**
 * The channel to use: the argument, else HERMETIC_OPENSSL_CHANNEL, else the pin's default.
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
