// Installs the package in a folder as for a user: the published form, with this platform's binary. A clone differs: it
// has no platform package, and a larger package.json.
import { cpSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { hostTarget } from '../../scripts/prebuild/targets.mjs';
import { layOut } from '../../scripts/pack.mjs';
import { compileTypescript } from '../../scripts/lib/typescript.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/** The name of an empty package. */
export const EMPTY = 'empty';

/**
 * @param {string} folder the parent of the new node_modules
 * @returns {Promise<{ child: string, binary: string }>} the program to measure with, which sees that node_modules, and the
 * file that is measured
 */
export async function install(folder) {
  const target = hostTarget();
  const binary = path.join('prebuilds', `${target}`, 'hermetic_ssl.node');
  if (!existsSync(path.join(ROOT, binary)))
    throw new Error(`there is no ${binary}: node scripts/prebuild.mjs makes it`);
  await compileTypescript();
  const [prebuilds, packages] = ['prebuilds', 'packages'].map((name) => path.join(folder, name));
  cpSync(path.join(ROOT, 'prebuilds', target), path.join(prebuilds, target), { recursive: true });
  layOut({ prebuilds, out: packages });
  const modules = path.join(folder, 'node_modules');
  cpSync(path.join(packages, 'hermetic-ssl'), path.join(modules, 'hermetic-ssl'), {
    recursive: true,
  });
  cpSync(path.join(packages, target), path.join(modules, '@hermetic-ssl', target), {
    recursive: true,
  });
  // Makes an empty package, to measure how long Node takes to find and load any package.
  const empty = path.join(modules, EMPTY);
  mkdirSync(empty);
  writeFileSync(
    path.join(empty, 'package.json'),
    '{ "type": "module", "exports": "./index.js" }\n',
  );
  writeFileSync(path.join(empty, 'index.js'), 'export default null;\n');
  const child = path.join(folder, 'child.mjs');
  copyFileSync(CHILD, child);
  return { child, binary };
}
