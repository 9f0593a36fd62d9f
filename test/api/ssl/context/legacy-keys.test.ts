// Keys and PKCS#12 under obsolete encryption: opened with `legacy` alone, and without a trace in the rest of the process.
import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as ssl from 'hermetic-ssl/ssl';

import { sslError, typeError } from '../../../helpers/expected-errors.js';
import { encryptKey, makePfx, openssl, WITH_LEGACY } from '../../../helpers/openssl-files.js';
import { skipUnless } from '../../../helpers/peers.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { seenByNode } from '../../../helpers/seen-by-node.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, localhostBelowIntermediate, caPem } = await testPki();
const PASSWORD = 'sécret';

const folder = await TempDirectory.create();
afterAll(() => folder.close());

const server = (chain: ssl.CertChain): ssl.SSLContext => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain(chain);
  return context;
};
const leafSeen = async (chain: ssl.CertChain): Promise<Buffer> =>
  (await seenByNode(server(chain), { ca: caPem })).leaf;
const unsupported = (what: string, algorithm: string, wayOut: string): Error =>
  sslError('UNSUPPORTED_ALGORITHM', {
    library: 'EVP',
    message: `[EVP: UNSUPPORTED_ALGORITHM] unsupported algorithm: ${what} is encrypted with ${algorithm}, which ${wayOut}`,
  });
const needsLegacy = (what: string, algorithm: string): Error =>
  unsupported(what, algorithm, 'is obsolete: encrypt it again, or pass legacy: true to allow it');

const PKCS8 = [
  ['pbeWithMD5AndDES-CBC', ['-v1', 'PBE-MD5-DES']],
  ['pbeWithSHA1AndDES-CBC', ['-v1', 'PBE-SHA1-DES']],
  ['pbeWithMD5AndRC2-CBC', ['-v1', 'PBE-MD5-RC2-64']],
  ['pbeWithSHA1And40BitRC2-CBC', ['-v1', 'PBE-SHA1-RC2-40']],
  ['pbeWithSHA1And128BitRC2-CBC', ['-v1', 'PBE-SHA1-RC2-128']],
  ['pbeWithSHA1And40BitRC4', ['-v1', 'PBE-SHA1-RC4-40']],
  ['pbeWithSHA1And128BitRC4', ['-v1', 'PBE-SHA1-RC4-128']],
  ['DES-CBC', ['-v2', 'des-cbc']],
  ['RC2-CBC', ['-v2', 'rc2-cbc']],
] as const;

describe.for(PKCS8)('SSLContext.loadCertChain, a key under %s', ([algorithm, args]) => {
  it.for(['PEM', 'DER'] as const)('opens it with legacy alone, in %s', async (form, test) => {
    skipUnless(test, 'openssl');
    for (const { keyPem, certPem: cert, certDer } of [localhost, localhostRsa]) {
      const key = encryptKey(keyPem, PASSWORD, [...args, ...WITH_LEGACY], form);
      const chain = { cert, key, password: PASSWORD };
      expect(await leafSeen({ ...chain, legacy: true })).toEqual(certDer);
      const refused = needsLegacy('the private key of key', algorithm);
      for (const legacy of [undefined, false])
        expect(() => server({ ...chain, legacy })).toThrow(refused);
      // Before the password is asked for, which would not help.
      expect(() => server({ cert, key })).toThrow(refused);
      expect(() => server({ ...chain, legacy: true, password: 'wrong' })).toThrow(
        'could not be decrypted: the password is wrong',
      );
      expect(() => server({ cert, key, legacy: true })).toThrow(typeError('give its password'));
    }
  });
});

describe.for(['DES-CBC', 'RC2-CBC', 'RC2-40-CBC'])('An old PEM key under %s', (cipher) => {
  it('is opened with legacy alone', async (test) => {
    skipUnless(test, 'openssl');
    const protection = [`-${cipher.toLowerCase()}`, '-passout', `pass:${PASSWORD}`];
    const args = ['rsa', '-traditional', ...protection, ...WITH_LEGACY];
    const key = openssl(args, localhostRsa.keyPem);
    expect(key.toString()).toContain(`DEK-Info: ${cipher},`);
    const chain = { cert: localhostRsa.certPem, key, password: PASSWORD };
    expect(await leafSeen({ ...chain, legacy: true })).toEqual(localhostRsa.certDer);
    expect(() => server(chain)).toThrow(needsLegacy('the private key of key', cipher));
    expect(() => server({ ...chain, legacy: true, password: 'wrong' })).toThrow(
      sslError(null, {
        library: 'SSL',
        message: '[SSL] PEM lib: the private key of key could not',
      }),
    );
  });
});

const PFX = [
  ['certificates and key', 'pfx', 'pbeWithSHA1And40BitRC2-CBC', ['-legacy', '-keypbe', 'RC2-CBC']],
  ['certificates', 'pfx', 'pbeWithSHA1And40BitRC2-CBC', ['-legacy']],
  [
    'certificates without a MAC',
    'pfx',
    'pbeWithSHA1And128BitRC2-CBC',
    ['-legacy', '-nomac', '-certpbe', 'PBE-SHA1-RC2-128'],
  ],
  [
    'the key',
    'the private key of pfx',
    'pbeWithSHA1And128BitRC4',
    ['-legacy', '-descert', '-keypbe', 'PBE-SHA1-RC4-128'],
  ],
] as const;

describe('SSLContext.loadCertChain with an obsolete PKCS#12', () => {
  it.for(PFX)('opens one that encrypts %s so, with legacy alone', async (row, test) => {
    skipUnless(test, 'openssl');
    const [, what, algorithm, args] = row;
    const { keyPem, chainPem, certDer } = localhostBelowIntermediate;
    const pfx = await makePfx(folder, keyPem + chainPem, { password: PASSWORD, args });
    const chain = { pfx, password: PASSWORD };
    expect(await leafSeen({ ...chain, legacy: true })).toEqual(certDer);
    for (const password of [PASSWORD, 'wrong', undefined])
      expect(() => server({ pfx, password })).toThrow(needsLegacy(what, algorithm));
    expect(() => server({ ...chain, legacy: true, password: 'wrong' })).toThrow(
      sslError('MAC_VERIFY_FAILURE', {
        library: 'PKCS12',
        message: 'the password of pfx is wrong',
      }),
    );
  });

  it('opens it from a file', async (test) => {
    skipUnless(test, 'openssl');
    const options = { password: PASSWORD, args: ['-legacy'] };
    const pfx = await makePfx(folder, localhost.keyPem + localhost.certPem, options);
    const certfile = await folder.write('legacy.p12', pfx);
    const chain = { certfile, password: PASSWORD, legacy: true };
    expect(await leafSeen(chain)).toEqual(localhost.certDer);
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    expect(() => context.loadCertChain(certfile, null, PASSWORD)).toThrow(
      needsLegacy(`certfile '${certfile}'`, 'pbeWithSHA1And40BitRC2-CBC'),
    );
  });
});

describe('legacy', () => {
  it('opens what is encrypted as today, or not at all', async (test) => {
    skipUnless(test, 'openssl');
    const { keyPem: key, certPem: cert } = localhost;
    const legacy = true;
    const scrypt = encryptKey(key, PASSWORD, ['-scrypt', '-scrypt_N', '1024']);
    const pfx = await makePfx(folder, key + cert, { password: PASSWORD });
    const chains: ssl.CertChain[] = [
      { cert, key, legacy },
      { cert, key: scrypt, password: PASSWORD, legacy },
      { cert, key: localhost.encryptedKeyPem(PASSWORD), password: PASSWORD, legacy },
      { pfx, password: PASSWORD, legacy },
    ];
    for (const chain of chains) expect(await leafSeen(chain)).toEqual(localhost.certDer);
  });

  it('does not help with algorithms that OpenSSL was built without', async (test) => {
    skipUnless(test, 'openssl');
    const { keyPem, certPem: cert } = localhost;
    for (const [cipher, name] of [
      ['bf-cbc', 'BF-CBC'],
      ['cast5-cbc', 'CAST5-CBC'],
    ] as const) {
      const key = encryptKey(keyPem, PASSWORD, ['-v2', cipher, ...WITH_LEGACY]);
      const refused = unsupported('the private key of key', name, 'this OpenSSL does not have');
      for (const legacy of [true, false])
        expect(() => server({ cert, key, password: PASSWORD, legacy })).toThrow(refused);
    }
  });

  it('changes nothing that other code may use', async (test) => {
    skipUnless(test, 'openssl');
    const args = ['-v1', 'PBE-SHA1-RC2-40', ...WITH_LEGACY];
    const key = encryptKey(localhost.keyPem, PASSWORD, args);
    const chain = { cert: localhost.certPem, key, password: PASSWORD };
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const state = () => [
      new Set(hashlib.algorithmsAvailable),
      context.getCiphers(),
      context.getGroups(),
      ssl.getSigalgs(),
    ];
    const before = state();
    context.loadCertChain({ ...chain, legacy: true });
    expect(state()).toEqual(before);
    // MD4 is in the same provider.
    expect(() => hashlib.new('md4')).toThrow('unsupported hash algorithm md4');
    expect(() => context.loadCertChain(chain)).toThrow(sslError('UNSUPPORTED_ALGORITHM'));
  });

  it('opens no file but the one that is given', async (test) => {
    skipUnless(test, 'openssl', 'strace');
    if (process.env['HERMETIC_TEST_NODE']) return test.skip('strace sees what the emulator opens');
    const pfx = await makePfx(folder, localhost.keyPem + localhost.certPem, { args: ['-legacy'] });
    const certfile = await folder.write('empty-password.p12', pfx);
    const log = folder.join('strace.txt');
    await moduleAnswer(
      `
      import { existsSync } from 'node:fs';
      import * as ssl from 'hermetic-ssl/ssl';
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      existsSync('/begin-of-loading');
      context.loadCertChain({ certfile: ${JSON.stringify(certfile)}, legacy: true });
      existsSync('/end-of-loading');
      console.log('{}');`,
      { prefix: ['strace', '-f', '-e', 'trace=file', '-o', log] },
    );
    const [, calls = ''] =
      /begin-of-loading.*\n([^]*)\n.*end-of-loading/.exec(readFileSync(log, 'utf8')) ?? [];
    const paths = [...calls.matchAll(/"([^"]*)"/g)].map(([, path]) => path).filter(Boolean);
    expect(paths).toEqual([certfile]);
  });

  it('keeps nothing of what it opened', async (test) => {
    skipUnless(test, 'openssl');
    const pfx = await makePfx(folder, localhost.keyPem + localhost.certPem, { args: ['-legacy'] });
    const file = await folder.write('again.p12', pfx);
    const grown = await moduleAnswer(`
      import * as ssl from 'hermetic-ssl/ssl';
      const load = () => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        .loadCertChain({ certfile: ${JSON.stringify(file)}, legacy: true });
      for (let i = 0; i < 100; i++) load();
      const before = process.memoryUsage.rss();
      for (let i = 0; i < 400; i++) load();
      console.log(Math.round((process.memoryUsage.rss() - before) / 1024));
    `);
    expect(grown).toBeLessThan(20_000);
  });
});
