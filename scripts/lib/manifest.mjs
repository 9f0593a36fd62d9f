// The clone's package.json, the one place of the package's name, version and entry points.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';

export const readManifest = () =>
  JSON.parse(fs.readFileSync(path.join(repoRoot, 'package.json'), 'utf8'));
