// SSLContext.loadCertChain: files and memory, passwords, and what must not change when it fails.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, unverified } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, localhostRsa, localhostBelowIntermediate, example, stranger, caPem } =
  await testPki();
const PASSWORD = 'sécret';
const encryptedKey = localhost.encryptedKeyPem(PASSWORD);
const oldEncryptedKey = localhostRsa.key.encryptedTraditionalKeyPem(PASSWORD) ?? '';

const folder = await TempDirectory.create();
afterAll(() => folder.close());
const files = await folder.writeFiles({
  cert: localhost.certPem,
  key: localhost.keyPem,
  encryptedKey,
  both: localhost.keyPem + localhost.certPem,
  bothEncrypted: localhost.certPem + encryptedKey,
  empty: '',
  bad: localhost.certPem.replace(/\n[^\n]{20}/, '\n!'),
  otherKey: example.keyPem,
});

const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
/** A value that TypeScript would not let through. */
const pemLib = sslError(null, { library: 'SSL', message: '[SSL] PEM lib' });
const mismatch = sslError('KEY_VALUES_MISMATCH', {
  library: 'X509',
  message: '[X509: KEY_VALUES_MISMATCH] key values mismatch',
});

/** The leaf that a client sees. */
function leafOf(
  context: ssl.SSLContext,
  change: (client: ssl.SSLContext) => void = () => undefined,
): Buffer | null {
  const client = clientContext(caPem, (made) => {
    unverified(made);
    change(made);
  });
  return connectedPair({ client, server: context }).client.getpeercert({ binaryForm: true });
}

describe('SSLContext.loadCertChain from files', () => {
  it.each([
    ['one file for both', [files.both]],
    ['two files', [files.cert, files.key]],
    ['paths as Buffers', [Buffer.from(files.cert), Buffer.from(files.key)]],
    ['paths as URLs', [pathToFileURL(files.cert), pathToFileURL(files.key)]],
    ['null for the key file', [files.both, null]],
    ['an encrypted key and its password', [files.cert, files.encryptedKey, PASSWORD]],
    ['one file with an encrypted key', [files.bothEncrypted, null, PASSWORD]],
  ] as const)('takes %s', (_name, [certfile, keyfile, password]) => {
    const context = server();
    context.loadCertChain(certfile, keyfile, password);
    expect(leafOf(context)).toEqual(localhost.certDer);
  });

  it('reports a missing file with its name, as Node does', () => {
    const missing = expect.objectContaining({
      code: 'ENOENT',
      syscall: 'open',
      path: resolve('/nonexistent'),
    }) as Error;
    expect(() => server().loadCertChain('/nonexistent')).toThrow(missing);
    expect(() => server().loadCertChain(files.cert, '/nonexistent')).toThrow(missing);
  });

  it.each([
    ['an empty file', [files.empty]],
    ['a broken certificate', [files.bad, files.key]],
    ['a broken key', [files.cert, files.bad]],
    ['a certificate without its key', [files.cert]],
    ['a key without its certificate', [files.key]],
    ['key and certificate swapped', [files.key, files.cert]],
  ] as const)('refuses %s as OpenSSL does, without a reason', (_name, [certfile, keyfile]) => {
    expect(() => server().loadCertChain(certfile, keyfile)).toThrow(pemLib);
  });

  it('refuses a value that is not a path', () => {
    for (const value of [undefined, null, 4, true, {}, []])
      expect(() => server().loadCertChain(wrong(value))).toThrow(
        typeError('certfile should be a valid filesystem path'),
      );
    expect(() => server().loadCertChain(files.cert, wrong(4))).toThrow(
      typeError('keyfile should be a valid filesystem path'),
    );
  });
});

describe('SSLContext.loadCertChain from memory', () => {
  const { certPem: cert, keyPem: key } = localhost;

  it.each([
    ['text', { cert, key }],
    ['Buffers', { cert: Buffer.from(cert), key: Buffer.from(key) }],
    ['an ArrayBuffer', { cert: new TextEncoder().encode(cert).buffer, key }],
    ['a DataView', { cert, key: new DataView(new TextEncoder().encode(key).buffer) }],
    ['both in one text', { cert: key + cert }],
    ['text around the blocks', { cert: `Subject: me\n${cert}end`, key: `secret\n${key}\n` }],
    ['a SEC1 key', { cert, key: localhost.traditionalKeyPem ?? '' }],
  ])('takes %s', (_name, chain) => {
    const context = server();
    context.loadCertChain(chain);
    expect(leafOf(context)).toEqual(localhost.certDer);
  });

  it('sends the intermediate certificates with the leaf', () => {
    const pair = connectedPair({
      client: clientContext(caPem),
      server: serverContext(localhostBelowIntermediate),
    });
    expect(pair.client.getUnverifiedChain()).toHaveLength(2);
    expect(pair.client.getVerifiedChain()).toHaveLength(3);
  });

  it('refuses other types', () => {
    for (const chain of [{ cert: 4 }, { cert, key: 4 }, { cert: null }, { key }])
      expect(() => server().loadCertChain(wrong(chain))).toThrow(typeError());
  });

  it('refuses a key too small for the security level', () => {
    const context = server();
    context.setCiphers('@SECLEVEL=5:ALL');
    expect(() => context.loadCertChain({ cert, key })).toThrow(sslError('EE_KEY_TOO_SMALL'));
  });
});

describe('SSLContext.loadCertChain with a password', () => {
  const bytes = Buffer.from(PASSWORD);
  const load =
    (password: unknown, key = encryptedKey) =>
    (): ssl.SSLContext => {
      const context = server();
      context.loadCertChain({ cert: localhost.certPem, key, password: wrong(password) });
      return context;
    };

  it.each([
    ['text, as UTF-8', PASSWORD],
    ['a Buffer', bytes],
    ['an ArrayBuffer', new Uint8Array(bytes).buffer],
    ['a function that gives text', () => PASSWORD],
    ['a function that gives bytes', () => bytes],
  ])('takes %s', (_name, password) => {
    expect(leafOf(load(password)())).toEqual(localhost.certDer);
  });

  it('opens the old encrypted form of a key', () => {
    const context = server();
    context.loadCertChain({ cert: localhostRsa.certPem, key: oldEncryptedKey, password: PASSWORD });
    expect(leafOf(context)).toEqual(localhostRsa.certDer);
  });

  it('calls a function once for an encrypted key, and never for another', () => {
    const ask = vi.fn(() => PASSWORD);
    load(ask)();
    expect(ask).toHaveBeenCalledTimes(1);
    load(ask, localhost.keyPem)();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('passes on what the function throws, itself', () => {
    const error = new Error('division by zero');
    const ask = (): never => {
      throw error;
    };
    expect(load(ask)).toThrow(error);
    expect(load(ask, localhost.keyPem)).not.toThrow();
  });

  it.each([['wrong'], [''], [new Uint8Array(0)], [() => 'wrong'], ['x'.repeat(1024)]])(
    'refuses the wrong password %o',
    (password) => {
      expect(load(password)).toThrow(pemLib);
    },
  );

  it('refuses more than 1024 bytes, given or asked for', () => {
    const refused = valueError('password cannot be longer than 1024 bytes');
    for (const password of [
      'a'.repeat(1025),
      'é'.repeat(513),
      Buffer.alloc(102_400),
      () => 'a'.repeat(1025),
    ])
      expect(load(password)).toThrow(refused);
    expect(load('a'.repeat(1025), localhost.keyPem)).toThrow(refused);
  });

  it('refuses other types, given or asked for', () => {
    for (const password of [true, 9, {}, []])
      expect(load(password)).toThrow(typeError('password should be a string'));
    for (const ask of [() => 9, () => null, () => undefined, () => Promise.resolve(PASSWORD)])
      expect(load(ask)).toThrow(typeError('password callback must return a string'));
  });

  it('refuses an encrypted key without a password, instead of asking at the terminal as Python does', () => {
    for (const password of [undefined, null])
      expect(load(password)).toThrow(typeError('the private key is encrypted: give its password'));
  });

  it('never asks at the terminal for an encrypted block where a certificate belongs', () => {
    const encryptedCertificate = oldEncryptedKey.replaceAll('RSA PRIVATE KEY', 'CERTIFICATE');
    expect(() =>
      server().loadCertChain({ cert: encryptedCertificate, key: localhost.keyPem }),
    ).toThrow(pemLib);
  });
});

describe('SSLContext.loadCertChain a second time', () => {
  it('refuses a key that does not match, and goes on with the old pair', () => {
    const context = serverContext(localhost);
    expect(() => context.loadCertChain(files.cert, files.otherKey)).toThrow(mismatch);
    expect(leafOf(context)).toEqual(localhost.certDer);
    expect(() => context.loadCertChain({ cert: example.certPem, key: localhost.keyPem })).toThrow(
      mismatch,
    );
    expect(leafOf(context)).toEqual(localhost.certDer);
  });

  it('refuses a key of another kind, and goes on with the old pair', () => {
    const context = serverContext(localhost);
    const refused = sslError('KEY_TYPE_MISMATCH', { library: 'X509' });
    expect(() =>
      context.loadCertChain({ cert: localhost.certPem, key: localhostRsa.keyPem }),
    ).toThrow(refused);
    expect(leafOf(context)).toEqual(localhost.certDer);
  });

  it('refuses a broken certificate, and goes on with the old pair', () => {
    const context = serverContext(localhost);
    expect(() => context.loadCertChain(files.bad, files.key)).toThrow(pemLib);
    expect(leafOf(context)).toEqual(localhost.certDer);
  });

  it('replaces the pair of the same kind, chain included', () => {
    const context = serverContext(localhostBelowIntermediate);
    context.loadCertChain({ cert: stranger.certPem, key: stranger.keyPem });
    const pair = connectedPair({ client: clientContext(caPem, unverified), server: context });
    expect(pair.client.getUnverifiedChain()).toEqual([stranger.certDer]);
  });

  it('holds an RSA and an ECDSA pair at the same time', () => {
    const context = serverContext(localhostRsa);
    context.loadCertChain({ cert: localhost.certPem, key: localhost.keyPem });
    const only = (kind: string) => (client: ssl.SSLContext) => {
      tls12(client);
      client.setCiphers(`ECDHE-${kind}-AES128-GCM-SHA256`);
    };
    expect(leafOf(context, only('RSA'))).toEqual(localhostRsa.certDer);
    expect(leafOf(context, only('ECDSA'))).toEqual(localhost.certDer);
  });
});
