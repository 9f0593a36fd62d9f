// SSLContext.replaceCertChains: what it refuses, and that nothing has changed then.
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { serverContext, tls13, type Change } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { chainOf, kindsShown, replace, shown } from '../../../helpers/swapped-certificates.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, localhostRsa } = await testPki();
const localhostEd25519 = await root.issue({ dns: ['localhost'], key: 'ed25519' });
const renewed = await root.issue({ commonName: 'renewed', dns: ['localhost'] });
/** A value that TypeScript would not let through. */
const small = await root.issue({ dns: ['localhost'], key: 'rsa2048' });
const securityLevel3: Change = (context) => context.setCiphers('@SECLEVEL=3:ALL');

describe('SSLContext.replaceCertChains, a failure', () => {
  const good = chainOf(renewed);

  it.each<[string, unknown[], Error]>([
    [
      'a certificate that cannot be read',
      [good, { cert: 'nothing', key: localhostRsa.keyPem }],
      sslError(null, { library: 'SSL', message: '[SSL] PEM lib: chains[1].cert holds no cert' }),
    ],
    [
      'an intermediate that cannot be read',
      [good, { cert: [localhostRsa.certPem, 'nothing'], key: localhostRsa.keyPem }],
      sslError(null, { message: '[SSL] PEM lib: chains[1].cert[1] holds no certificate' }),
    ],
    [
      'a key of another certificate',
      [good, { cert: localhostRsa.certPem, key: small.keyPem }],
      sslError('KEY_VALUES_MISMATCH', { message: 'chains[1].key does not belong' }),
    ],
    [
      'a file that is not there',
      [good, { certfile: '/nonexistent' }],
      expect.objectContaining({ code: 'ENOENT', path: resolve('/nonexistent') }) as Error,
    ],
    [
      'no PKCS#12',
      [good, { pfx: localhost.certDer }],
      sslError('DECODE_ERROR', { library: 'PKCS12', message: 'chains[1].pfx holds no PKCS#12' }),
    ],
    [
      'a missing password',
      [good, { ...chainOf(localhostRsa), key: localhostRsa.encryptedKeyPem('x') }],
      typeError('the private key is encrypted: give its password (chains[1].key)'),
    ],
    [
      'two chains with the same kind of key',
      [good, chainOf(localhostRsa), chainOf(localhost)],
      valueError('chains[0].cert and chains[2].cert both have a key of kind EC'),
    ],
    ['no chains', [], valueError('chains is empty: a server has to show a certificate')],
    [
      'another type',
      [good, 4],
      typeError('chains[1] should be a valid filesystem path, or an obj'),
    ],
    ['null', [good, null], typeError('chains[1] should be')],
    ['bytes', [good, new Uint8Array(3)], typeError('chains[1] should be')],
    ['an empty object', [good, {}], typeError('chains[1] should be')],
    ['a hole', [good, , chainOf(localhostRsa)], typeError('chains[1] should be')], // oxlint-disable-line no-sparse-arrays
    ['two forms', [good, { cert: 'x', pfx: 'x' }], typeError('chains[1].cert and chains[1].pfx')],
    ['a wrong flag', [{ ...good, legacy: 1 }], typeError('legacy must be a boolean')],
  ])('names %s, and changes nothing', (_name, chains, error) => {
    const server = serverContext(localhost);
    expect(() => server.replaceCertChains(wrong(chains))).toThrow(error);
    expect(kindsShown(server, tls13)).toEqual({ ECDSA: localhost.certDer });
  });

  it('names the certificate that the rules of the context refuse, and changes nothing', () => {
    const server = serverContext(localhost, securityLevel3);
    expect(() => replace(server, renewed, small)).toThrow(
      sslError('EE_KEY_TOO_SMALL', { message: 'chains[1].cert cannot be used: its number 1' }),
    );
    expect(shown(server)).toEqual(localhost.certDer);
    expect(() => server.loadCertChain(chainOf(small))).toThrow(
      sslError('EE_KEY_TOO_SMALL', { message: 'cert cannot be used' }),
    );
  });

  it('refuses a value that is not an array', () => {
    const server = serverContext(localhost);
    for (const chains of [undefined, null, 4, 'cert.pem', good, new Set([good])])
      expect(() => server.replaceCertChains(wrong(chains))).toThrow(
        typeError('chains must be an array'),
      );
  });

  it('passes on what a password function throws, and changes nothing', () => {
    const server = serverContext(localhost);
    const error = new Error('the vault is closed');
    const password = (): never => {
      throw error;
    };
    const encrypted = {
      ...chainOf(localhostRsa),
      key: localhostRsa.encryptedKeyPem('x'),
      password,
    };
    expect(() => server.replaceCertChains([good, encrypted])).toThrow(error);
    expect(kindsShown(server, tls13)).toEqual({ ECDSA: localhost.certDer });
  });

  it('keeps the chains of the outer call when a password function replaces too', () => {
    const server = serverContext(localhost);
    const password = (): string => {
      replace(server, localhostEd25519);
      return 'x';
    };
    const key = localhostRsa.encryptedKeyPem('x');
    server.replaceCertChains([{ ...chainOf(localhostRsa), key, password }]);
    expect(kindsShown(server, tls13)).toEqual({ RSA: localhostRsa.certDer });
  });
});
