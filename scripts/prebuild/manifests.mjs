// The package.json of each published package, made from the clone's own.
import { ENTRY_EXPORTS } from '../pack/entries.mjs';
import { PACKAGE_SCOPE, TARGETS } from './targets.mjs';

export const BINARY = 'hermetic_ssl.node';
/** The bill of materials, and what scanners should make of it. */
export const BILL = 'sbom.cdx.json';
export const VEX = 'openssl.openvex.json';

/** The name of a target's package. */
export const packageName = (target) => `${PACKAGE_SCOPE}/${target}`;

/** What a target's package has in common with the main one. */
const shared = ({ version, license, engines, repository, publishConfig }) => ({
  ...{ version, license, engines, publishConfig },
  ...(repository ? { repository } : {}),
});

/** Of a platform package: the binary, and nothing that runs. */
export function platformManifest(root, name) {
  const { os, cpu, libc } = TARGETS[name];
  return {
    name: packageName(name),
    description: `The native part of hermetic-ssl for ${name}`,
    ...shared(root),
    os: [os],
    cpu: [cpu],
    ...(libc ? { libc: [libc] } : {}),
    preferUnplugged: true, // Yarn's Plug'n'Play: the system loads no code out of a zip file
    exports: { './hermetic_ssl.node': `./${BINARY}`, './package.json': './package.json' },
    files: [BINARY, 'OPENSSL-LICENSE.txt', BILL, VEX],
  };
}

/**
 * Of the main package: no build, no scripts, no run-time dependency but one binary, chosen by npm.
 * @param {string[]} names of the targets that there is a binary for
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
