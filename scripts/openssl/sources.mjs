// Finds an archive that a build of OpenSSL starts from: in a file or folder that the user names, the download cache,
// its published addresses, the Debian mirror of this machine's apt configuration. The first way that yields a file
// decides, and a wrong checksum ends the search.
import fs from 'node:fs';
import path from 'node:path';
import { viaAptMirror } from './source-apt.mjs';
import { viaDownload } from './source-download.mjs';
import { ChecksumError, sha256File } from '../lib/checksum.mjs';
import { downloadsDir } from '../lib/paths.mjs';
import { UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';

/**
 * @typedef {{ archive: import('../lib/archives.mjs').Archive, log: (line: string) => void, env: NodeJS.ProcessEnv }} Request
 * @typedef {{ name: string, find: (request: Request, folder: string) => Promise<string>, owned: boolean }} Way
 *   `find` returns the path of a file, or throws an Error with the reason.
 */

/** @type {Way[]} The order is part of the contract (docs/building.md). */
export const WAYS = [
  { name: 'HERMETIC_OPENSSL_SOURCE', find: namedByUser, owned: false },
  { name: 'the download cache', find: fromCache, owned: true },
  { name: 'its official addresses', find: viaDownload, owned: true },
  {
    name: "the Debian mirror of this machine's apt configuration",
    find: viaAptMirror,
    owned: true,
  },
];

/**
 * Finds an archive and verifies it; returns the path of its file.
 * @param {import('../lib/archives.mjs').Archive} archive
 * @param {{ log: (line: string) => void, env?: NodeJS.ProcessEnv, ways?: Way[] }} options
 */
export async function obtain(archive, { log, env = process.env, ways = WAYS }) {
  const folder = makeWorkDir('download');
  try {
    return await searchAll({ archive, log, env }, ways, folder);
  } finally {
    removeTree(folder);
  }
}

async function searchAll(request, ways, folder) {
  const { archive } = request;
  const tried = [];
  for (const way of ways) {
    let file;
    try {
      file = await way.find(request, folder);
    } catch (error) {
      tried.push(`  ${tried.length + 1}. ${way.name}: ${error.message}`);
      continue;
    }
    await verify(file, way, archive);
    request.log(`${archive.what}: from ${way.name}, sha256 verified`);
    return way.owned ? store(file, archive.names[0]) : file;
  }
  throw new UserError(nothingWorked(archive, tried));
}

async function verify(file, way, { what, sha256, names }) {
  const actual = await sha256File(file);
  if (actual === sha256) return;
  const aftermath = way.owned
    ? `It was set aside as ${store(file, `${names[0]}.rejected`)} and will not be used.`
    : 'The file was left where it is.';
  throw new ChecksumError({ what, file, origin: way.name, expected: sha256, actual, aftermath });
}

/** Moves a file into the download cache; an existing file there has been verified like this one. */
function store(file, name) {
  const target = path.join(downloadsDir(), name);
  if (path.resolve(file) === path.resolve(target)) return target;
  fs.mkdirSync(downloadsDir(), { recursive: true });
  fs.renameSync(file, target);
  return target;
}

/**
 * The variable names the source archive, or a folder; other archives are in that folder, or in the
 * file's folder.
 */
async function namedByUser({ archive, env }) {
  const named = env.HERMETIC_OPENSSL_SOURCE;
  if (!named) throw new Error('not set');
  const stat = fs.statSync(named, { throwIfNoEntry: false });
  if (!stat) throw new Error(`${named} does not exist`);
  if (!stat.isDirectory() && archive.isNamed) return named;
  const folder = stat.isDirectory() ? named : path.dirname(named);
  const files = archive.names.map((name) => path.join(folder, name));
  const found = files.find((file) => fs.existsSync(file));
  if (!found) throw new Error(`the folder ${folder} does not hold ${archive.names.join(' or ')}`);
  return found;
}

async function fromCache({ archive: { names } }) {
  const file = path.join(downloadsDir(), names[0]);
  if (!fs.existsSync(file)) throw new Error(`no ${file}`);
  return file;
}

function nothingWorked({ what, names: [name], urls }, tried) {
  return (
    `${what} could not be obtained. Tried, in this order:\n${tried.join('\n')}\n` +
    `What to do: on a machine with network, download ${urls[0]} and save it as ${name}; copy it here, and set ` +
    'HERMETIC_OPENSSL_SOURCE to the folder that holds it. docs/building.md, "Offline builds", has details.'
  );
}
