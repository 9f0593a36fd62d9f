#!/usr/bin/env node
// Wraps the compiler when CMake links for Windows, to remove what LLD adds to the file: the time, the names of zig's
// unwinder, which is compiled to export them, and the path of zig's C++ library.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { runMain } from '../lib/user-error.mjs';
import { ensureZig } from '../lib/zig.mjs';
import { forgetFolder, keepExports } from './trim-pe.mjs';

/** The names of native/exports.def. */
function entryPoints() {
  const text = fs.readFileSync(path.join(repoRoot, 'native', 'exports.def'), 'utf8');
  return text.split('\n').slice(1).filter(Boolean).map((line) => line.trim()); // prettier-ignore
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const [compiler, ...args] = process.argv.slice(2);
    // LLD also reads this variable; zig passes on only the arguments that it knows.
    const env = { ...process.env, LINK: '/timestamp:0' };
    const { status, error } = spawnSync(compiler, args, { stdio: 'inherit', env });
    if (error) throw error;
    if (status !== 0) return status ?? 1;
    const file = args[args.indexOf('-o') + 1];
    const bytes = fs.readFileSync(file);
    keepExports(bytes, entryPoints());
    forgetFolder(bytes, await ensureZig());
    fs.writeFileSync(file, bytes);
    return 0;
  });
}
