// Reads package.json, the only place with the package's name, version and entry points.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';

/** @param {string} folder of the package; by default this repository */
export const readManifest = (folder = repoRoot) =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
