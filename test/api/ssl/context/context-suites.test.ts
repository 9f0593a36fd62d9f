// Negotiation by a context: cipher suites, groups, application protocols.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, caPem } = await testPki();
const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
const names = (context: ssl.SSLContext): string[] => context.getCiphers().map(({ name }) => name);
describe('SSLContext.getCiphers', () => {
  it("gives by default the 17 suites of Python's own build", () => {
    expect(names(client())).toEqual([
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_GCM_SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'ECDHE-ECDSA-AES256-SHA384',
      'ECDHE-RSA-AES256-SHA384',
      'ECDHE-ECDSA-AES128-SHA256',
      'ECDHE-RSA-AES128-SHA256',
      'DHE-RSA-AES256-GCM-SHA384',
      'DHE-RSA-AES128-GCM-SHA256',
      'DHE-RSA-AES256-SHA256',
      'DHE-RSA-AES128-SHA256',
    ]);
  });

  it('has nothing by default that is broken or anonymous', () => {
    expect(
      names(client()).filter((name) => /PSK|SRP|MD5|RC4|3DES|NULL|ADH|AECDH/.test(name)),
    ).toEqual([]);
  });

  it('describes a suite with the keys of Python in camelCase', () => {
    const suite = client()
      .getCiphers()
      .find(({ name }) => name === 'ECDHE-RSA-AES128-GCM-SHA256');
    expect(suite).toEqual({
      id: 0x0300c02f,
      name: 'ECDHE-RSA-AES128-GCM-SHA256',
      protocol: 'TLSv1.2',
      description: expect.stringMatching(
        /^ECDHE-RSA-AES128-GCM-SHA256 +TLSv1\.2 +Kx=ECDH .*Mac=AEAD$/,
      ) as string,
      strengthBits: 128,
      algBits: 128,
      aead: true,
      symmetric: 'aes-128-gcm',
      digest: null,
      kea: 'kx-ecdhe',
      auth: 'auth-rsa',
    });
  });
});

describe('SSLContext.setCiphers', () => {
  it.each(['ALL', 'DEFAULT', 'AESGCM', 'ECDHE+AESGCM:!ECDSA'])('takes %s', (list) => {
    const context = client();
    context.setCiphers(list);
    expect(names(context)).toContain('ECDHE-RSA-AES256-GCM-SHA384');
  });

  it('leaves the suites of TLS 1.3 alone', () => {
    const context = client();
    context.setCiphers('ECDHE-RSA-AES128-GCM-SHA256');
    expect(names(context).slice(3)).toEqual(['ECDHE-RSA-AES128-GCM-SHA256']);
  });

  it.each(['', "^$:,;?*'dorothyx", 'NOT-A-CIPHER'])(
    'refuses %o with an error that has no library and no reason',
    (list) => {
      const refused = sslError(null, { library: null, message: 'No cipher can be selected.' });
      expect(() => client().setCiphers(list)).toThrow(refused);
    },
  );

  it('leaves everything as it was when it refuses (Python keeps the new security level and no suite)', () => {
    const context = client();
    expect(() => context.setCiphers('@SECLEVEL=0:junk')).toThrow(ssl.SSLError);
    expect(context.securityLevel).toBe(2);
    expect(names(context)).toHaveLength(17);
  });

  it('refuses a value that is not a string, and a NUL character', () => {
    for (const list of [null, undefined, 4, ['AESGCM']])
      expect(() => client().setCiphers(wrong(list))).toThrow(typeError('ciphers'));
    expect(() => client().setCiphers('AESGCM\0:NULL')).toThrow(valueError('NUL'));
  });
});

describe('SSLContext.setCiphersuites', () => {
  it('decides the suite of TLS 1.3', () => {
    const context = clientContext(caPem, tls13);
    context.setCiphersuites('TLS_AES_128_GCM_SHA256');
    const pair = connectedPair({ client: context, server: serverContext(localhost) });
    expect(pair.client.cipher()).toEqual(['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128]);
    expect(pair.server.sharedCiphers()).toEqual([['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128]]);
  });

  it('changes nothing for a client that goes no further than TLS 1.2', () => {
    const context = clientContext(caPem, tls12);
    context.setCiphersuites('TLS_AES_256_GCM_SHA384');
    const pair = connectedPair({ client: context, server: serverContext(localhost) });
    expect(pair.client.cipher()?.[1]).toBe('TLSv1.2');
  });

  it('ends the handshake without a common suite', () => {
    const [mine, theirs] = [clientContext(caPem, tls13), serverContext(localhost)];
    mine.setCiphersuites('TLS_AES_128_GCM_SHA256');
    theirs.setCiphersuites('TLS_AES_256_GCM_SHA384');
    const outcome = tryHandshake(makePair({ client: mine, server: theirs }));
    expect(outcome.server).toEqual(sslError('NO_SHARED_CIPHER'));
    expect(outcome.client).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
  });

  it('takes an empty list, and refuses an unknown name, other types and a NUL character', () => {
    client().setCiphersuites('');
    const refused = sslError(null, { library: null, message: 'No cipher suite can be selected.' });
    expect(() => client().setCiphersuites('XXX')).toThrow(refused);
    expect(() => client().setCiphersuites(wrong(null))).toThrow(typeError('ciphersuites'));
    expect(() => client().setCiphersuites('TLS_AES_128_GCM_SHA256\0')).toThrow(valueError('NUL'));
  });
});

describe('SSLContext.setGroups', () => {
  it.each(VERSIONS)('decides the group of the key exchange in %s', (_name, only) => {
    const server = serverContext(localhost, only);
    server.setGroups('P-384');
    const { client: mine, server: theirs } = connectedPair({
      client: clientContext(caPem),
      server,
    });
    expect([mine.group(), theirs.group()]).toEqual(['secp384r1', 'secp384r1']);
  });

  it('ignores an unknown group that is marked as optional', () => {
    const context = client();
    context.setGroups('P-256:X25519');
    context.setGroups('P-256:?nonsense:X25519');
  });

  it('refuses an unknown group, other types and a NUL character', () => {
    expect(() => client().setGroups('P-256:nonsense')).toThrow(
      sslError(null, { message: 'unrecognized group' }),
    );
    expect(() => client().setGroups(wrong(['P-256']))).toThrow(typeError('groups'));
    expect(() => client().setGroups('P-256\0junk')).toThrow(valueError('NUL'));
  });

  it('prefers a hybrid of ML-KEM by default', () => {
    const pair = connectedPair({ client: clientContext(caPem), server: serverContext(localhost) });
    expect(pair.client.group()).toBe('X25519MLKEM768');
  });

  it('has no group before the handshake, nor in a key exchange by RSA', () => {
    const rsa = (context: ssl.SSLContext): void => {
      tls12(context);
      context.setCiphers('AES128-GCM-SHA256');
    };
    const pair = makePair({
      client: clientContext(caPem, rsa),
      server: serverContext(localhostRsa, rsa),
    });
    expect(pair.client.group()).toBeNull();
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    expect(pair.client.group()).toBeNull();
  });
});

describe('SSLContext.setAlpnProtocols', () => {
  const offer = (mine: string[] | null, theirs: string[] | null): (string | null)[] => {
    const offering = clientContext(caPem, (context) => mine && context.setAlpnProtocols(mine));
    const choosing = serverContext(
      localhost,
      (context) => theirs && context.setAlpnProtocols(theirs),
    );
    const pair = connectedPair({ client: offering, server: choosing });
    return [pair.client.selectedAlpnProtocol(), pair.server.selectedAlpnProtocol()];
  };

  it.each([
    [['foo', 'bar'], ['bar', 'foo'], 'bar'],
    [['h2', 'http/1.1'], ['http/1.1'], 'http/1.1'],
    [['foo'], ['bar'], null],
    [null, ['h2'], null],
    [['h2'], null, null],
    [[], ['h2'], null],
    [['x'.repeat(255)], ['x'.repeat(255)], 'x'.repeat(255)],
  ])(
    'a client with %j and a server with %j agree on %j: the order of the server decides',
    (mine, theirs, agreed) => {
      expect(offer(mine, theirs)).toEqual([agreed, agreed]);
    },
  );

  it('refuses names that are empty, too long, not ASCII or not strings', () => {
    const length = sslError(null, { message: 'ALPN protocols must be 1 to 255 in length' });
    expect(() => client().setAlpnProtocols([''])).toThrow(length);
    expect(() => client().setAlpnProtocols(['a'.repeat(256)])).toThrow(length);
    expect(() => client().setAlpnProtocols(['hä'])).toThrow(valueError('ASCII'));
    expect(() => client().setAlpnProtocols(wrong([4]))).toThrow(typeError('ALPN protocol'));
    expect(() => client().setAlpnProtocols(wrong('h2'))).toThrow(typeError('array'));
  });

  it('refuses more than a ClientHello can carry, and keeps what it had', () => {
    const many = Array.from({ length: 300 }, (_, i) => String(i).padEnd(255, 'x'));
    const context = clientContext(caPem, (changed) => changed.setAlpnProtocols(['h2']));
    expect(() => context.setAlpnProtocols(many)).toThrow(valueError('bytes'));
    const server = serverContext(localhost, (changed) => changed.setAlpnProtocols(['h2']));
    expect(connectedPair({ client: context, server }).client.selectedAlpnProtocol()).toBe('h2');
  });
});
