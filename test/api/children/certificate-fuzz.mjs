// Certificates, keys and lists that are cut, changed or nonsense. Arguments: a JSON file {certPem, keyPem, encryptedKeyPem,
// crlPem, authorities: [PEM]}, the seed, the number of changes. Every call succeeds or throws a typed error.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import * as ssl from 'hermetic-ssl/ssl';

import { mutate, randomFrom } from './random.mjs';

const [inputPath, seed, count] = process.argv.slice(2);
const { certPem, keyPem, encryptedKeyPem, crlPem, authorities } = JSON.parse(
  fs.readFileSync(inputPath, 'utf8'),
);
const random = randomFrom(Number(seed));
const scratch = path.join(path.dirname(inputPath), 'scratch.pem');
const outcomes = { taken: 0, refused: 0 };

// As the platform's bundle: broken entries cause a warning, which is not checked here.
process.env.SSL_CERT_FILE = scratch;
process.removeAllListeners('warning');

function attempt(act) {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS);
  try {
    act(context);
    outcomes.taken++;
  } catch (error) {
    assert.ok(error instanceof ssl.SSLError || typeof error.code === 'string', error.stack);
    outcomes.refused++;
  }
  try {
    const list = context.getCaCerts();
    assert.ok(list.every((certificate) => !('nativeError' in certificate)));
    assert.equal(list.length, context.getCaCerts({ binaryForm: true }).length);
  } catch (error) {
    assert.ok(error instanceof ssl.SSLError, error.stack);
  }
}

function tryText(text) {
  attempt((context) => context.loadCertChain({ cert: text, key: keyPem }));
  attempt((context) => context.loadCertChain({ cert: certPem, key: text, password: 'password' }));
  attempt((context) => context.loadVerifyLocations({ cadata: text }));
  attempt((context) =>
    context.loadVerifyLocations({ cadata: [authorities[0], Buffer.from(text)] }),
  );
  attempt(() => ssl.pemCertToDerCert(String(text)));
  fs.writeFileSync(scratch, text);
  attempt((context) => context.loadVerifyLocations({ cafile: scratch }));
  attempt((context) => context.loadDhParams(scratch));
  attempt((context) => context.loadDefaultCerts());
  assert.ok(ssl.systemCertificates().every(({ der }) => der.length > 0));
}

const texts = [certPem, keyPem, encryptedKeyPem, crlPem, ...authorities];
for (const text of texts) for (let at = 0; at < text.length; at += 50) tryText(text.slice(0, at));
for (const text of texts) {
  for (let i = 0; i < Number(count) / 20; i++) tryText(mutate(Buffer.from(text), random));
}

// Text around blocks, and lines that are too long or too short.
const PIECES = [
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '-----BEGIN PRIVATE KEY-----',
];
PIECES.push(
  '-----',
  'BEGIN ',
  'Proc-Type: 4,ENCRYPTED',
  '\\n',
  '\n',
  '\r',
  ' ',
  '"',
  '> ',
  '\ufeff',
  '\0',
  'MIIB',
);
for (let i = 0; i < Number(count); i++) {
  const pieces = Array.from({ length: 1 + random.below(12) }, () => random.pick(PIECES));
  tryText(random.below(2) === 0 ? pieces.join('') : random.pick(authorities) + pieces.join(''));
}

// Valid base64 around changed DER: the decoder sees every change.
for (let i = 0; i < Number(count); i++) {
  const der = ssl.pemCertToDerCert(random.pick(authorities));
  const changed = mutate(der, random);
  if (changed.length === 0) continue;
  attempt((context) => context.loadVerifyLocations({ cadata: changed }));
  attempt((context) => context.loadCertChain({ cert: ssl.derCertToPemCert(changed), key: keyPem }));
  const trusted = ssl.derCertToPemCert(changed).replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE');
  fs.writeFileSync(scratch, trusted + ssl.derCertToPemCert(changed));
  attempt((context) => context.loadDefaultCerts());
}

const nested = (depth, tag) => {
  const bytes = Buffer.alloc(depth * 2, Buffer.from([tag, 0x80]));
  return Buffer.concat([bytes, Buffer.alloc(depth * 2)]);
};
for (const bytes of [
  nested(100_000, 0x30),
  nested(100_000, 0xa0),
  random.bytes(10_000),
  Buffer.alloc(10 << 20, 'junk '),
  Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
]) {
  attempt((context) => context.loadVerifyLocations({ cadata: bytes }));
  tryText(ssl.derCertToPemCert(bytes));
}
tryText('-----BEGIN CERTIFICATE-----\n'.repeat(100_000));
tryText('-----BEGIN CERTIFICATE-----'.repeat(100_000));
tryText('-----BEGIN CERTIFICATE-----\\n '.repeat(100_000));
tryText('-----END CERTIFICATE-----\n'.repeat(100_000));
tryText('-'.repeat(1 << 20));
tryText('junk\n'.repeat(2 << 20));
tryText(certPem.repeat(500));
console.log(JSON.stringify(outcomes));
