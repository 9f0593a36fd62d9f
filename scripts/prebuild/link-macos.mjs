#!/usr/bin/env node
// Wraps the compiler when CMake links for macOS: LLD links zig's object files. The pinned zig's own linker exports
// every hidden symbol, keeps unreachable code, and strips nothing: 10,633 names instead of two, and two megabytes more.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';
import { ensureZig } from '../lib/zig.mjs';

const OLDEST_LLD = 16;
const NEWEST_LLD = 30;

/** Returns the linker: the newest with a version in its name, as on Debian, else the one without. */
export function findLinker(env = process.env) {
  const names = ['ld64.lld'];
  for (let version = OLDEST_LLD; version <= NEWEST_LLD; ++version)
    names.unshift(`ld64.lld-${version}`);
  const found = names.map((name) => findOnPath(name, env)).find(Boolean);
  if (found) return found;
  throw new UserError(
    `binaries for macOS need LLD ${OLDEST_LLD} or newer, ld64.lld on PATH:\n` +
      '      apt-get install lld-19 (Debian 12), lld-18 (Ubuntu 24.04)',
  );
}

/**
 * Returns zig's own linker arguments: the C++ library and similar ones, which zig compiles for the target at its first
 * link, and the versions of macOS.
 * @param {string} compiler
 */
function askCompiler(compiler) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hermetic-ssl-link-'));
  try {
    const source = path.join(folder, 'empty.cc');
    fs.writeFileSync(source, '');
    const { stderr } = capture(compiler, ['-shared', '-v', source, '-o', path.join(folder, 'a')]);
    const words = /^zig ld .*$/m.exec(stderr)?.[0].split(' ') ?? [];
    const system = words.indexOf('-platform_version');
    const libraries = words.filter((word) => word.endsWith('.a'));
    if (system < 0 || libraries.length === 0)
      throw new UserError(`${compiler} does not say how it links:\n${stderr}`);
    return { system: words.slice(system, system + 4), libraries };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Converts CMake's arguments for a linking compiler to the linker's: drops options of the compiler, and unwraps -Wl,...
 * @param {string[]} args
 */
export function linkerArguments(args) {
  const kept = [];
  for (const arg of args) {
    if (arg.startsWith('-Wl,')) kept.push(...arg.split(',').slice(1));
    else if (arg === '-s') kept.push('-S', '-x'); // no debug symbols, no local ones
    else if (arg === '-bundle' || arg === '-o' || !arg.startsWith('-')) kept.push(arg);
  }
  return kept;
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const [compiler, ...args] = process.argv.slice(2);
    const { system, libraries } = askCompiler(compiler);
    const architecture = path.basename(compiler).includes('aarch64') ? 'arm64' : 'x86_64';
    const systemLibrary = path.join(await ensureZig(), 'lib', 'libc', 'darwin');
    // An ad-hoc signature: macOS does not load code for arm64 without one.
    const own = ['-arch', architecture, ...system, '-adhoc_codesign', '-dead_strip'];
    const { status, error } = spawnSync(
      findLinker(),
      [...own, ...linkerArguments(args), ...libraries, `-L${systemLibrary}`, '-lSystem'],
      { stdio: 'inherit' },
    );
    if (error) throw error;
    return status ?? 1;
  });
}
