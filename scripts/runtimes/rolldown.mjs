// The binary of rolldown, by which vitest reads TypeScript, for another platform than this machine's: npm has installed
// the one of this machine only.
import path from 'node:path';
import { readManifest } from '../lib/manifest.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { ensurePinnedPackage } from '../lib/pinned-package.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @param {'rolldown-musl' | 'rolldown-win'} name the folder of deps/ that pins it
 * @returns {Promise<string>} the file, which NAPI_RS_NATIVE_LIBRARY_PATH is to name
 */
export async function rolldownBinary(name) {
  const folder = await ensurePinnedPackage(name, { anyPlatform: true });
  const { version: wanted } = readManifest(path.join(repoRoot, 'node_modules', 'rolldown'));
  const { version: pinned, main } = readManifest(folder);
  if (wanted !== pinned)
    throw new UserError(`deps/${name} pins ${pinned}, and vitest uses ${wanted}: pin that`);
  return path.join(folder, main);
}
