// Applies patches to the unpacked source: the security patches of a distribution's archive, which deps/openssl/pin.json
// names, and those of deps/openssl/patches. A patch that does not apply exactly stops the build.
import fs from 'node:fs';
import path from 'node:path';
import { patchesOf } from './configure.mjs';
import { capture, mustRun, tail } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @param {ReturnType<import('./configure.mjs').describeBuild>} build
 * @param {{ source: string, archive?: string, work: string, log: (line: string) => void }} where
 *   `archive` is the verified file that `build.fixes` names
 */
export function applyPatches(build, { source, archive, work, log }) {
  const fixes = build.fixes ? unpackFixes(build.fixes, archive, path.join(work, 'patches')) : [];
  for (const { file, label } of [...fixes, ...ownPatches(build)]) {
    log(`OpenSSL ${build.version}: applying ${label}`);
    applyPatch(file, label, source);
  }
}

const ownPatches = ({ channel }) =>
  patchesOf(channel).map((file) => ({ file, label: path.basename(file) }));

/** Extracts only the named patches from the archive. */
function unpackFixes({ folder, patches, from }, archive, target) {
  fs.mkdirSync(target);
  const present = new Set(
    capture('tar', ['-tf', archive]).stdout.split('\n').map((name) => name.replace(/^\.\//, '')),
  ); // prettier-ignore
  const names = patches.map(({ file }) => path.posix.join(folder, file));
  const missing = names.filter((name) => !present.has(name));
  if (missing.length > 0)
    throw new UserError(
      `${archive} does not hold ${missing.join(', ')}, which deps/openssl/pin.json names.`,
    );
  mustRun('tar', ['-xf', archive, '-C', target, ...names]);
  return patches.map(({ file, fixes }, index) => ({
    file: path.join(target, names[index]),
    label: `${file} of ${from} (${fixes.join(', ')})`,
  }));
}

/** Not --batch, which reverts a patch that the source already contains. */
function applyPatch(file, label, source) {
  const { ok, stdout, stderr } = capture('patch', ['-p1', '--fuzz=0', '--force', '-d', source, '-i', file]); // prettier-ignore
  if (!ok)
    throw new UserError(
      `${label} does not fit the source, so the build stops here:\n${tail(`${stdout}${stderr}`, 5)}`,
    );
}
