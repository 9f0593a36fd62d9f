// Certificates and keys in every form except PKCS#12: from memory, and from files by their content. node:tls is the peer
// that sees what was loaded.
import { createPrivateKey, type KeyExportOptions, type KeyObject } from 'node:crypto';

import { afterAll, describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority } from '../../../helpers/certificates.js';
import { clientContext, unverified } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { encryptKey, makePkcs7, openssl, selfSigned } from '../../../helpers/openssl-files.js';
import { skipUnless } from '../../../helpers/peers.js';
import { seenByNode } from '../../../helpers/seen-by-node.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { localhost, localhostRsa, example, caPem } = pki;
const ed25519 = await pki.root.issue({ dns: ['localhost'], key: 'ed25519' });
const p384 = await pki.root.issue({ dns: ['localhost'], key: 'ecdsa-p384' });
const outerAuthority = await createAuthority({ name: 'outer', parent: pki.root });
const innerAuthority = await createAuthority({ name: 'inner', parent: outerAuthority });
const below = await innerAuthority.issue({ dns: ['localhost'] });
const PASSWORD = 'sécret';

const folder = await TempDirectory.create();
afterAll(() => folder.close());

/** How node:crypto is to write a key. */
type Form = KeyExportOptions<'pem' | 'der'>;
const FORMATS = ['pem', 'der'] as const;

const server = (chain: ssl.CertChain): ssl.SSLContext => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain(chain);
  return context;
};
/** A value that TypeScript would not let through. */
const der = (pem: string): Buffer => ssl.pemCertToDerCert(pem);
const blocks = (pem: string): string[] => pem.match(/-----BEGIN[^]+?-----END.*\n/g) ?? [];
const leafSeen = async (chain: ssl.CertChain, ca = caPem): Promise<Buffer> =>
  (await seenByNode(server(chain), { ca })).leaf;
/** The certificates as they are sent. */
function sent(chain: ssl.CertChain): readonly Buffer[] {
  const client = clientContext(caPem, unverified);
  return connectedPair({ client, server: server(chain) }).client.getUnverifiedChain();
}

const KEYS = { localhost, localhostRsa, ed25519, p384 };
const ENCRYPTED = { cipher: 'aes-256-cbc', passphrase: PASSWORD };
const OLDER = new Map([
  ['rsa', 'pkcs1'],
  ['ec', 'sec1'],
] as const);
function formsOf(key: KeyObject): Form[] {
  const older = OLDER.get(key.asymmetricKeyType as 'rsa' | 'ec');
  const types = older === undefined ? (['pkcs8'] as const) : (['pkcs8', older] as const);
  const plain = types.flatMap((type) => FORMATS.map((format): Form => ({ type, format })));
  const encryptable = plain.filter(({ type, format }) => type === 'pkcs8' || format === 'pem');
  return [...plain, ...encryptable.map((form) => ({ ...form, ...ENCRYPTED }))];
}
const CASES = Object.entries(KEYS).flatMap(([name, identity]) => {
  const key = createPrivateKey(identity.keyPem);
  return formsOf(key).map((form) => ({
    what: `${name}, ${form.type} in ${form.format}${form.cipher ? ', encrypted' : ''}`,
    identity,
    key: key.export(form as KeyExportOptions<'pem'>),
  }));
});

describe('SSLContext.loadCertChain, keys of node:crypto', () => {
  it.each(CASES)('takes $what', async ({ identity, key }) => {
    const cert = identity.certPem;
    expect(await leafSeen({ cert, key, password: PASSWORD })).toEqual(identity.certDer);
  });

  it.each(CASES)('finds $what in a file, whatever its name', async ({ identity, key }) => {
    const certfile = await folder.write('certificate.txt', identity.certDer);
    const keyfile = await folder.write('key.txt', key);
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    context.loadCertChain(certfile, keyfile, PASSWORD);
    expect((await seenByNode(context, { ca: caPem })).leaf).toEqual(identity.certDer);
  });
});

const SCHEMES = [
  ['PBES2, AES-128, HMAC-SHA1', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1']],
  ['PBES2, AES-256, HMAC-SHA512', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512']],
  ['PBES2, Triple DES', ['-v2', 'des3']],
  ['PBES2, scrypt', ['-scrypt', '-scrypt_N', '1024', '-scrypt_r', '8', '-scrypt_p', '1']],
  ['PBES1 of PKCS#12, Triple DES', ['-v1', 'PBE-SHA1-3DES']],
] as const;

describe.for(SCHEMES)('SSLContext.loadCertChain, a key under %s', ([, args]) => {
  it.for(['PEM', 'DER'] as const)('opens it in %s', async (form, test) => {
    skipUnless(test, 'openssl');
    const key = encryptKey(localhost.keyPem, PASSWORD, args, form);
    const cert = localhost.certPem;
    expect(await leafSeen({ cert, key, password: PASSWORD })).toEqual(localhost.certDer);
    expect(() => server({ cert, key, password: 'wrong' })).toThrow(
      /private key of key could not be decrypted: the password is wrong/,
    );
    expect(() => server({ cert, key })).toThrow(typeError('the private key is encrypted'));
  });
});

const RARE = [
  ['RSA-PSS', ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['Ed448', ['ed448']],
  ['ECDSA on P-521', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521']],
] as const;

describe('SSLContext.loadCertChain, kinds of keys', () => {
  it.for(RARE)('takes %s', async ([, newkey], test) => {
    skipUnless(test, 'openssl');
    const { chainPem, keyPem } = await selfSigned(folder, newkey);
    const chains: ssl.CertChain[] = [
      { cert: chainPem, key: keyPem },
      { cert: der(chainPem), key: openssl(['pkey', '-outform', 'DER'], keyPem) },
    ];
    for (const chain of chains) expect(await leafSeen(chain, chainPem)).toEqual(der(chainPem));
  });

  it('refuses a kind that TLS has no use for, with its name', async (test) => {
    skipUnless(test, 'openssl');
    const keyPem = openssl(['genpkey', '-algorithm', 'X25519']).toString();
    const publicFile = await folder.write('x25519.pub', openssl(['pkey', '-pubout'], keyPem));
    const args = ['x509', '-new', '-subj', '/CN=x', '-force_pubkey', publicFile, '-days', '30'];
    const signer = await folder.write('ca.key', pki.root.keyPem);
    const cert = openssl([...args, '-signkey', signer]);
    expect(() => server({ cert, key: keyPem })).toThrow(
      sslError('UNKNOWN_CERTIFICATE_TYPE', { message: 'cert cannot be used' }),
    );
  });
});

describe('SSLContext.loadCertChain, chains', () => {
  const { keyPem: key, chainPem } = below;
  const [leaf = '', inner = '', outer = ''] = blocks(chainPem);
  const wanted = [leaf, inner, outer].map(der);

  it.each<[string, ssl.CertChainInMemory]>([
    ['one text', { cert: chainPem, key }],
    ['an array of PEM', { cert: [leaf, inner, outer], key }],
    ['an array of DER', { cert: wanted, key }],
    ['an array of both', { cert: [leaf, der(inner), Buffer.from(outer)], key }],
    ['a leaf and a bundle', { cert: [leaf, inner + outer], key }],
    ['a key beside the leaf', { cert: [leaf + key, inner, outer] }],
    ['a key beside an intermediate', { cert: [der(leaf), inner + key + outer] }],
  ])('takes %s', async (_name, chain) => {
    expect(sent(chain)).toEqual(wanted);
    expect(await leafSeen(chain)).toEqual(wanted[0]);
  });

  it('sends intermediates in the order in which they are given', () => {
    expect(sent({ cert: [leaf, outer, inner], key })).toEqual([leaf, outer, inner].map(der));
  });

  it('sends what is given, and nothing of the trust store', () => {
    const context = server({ cert: leaf, key });
    context.loadVerifyLocations({ cadata: inner + outer });
    const client = clientContext(caPem, unverified);
    const pair = connectedPair({ client, server: context });
    expect(pair.client.getUnverifiedChain()).toEqual([der(leaf)]);
  });

  it.for(['PEM', 'DER'] as const)('finds leaf and order in PKCS#7, %s', async (form, test) => {
    skipUnless(test, 'openssl');
    // The format sorts its certificates; whatever the order, the leaf must come out first.
    for (const pem of [outer + leaf + inner, leaf + inner + outer, inner + outer + leaf]) {
      const cert = await makePkcs7(folder, pem, form);
      expect(sent({ cert, key })).toEqual(wanted);
    }
  });

  it('refuses PKCS#7 without the certificate of the key', async (test) => {
    skipUnless(test, 'openssl');
    const cert = await makePkcs7(folder, inner + outer, 'DER');
    expect(() => server({ cert, key })).toThrow(
      sslError('KEY_VALUES_MISMATCH', { message: 'does not belong to any certificate of cert' }),
    );
    const empty = openssl(['crl2pkcs7', '-nocrl', '-outform', 'DER']);
    expect(() => server({ cert: empty, key })).toThrow('cert is a PKCS#7 without certificates');
  });

  it('says which certificate should be the first', () => {
    expect(() => server({ cert: [inner, outer, leaf], key })).toThrow(
      sslError('KEY_VALUES_MISMATCH', {
        library: 'X509',
        message: 'key does not belong to the first certificate of cert[0] (certificate of ',
      }),
    );
    expect(() => server({ cert: [inner, outer, leaf], key })).toThrow(
      'it belongs to number 3: put that first',
    );
  });
});

describe('SSLContext.loadCertChain, what cannot be read', () => {
  const { certPem: cert, certDer, keyPem: key } = localhost;
  const keyDer = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  const pemLib = (message: string) =>
    sslError(null, { library: 'SSL', message: `[SSL] PEM lib: ${message}` });
  const asn1Lib = (message: string) =>
    sslError(null, { library: 'SSL', message: `[SSL] ASN1 lib: ${message}` });

  it.each<[string, ssl.CertChainInMemory, Error]>([
    ['no PEM', { cert: 'server', key }, pemLib('cert holds no certificate')],
    ['nothing', { cert: '', key }, pemLib('cert is empty')],
    ['a broken certificate', { cert: cert.replace('MII', 'MIX'), key }, pemLib('cert holds a')],
    ['no key', { cert }, pemLib('cert holds no private key')],
    ['no key in several', { cert: [cert, caPem] }, pemLib('cert[0] holds no private key')],
    ['a key that is none', { cert, key: caPem }, pemLib('key holds no private key')],
    ['a broken key', { cert, key: key.replace('MIG', 'MIX') }, pemLib('key holds a private key')],
    ['a second one that is none', { cert: [cert, 'x'], key }, pemLib('cert[1] holds no cert')],
    [
      'rubbish behind it',
      { cert: cert + cert.replace('MII', 'M'), key },
      sslError('BAD_BASE64_DECODE', {
        library: 'PEM',
        message: '[PEM: BAD_BASE64_DECODE] bad base64 decode: cert holds a cert',
      }),
    ],
    [
      'DER cut short',
      { cert: certDer.subarray(0, 200), key },
      asn1Lib('cert holds no certificate'),
    ],
    ['DER with more', { cert: Buffer.concat([certDer, certDer]), key }, asn1Lib('cert goes on')],
    ['a key as certificate', { cert: keyDer, key }, asn1Lib('cert holds no certificate but a p')],
    ['a certificate as key', { cert, key: certDer }, asn1Lib('key holds no private key')],
    ['a key cut short', { cert, key: keyDer.subarray(0, 60) }, asn1Lib('key holds no private key')],
    [
      'DER without a key',
      { cert: certDer },
      sslError(null, { message: 'cert is DER and holds no private key: give the key too' }),
    ],
  ])('names %s', (_name, chain, error) => {
    expect(() => server(chain)).toThrow(error);
  });

  it('names files', async () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const good = await folder.write('good.pem', cert);
    const bad = await folder.write('bad.pem', 'nothing');
    expect(() => context.loadCertChain(bad, good)).toThrow(pemLib(`certfile '${bad}' holds no`));
    expect(() => context.loadCertChain(good, bad)).toThrow(pemLib(`keyfile '${bad}' holds no`));
    expect(() => context.loadCertChain({ certfile: good, keyfile: bad })).toThrow(
      pemLib('keyfile'),
    );
  });

  it('refuses a key that asks for hours of work', () => {
    const slow = createPrivateKey(key).export({ type: 'pkcs8', format: 'der', ...ENCRYPTED });
    const iterations = slow.indexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]));
    expect(iterations).toBeGreaterThan(0);
    // One byte more for the number, in each of the lengths around it, is one less for the salt.
    const length = slow[iterations - 9] === 8 ? 8 : 16; // newer ones of Node give 16 bytes
    const salt = iterations - length - 2;
    expect(slow.subarray(salt, salt + 2)).toEqual(Buffer.of(0x04, length));
    const changed = Buffer.concat([
      slow.subarray(0, salt),
      Buffer.of(0x04, length - 2),
      slow.subarray(salt + 2, salt + length),
      Buffer.from([0x02, 0x04, 0x7f, 0xff, 0xff, 0xff]),
      slow.subarray(iterations + 4),
    ]);
    expect(() => server({ cert, key: changed, password: PASSWORD })).toThrow(
      /the private key of key asks for more work/,
    );
  });

  it('refuses other types', () => {
    const types = [
      [{ cert: 4 }, 'cert must be'],
      [{ cert: null, key }, 'certfile should be'], // null is none
      [{ cert: [cert, 4], key }, 'cert[1] must be'],
      [{ cert, key: 4 }, 'key must be'],
      [{ cert, key: [key] }, 'key must be'],
      [{ cert, key, legacy: 'yes' }, 'legacy must be a boolean'],
      [{ cert, key, certfile: 'x' }, 'cert and certfile exclude each other'],
      [{ cert, pfx: certDer }, 'cert and pfx exclude each other'],
      [{ key }, 'certfile should be a valid filesystem path, or an object with "cert"'],
      [certDer.buffer, 'certfile should be'],
    ] as const;
    for (const [chain, message] of types)
      expect(() => server(wrong(chain))).toThrow(typeError(message));
    expect(() => server({ cert: [], key })).toThrow(valueError('cert is an empty array'));
    const context = new ssl.SSLContext();
    expect(() => context.loadCertChain(wrong({ cert, key }), null, 'password')).toThrow(
      typeError('keyfile and password belong in the object'),
    );
  });

  it('never asks for the password of a key that is not encrypted', () => {
    const password = vi.fn(() => PASSWORD);
    for (const plain of [key, keyDer, localhost.traditionalKeyPem])
      server({ cert, key: plain, password });
    expect(password).not.toHaveBeenCalled();
  });

  it('leaves what was there before', () => {
    const context = server({ cert, key });
    const chains: ssl.CertChain[] = [
      { cert: example.certDer, key: keyDer },
      { cert, key: certDer },
    ];
    for (const chain of chains) expect(() => context.loadCertChain(chain)).toThrow();
    const client = clientContext(caPem);
    const pair = connectedPair({ client, server: context });
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(certDer);
  });
});
