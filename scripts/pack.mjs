// Lays out the published packages: packages/hermetic-ssl, and packages/<target> for each binary in prebuilds/. Prints
// the folders in the order of their publication.
//   node scripts/pack.mjs [--prebuilds DIR] [--out DIR] [--complete] [--repository URL]
// --complete fails if a platform's binary is missing; --repository is compared with the provenance.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readAdvisories } from './openssl/advisories.mjs';
import { readManifest } from './lib/manifest.mjs';
import { repoRoot } from './lib/paths.mjs';
import { compileTypescript } from './lib/typescript.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { releaseOf } from './pack/channel.mjs';
import { ENTRY_TYPES, entryFiles } from './pack/entries.mjs';
import {
  BILL,
  BINARY,
  mainManifest,
  packageName,
  platformManifest,
  VEX,
} from './prebuild/manifests.mjs';
import { billOfMaterials } from './prebuild/sbom.mjs';
import { TARGETS } from './prebuild/targets.mjs';
import { exploitability } from './prebuild/vex.mjs';

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const writeJson = (file, value) => fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

/**
 * @param {{ prebuilds?: string, out?: string, complete?: boolean, repository?: string }} [options]
 * @returns {string[]} the packages' folders, the main one last, since it is published after its dependencies
 */
export function layOut({
  prebuilds = path.join(repoRoot, 'prebuilds'),
  out = path.join(repoRoot, 'packages'),
  complete = false,
  repository,
} = {}) {
  const names = Object.keys(TARGETS).filter((name) =>
    fs.existsSync(path.join(prebuilds, name, BINARY)),
  );
  if (names.length === 0)
    throw new UserError(`${prebuilds} has no binary: make one with "node scripts/prebuild.mjs"`);
  const missing = Object.keys(TARGETS).filter((name) => !names.includes(name));
  if (complete && missing.length > 0)
    throw new UserError(`${prebuilds} has no binary for ${missing.join(', ')}`);
  const root = released(
    names.map((name) => path.join(prebuilds, name)),
    repository,
  );
  // Not the whole folder, in which the caller may have other files.
  for (const name of [...Object.keys(TARGETS), 'hermetic-ssl'])
    fs.rmSync(path.join(out, name), { recursive: true, force: true });
  const folders = names.map((name) => layOutPlatform(root, name, { prebuilds, out }));
  return [...folders, layOutMain(root, names, out)];
}

/** Returns the clone's package.json with the version and the tag of the binaries. */
function released(folders, repository) {
  const root = readManifest();
  const builds = folders.map((folder) => readJson(path.join(folder, 'openssl-build-info.json')));
  const { version, tag } = releaseOf(root.version, builds);
  const origin = repository ? { repository: { type: 'git', url: `git+${repository}.git` } } : {};
  return { ...root, version, ...origin, publishConfig: { access: 'public', tag } };
}

function layOutPlatform(root, name, { prebuilds, out }) {
  const folder = path.join(out, name);
  const from = path.join(prebuilds, name);
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(path.join(from, BINARY), path.join(folder, BINARY));
  fs.copyFileSync(path.join(repoRoot, 'LICENSE'), path.join(folder, 'LICENSE'));
  fs.copyFileSync(path.join(from, 'openssl-LICENSE.txt'), path.join(folder, 'OPENSSL-LICENSE.txt'));
  const manifest = platformManifest(root, name);
  writeJson(path.join(folder, 'package.json'), manifest);
  fs.writeFileSync(path.join(folder, 'README.md'), `${manifest.description}; npm installs it.\n`);
  const openssl = readJson(path.join(from, 'openssl-build-info.json'));
  const bill = billOfMaterials({
    manifest,
    binary: fs.readFileSync(path.join(folder, BINARY)),
    openssl,
    nodeAddonApi: readJson(path.join(repoRoot, 'node_modules', 'node-addon-api', 'package.json')),
  });
  writeJson(path.join(folder, BILL), bill);
  const vex = exploitability({ manifest, openssl, known: readAdvisories() });
  writeJson(path.join(folder, VEX), vex);
  return folder;
}

function layOutMain(root, names, out) {
  const folder = path.join(out, 'hermetic-ssl');
  const addon = path.join(folder, 'addon');
  fs.mkdirSync(addon, { recursive: true });
  const manifest = mainManifest(root, names);
  writeJson(path.join(folder, 'package.json'), manifest);
  const others = ['LICENSE', 'README.md', ...manifest.files];
  for (const file of others.filter((entry) => !entry.startsWith('!') && entry !== 'addon'))
    fs.cpSync(path.join(repoRoot, file), path.join(folder, file), { recursive: true });
  const entries = names.map((name) => entryFiles(name, `${packageName(name)}/${BINARY}`));
  for (const [file, text] of Object.entries(Object.assign({}, ...entries)))
    fs.writeFileSync(path.join(addon, file), text);
  fs.writeFileSync(path.join(addon, 'addon.d.ts'), ENTRY_TYPES);
  return folder;
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const options = {
      prebuilds: { type: 'string' },
      out: { type: 'string' },
      complete: { type: 'boolean' },
      repository: { type: 'string' },
    };
    const { values } = parseArgs({ options });
    await compileTypescript();
    console.log(layOut(values).join('\n'));
  });
}
