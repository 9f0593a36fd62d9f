// Prints what is pinned, what the built addon is linked with, and what the cache holds.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPrefix } from './lib/gather.mjs';
import { downloadsDir, prefixesDir, repoRoot, cacheDir } from './lib/paths.mjs';
import { readPin } from './lib/pin.mjs';
import { capture } from './lib/process.mjs';
import { runMain } from './lib/user-error.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const status = {
    pin: readPin(),
    linked: linkedVersion(),
    cache: { folder: cacheDir(), builds: cachedBuilds(), downloads: downloads() },
  };
  console.log(values.json ? JSON.stringify(status, null, 2) : describe(status));
});

/** Asks the addon in a process of its own: a broken file must not end this one. */
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

function describe({ pin, linked, cache }) {
  const channels = Object.entries(pin.channels).map(
    ([name, { version, sha256 }]) =>
      `  ${name.padEnd(8)} ${version.padEnd(8)} sha256 ${sha256}${name === pin.default ? '  (default)' : ''}`,
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
    'linked',
    `  ${describeLinked(linked)}`,
    `installed in ${cache.folder}`,
    ...(builds.length ? builds : none),
    'downloaded',
    ...(archives.length ? archives : none),
  ].join('\n');
}

function describeLinked({ file, state, cause, openssl }) {
  const name = path.relative(process.cwd(), file);
  return `${openssl ?? state}${cause ? ` (${cause})` : ''}  ${name}`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function age(built) {
  const days = Math.floor((Date.now() - Date.parse(built)) / 86_400_000);
  return days < 1 ? 'built today' : `built ${days} day${days === 1 ? '' : 's'} ago`;
}
