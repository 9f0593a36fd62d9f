// Builds the addon for Windows that test/windows runs under Wine, and prints its path. It is cached under a key of its
// inputs, so that it is compiled only if they have changed.
//   export HERMETIC_TEST_WINDOWS_BINARY=$(node scripts/emulation/windows-addon.mjs)
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, repoRoot, workBase } from '../lib/paths.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';
import { prebuild } from '../prebuild.mjs';

const TARGET = 'win32-x64';
const FILE = 'hermetic_ssl.node';
const MADE_OF = ['CMakeLists.txt', 'deps', 'native', 'package.json', 'package-lock.json', 'scripts/lib', 'scripts/openssl', 'scripts/prebuild', 'scripts/prebuild.mjs']; // prettier-ignore
const KEPT = 3;

function filesOf(name) {
  const place = path.join(repoRoot, name);
  if (!fs.statSync(place).isDirectory()) return [name];
  return fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => path.relative(repoRoot, path.join(entry.parentPath, entry.name)));
}

function keyOf() {
  const hash = createHash('sha256').update(process.env.HERMETIC_OPENSSL_CHANNEL ?? '');
  for (const file of MADE_OF.flatMap(filesOf).toSorted((a, b) => (a < b ? -1 : 1)))
    hash.update(`\0${file}\0`).update(fs.readFileSync(path.join(repoRoot, file)));
  return hash.digest('hex').slice(0, 16);
}

function forgetOld(home) {
  const folders = fs.readdirSync(home).map((name) => path.join(home, name));
  const age = new Map(folders.map((folder) => [folder, fs.statSync(folder).mtimeMs]));
  for (const folder of folders.toSorted((a, b) => age.get(b) - age.get(a)).slice(KEPT))
    fs.rmSync(folder, { recursive: true, force: true });
}

async function make(folder, isUnchanged) {
  fs.mkdirSync(workBase(), { recursive: true });
  const out = fs.mkdtempSync(path.join(workBase(), 'windows-addon-'));
  try {
    await prebuild(TARGET, { out });
    if (!isUnchanged()) throw new UserError('the sources changed while they were compiled');
    fs.mkdirSync(folder, { recursive: true });
    fs.renameSync(path.join(out, TARGET, FILE), path.join(folder, FILE));
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
}

await runMain(async () => {
  const home = path.join(cacheDir(), 'windows-addon');
  const key = keyOf();
  const folder = path.join(home, key);
  const file = path.join(folder, FILE);
  if (!fs.existsSync(file)) {
    await make(folder, () => keyOf() === key);
    forgetOld(home);
  }
  console.log(file);
});
