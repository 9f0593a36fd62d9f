// Key exchange and handshake signatures: groups, signature algorithms, Diffie-Hellman parameters.
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { DH_512, FFDHE3072 } from '../../../helpers/dh-parameters.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
describe('SSLContext.setEcdhCurve', () => {
  it.each([
    ['prime256v1', 'secp256r1'],
    ['secp521r1', 'secp521r1'],
    ['X25519', 'x25519'],
  ])('allows %s alone', (name, reported) => {
    const server = serverContext(localhost, (context) => context.setEcdhCurve(name));
    const pair = connectedPair({ client: clientContext(caPem), server });
    expect(pair.client.group()).toBe(reported);
    const others = clientContext(caPem, (context) => context.setGroups('secp384r1'));
    expect(tryHandshake(makePair({ client: others, server })).server).not.toBeNull();
  });

  it('refuses a value that is not a group', () => {
    const context = client();
    expect(() => context.setEcdhCurve('foo')).toThrow(
      valueError("unknown elliptic curve name 'foo'"),
    );
    expect(() => context.setEcdhCurve('')).toThrow(valueError());
    expect(() => context.setEcdhCurve('a\0b')).toThrow(valueError('NUL'));
    // A name of an object, but of no group.
    expect(() => context.setEcdhCurve('SHA256')).toThrow(ssl.SSLError);
    for (const value of [null, undefined, 1, Buffer.from('X25519')])
      expect(() => context.setEcdhCurve(wrong(value))).toThrow(typeError());
  });
});

describe('SSLContext.getGroups', () => {
  it('lists the groups of the versions that the context allows', () => {
    const all = client().getGroups();
    expect(all).toEqual(
      expect.arrayContaining(['secp256r1', 'secp384r1', 'x25519', 'X25519MLKEM768']),
    );
    expect(new Set(all).size).toBe(all.length);
    const old = clientContext(caPem, tls12).getGroups();
    expect(old).toContain('secp256r1');
    expect(old).not.toContain('X25519MLKEM768');
    const recent = clientContext(caPem, tls13).getGroups();
    expect(recent).toContain('X25519MLKEM768');
    expect(recent).not.toContain('secp160k1');
  });

  it('adds the other names with includeAliases', () => {
    const context = client();
    const names = context.getGroups();
    const withAliases = context.getGroups({ includeAliases: true });
    expect(withAliases).toEqual(expect.arrayContaining([...names, 'P-256', 'P-384']));
    expect(withAliases.length).toBeGreaterThan(names.length);
    expect(context.getGroups({ includeAliases: false })).toEqual(names);
  });

  it('gives names that setGroups takes', () => {
    const context = clientContext(caPem, tls13);
    for (const name of context.getGroups({ includeAliases: true }))
      expect(() => context.setGroups(name)).not.toThrow();
  });

  it('refuses options of the wrong type', () => {
    for (const value of [null, true, 1, 'x'])
      expect(() => client().getGroups(wrong(value))).toThrow(typeError());
    expect(() => client().getGroups({ includeAliases: wrong(1) })).toThrow(typeError());
  });
});

describe('SSLContext.setServerSigalgs', () => {
  it('decides what the server signs with', () => {
    const server = serverContext(localhostRsa, (context) => {
      context.setServerSigalgs('rsa_pss_rsae_sha512');
    });
    const pair = connectedPair({ client: clientContext(caPem), server });
    expect(pair.client.serverSigalg()).toBe('rsa_pss_rsae_sha512');
    expect(pair.server.serverSigalg()).toBe('rsa_pss_rsae_sha512');
  });

  it('decides what the client takes', () => {
    const picky = clientContext(caPem, (context) => context.setServerSigalgs('ed25519'));
    const outcome = tryHandshake(makePair({ client: picky, server: serverContext(localhost) }));
    expect(outcome.server).toMatchObject({ reason: 'NO_SUITABLE_SIGNATURE_ALGORITHM' });
  });
});

describe('SSLContext.setClientSigalgs', () => {
  it('decides what clients sign with, and nothing about the server', () => {
    const server = serverContext(localhostRsa, (context) => {
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_REQUIRED;
      context.setClientSigalgs('rsa_pss_rsae_sha384');
    });
    const ours = clientContext(caPem, (context) => {
      context.loadCertChain({ cert: localhostRsa.chainPem, key: localhostRsa.keyPem });
    });
    ours.verifyFlags = ssl.VERIFY_X509_TRUSTED_FIRST;
    const pair = makePair({ client: ours, server });
    tryHandshake(pair);
    expect(pair.client.clientSigalg()).toBe('rsa_pss_rsae_sha384');
    expect(pair.client.serverSigalg()).toBe('rsa_pss_rsae_sha256');
  });
});

describe.each(['setServerSigalgs', 'setClientSigalgs'] as const)('SSLContext.%s', (set) => {
  it('refuses a name that it does not know, unless it follows a ?', () => {
    expect(() => client()[set]('ed25519:foo')).toThrow(
      sslError(null, { message: 'unrecognized signature algorithm', library: null }),
    );
    expect(() => client()[set]('ed25519:?foo')).not.toThrow();
  });

  it('takes every name of getSigalgs', () => {
    const names = ssl.getSigalgs();
    expect(names).toEqual(expect.arrayContaining(['ed25519', 'rsa_pss_rsae_sha256', 'ecdsa_sha1']));
    for (const name of names) expect(() => client()[set](name)).not.toThrow();
  });

  it('refuses other types', () => {
    for (const value of [null, undefined, 1, ['ed25519'], Buffer.from('ed25519')])
      expect(() => client()[set](wrong(value))).toThrow(typeError());
    expect(() => client()[set]('ed25519\0')).toThrow(valueError('NUL'));
  });
});

describe('SSLContext.loadDhParams', () => {
  it('sets the group of the finite-field key exchange', async () => {
    const path = await folder.write('ffdhe.pem', FFDHE3072);
    const server = serverContext(localhostRsa, (context) => {
      tls12(context);
      context.setCiphers('DHE-RSA-AES128-GCM-SHA256');
      context.loadDhParams(path);
    });
    const pair = connectedPair({ client: clientContext(caPem), server });
    expect(pair.client.cipher()?.[0]).toBe('DHE-RSA-AES128-GCM-SHA256');
  });

  it('names the file that does not exist', () => {
    expect(() => client().loadDhParams(folder.join('missing.pem'))).toThrow(
      expect.objectContaining({ code: 'ENOENT', path: folder.join('missing.pem') }) as Error,
    );
  });

  it('refuses other PEM, broken parameters and weak ones', async () => {
    const load = async (text: string) => {
      const path = await folder.write('other.pem', text);
      return () => client().loadDhParams(path);
    };
    const noStart = sslError('NO_START_LINE', { library: 'PEM', message: '[PEM: NO_START_LINE]' });
    expect(await load(localhost.certPem)).toThrow(noStart);
    expect(await load('')).toThrow(noStart);
    const body = FFDHE3072.replace(/MIIB/, 'MIIC');
    expect(await load(body)).toThrow(ssl.SSLError);
    expect(await load(DH_512)).toThrow(sslError('DH_KEY_TOO_SMALL'));
  });

  it('refuses a value that is not a path', () => {
    for (const value of [null, undefined, 1, {}])
      expect(() => client().loadDhParams(wrong(value))).toThrow(typeError());
  });
});
