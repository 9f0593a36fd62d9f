// Installs the binary of rolldown, which vitest uses to read TypeScript, for another platform, since npm has installed
// only this machine's.
import path from 'node:path';
import { readManifest } from '../lib/manifest.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { ensurePinnedPackage } from '../lib/pinned-package.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @param {'rolldown-musl' | 'rolldown-win'} name the folder of deps/ that pins it
 * @returns {Promise<string>} the file, for NAPI_RS_NATIVE_LIBRARY_PATH
 */
export async function rolldownBinary(name) {
  const folder = await ensurePinnedPackage(name, { anyPlatform: true });
  const { version: wanted } = readManifest(path.join(repoRoot, 'node_modules', 'rolldown'));
  const { version: pinned, main } = readManifest(folder);
  if (wanted !== pinned)
    throw new UserError(`deps/${name} pins ${pinned}, and vitest uses ${wanted}: pin that`);
  return path.join(folder, main);
}
