// Describes the archives that a build of OpenSSL starts from, for sources.mjs.
import { isFixed } from '../openssl/pin.mjs';

/**
 * @typedef {object} Archive
 * @property {string} what it is, for messages: "the source of OpenSSL 3.5.7"
 * @property {string} sha256 the pinned sum
 * @property {string[]} names that a folder may hold it under; the first is its name in the download cache
 * @property {string[]} urls download addresses
 * @property {string} poolFile its place in the "main" part of a Debian pool
 * @property {boolean} isNamed whether HERMETIC_OPENSSL_SOURCE may be the file itself
 */

/**
 * Describes OpenSSL's own release.
 * @param {{ version: string, sha256: string }} release
 * @param {string[]} templates addresses with {version} in them
 * @returns {Archive}
 */
export function sourceArchive({ version, sha256 }, templates) {
  const orig = `openssl_${version}.orig.tar.gz`;
  return {
    what: `the source of OpenSSL ${version}`,
    sha256,
    names: [`openssl-${version}.tar.gz`, orig],
    urls: templates.map((template) => template.replaceAll('{version}', version)),
    poolFile: `o/openssl/${orig}`,
    isNamed: true,
  };
}

/**
 * Describes the distribution's archive that contains the security patches of a pin.
 * @param {string} version
 * @param {import('../openssl/pin.mjs').Fixes} fixes
 * @returns {Archive}
 */
export const patchArchive = (version, { archive, sha256, urls }) => ({
  what: `the security patches for OpenSSL ${version}`,
  sha256,
  names: [archive],
  urls,
  poolFile: `o/openssl/${archive}`,
  isNamed: false,
});

/**
 * Describes the archive with a decoder of compressed certificates.
 * @param {import('../openssl/pin.mjs').Decoder} decoder
 * @returns {Archive}
 */
export const decoderArchive = ({ name, version, archive, pool, sha256, urls }) => ({
  what: `the source of ${name} ${version}`,
  sha256,
  names: [archive],
  urls,
  poolFile: `${pool}/${archive}`,
  isNamed: false,
});

/**
 * Returns every archive that a build of a pin's entry needs, by its use.
 * @param {import('../openssl/pin.mjs').PinEntry} entry
 * @param {{ urls: string[] }} pin
 * @param {{ decoders?: object[] }} build which uses the decoders of the entry or not
 * @returns {{ source: Archive, patches?: Archive, decoders: Archive[] }}
 */
export const archivesOf = (entry, { urls }, build) => ({
  source: sourceArchive(entry, urls),
  ...(isFixed(entry) ? { patches: patchArchive(entry.version, entry.fixes) } : {}),
  decoders: build.decoders ? (entry.decoders ?? []).map(decoderArchive) : [],
});
