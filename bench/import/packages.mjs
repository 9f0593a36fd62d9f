// Installs the other packages with an addon, for bench/import.mjs, into a separate folder.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGES = { 'sodium-native': '5.1.0', 'better-sqlite3': '12.11.1' };

/** Loads and uses a package, since some look for their binary only at the first use. */
const TRIES = {
  'sodium-native': 'it.randombytes_buf(Buffer.alloc(8))',
  'better-sqlite3': 'new it(":memory:").close()',
};

const ROOT = path.resolve(import.meta.dirname, '../..');
const NODE_GYP = path.join(ROOT, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');

function run(program, args, cwd) {
  const { status, signal, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 900_000,
  });
  if (status === 0) return null;
  const lines = stderr.split('\n').filter((line) => line.includes('rror'));
  return (
    lines.find((line) => line.includes('rror:')) ?? `${program} ended with ${status ?? signal}`
  );
}

/** Compiles its addon, with the headers of the running Node: better-sqlite3 would fetch a binary from outside npm. */
function compile(folder) {
  if (!existsSync(path.join(folder, 'binding.gyp'))) return null;
  console.error(`${path.basename(folder)} is being compiled, which takes minutes`);
  const headers = path.resolve(process.execPath, '..', '..');
  return run(process.execPath, [NODE_GYP, 'rebuild', '--release', `--nodedir=${headers}`], folder);
}

/**
 * Installs each package into the folder.
 * @returns {{ label: string, specifier?: string, first?: string, why?: string }[]} `why` where it could not be had
 */
export function otherPackages(folder) {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  return Object.entries(PACKAGES).map(([name, version]) => {
    const label = `${name} ${version}`;
    const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
    const why = run('npm', ['install', ...options, `${name}@${version}`], folder);
    if (why !== null) return { label, why };
    const program = `const it = require(${JSON.stringify(name)}); ${TRIES[name]}`;
    const works = () => run(process.execPath, ['-e', program], folder);
    const useless = works() && (compile(path.join(folder, 'node_modules', name)) ?? works());
    if (useless !== null) return { label, why: useless };
    const file = createRequire(path.join(folder, 'package.json')).resolve(name);
    // better-sqlite3 loads its addon with the first database.
    return { label, specifier: pathToFileURL(file).href, first: TRIES[name] };
  });
}
