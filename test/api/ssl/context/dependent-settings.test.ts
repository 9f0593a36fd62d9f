// Passwords, pairs that do not match, and settings that depend on each other.
import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, thrown, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, example, caPem } = await testPki();
const { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, TLSVersion } = ssl;
const encryptedKey = localhost.encryptedKeyPem('secret');

function load(password: unknown, key = encryptedKey): void {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert: localhost.certPem, key, password: password as string });
}

describe('SSLContext', () => {
  it('asks for a password only if the key is encrypted, and refuses one that is too long or not text', () => {
    const error = new Error('division by zero');
    const ask = vi.fn((): never => {
      throw error;
    });
    expect(thrown(() => load(ask))).toBe(error);
    expect(ask).toHaveBeenCalledTimes(1);
    load(ask, localhost.keyPem);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(() => load('a'.repeat(102_400))).toThrow(
      valueError('password cannot be longer than 1024 bytes'),
    );
    expect(() => load(() => 9)).toThrow(typeError('password callback must return a string'));
  });

  it('refuses a key that does not match, and keeps the old pair in use', () => {
    const mismatch = sslError('KEY_VALUES_MISMATCH', { library: 'X509' });
    const context = serverContext(localhost);
    const reload = (): void =>
      context.loadCertChain({ cert: localhost.certPem, key: example.keyPem });
    expect(reload).toThrow(mismatch);
    const { client } = connectedPair({ client: clientContext(caPem), server: context });
    expect(client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
    expect(() =>
      new ssl.SSLContext().loadCertChain({ cert: localhost.certPem, key: example.keyPem }),
    ).toThrow(mismatch);
  });

  it('checks host names only if it verifies certificates', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    expect(() => void (context.verifyMode = CERT_NONE)).toThrow(
      valueError('verifyMode cannot be CERT_NONE while checkHostname is true'),
    );
    for (const [mode, becomes] of [
      [CERT_NONE, CERT_REQUIRED],
      [CERT_OPTIONAL, CERT_OPTIONAL],
    ] as const) {
      context.checkHostname = false;
      context.verifyMode = mode;
      context.checkHostname = true;
      expect(context.verifyMode).toBe(becomes);
    }
  });

  it('accepts an empty range of versions, and then fails the handshake', () => {
    const context = clientContext(caPem);
    context.minimumVersion = TLSVersion.MAXIMUM_SUPPORTED;
    expect(context.minimumVersion).toBe(TLSVersion.TLSv1_3);
    context.maximumVersion = TLSVersion.TLSv1_2;
    expect([context.minimumVersion, context.maximumVersion]).toEqual([772, 771]);
    const pair = makePair({ client: context, server: serverContext(localhost) });
    expect(tryHandshake(pair).client).toEqual(sslError('NO_PROTOCOLS_AVAILABLE'));
  });
});
