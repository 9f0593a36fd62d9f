// Lays out the packages for the tests' registry: this platform's with a real binary, stand-ins for the others.
import fs from 'node:fs';
import path from 'node:path';
import { readPin } from '../openssl/pin.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';
import { layOut } from '../pack.mjs';
import { BINARY } from '../prebuild/manifests.mjs';
import { hostTarget, TARGETS } from '../prebuild/targets.mjs';

/** Returns the binary for this machine's platform: the one that would be published, else the ordinary build. */
export function findBinary() {
  const host = hostTarget();
  if (host === null) throw new UserError('no package is published for this platform');
  const prebuilt = path.join(repoRoot, 'prebuilds', host, BINARY);
  if (fs.existsSync(prebuilt))
    return { host, file: prebuilt, what: `the one of prebuilds/${host}` };
  const built = path.join(repoRoot, 'build', 'Release', BINARY);
  if (fs.existsSync(built)) return { host, file: built, what: 'that of build/Release' };
  throw new UserError('the binary is missing: run "npm run build"');
}

/** Returns the OpenSSL of a binary, determined in a separate process. */
function opensslOf(file) {
  const question = 'console.log(require(process.argv[1]).version().pin)';
  const { ok, stdout, stderr } = capture(process.execPath, ['-e', question, file]);
  if (!ok) throw new UserError(`${file} cannot be loaded:\n${stderr}`);
  const version = stdout.trim();
  const entries = Object.values(readPin().channels);
  return { ...entries.find((entry) => entry.version === version), version, arguments: [] };
}

/**
 * Lays out the packages of every platform.
 * @param {string} folder for them
 * @param {string} file this platform's binary
 * @returns {string[]} their folders, in the order of publication
 */
export function makePackages(folder, { host, file }) {
  const prebuilds = path.join(folder, 'prebuilds');
  const openssl = JSON.stringify(opensslOf(file));
  for (const name of Object.keys(TARGETS)) {
    const target = path.join(prebuilds, name);
    fs.mkdirSync(target, { recursive: true });
    if (name === host) fs.copyFileSync(file, path.join(target, BINARY));
    else fs.writeFileSync(path.join(target, BINARY), `stands for the binary of ${name}\n`);
    fs.writeFileSync(path.join(target, 'openssl-build-info.json'), openssl);
    fs.copyFileSync(path.join(repoRoot, 'LICENSE'), path.join(target, 'openssl-LICENSE.txt'));
  }
  return layOut({ prebuilds, out: path.join(folder, 'packages') });
}
