// Determines the OpenSSL channel of a set of binaries, and the version and tag of their packages.
import { readPin } from '../openssl/pin.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @typedef {object} Release
 * @property {string} version of every package. The default channel has the plain one. The other appends its OpenSSL
 * after a hyphen, so that no version range matches it: it is installed by its dist-tag only.
 * @property {string} tag the dist-tag that it is published under
 */

/**
 * @param {string} version the clone's own
 * @param {{ version: string }[]} builds the build-info of each binary's OpenSSL
 * @returns {Release}
 */
export function releaseOf(version, builds, pin = readPin()) {
  const [openssl, ...others] = new Set(builds.map((build) => build.version));
  if (others.length > 0)
    throw new UserError(
      `the binaries carry different versions of OpenSSL (${[openssl, ...others].join(', ')}): build them again`,
    );
  const channels = Object.entries(pin.channels);
  const [channel] = channels.find(([, entry]) => entry.version === openssl) ?? [];
  if (channel === undefined)
    throw new UserError(
      `the binaries carry OpenSSL ${openssl}, which is not pinned: build them again`,
    );
  return channel === pin.default
    ? { version, tag: 'latest' }
    : { version: `${version}-openssl.${openssl}`, tag: `openssl-${channel}` };
}
