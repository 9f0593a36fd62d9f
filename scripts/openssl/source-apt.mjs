// Gets an archive from a Debian mirror. A pool's openssl_<version>.orig.tar.gz is byte for byte the upstream archive
// (the checksum proves it). The mirror comes from the machine's own apt configuration.
import fs from 'node:fs';
import path from 'node:path';
import { download } from './source-download.mjs';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';

const APT_HELPER = '/usr/lib/apt/apt-helper';
/** Only distributions whose pool carries Debian's orig archives. */
const ORIGINS = ['Debian', 'Debian-Security', 'Ubuntu', 'Raspbian'];

/** @type {import('./sources.mjs').Way['find']} */
export async function viaAptMirror({ archive: { poolFile }, env, log }, folder) {
  return fetchFromPool(poolFile, path.join(folder, 'mirror'), { env, log });
}

/** Fetches a file by its place in the pool, such as "o/openssl/openssl_3.5.7.orig.tar.gz". */
export async function fetchFromPool(name, target, { env = process.env, log = () => {} } = {}) {
  const uris = mirrorUris(env).flatMap((base) => poolUris(base, name));
  const causes = [];
  for (const uri of uris) {
    try {
      log(`asking the Debian mirror for ${path.posix.basename(uri)}`);
      await fetchUri(uri, target);
      return target;
    } catch (error) {
      causes.push(`${uri}: ${error.message}`);
    }
  }
  throw new Error(causes.join('; '));
}

/**
 * Returns the package repositories of this machine, as apt reads them from any form of its sources.
 * @returns {string[]}
 */
export function mirrorUris(env = process.env) {
  if (!findOnPath('apt-get', env)) throw new Error('no apt-get on this machine');
  const format = '$(ORIGIN)\t$(COMPONENT)\t$(REPO_URI)';
  const { ok, stdout, stderr } = capture('apt-get', ['indextargets', '--format', format], { env });
  if (!ok) throw new Error(`apt-get indextargets failed: ${stderr.trim()}`);
  const uris = parseTargets(stdout);
  if (uris.length === 0) {
    throw new Error(
      'apt-get indextargets names no Debian or Ubuntu repository (no sources configured, or no package lists yet: run apt-get update)',
    );
  }
  return uris;
}

/** Keeps the "main" repositories of known origin, each once, the ordinary archive before the security one. */
export function parseTargets(text) {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const kept = rows.filter(
    ([origin, component]) => ORIGINS.includes(origin) && /(^|\/)main$/.test(component ?? ''),
  );
  const uris = [...new Set(kept.map(([, , uri]) => uri.replace(/\/*$/, '/')))];
  return uris.toSorted((a, b) => Number(a.includes('security')) - Number(b.includes('security')));
}

/** Returns the places of a file in a pool: the security archive has an additional level. */
export function poolUris(base, name) {
  const pools = base.includes('security') ? ['pool/updates/main', 'pool/main'] : ['pool/main'];
  return pools.map((pool) => `${base}${pool}/${name}`);
}

/** apt's own downloader knows the machine's proxies and transports; without it, use a plain fetch. */
async function fetchUri(uri, target) {
  if (!fs.existsSync(APT_HELPER)) return download(uri, target);
  const limits = [
    '-o',
    'Acquire::Retries=0',
    '-o',
    'Acquire::http::Timeout=10',
    '-o',
    'Acquire::https::Timeout=10',
  ];
  const { ok, stdout, stderr } = capture(APT_HELPER, [...limits, 'download-file', uri, target]);
  if (ok && fs.existsSync(target)) return target;
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const said = lines.find((line) => line.startsWith('E:')) ?? lines.filter(Boolean).join(' ');
  throw new Error(said.slice(0, 300) || 'apt-helper failed without a message');
}
