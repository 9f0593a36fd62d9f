// The two builds of the addon. Neither needs the network once npm has installed.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { runShown } from './run-shown.mjs';
import { requireTools } from './tools.mjs';
import { UserError } from './user-error.mjs';

const SANITIZERS = ['address', 'undefined', 'thread'];
const bin = (file) => path.join(repoRoot, 'node_modules', file);

/**
 * The folder whose include/node holds the headers that the running Node ships beside itself.
 * @returns {string | null}
 */
export function nodeHeadersRoot() {
  const candidates = [path.resolve(process.execPath, '..', '..'), process.env.npm_config_nodedir];
  const has = (root) => root && fs.existsSync(path.join(root, 'include', 'node', 'common.gypi'));
  return candidates.find(has) ?? null;
}

/** Builds build/Release/hermetic_ssl.node with node-gyp. */
export async function buildAddonByGyp() {
  requireTools(['python3', 'make', 'c++']);
  const root = nodeHeadersRoot();
  if (!root) {
    console.error(
      `node-gyp: ${process.execPath} has no headers beside it; node-gyp will download them`,
    );
  }
  const jobs = ['--jobs', 'max'];
  await runShown('node-gyp', process.execPath, [
    bin('node-gyp/bin/node-gyp.js'), 'configure', 'build', ...jobs, '--loglevel', 'warn', ...(root ? ['--nodedir', root] : []),
  ]); // prettier-ignore
  return path.join(repoRoot, 'build', 'Release', 'hermetic_ssl.node');
}

/**
 * Builds hermetic_ssl.node with cmake-js.
 * @param {{ buildDir?: string, sanitizer?: string }} options
 */
export async function buildAddonByCmake({ buildDir, sanitizer } = {}) {
  if (sanitizer && !SANITIZERS.includes(sanitizer)) {
    throw new UserError(`unknown sanitizer "${sanitizer}"; there are ${SANITIZERS.join(', ')}`);
  }
  requireTools(['cmake', 'make', 'c++']);
  const out = path.resolve(
    repoRoot,
    buildDir ?? (sanitizer ? `build-${sanitizer}` : 'build-cmake'),
  );
  await runShown('cmake-js', process.execPath, [
    bin('cmake-js/bin/cmake-js'), 'build', '--out', out, `--CDHERMETIC_SANITIZER=${sanitizer ?? ''}`, '--log-level', 'warn', '--parallel', '2',
  ]); // prettier-ignore
  return path.join(out, 'Release', 'hermetic_ssl.node');
}
