// PKCS#12, PKCS#7, keys and certificates in DER that are cut, changed or nonsense, as arguments of loadCertChain and
// replaceCertChains. Arguments: a JSON file {certPem, keyPem, password, pfx: {name: base64}, keys, certificates (the same)},
// the seed, the number of changes. Every call succeeds or throws a typed error; after a refusal the context still serves.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

import { mutate, randomFrom } from './random.mjs';

const [inputPath, seed, count] = process.argv.slice(2);
const input = JSON.parse(fs.readFileSync(inputPath, 'utf8'));
const { certPem, keyPem, password } = input;
const random = randomFrom(Number(seed));
const binaries = (named) => Object.values(named).map((text) => Buffer.from(text, 'base64'));
const [pfxs, keys, certificates] = [input.pfx, input.keys, input.certificates].map(binaries);
const outcomes = { taken: 0, refused: 0 };

const certDer = ssl.pemCertToDerCert(certPem);
const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
context.loadCertChain({ cert: certPem, key: keyPem });
const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
client.checkHostname = false;
client.verifyMode = ssl.CERT_NONE;

/** Returns the leaf certificate that a client sees. */
function leaf() {
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const [near, far] = [client.wrapBio(a, b), context.wrapBio(b, a, { serverSide: true })];
  for (let i = 0; i < 4; i++)
    for (const side of [near, far]) {
      try {
        side.doHandshake();
      } catch (error) {
        assert.ok(error instanceof ssl.SSLWantReadError, error.stack);
      }
    }
  return near.getpeercert({ binaryForm: true });
}

function attempt(chain) {
  for (const act of [
    () => new ssl.SSLContext(ssl.PROTOCOL_TLS).loadCertChain(chain),
    () => context.replaceCertChains([chain]),
  ]) {
    try {
      act();
      outcomes.taken++;
    } catch (error) {
      assert.ok(error instanceof ssl.SSLError || typeof error.code === 'string', error.stack);
      assert.ok(error.message.length > 0 && !error.message.includes(password), error.message);
      outcomes.refused++;
    }
  }
}

const FORMS = [
  (bytes) => ({ pfx: bytes }),
  (bytes) => ({ cert: certPem, key: bytes }),
  (bytes) => ({ cert: bytes, key: keyPem }),
  (bytes) => ({ cert: [certPem, bytes], key: keyPem }),
  (bytes) => ({ cert: certDer, key: bytes }),
];
const formsOf = (bytes) => (pfxs.includes(bytes) ? FORMS.slice(0, 1) : FORMS.slice(1));

function attemptAll(bytes, forms) {
  for (const form of forms) {
    attempt({ ...form(bytes), password, legacy: random.below(2) === 1 });
    if (random.below(8) === 0) attempt(form(bytes));
  }
}

const originals = [...pfxs, ...keys, ...certificates];
for (const bytes of originals) attemptAll(bytes, FORMS);
for (const bytes of originals)
  for (let at = 0; at < bytes.length; at += 40) attemptAll(bytes.subarray(0, at), formsOf(bytes));
for (let i = 0; i < Number(count); i++) {
  const bytes = random.pick(originals);
  attemptAll(mutate(bytes, random), formsOf(bytes));
}

// As text, and text as DER.
const pem = (label, bytes) =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
const LABELS = ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'RSA PRIVATE KEY', 'PKCS7', 'CERTIFICATE'];
const HEADER = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: ';
const CIPHERS = [
  'DES-CBC,0011223344556677',
  'AES-256-CBC,00',
  'RC2-40-CBC,',
  'NULL,',
  ',',
  'x'.repeat(5000),
];
for (let i = 0; i < Number(count) / 5; i++) {
  const text = pem(random.pick(LABELS), mutate(random.pick(originals), random));
  const headed = text.replace('-----\n', `-----\n${HEADER}${random.pick(CIPHERS)}\n\n`);
  attemptAll(text, FORMS.slice(1));
  attemptAll(headed, FORMS.slice(1));
}

const nested = (depth, tag) => {
  const bytes = Buffer.alloc(depth * 2, Buffer.from([tag, 0x80]));
  return Buffer.concat([bytes, Buffer.alloc(depth * 2)]);
};
for (const bytes of [
  nested(100_000, 0x30),
  nested(100_000, 0xa0),
  Buffer.concat([Buffer.from([0x30, 0x83, 0x09, 0x27, 0xc3, 2, 1, 3]), nested(100_000, 0x30)]),
  Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
  Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 3]),
  Buffer.from([0x30]),
  Buffer.from([0x30, 0x00]),
  Buffer.alloc(10 << 20, 0x30),
  random.bytes(10_000),
])
  attemptAll(bytes, FORMS);

context.replaceCertChains([{ cert: certPem, key: keyPem }]);
assert.deepEqual(leaf(), certDer);
console.log(JSON.stringify(outcomes));
