// Finds the OpenSSL source archive: a file or folder that the user names, the download cache, OpenSSL's official release
// address, the Debian mirror of this machine's apt configuration. The first way that yields a file decides, and a wrong
// checksum ends the search whichever way it came.
import fs from 'node:fs';
import path from 'node:path';
import { viaAptMirror } from './source-apt.mjs';
import { viaDownload } from './source-download.mjs';
import { ChecksumError, sha256File } from './checksum.mjs';
import { downloadsDir } from './paths.mjs';
import { UserError } from './user-error.mjs';
import { makeWorkDir, removeTree } from './work-dir.mjs';

/**
 * @typedef {{ version: string, sha256: string, urls: string[], log: (line: string) => void, env: NodeJS.ProcessEnv }} Request
 * @typedef {{ name: string, find: (request: Request, folder: string) => Promise<string>, owned: boolean }} Way
 *   `find` returns the path of a file, or throws an Error whose message says why not.
 */

/** @type {Way[]} The order is part of the contract (docs/building.md). */
export const WAYS = [
  { name: 'HERMETIC_OPENSSL_SOURCE', find: namedByUser, owned: false },
  { name: 'the download cache', find: fromCache, owned: true },
  { name: "OpenSSL's official release address", find: viaDownload, owned: true },
  {
    name: "the Debian mirror of this machine's apt configuration",
    find: viaAptMirror,
    owned: true,
  },
];

/**
 * The path of the verified archive.
 * @param {Omit<Request, 'env'> & { env?: NodeJS.ProcessEnv }} request
 * @param {Way[]} [ways]
 */
export async function obtainSource(request, ways = WAYS) {
  const complete = { env: process.env, ...request };
  const folder = makeWorkDir('download');
  try {
    return await searchAll(complete, ways, folder);
  } finally {
    removeTree(folder);
  }
}

async function searchAll(request, ways, folder) {
  const tried = [];
  for (const way of ways) {
    let file;
    try {
      file = await way.find(request, folder);
    } catch (error) {
      tried.push(`  ${tried.length + 1}. ${way.name}: ${error.message}`);
      continue;
    }
    await verify(file, way, request);
    request.log(`OpenSSL ${request.version}: source from ${way.name}, sha256 verified`);
    return way.owned ? store(file, request.version) : file;
  }
  throw new UserError(nothingWorked(request.version, tried));
}

async function verify(file, way, { version, sha256 }) {
  const actual = await sha256File(file);
  if (actual === sha256) return;
  const aftermath = way.owned
    ? `It was set aside as ${setAside(file, version)} and will not be used.`
    : 'The file was left where it is.';
  throw new ChecksumError({ file, origin: way.name, expected: sha256, actual, aftermath });
}

const archiveName = (version) => `openssl-${version}.tar.gz`;

/** Moves a file into the download cache; a file that is there already has been verified like this one. */
function store(file, version) {
  const target = path.join(downloadsDir(), archiveName(version));
  if (path.resolve(file) === path.resolve(target)) return target;
  fs.mkdirSync(downloadsDir(), { recursive: true });
  fs.renameSync(file, target);
  return target;
}

function setAside(file, version) {
  const target = path.join(downloadsDir(), `${archiveName(version)}.rejected`);
  fs.mkdirSync(downloadsDir(), { recursive: true });
  fs.renameSync(file, target);
  return target;
}

async function namedByUser({ version, env }) {
  const named = env.HERMETIC_OPENSSL_SOURCE;
  if (!named) throw new Error('not set');
  const stat = fs.statSync(named, { throwIfNoEntry: false });
  if (!stat) throw new Error(`${named} does not exist`);
  if (!stat.isDirectory()) return named;
  const names = [archiveName(version), `openssl_${version}.orig.tar.gz`];
  const found = names.map((name) => path.join(named, name)).find((file) => fs.existsSync(file));
  if (!found) throw new Error(`the folder ${named} holds neither ${names.join(' nor ')}`);
  return found;
}

async function fromCache({ version }) {
  const file = path.join(downloadsDir(), archiveName(version));
  if (!fs.existsSync(file)) throw new Error(`no ${file}`);
  return file;
}

function nothingWorked(version, tried) {
  return (
    `the source of OpenSSL ${version} could not be had. Tried, in this order:\n${tried.join('\n')}\n` +
    `What to do: get ${archiveName(version)} on a machine that has network (the address is in deps/openssl/pin.json), copy ` +
    'it here, and set HERMETIC_OPENSSL_SOURCE to the file or its folder. docs/building.md, "Offline builds", has more.'
  );
}
