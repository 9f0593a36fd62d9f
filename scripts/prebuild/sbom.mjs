// Makes the bill of materials of a platform package, in CycloneDX 1.6: the components of the binary, with the pinned
// checksums of their sources. The same inputs give the same bytes: no date, no serial number.
import { createHash } from 'node:crypto';
import { versionText } from '../openssl/pin.mjs';
import { decoderPurl, opensslPurl, packagePurl } from './purl.mjs';

const sha256 = (content) => ({ alg: 'SHA-256', content });
const licensed = (id) => [{ license: { id } }];

/** Returns the applied security patches, each a backport from a later release. */
function pedigree({ fixes }) {
  if (!fixes) return {};
  const patches = fixes.patches.map(({ fixes: ids }) => ({
    type: 'backport',
    resolves: ids.map((id) => ({ type: 'security', id, name: id })),
  }));
  const files = fixes.patches.map(({ file }) => file).join(', ');
  const notes = `${files}, of ${fixes.archive} (SHA-256 ${fixes.sha256})`;
  return { pedigree: { patches, notes } };
}

/** Returns the library whose decoder is in libcrypto. The sum is that of the distribution's archive. */
function decoderPart({ name, version, archive, sha256: sum, license }) {
  return {
    type: 'library',
    'bom-ref': decoderPurl({ name, version }),
    name,
    version,
    description: `the decoder of ${name}, for compressed certificates, linked statically, every symbol hidden`,
    licenses: licensed(license),
    purl: decoderPurl({ name, version }),
    hashes: [sha256(sum)],
    properties: [{ name: 'source', value: archive }],
  };
}

/**
 * @param {object} about
 * @param {{ name: string, version: string, license: string }} about.manifest of the platform package
 * @param {Buffer} about.binary
 * @param {{ version: string, sha256: string, arguments: string[], target: string, fixes?: import('../openssl/pin.mjs').Fixes,
 *   decoders?: import('../openssl/pin.mjs').Decoder[] }} about.openssl its build-info.json
 * @param {{ version: string, license: string }} about.nodeAddonApi whose headers are compiled in
 */
export function billOfMaterials({ manifest, binary, openssl, nodeAddonApi }) {
  const own = packagePurl(manifest);
  const parts = [
    {
      type: 'library',
      'bom-ref': opensslPurl(openssl),
      name: 'openssl',
      version: openssl.version,
      description: `OpenSSL ${versionText(openssl)}, linked statically, every symbol hidden`,
      licenses: licensed('Apache-2.0'),
      purl: opensslPurl(openssl),
      cpe: `cpe:2.3:a:openssl:openssl:${openssl.version}:*:*:*:*:*:*:*`,
      hashes: [sha256(openssl.sha256)],
      ...pedigree(openssl),
      properties: [{ name: 'configure', value: openssl.arguments.join(' ') }],
    },
    ...(openssl.decoders ?? []).map(decoderPart),
    {
      type: 'library',
      'bom-ref': `pkg:npm/node-addon-api@${nodeAddonApi.version}`,
      name: 'node-addon-api',
      version: nodeAddonApi.version,
      description: 'headers, compiled in',
      licenses: licensed(nodeAddonApi.license),
      purl: `pkg:npm/node-addon-api@${nodeAddonApi.version}`,
    },
  ];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'library',
        'bom-ref': own,
        name: manifest.name,
        version: manifest.version,
        licenses: licensed(manifest.license),
        purl: own,
        hashes: [sha256(createHash('sha256').update(binary).digest('hex'))],
      },
    },
    components: parts,
    dependencies: [
      { ref: own, dependsOn: parts.map((part) => part['bom-ref']) },
      ...parts.map((part) => ({ ref: part['bom-ref'] })),
    ],
  };
}
