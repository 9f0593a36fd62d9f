// Which OpenSSL channel a set of binaries was made for, and what follows for the packages that carry them.
import { readPin } from '../lib/pin.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @typedef {object} Release
 * @property {string} version of every package. The default channel has the plain one. The other's names its OpenSSL
 *   behind a hyphen, so that no range of versions reaches it: it is installed by its dist-tag only.
 * @property {string} tag the dist-tag that it is published under
 */

/**
 * @param {string} version the clone's own
 * @param {{ version: string }[]} builds what each binary's OpenSSL says of itself
 * @returns {Release}
 */
export function releaseOf(version, builds, pin = readPin()) {
  const [openssl, ...others] = new Set(builds.map((build) => build.version));
  if (others.length > 0)
    throw new UserError(
      `the binaries carry different versions of OpenSSL (${[openssl, ...others].join(', ')}): make them anew`,
    );
  const channels = Object.entries(pin.channels);
  const [channel] = channels.find(([, entry]) => entry.version === openssl) ?? [];
  if (channel === undefined)
    throw new UserError(
      `the binaries carry OpenSSL ${openssl}, which is not pinned: make them anew`,
    );
  return channel === pin.default
    ? { version, tag: 'latest' }
    : { version: `${version}-openssl.${openssl}`, tag: `openssl-${channel}` };
}
