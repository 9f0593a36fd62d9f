// Runs in Node for Windows: what it trusts by stores in several places, and what revocation lists of stores come to. Its
// argument is a file of JSON: the identities of the servers, the certificates that the test knows, and a file to write.
import fs from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

import { handshake } from './handshake.mjs';

const { servers, known, roots, file } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

const warnings = [];
process.on('warning', ({ code, message }) => warnings.push(`${code}: ${message}`));

const nameOf = (der) => known[der.toString('base64')];

const outcomes = (makeContext) =>
  Object.fromEntries(
    Object.entries(servers).map(([name, identity]) => [name, handshake(makeContext(), identity)]),
  );

function strictly(context) {
  context.verifyFlags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF;
  return context;
}

/** A context that trusts the test's roots and nothing of the platform. */
function bare() {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: roots });
  return context;
}

/** The same, with the lists of the store as a file. */
function withLists() {
  const context = strictly(bare());
  context.loadVerifyLocations({ cafile: file });
  return context;
}

const lists = ssl.enumCrls('CA').map(([der]) => {
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n');
  return `-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`;
});
fs.writeFileSync(file, lists.join(''));

const sources = ssl
  .systemCertificates()
  .map(({ der, source, isAnchor }) => [nameOf(der), isAnchor ? source : `${source} (no anchor)`]);

const outcome = {
  plain: outcomes(() => ssl.createDefaultContext()),
  checked: outcomes(() => strictly(ssl.createDefaultContext())),
  fromFile: outcomes(withLists),
  withoutFile: outcomes(() => strictly(bare())),
};
await new Promise(setImmediate); // warnings come later
console.log(
  JSON.stringify({
    sources: Object.fromEntries(sources.filter(([name]) => name !== undefined)),
    enumerated: ssl.enumCertificates('ROOT').flatMap(([der]) => nameOf(der) ?? []),
    numLists: lists.length,
    ...outcome,
    warnings,
  }),
);
