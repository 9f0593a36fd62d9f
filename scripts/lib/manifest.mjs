// package.json: the clone's is the one place of the package's name, version and entry points.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';

/** @param {string} folder of the package, this one's without */
export const readManifest = (folder = repoRoot) =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
