// Prints the folder of a package's C headers, relative to the clone and with forward slashes, as both builds need it.
import { createRequire } from 'node:module';
import path from 'node:path';
import { repoRoot } from './lib/paths.mjs';

const { include_dir: folder } = createRequire(import.meta.url)(process.argv[2]);
console.log(path.relative(repoRoot, path.resolve(repoRoot, folder)).split(path.sep).join('/'));
