// Obtains the source archive for an update, by version or by path, and reports its version and how far it was verified.
// The version is always the one that the archive itself states.
import fs from 'node:fs';
import path from 'node:path';
import { lostFixes, readAdvisories } from './advisories.mjs';
import { sourceArchive } from '../lib/archives.mjs';
import { sha256File } from '../lib/checksum.mjs';
import { downloadsDir } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { checkSignature } from './signature.mjs';
import { fetchFromPool } from './source-apt.mjs';
import { download } from './source-download.mjs';
import { obtain } from './sources.mjs';
import { UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';

/**
 * @param {string} wanted a version or the path of an archive
 * @param {{ sha256?: string, pin: import('./pin.mjs').Pin, channel?: string, log: (line: string) => void }} options
 * @returns {Promise<{ version: string, sha256: string, channel: string, signature: string, sumOrigin: string }>}
 */
export async function obtainCandidate(wanted, { sha256, pin, channel: requested, log }) {
  const folder = makeWorkDir('update');
  try {
    const isPath = fs.existsSync(wanted);
    if (!isPath && !/^\d+\.\d+\.\d+$/.test(wanted))
      throw new UserError(
        `"${wanted}" is neither a version like 3.5.9 nor the path of an archive.`,
      );
    const found = isPath
      ? await fromPath(wanted, sha256)
      : await fromVersion(wanted, { sha256, pin, folder, log });
    const channel = channelFor(found.version, requested, pin);
    const asc = isPath ? `${wanted}.asc` : await fetchSignature(pin.urls, found.version, folder);
    const signature = checkSignature(found.file, asc, pin.channels[channel].signingKeys).text;
    if (isPath) keepInCache(found);
    return {
      version: found.version,
      sha256: found.sha256,
      sumOrigin: found.sumOrigin,
      channel,
      signature,
    };
  } finally {
    removeTree(folder);
  }
}

async function fromPath(file, expected) {
  const sha256 = await sha256File(file);
  if (expected && expected !== sha256)
    throw new UserError(`${file} has sha256 ${sha256}, not the given ${expected}.`);
  return {
    file,
    version: versionInside(file),
    sha256,
    sumOrigin: expected ? 'given with --sha256' : 'computed from the file, compared with nothing',
  };
}

async function fromVersion(version, { sha256: given, pin, folder, log }) {
  const sha256 = given ?? (await publishedSum(version, pin.urls, folder));
  const file = await obtain(sourceArchive({ version, sha256 }, pin.urls), { log });
  const inside = versionInside(file);
  if (inside !== version)
    throw new UserError(`${file} says that it is OpenSSL ${inside}, not ${version}.`);
  return {
    file,
    version,
    sha256,
    sumOrigin: given ? 'given with --sha256' : "OpenSSL's .sha256 file",
  };
}

async function publishedSum(version, urls, folder) {
  const file = await fetchBeside(urls, version, '.sha256', folder);
  const sum = file && /\b[0-9a-f]{64}\b/i.exec(fs.readFileSync(file, 'utf8'))?.[0].toLowerCase();
  if (sum) return sum;
  throw new UserError(
    `the .sha256 file of OpenSSL ${version} could not be obtained from OpenSSL's release address. Give the sum with --sha256, taken ` +
      'from a source that you trust, or give the path of an archive instead of a version.',
  );
}

/** Downloads a small file that OpenSSL publishes with the archive; returns null if it is unavailable. */
async function fetchBeside(urls, version, ending, folder) {
  const target = path.join(folder, `beside${ending}`);
  for (const template of urls) {
    try {
      return await download(template.replaceAll('{version}', version) + ending, target);
    } catch {
      // The next address may have it; the caller handles its absence.
    }
  }
  return null;
}

/** Returns the signature of an archive, which a Debian pool carries too; null if it is unavailable. */
async function fetchSignature(urls, version, folder) {
  const official = await fetchBeside(urls, version, '.asc', folder);
  if (official) return official;
  try {
    return await fetchFromPool(
      `o/openssl/openssl_${version}.orig.tar.gz.asc`,
      path.join(folder, 'pool.asc'),
    );
  } catch {
    return null;
  }
}

/** Returns the version that the archive states in its VERSION.dat. */
export function versionInside(file) {
  const root = capture('tar', ['-tzf', file]).stdout.split('\n')[0]?.split('/')[0];
  const { ok, stdout } = capture('tar', ['-xzOf', file, `${root}/VERSION.dat`]);
  const part = (name) => new RegExp(`^${name}=(\\d+)`, 'm').exec(stdout)?.[1];
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(part);
  if (!ok || parts.includes(undefined))
    throw new UserError(`${file} is not an OpenSSL source archive (no VERSION.dat in it).`);
  return parts.join('.');
}

/**
 * Returns the channel whose series contains the version; moving to another series needs an explicit
 * channel.
 */
export function channelFor(version, requested, pin) {
  if (requested) return requested;
  const series = version.split('.').slice(0, 2).join('.');
  const channel = Object.keys(pin.channels).find((name) => pin.channels[name].series === series);
  if (channel) return channel;
  throw new UserError(
    `no channel carries OpenSSL ${series}; say with --channel which one is to move to it (${Object.keys(pin.channels).join(', ')}).`,
  );
}

/**
 * Returns the pin's new entry. Patches belong to one version: the same version keeps them; another version drops them,
 * and must contain their fixes.
 * @param {import('./pin.mjs').PinEntry} old
 * @param {{ version: string, sha256: string }} candidate
 * @param {{ dropsFixes: boolean, log: (line: string) => void }} options
 * @returns {import('./pin.mjs').PinEntry}
 */
export function nextEntry(old, { version, sha256 }, { dropsFixes, log }) {
  const { fixes, ...rest } = old;
  const entry = { ...rest, version, sha256, series: version.split('.').slice(0, 2).join('.') };
  if (!fixes) return entry;
  if (version === old.version) return { ...entry, fixes };
  const lost = lostFixes(old, version, readAdvisories().advisories);
  if (lost.length > 0 && !dropsFixes)
    throw new UserError(
      `OpenSSL ${version} is not known to have the fix of ${lost.join(', ')}, which patches bring to ${old.version}. If ` +
        'upstream says that it has, add the release to "fixed" in deps/openssl/advisories.json; otherwise drop the fixes with --drop-fixes.',
    );
  log(
    `  the patches of ${fixes.from} are dropped: ${lost.length > 0 ? `lost are ${lost.join(', ')}` : `${version} has their fixes`}`,
  );
  return entry;
}

function keepInCache({ file, version }) {
  const target = path.join(downloadsDir(), `openssl-${version}.tar.gz`);
  fs.mkdirSync(downloadsDir(), { recursive: true });
  fs.copyFileSync(file, `${target}.${process.pid}`);
  fs.renameSync(`${target}.${process.pid}`, target);
}
