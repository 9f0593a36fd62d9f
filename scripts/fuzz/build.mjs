// Builds the fuzz targets: the instrumented OpenSSL into the cache, the programs into build-fuzz/.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clangTool } from '../lint/clang.mjs';
import { ensureOpenssl } from '../openssl/ensure.mjs';
import { forgetUnused, launcher } from '../lib/object-cache.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { runShown } from '../lib/run-shown.mjs';
import { requireTools } from '../lib/tools.mjs';
import { TARGETS } from './targets.mjs';
import { readManifest } from '../lib/manifest.mjs';

const at = (...names) => path.join(repoRoot, ...names);

/** Returns the reason why the targets cannot be built here, or null. */
export function whyNotHere() {
  if (process.platform !== 'linux') return 'the fuzz targets are built on Linux only';
  const compiler = clangTool('clang++') ?? clangTool('clang');
  if (!compiler) return 'clang 19 is not installed: apt-get install clang-19';
  const args = ['-x', 'c++', '-fsanitize=address,undefined,fuzzer', '-', '-o', '/dev/null'];
  const input = 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }';
  if (capture(compiler, args, { input }).ok) return null;
  return 'clang 19 has no libFuzzer here: apt-get install libclang-rt-19-dev';
}

/** Returns the OpenSSL that is instrumented for libFuzzer. */
async function instrumentedOpenssl() {
  process.env.CC = path.basename(clangTool('clang'));
  process.env.HERMETIC_OPENSSL_INSTRUMENTATION = 'address,undefined,fuzz';
  return ensureOpenssl();
}

/**
 * Builds the programs that are out of date; returns their folder.
 * @param {string[]} names
 */
export async function buildTargets(names) {
  requireTools(['cmake', 'make', 'cc']);
  const { prefix, version, key } = await instrumentedOpenssl();
  forgetUnused();
  const folder = at('build-fuzz', key);
  const { sources, defines } = JSON.parse(fs.readFileSync(at('native/sources.json'), 'utf8'));
  const lists = {
    HERMETIC_SOURCES: sources.filter((file) => !file.startsWith('native/napi/')),
    HERMETIC_TARGETS: Object.keys(TARGETS).filter((name) => !TARGETS[name].isScript),
    HERMETIC_DEFINES: [
      ...defines,
      `HERMETIC_OPENSSL_PIN=${version}`,
      `HERMETIC_PACKAGE_VERSION=${readManifest().version}`,
    ],
    HERMETIC_OPENSSL: [prefix],
    CMAKE_BUILD_TYPE: ['None'],
    CMAKE_CXX_COMPILER_LAUNCHER: [launcher()],
    CMAKE_C_COMPILER: [clangTool('clang')],
    CMAKE_CXX_COMPILER: [clangTool('clang++')],
    CMAKE_ASM_COMPILER: [clangTool('clang')],
  };
  const settings = Object.entries(lists).map(([name, values]) => `-D${name}=${values.join(';')}`);
  await runShown('cmake', 'cmake', ['-S', at('test/fuzz'), '-B', folder, ...settings]);
  const parallel = String(os.availableParallelism());
  const steps = ['--build', folder, '--parallel', parallel, '--target', ...names];
  await runShown('cmake', 'cmake', steps);
  return folder;
}
