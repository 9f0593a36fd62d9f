// Input of a kind that an argument does not take, and what the messages say to do about it, done.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { serverContext } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { FFDHE3072 } from '../../../helpers/dh-parameters.js';
import { makePfx, makePkcs7, openssl } from '../../../helpers/openssl-files.js';
import { peerPath, skipUnless } from '../../../helpers/peers.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, intermediate, localhost, localhostRsa, localhostBelowIntermediate } = await testPki();
const { certPem: cert, keyPem: key } = localhost;
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const server = (chain: ssl.CertChain): void =>
  new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).loadCertChain(chain);
function trusting(locations: ssl.VerifyLocations): ssl.SSLContext {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations(locations);
  return context;
}

describe('an argument of loadCertChain that holds something else', () => {
  const { publicKeyPem } = localhost.key;

  it('is recognised: certificate and key, swapped', () => {
    const swapped = 'are cert and key swapped?';
    expect(() => server({ cert: key, key: cert })).toThrow(`no certificate but a private key: ${swapped}`);
    expect(() => server({ cert, key: cert })).toThrow(`no private key but a certificate: ${swapped}`);
    const der = { cert: localhost.key.keyDer, key: localhost.certDer };
    expect(() => server(der)).toThrow(swapped);
    expect(() => server({ cert: der.key, key: der.cert })).not.toThrow();
  }); // prettier-ignore

  it('is recognised: a public key, a revocation list, parameters', async () => {
    const crl = await root.crl();
    expect(() => server({ cert: publicKeyPem, key })).toThrow('no certificate but a public key');
    expect(() => server({ cert, key: publicKeyPem })).toThrow('the private key is in another file');
    expect(() => server({ cert: crl, key })).toThrow(
      'no certificate but a revocation list: loadVerifyLocations takes it',
    );
    expect(() => trusting({ cadata: crl })).not.toThrow();
    expect(() => server({ cert: FFDHE3072, key })).toThrow('no certificate but DH parameters');
  });

  it('is recognised: a certificate signing request, in PEM and DER', async (test) => {
    skipUnless(test, 'openssl');
    const file = await folder.write('request-key.pem', key);
    for (const form of ['PEM', 'DER']) {
      const args = ['req', '-new', '-key', file, '-subj', '/CN=x', '-outform', form];
      const request = openssl(args);
      expect(() => server({ cert: request, key })).toThrow(
        'no certificate but a certificate signing request: use the certificate that the authority',
      );
      expect(() => server({ cert, key: request })).toThrow('the private key is in another file');
    }
  });

  it('says what is missing when the text of certificates has no key', () => {
    expect(() => server({ cert })).toThrow('cert holds no private key ("BEGIN PRIVATE KEY"): give');
  });

  it('takes PKCS#12 as pfx, as the message says', async (test) => {
    skipUnless(test, 'openssl');
    const pfx = await makePfx(folder, cert + key, { password: 'secret' });
    expect(() => server({ cert: pfx, key })).toThrow('give it as pfx');
    expect(() => server({ cert, key: pfx })).toThrow('give it as pfx');
    expect(() => server({ pfx, password: 'secret' })).not.toThrow();
    const text = Buffer.from(pfx.toString('base64'));
    expect(() => server({ pfx: text, password: 'secret' })).toThrow('pfx is base64 without BEGIN');
    expect(() => server({ pfx: Buffer.from(cert) })).toThrow('give it as cert and key');
  });
});

describe('a key in the format of OpenSSH', () => {
  const made = (type: string): string | null => {
    const file = folder.join(`ssh ${type}`);
    const run = spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
    return run.status === 0 ? file : null;
  };

  it.for(['rsa', 'ecdsa'])('can be rewritten as the message says: %s', (type, test) => {
    const file = made(type);
    if (file === null) return test.skip('needs ssh-keygen, which was not found or does not run');
    const message = 'no private key but a private key in OpenSSH\'s own format: ssh-keygen -p -m PKCS8 -f FILE'; // prettier-ignore
    expect(() => server({ cert, key: readFileSync(file) })).toThrow(message);
    const both = cert + readFileSync(file, 'utf8');
    expect(() => server({ cert: both })).toThrow(message);
    spawnSync('ssh-keygen', ['-p', '-m', 'PKCS8', '-f', file], { input: '\n\n' });
    // It is read now; it is another key than the certificate's.
    const mismatch = /KEY_(TYPE|VALUES)_MISMATCH/;
    expect(() => server({ cert, key: readFileSync(file) })).toThrow(mismatch);
  });
});

describe('a keystore of Java', () => {
  it('can be turned into PKCS#12 as the message says', async (test) => {
    skipUnless(test, 'keytool', 'openssl');
    const pfx = await folder.write('a.p12', await makePfx(folder, cert + key, { password: 'secret' }));
    const store = folder.join('a.jks');
    const keytool = (...args: string[]) => spawnSync(peerPath('keytool'), args, { encoding: 'utf8' });
    const passwords = ['-srcstorepass', 'secret', '-deststorepass', 'secret', '-noprompt'];
    keytool('-importkeystore', '-srckeystore', pfx, '-destkeystore', store, '-deststoretype', 'JKS', ...passwords);
    const jks = readFileSync(store);
    expect(() => server({ pfx: jks, password: 'secret' })).toThrow('keytool -importkeystore -srckeystore FILE -destkeystore out.p12 -deststoretype PKCS12');
    expect(() => server({ cert: jks, key })).toThrow('a keystore of Java (JKS)');
    const out = folder.join('out.p12');
    keytool('-importkeystore', '-srckeystore', store, '-destkeystore', out, '-deststoretype', 'PKCS12', ...passwords);
    expect(() => server({ pfx: readFileSync(out), password: 'secret' })).not.toThrow();
  }); // prettier-ignore
});

describe('loadVerifyLocations', () => {
  it('takes DER and PKCS#7 in files and in memory, and verifies with them', async (test) => {
    skipUnless(test, 'openssl');
    for (const content of [
      root.certDer,
      Buffer.concat([intermediate.certDer, root.certDer]),
      await makePkcs7(folder, root.certPem, 'PEM'),
      await makePkcs7(folder, root.certPem + intermediate.certPem, 'DER'),
    ]) {
      const cafile = await folder.write('ca', content);
      for (const locations of [{ cafile }, { cadata: content }, { cadata: [content] }]) {
        const pair = connectedPair({
          client: trusting(locations),
          server: serverContext(localhostBelowIntermediate),
        });
        expect(pair.client.getVerifiedChain()).toHaveLength(3);
      }
    }
  });

  it('takes revocation lists in cadata, PEM and DER, and refuses what is on them', async () => {
    const crl = await root.crl({ revoked: [localhost] });
    const der = Buffer.from(crl.replaceAll(/-----[^-]+-----/g, ''), 'base64');
    for (const cadata of [
      root.certPem + crl,
      Buffer.from(crl + root.certPem),
      [root.certPem, der],
      Buffer.concat([root.certDer, der]),
      [der, root.certDer],
    ]) {
      const client = trusting({ cadata });
      expect(client.certStoreStats()).toEqual({ x509: 1, x509Ca: 1, crl: 1 });
      client.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF;
      const pair = makePair({ client, server: serverContext(localhost) });
      expect(tryHandshake(pair).client).toMatchObject({ verifyCode: 23 });
    }
  });

  it('takes the lists of a PKCS#7', async (test) => {
    skipUnless(test, 'openssl');
    const [list, ca] = [folder.join('list.pem'), await folder.write('root.pem', root.certPem)];
    await folder.write('list.pem', await root.crl());
    const bundle = openssl(['crl2pkcs7', '-in', list, '-certfile', ca]);
    expect(trusting({ cadata: bundle }).certStoreStats()).toEqual({ x509: 1, x509Ca: 1, crl: 1 });
    expect(() => server({ cert: openssl(['crl2pkcs7', '-in', list]), key })).toThrow(
      'cert is a PKCS#7 without certificates',
    );
  });

  it('takes trusted blocks in memory as in files', async (test) => {
    skipUnless(test, 'openssl');
    const trusted = openssl(['x509', '-trustout', '-addtrust', 'serverAuth'], root.certPem);
    expect(trusted.toString()).toContain('BEGIN TRUSTED CERTIFICATE');
    const client = trusting({ cadata: trusted });
    expect(connectedPair({ client, server: serverContext(localhost) }).client.version()).toBe(
      'TLSv1.3',
    );
  });

  it('names the way from a PKCS#12 to its certificates, which works', async (test) => {
    skipUnless(test, 'openssl');
    const file = await folder.write('ca.p12', await makePfx(folder, root.certPem + root.keyPem));
    const way = 'openssl pkcs12 -in FILE -nokeys -out ca.pem';
    expect(() => trusting({ cafile: file })).toThrow(way);
    expect(() => trusting({ cadata: readFileSync(file) })).toThrow(way);
    const out = folder.join('ca-of-p12.pem');
    openssl(['pkcs12', '-in', file, '-nokeys', '-out', out, '-passin', 'pass:']);
    expect(trusting({ cafile: out }).certStoreStats().x509).toBe(1);
  });

  it('says where DER is cut short, or goes on with something else', () => {
    const half = root.certDer.subarray(0, 200);
    expect(() => trusting({ cadata: half })).toThrow(
      `it is cut short: 200 bytes of ${root.certDer.length}`,
    );
    expect(() => trusting({ cadata: Buffer.concat([root.certDer, half]) })).toThrow(
      /cadata continues after its certificate 1 with data that cannot be read: it is cut short/,
    );
    expect(() => trusting({ cadata: Buffer.concat([root.certDer, Buffer.from('A')]) })).toThrow(
      sslError(null, { library: 'ASN1', message: 'cadata continues after its certificate 1' }),
    );
  });

  it('distinguishes keys and requests from certificates', () => {
    for (const content of [localhost.keyPem, localhost.key.keyDer])
      expect(() => trusting({ cadata: content })).toThrow('but a private key');
  });
});

describe('loadDhParams', () => {
  it('names the way from DER, which works', async (test) => {
    skipUnless(test, 'openssl');
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const der = await folder.write('dh.der', openssl(['dhparam', '-outform', 'DER'], FFDHE3072));
    const way = 'openssl dhparam -inform DER -in FILE -out dh.pem';
    expect(() => context.loadDhParams(der)).toThrow(way);
    const pem = folder.join('dh.pem');
    openssl(['dhparam', '-inform', 'DER', '-in', der, '-out', pem]);
    expect(() => context.loadDhParams(pem)).not.toThrow();
  });

  it('distinguishes other content from parameters', async () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const file = await folder.write('not-dh.pem', localhostRsa.certPem);
    expect(() => context.loadDhParams(file)).toThrow(
      sslError('NO_START_LINE', { message: `path '${file}' holds no DH parameters but a cert` }),
    );
  });
});
