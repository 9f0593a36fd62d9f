// Prints the pinned versions and how far they are behind upstream, the OpenSSL of the built addon, and the content of
// the cache. Upstream's releases are those of deps/openssl/advisories.json, so that this works without a network;
// `node scripts/openssl/newest.mjs` asks upstream.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lagOf, readAdvisories } from './advisories.mjs';
import { readPrefix } from './gather.mjs';
import { downloadsDir, prefixesDir, repoRoot, cacheDir } from '../lib/paths.mjs';
import { fixedByPatches, readPin, versionText } from './pin.mjs';
import { capture } from '../lib/process.mjs';
import { runMain } from '../lib/user-error.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const pin = readPin();
  const { reviewed, releases } = readAdvisories();
  const status = {
    pin,
    upstream: { reviewed, lag: lags(pin, releases) },
    linked: linkedVersion(),
    cache: { folder: cacheDir(), builds: cachedBuilds(), downloads: downloads() },
  };
  console.log(values.json ? JSON.stringify(status, null, 2) : describe(status));
});

/** Returns how far each channel is behind; null for an up-to-date one. */
function lags({ channels }, releases) {
  const now = new Date();
  return Object.fromEntries(
    Object.entries(channels).map(([name, entry]) => [name, lagOf(entry, releases, now)]),
  );
}

/** Queries the addon in a separate process, since a broken file must not end this one. */
function linkedVersion() {
  const file =
    process.env.HERMETIC_SSL_BINARY || path.join(repoRoot, 'build', 'Release', 'hermetic_ssl.node');
  if (!fs.existsSync(file)) return { file, state: 'not built' };
  const question =
    'const v = require(process.argv[1]).version?.(); process.stdout.write(JSON.stringify(v ?? null))';
  const { ok, stdout, stderr } = capture(process.execPath, ['-e', question, file]);
  if (!ok)
    return {
      file,
      state: 'cannot be loaded',
      cause:
        stderr
          .trim()
          .split('\n')
          .find((line) => line.includes('Error')) ?? stderr.trim(),
    };
  const version = JSON.parse(stdout || 'null');
  return version
    ? { file, state: 'built', ...version }
    : { file, state: 'built, but it does not say its version' };
}

function cachedBuilds() {
  return listNames(prefixesDir()).map((name) => {
    const prefix = path.join(prefixesDir(), name);
    const info = readPrefix(prefix);
    const bytes = folderSize(prefix);
    if (!info) return { name, prefix, bytes, state: 'damaged' };
    return {
      name,
      prefix,
      bytes,
      state: 'usable',
      version: info.version,
      channel: info.channel,
      built: info.built,
      seconds: info.seconds,
    };
  });
}

function downloads() {
  return listNames(downloadsDir()).map((name) => ({
    name,
    bytes: fs.statSync(path.join(downloadsDir(), name)).size,
  }));
}

function listNames(folder) {
  return fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : [];
}

function folderSize(folder) {
  const entries = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  // Node 20 before 20.12 has no parentPath.
  return entries.reduce(
    (sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size,
    0,
  );
}

function describe({ pin, upstream, linked, cache }) {
  const channels = Object.entries(pin.channels).map(
    ([name, entry]) =>
      `  ${name.padEnd(8)} ${versionText(entry).padEnd(13)} sha256 ${entry.sha256}${name === pin.default ? '  (default)' : ''}`,
  );
  const lag = Object.entries(upstream.lag).map(
    ([name, behind]) => `  ${name.padEnd(8)} ${describeLag(behind, pin.channels[name])}`,
  );
  const builds = cache.builds.map(
    (build) =>
      `  ${build.name}  ${megabytes(build.bytes)}, ${build.built ? age(build.built) : build.state}`,
  );
  const archives = cache.downloads.map(({ name, bytes }) => `  ${name}  ${megabytes(bytes)}`);
  const none = ['  nothing'];
  return [
    'pinned',
    ...channels,
    `behind upstream (as of ${upstream.reviewed})`,
    ...lag,
    'linked',
    `  ${describeLinked(linked)}`,
    `installed in ${cache.folder}`,
    ...(builds.length ? builds : none),
    'downloaded',
    ...(archives.length ? archives : none),
  ].join('\n');
}

function describeLag(behind, entry) {
  if (behind === null) return 'no newer release is known';
  const { newest, days, since, sinceDays } = behind;
  const first =
    since === newest
      ? ''
      : `, and the first that is lacking, ${since.version}, ${inDays(sinceDays)} ago`;
  const count = fixedByPatches(entry).length;
  const patched = count > 0 ? `; patches bring ${count} of the fixes` : '';
  return `${inDays(days)}: OpenSSL ${newest.version} was released on ${newest.date}${first}${patched}`;
}

function inDays(days) {
  return `${days} day${days === 1 ? '' : 's'}`;
}

function describeLinked({ file, state, cause, openssl, fixes }) {
  const name = path.relative(process.cwd(), file);
  return `${openssl ?? state}${fixes ? ' + fixes' : ''}${cause ? ` (${cause})` : ''}  ${name}`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function age(built) {
  const days = Math.floor((Date.now() - Date.parse(built)) / 86_400_000);
  return days < 1 ? 'built today' : `built ${days} day${days === 1 ? '' : 's'} ago`;
}
