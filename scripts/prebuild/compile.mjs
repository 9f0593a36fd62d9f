#!/usr/bin/env node
// Stands where prebuildify expects node-gyp: compiles the addon for the target that HERMETIC_PREBUILD_TARGET names, by
// CMake, into build/Release of the present folder. node-gyp itself can only compile for the machine that it runs on.
import os from 'node:os';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { runShown } from '../lib/run-shown.mjs';
import { runMain } from '../lib/user-error.mjs';
import { TARGETS } from './targets.mjs';

await runMain(async () => {
  const target = TARGETS[process.env.HERMETIC_PREBUILD_TARGET];
  const folder = path.resolve('build');
  // The warnings of this compiler stop no build, nor do they hide its errors: gcc and clang-tidy judge the code. But for
  // what a newer macOS has and the oldest has not: nothing else would find that.
  const { CI: _, ...env } = process.env;
  const define = (name, value) => `-D${name}=${value}`;
  const isMac = target.system === 'Darwin';
  const linker = { Darwin: 'link-macos.mjs', Windows: 'link-windows.mjs' }[target.system];
  const definitions = [
    define('CMAKE_SYSTEM_NAME', target.system),
    define('CMAKE_SYSTEM_PROCESSOR', target.processor),
    define('CMAKE_ASM_COMPILER', process.env.CC),
    define('CMAKE_CXX_FLAGS', isMac ? '-Werror=unguarded-availability' : '-w'),
    define('CMAKE_MODULE_LINKER_FLAGS', '-s'),
    define('CMAKE_LIBRARY_OUTPUT_DIRECTORY', path.join(folder, 'Release')),
    // CMake asks for this program of Apple's before it compiles for macOS, and would call it when it installs.
    define('CMAKE_INSTALL_NAME_TOOL', 'nothing-is-installed'),
    ...(linker
      ? [define('CMAKE_CXX_LINKER_LAUNCHER', path.join(import.meta.dirname, linker))]
      : []),
  ];
  await runShown('cmake', 'cmake', ['-S', repoRoot, '-B', folder, ...definitions], { env });
  await runShown(
    'make',
    'cmake',
    ['--build', folder, '--parallel', String(os.availableParallelism())],
    { env },
  );
});
