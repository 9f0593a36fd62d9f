#!/usr/bin/env node
// Replaces node-gyp for prebuildify: compiles the addon for the target that HERMETIC_PREBUILD_TARGET names, by CMake,
// into build/Release of the present folder. node-gyp itself can only compile for the machine that it runs on.
import os from 'node:os';
import path from 'node:path';
import { isWanted, launcher } from '../lib/object-cache.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { runShown } from '../lib/run-shown.mjs';
import { runMain } from '../lib/user-error.mjs';
import { TARGETS } from './targets.mjs';

await runMain(async () => {
  const target = TARGETS[process.env.HERMETIC_PREBUILD_TARGET];
  const folder = path.resolve('build');
  // Warnings of this compiler do not stop a build; gcc and clang-tidy check the code. The exception is a function that
  // the oldest macOS lacks, which no other check would find.
  const { CI: _, ...env } = process.env;
  const define = (name, value) => `-D${name}=${value}`;
  const isMac = target.system === 'Darwin';
  const linker = { Darwin: 'link-macos.mjs', Windows: 'link-windows.mjs' }[target.system];
  const definitions = [
    define('CMAKE_SYSTEM_NAME', target.system),
    define('CMAKE_SYSTEM_PROCESSOR', target.processor),
    define('CMAKE_ASM_COMPILER', process.env.CC),
    // Saves 190 KB of 6.06 MB. zig treats -O1 and -O2 as -O3. CMakeLists.txt compiles the engines of PBKDF2 for speed.
    define('CMAKE_CXX_FLAGS_RELEASE', '-Os -DNDEBUG'),
    define('CMAKE_CXX_FLAGS', isMac ? '-Werror=unguarded-availability' : '-w'),
    define('CMAKE_MODULE_LINKER_FLAGS', '-s'),
    define('CMAKE_LIBRARY_OUTPUT_DIRECTORY', path.join(folder, 'Release')),
    // CMake requires this program of Apple's before it compiles for macOS; only an installation would call it.
    define('CMAKE_INSTALL_NAME_TOOL', 'nothing-is-installed'),
    ...(linker
      ? [define('CMAKE_CXX_LINKER_LAUNCHER', path.join(import.meta.dirname, linker))]
      : []),
    ...(isWanted() ? [define('CMAKE_CXX_COMPILER_LAUNCHER', launcher())] : []),
  ];
  await runShown('cmake', 'cmake', ['-S', repoRoot, '-B', folder, ...definitions], { env });
  await runShown(
    'make',
    'cmake',
    ['--build', folder, '--parallel', String(os.availableParallelism())],
    { env },
  );
});
