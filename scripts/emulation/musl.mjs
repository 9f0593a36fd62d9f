// A JavaScript runtime for musl on a machine with glibc: Bun, under the loader of Debian's package musl. Bun needs a
// C++ library. Debian lacks one for musl, so Bun uses this machine's, with the missing functions of glibc from musl.c.
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { ensurePinnedPackage } from '../lib/pinned-package.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';
import { zigPrograms } from '../lib/zig.mjs';
import { prebuild } from '../prebuild.mjs';
import { rolldownBinary } from './rolldown.mjs';

const TARGET = 'linux-x64-musl';
const LOADER = '/lib/ld-musl-x86_64.so.1';
const LIBRARIES = ['libstdc++.so.6', 'libgcc_s.so.1'];
/** A library that libstdc++ needs and musl lacks. */
const MISSING = 'ld-linux-x86-64.so.2';

function output(program, args) {
  const { ok, stdout, stderr } = capture(program, args);
  if (!ok) throw new UserError(`${program} ${args.join(' ')} failed:\n${stderr}`);
  return stdout.trim();
}

/** Makes the folder with the loader's libraries besides musl itself. */
async function libraries() {
  const folder = path.join(cacheDir(), 'bun-musl', 'libraries');
  fs.mkdirSync(folder, { recursive: true });
  for (const name of LIBRARIES)
    fs.copyFileSync(output('g++', [`-print-file-name=${name}`]), path.join(folder, name));
  const { CC } = await zigPrograms('x86_64-linux-musl');
  const source = path.join(import.meta.dirname, 'musl.c');
  output(CC, ['-shared', '-fPIC', '-O1', source, '-o', path.join(folder, MISSING)]);
  return folder;
}

/** Returns the existing binary, or builds one. */
async function binary() {
  const file = path.join(repoRoot, 'prebuilds', TARGET, 'hermetic_ssl.node');
  return fs.existsSync(file) ? file : prebuild(TARGET);
}

/** @returns {Promise<{ program: string, env: Record<string, string> }>} Bun, and the environment for it and vitest */
export async function muslRuntime() {
  if (!fs.existsSync(LOADER))
    throw new UserError(`this needs ${LOADER}:\n      apt-get install musl (Debian, Ubuntu)`);
  const bun = await ensurePinnedPackage('bun-musl', { anyPlatform: true });
  return {
    program: path.join(bun, 'bin', 'bun'),
    env: {
      LD_LIBRARY_PATH: await libraries(),
      HERMETIC_SSL_BINARY: await binary(),
      NAPI_RS_NATIVE_LIBRARY_PATH: await rolldownBinary('rolldown-musl'),
    },
  };
}
