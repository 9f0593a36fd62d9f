// Provides the requirements of vitest in node.exe under Wine: Node for Windows, the addon, and a library that
// rolldown's binary needs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, repoRoot } from '../../lib/paths.mjs';
import { ensurePinnedPackage } from '../../lib/pinned-package.mjs';
import { runShown } from '../../lib/run-shown.mjs';
import { UserError } from '../../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../../lib/work-dir.mjs';
import { zigPrograms } from '../../lib/zig.mjs';
import { TARGETS } from '../../prebuild/targets.mjs';

const TARGET = 'win32-x64';

export async function windowsNode() {
  return path.join(await ensurePinnedPackage('node-win', { anyPlatform: true }), 'bin', 'node.exe');
}

/** Returns HERMETIC_TEST_WINDOWS_BINARY, or the addon that scripts/emulation/windows-addon.mjs caches or compiles. */
export async function windowsAddon() {
  const named = process.env.HERMETIC_TEST_WINDOWS_BINARY;
  if (named) return path.resolve(named);
  const script = path.join(repoRoot, 'scripts', 'emulation', 'windows-addon.mjs');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    return stdout.trim().split('\n').at(-1);
  } catch (error) {
    throw new UserError(`the addon for Windows is not available:\n${error.stderr}`);
  }
}

/** Returns the library bcryptprimitives, compiled once for each version of its source. */
export async function windowsLibrary() {
  const source = path.join(repoRoot, 'scripts', 'emulation', 'wine', 'bcryptprimitives.c');
  const key = createHash('sha256').update(fs.readFileSync(source)).digest('hex').slice(0, 16);
  const file = path.join(cacheDir(), 'wine', key, 'bcryptprimitives.dll');
  if (fs.existsSync(file)) return file;
  const { CC } = await zigPrograms(TARGETS[TARGET].zig);
  // Uses a separate folder, since the linker writes additional files.
  const folder = makeWorkDir('wine-library');
  try {
    const made = path.join(folder, path.basename(file));
    const args = ['-shared', '-O2', '-o', made, source, '-ladvapi32'];
    await runShown('bcryptprimitives.dll', CC, args);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.renameSync(made, file);
  } finally {
    removeTree(folder);
  }
  return file;
}
