// Makes the package.json of each published package from the clone's own.
import { ENTRY_EXPORTS } from '../pack/entries.mjs';
import { PACKAGE_SCOPE, TARGETS } from './targets.mjs';

export const BINARY = 'hermetic_ssl.node';
/** The bill of materials, and its assessment for scanners. */
export const BILL = 'sbom.cdx.json';
export const VEX = 'openssl.openvex.json';

/** Returns the name of a target's package. */
export const packageName = (target) => `${PACKAGE_SCOPE}/${target}`;

/** The fields that a target's package shares with the main one. */
const shared = ({ version, license, engines, repository, publishConfig }) => ({
  ...{ version, license, engines, publishConfig },
  ...(repository ? { repository } : {}),
});

/** Makes the manifest of a platform package: the binary, without scripts. */
export function platformManifest(root, name) {
  const { os, cpu, libc } = TARGETS[name];
  return {
    name: packageName(name),
    description: `The native part of hermetic-ssl for ${name}`,
    ...shared(root),
    os: [os],
    cpu: [cpu],
    ...(libc ? { libc: [libc] } : {}),
    preferUnplugged: true, // Yarn's Plug'n'Play: the system cannot load code from a zip file
    exports: { './hermetic_ssl.node': `./${BINARY}`, './package.json': './package.json' },
    files: [BINARY, 'OPENSSL-LICENSE.txt', BILL, VEX],
  };
}

/**
 * Makes the manifest of the main package: no build, no scripts, and one binary, chosen by npm, as
 * its only run-time dependency.
 * @param {string[]} names of the targets that have a binary
 */
export function mainManifest(root, names) {
  const { devDependencies: _tools, scripts: _scripts, binary: _build, files, ...rest } = root;
  return {
    ...rest,
    exports: {
      ...root.exports,
      ...ENTRY_EXPORTS,
    },
    files: [...files.filter((file) => !file.startsWith('build/')), 'addon'],
    optionalDependencies: Object.fromEntries(
      names.map((name) => [packageName(name), root.version]),
    ),
  };
}
