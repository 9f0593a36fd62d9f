// Makes the OpenVEX 0.2.0 document of a platform package: for every advisory of deps/openssl/advisories.json, whether
// the package's OpenSSL is affected. The same inputs give the same bytes.
import { stateOf } from '../openssl/advisories.mjs';
import { versionText } from '../openssl/pin.mjs';
import { opensslPurl, packagePurl } from './purl.mjs';

const plain = (text) => text.replaceAll(/[*`]/g, '');

/**
 * @param {object} about
 * @param {{ name: string, version: string }} about.manifest of the platform package
 * @param {{ version: string, fixes?: import('../openssl/pin.mjs').Fixes }} about.openssl its build-info.json
 * @param {import('../openssl/advisories.mjs').Advisories} about.known
 */
export function exploitability({ manifest, openssl, known }) {
  const own = packagePurl(manifest);
  const products = [
    {
      '@id': own,
      identifiers: { purl: own },
      subcomponents: [{ '@id': opensslPurl(openssl), identifiers: { purl: opensslPurl(openssl) } }],
    },
  ];
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `${own}#openvex`,
    author: 'the maintainers of hermetic-ssl',
    role: 'Document Creator',
    timestamp: `${known.reviewed}T00:00:00Z`,
    version: 1,
    statements: known.advisories
      .filter(({ id }) => id !== null)
      .map((advisory) => ({
        vulnerability: { name: advisory.id },
        products,
        ...assess(advisory, openssl),
      })),
  };
}

function assess(advisory, openssl) {
  const { judgement, reason, action, series = [], fixed } = advisory;
  switch (stateOf(advisory, openssl)) {
    case 'version':
      return { status: 'fixed', status_notes: `OpenSSL ${openssl.version} has the fix.` };
    case 'patch':
      return { status: 'fixed', status_notes: `OpenSSL ${versionText(openssl)}: by a patch of ${openssl.fixes.from}.` }; // prettier-ignore
    case 'other series':
      return {
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
        impact_statement: `Only OpenSSL ${series.join(', ')} has the defect.`,
      };
    case 'affected':
      return {
        status: 'affected',
        status_notes: `${plain(reason)}. Fixed in OpenSSL ${fixed.join(', ')}.`,
        action_statement: action,
      };
    default:
      return {
        status: 'not_affected',
        justification: judgement,
        impact_statement: `${plain(reason)}.`,
      };
  }
}
