// Runs in Node for Windows: prints what the stores hold, and what servers' certificates come to. Its argument is a file of
// JSON: the identities of the servers, the file of more registry entries, a bundle that the environment is to name, and the
// certificates that the test knows.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

import { handshake } from './handshake.mjs';

const { servers, known, more, bundle } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

const nameOf = (der) => known[der.toString('base64')];

/** By the test's names of the certificates; those that Windows itself has brought are left out. */
const byName = (entries) => Object.fromEntries(entries.filter(([name]) => name !== undefined));

const listed = () =>
  byName(
    ssl
      .systemCertificates()
      .map(({ der, source, isAnchor, trustedFor, distrustedFor }) => [
        nameOf(der),
        { source, isAnchor, trustedFor, distrustedFor },
      ]),
  );

const inStore = (store) =>
  byName(
    ssl
      .enumCertificates(store)
      .map(([der, encoding, trust]) => [
        nameOf(der),
        [encoding, trust === true || [...trust].toSorted()],
      ]),
  );

const verified = () =>
  Object.fromEntries(
    Object.entries(servers).map(([name, identity]) => [
      name,
      handshake(ssl.createDefaultContext(), identity),
    ]),
  );

function thrownBy(action) {
  try {
    return `nothing: ${action()}`;
  } catch ({ code, errno, syscall, path, message }) {
    return { code, errno, syscall, path, message };
  }
}

const answer = {
  listed: listed(),
  numListed: ssl.systemCertificates().length,
  root: inStore('ROOT'),
  rootInLowerCase: inStore('root'),
  ca: inStore('CA'),
  numRoot: ssl.enumCertificates('ROOT').length,
  numDistinct: new Set(ssl.enumCertificates('ROOT').map(([der]) => der.toString('base64'))).size,
  crls: ssl.enumCrls('CA').map(([der, encoding]) => [nameOf(der), encoding]),
  noStore: thrownBy(() => ssl.enumCertificates('no such store')),
  noStoreOfCrls: thrownBy(() => ssl.enumCrls('no such störe')),
  nul: thrownBy(() => ssl.enumCertificates('ROOT\0')).code,
  verified: verified(),
};

spawnSync('regedit.exe', ['/S', more], { stdio: 'ignore' });
answer.later = { listed: listed(), verified: verified() };
process.env.SSL_CERT_FILE = bundle;
answer.named = { listed: listed(), verified: verified() };
console.log(JSON.stringify(answer));
