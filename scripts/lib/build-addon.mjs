// The two builds of the addon. They do not need the network after npm install, and do nothing if the last build is up
// to date (addon-stamp.mjs).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfChanged } from './addon-stamp.mjs';
import { resolveInstrumentation } from '../openssl/configure.mjs';
import { compilersForMake, forgetUnused, isWanted, launcher } from './object-cache.mjs';
import { repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';
import { requireTools } from './tools.mjs';
import { UserError } from './user-error.mjs';

const SANITIZERS = ['address', 'undefined', 'address,undefined', 'thread'];
const bin = (file) => path.join(repoRoot, 'node_modules', file);

/**
 * Returns the folder whose include/node contains the headers that come with the running Node.
 * @returns {string | null}
 */
export function nodeHeadersRoot() {
  const candidates = [path.resolve(process.execPath, '..', '..'), process.env.npm_config_nodedir];
  const has = (root) => root && fs.existsSync(path.join(root, 'include', 'node', 'common.gypi'));
  return candidates.find(has) ?? null;
}

const remove = (...files) =>
  files.forEach((file) => fs.rmSync(file, { recursive: true, force: true, maxRetries: 3 }));

/** Builds build/Release/hermetic_ssl.node with node-gyp. */
export async function buildAddonByGyp() {
  const folder = path.join(repoRoot, 'build');
  const binary = path.join(folder, 'Release', 'hermetic_ssl.node');
  const root = nodeHeadersRoot();
  const clean = () => remove(folder);
  const build = () => runNodeGyp(root);
  await buildIfChanged({ folder, binary, options: ['node-gyp', root], clean, build });
  return binary;
}

async function runNodeGyp(root) {
  requireTools(['python3', 'make', 'c++']);
  if (!root) {
    console.error(
      `node-gyp: ${process.execPath} has no headers beside it; node-gyp will download them`,
    );
  }
  // npm's setting would override the argument.
  const { npm_config_nodedir: _, ...env } = process.env;
  const nodeGyp = (step, variables = {}) =>
    runShown(
      `node-gyp ${step[0]}`,
      process.execPath,
      [bin('node-gyp/bin/node-gyp.js'), ...step, '--loglevel', 'warn', ...(root ? ['--nodedir', root] : [])],
      { env: { ...env, ...variables } },
    ); // prettier-ignore
  await nodeGyp(['configure']);
  if (isWanted()) forgetUnused();
  const compilers = isWanted() ? compilersForMake(path.join(repoRoot, 'build')) : {};
  await nodeGyp(['build', '--jobs', 'max'], compilers);
}

/**
 * Builds hermetic_ssl.node with cmake-js, into build-cmake/Release/ or the Release folder of another place.
 * @param {{ buildDir?: string, sanitizer?: string }} options
 */
export async function buildAddonByCmake({ buildDir, sanitizer = '' } = {}) {
  if (sanitizer && !SANITIZERS.includes(sanitizer)) {
    throw new UserError(`unknown sanitizer "${sanitizer}"; there are ${SANITIZERS.join(' ')}`);
  }
  const kind = [
    ...sanitizer.split(','),
    ...(resolveInstrumentation().length > 0 ? ['openssl'] : []),
  ];
  const name = sanitizer ? `build-${kind.join('-')}` : 'build-cmake';
  const folder = path.resolve(repoRoot, buildDir ?? name);
  const binary = path.join(folder, 'Release', 'hermetic_ssl.node');
  // Not the whole folder: the caller chose it, and may keep other files in it.
  const clean = () =>
    remove(...['CMakeCache.txt', 'CMakeFiles', 'Release'].map((file) => path.join(folder, file)));
  const build = () => runCmakeJs(folder, sanitizer);
  await buildIfChanged({ folder, binary, options: ['cmake-js', sanitizer], clean, build });
  return binary;
}

async function runCmakeJs(folder, sanitizer) {
  requireTools(['cmake', 'make', 'c++']);
  const isCached = sanitizer !== '' || isWanted();
  const cached = isCached ? [`--CDCMAKE_CXX_COMPILER_LAUNCHER=${launcher()}`] : [];
  if (isCached) forgetUnused();
  await runShown('cmake-js', process.execPath, [
    bin('cmake-js/bin/cmake-js'), 'build', '--out', folder, `--CDHERMETIC_SANITIZER=${sanitizer}`, ...cached, '--log-level', 'warn', '--parallel', String(os.availableParallelism()),
  ]); // prettier-ignore
}
