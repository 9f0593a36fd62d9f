/** The files that scripts name: certificates and keys made on the spot, and what is broken about some of them. */
import { mkdirSync, writeFileSync } from 'node:fs';

import { createAuthority, type IssuedCertificate } from '../../helpers/certificates.js';
import { DH_512, FFDHE3072 } from '../../helpers/dh-parameters.js';
import { certificateFor, hostnameCases } from '../../helpers/hostname-cases.js';
import { subjectHash } from '../../helpers/subject-hash.js';
import type { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { CERTIFICATES } from '../operations/certificates.js';
import { identityOf } from '../operations/host-names.js';

export const PASSWORD = 'sécret';

/** Returns the PEM with one line's base64 replaced by an invalid character. */
const damaged = (pem: string): string => pem.replace(/\n[^\n]{20}/, '\n!');
/** The last line of the base64 left out: valid base64 of half a structure. */
const shortened = (pem: string): string => pem.replace(/\n[^\n]+\n-----END/, '\n-----END');

/** The same in every run, so that outcomes are. */
const SAME = {
  key: 'ecdsa-p256',
  keyLabel: 'differential',
  serialNumber: '0a0b0c',
  notBefore: new Date('2018-08-05T04:03:02Z'),
  notAfter: new Date('2525-10-28T14:23:16Z'),
} as const;

/** The certificates that getpeercert and host names are asked about. */
async function oddCertificates(): Promise<Record<string, string>> {
  const { root } = await testPki();
  const files: Record<string, string> = {};
  for (const [name, options] of Object.entries(CERTIFICATES)) {
    const { keyPem, certPem } = await root.issue({ ...SAME, ...options });
    files[`certificate-${name}.pem`] = keyPem + certPem;
    const { subject = [['CN', name]] } = options;
    const authority = await createAuthority({ ...SAME, ...options, name, subject });
    files[`authority-${name}.pem`] = authority.certPem;
  }
  for (const row of hostnameCases()) {
    const { keyPem, certPem } = await certificateFor(row, root);
    files[identityOf(row)] = keyPem + certPem;
  }
  return files;
}

/** Writes them all. */
export async function writeScriptFiles(folder: TempDirectory): Promise<void> {
  await folder.writeFiles(await keyFiles());
  await folder.writeFiles(await identityFiles());
  await folder.writeFiles(await trustFiles());
  await folder.writeFiles(await oddCertificates());
  mkdirSync(folder.join('directory'));
  mkdirSync(folder.join('hashed'));
  const { root } = await testPki();
  const hash = subjectHash('test root');
  writeFileSync(folder.join('hashed', `${hash}.0`), root.certPem);
  writeFileSync(folder.join('hashed', `${hash}.r0`), await root.crl());
}

async function keyFiles(): Promise<Record<string, string | Uint8Array>> {
  const { localhost, localhostRsa, localhostBelowIntermediate: below, example } = await testPki();
  const { certPem, keyPem, key } = localhost;
  return {
    'cert.pem': certPem,
    'key.pem': keyPem,
    'both.pem': keyPem + certPem,
    'cert-then-key.pem': certPem + keyPem,
    'rsa.pem': localhostRsa.keyPem + localhostRsa.certPem,
    'chain.pem': below.keyPem + below.chainPem,
    'traditional.pem': (localhostRsa.traditionalKeyPem ?? '') + localhostRsa.certPem,
    'encrypted.pem': localhost.encryptedKeyPem(PASSWORD),
    'encrypted-both.pem': localhost.encryptedKeyPem(PASSWORD) + certPem,
    'encrypted-traditional.pem': localhostRsa.key.encryptedTraditionalKeyPem(PASSWORD) ?? '',
    'rsa-cert.pem': localhostRsa.certPem,
    'other-key.pem': example.keyPem,
    'public-key.pem': key.publicKeyPem,
    'damaged-cert.pem': damaged(certPem) + keyPem,
    'damaged-key.pem': certPem + damaged(keyPem),
    'shortened-cert.pem': shortened(certPem) + keyPem,
    'shortened-key.pem': certPem + shortened(keyPem),
    'cert.der': localhost.certDer,
    'key.der': key.keyDer,
    'dh.pem': FFDHE3072,
    'weak-dh.pem': DH_512,
  };
}

/** Servers and clients that verification has something to say about; each file holds key and chain. */
async function identityFiles(): Promise<Record<string, string>> {
  const pki = await testPki();
  const { localhost: _, localhostRsa: __, caPem: ___, ...rest } = pki;
  const identities = Object.entries(rest).filter(([, value]) => 'chainPem' in value);
  return Object.fromEntries(
    identities.map(([name, value]) => {
      const { keyPem, chainPem } = value as IssuedCertificate;
      return [`${name}.pem`, keyPem + chainPem];
    }),
  );
}

async function trustFiles(): Promise<Record<string, string | Uint8Array>> {
  const { root, intermediate, strangerAuthority, localhost } = await testPki();
  const crl = await root.crl({ revoked: [localhost] });
  return {
    'ca.pem': root.certPem,
    'ca.der': root.certDer,
    'intermediate.pem': intermediate.certPem,
    'intermediate.der': intermediate.certDer,
    'stranger-ca.pem': strangerAuthority.certPem,
    'two.pem': root.certPem + intermediate.certPem,
    'twice.pem': root.certPem + root.certPem,
    'ca-and-leaf.pem': root.certPem + localhost.certPem,
    'crl.pem': crl,
    'ca-and-crl.pem': root.certPem + crl,
    'junk-around.pem': `something before\n${root.certPem}something after\n`,
    'crlf.pem': root.certPem.replaceAll('\n', '\r\n'),
    'damaged-ca.pem': damaged(root.certPem),
    'damaged-second.pem': root.certPem + damaged(intermediate.certPem),
    'shortened-ca.pem': shortened(root.certPem),
    'unended.pem': root.certPem.slice(0, -10),
    'trusted.pem': root.certPem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
    'x509.pem': root.certPem.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'),
    'empty.pem': '',
    'text.pem': 'no certificate here\n',
    'binary.pem': Buffer.from([0, 255, 0, 254]),
  };
}
