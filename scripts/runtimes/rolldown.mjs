// The binary of rolldown, by which vitest reads TypeScript, for another platform than this machine's: npm has installed
// the one of this machine only.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { ensurePinnedPackage } from '../lib/pinned-package.mjs';
import { UserError } from '../lib/user-error.mjs';

const manifestOf = (folder) =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

/**
 * @param {'rolldown-musl' | 'rolldown-win'} name the folder of deps/ that pins it
 * @returns {Promise<string>} the file, which NAPI_RS_NATIVE_LIBRARY_PATH is to name
 */
export async function rolldownBinary(name) {
  const folder = await ensurePinnedPackage(name, { anyPlatform: true });
  const { version: wanted } = manifestOf(path.join(repoRoot, 'node_modules', 'rolldown'));
  const { version: pinned, main } = manifestOf(folder);
  if (wanted !== pinned)
    throw new UserError(`deps/${name} pins ${pinned}, and vitest uses ${wanted}: pin that`);
  return path.join(folder, main);
}
