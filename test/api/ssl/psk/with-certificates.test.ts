// Pre-shared keys that are declined, unknown or wrong, together with a certificate.
import { describe, expect, it } from 'vitest';

import type * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls13, type Change } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake, type Pair } from '../../../helpers/make-pair.js';
import {
  callbackWarning,
  givesKey,
  IDENTITY,
  knowsKey,
  psk12,
  warningsOf,
  WRONG_KEY,
  type AnyClientCallback,
  type AnyServerCallback,
} from '../../../helpers/psk.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const NO_KEY = new Uint8Array(0);
const boom = (): never => {
  throw new Error('boom');
};

/** Both ends have a key, if their callbacks give it, and a certificate. */
function both(only: Change, gives: AnyClientCallback, knows: AnyServerCallback): Pair {
  const client = clientContext(caPem, only);
  const server = serverContext(localhost, only);
  // With a certificate a server of TLS 1.3 looks at a key only where it prefers a suite of SHA-256.
  server.setCiphersuites('TLS_AES_128_GCM_SHA256');
  client.setPskClientCallback(gives as ssl.PskClientCallback);
  server.setPskServerCallback(knows as ssl.PskServerCallback);
  return makePair({ client, server });
}

const DECLINED: readonly (readonly [AnyClientCallback, AnyServerCallback])[] = [
  [givesKey, boom],
  [givesKey, () => NO_KEY],
  [boom, knowsKey],
  [() => [IDENTITY, NO_KEY], knowsKey],
];

describe('a pre-shared key next to a certificate', () => {
  it('may be declined under TLS 1.3, which continues with the certificate, but not under TLS 1.2; a wrong key fails', async () => {
    const known = both(tls13, givesKey, knowsKey);
    expect(tryHandshake(known)).toEqual({ client: null, server: null });
    expect([known.client.sessionReused, known.client.getpeercert()]).toEqual([true, null]);
    const warnings = await warningsOf(() => {
      for (const [gives, knows] of DECLINED) {
        const pair = both(tls13, gives, knows);
        expect(tryHandshake(pair)).toEqual({ client: null, server: null });
        expect(pair.client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
        expect([pair.client.sessionReused, pair.server.sessionReused]).toEqual([false, false]);
      }
    });
    // The handshake does not fail, so the thrown error is reported as a warning.
    expect(warnings).toEqual([callbackWarning('boom'), callbackWarning('boom')]);
    expect(tryHandshake(both(tls13, givesKey, () => WRONG_KEY))).toEqual({
      client: sslError('TLSV1_ALERT_DECRYPT_ERROR'),
      server: sslError('BINDER_DOES_NOT_VERIFY'),
    });

    expect(tryHandshake(both(psk12, givesKey, knowsKey))).toEqual({ client: null, server: null });
    for (const [gives, knows] of DECLINED)
      expect(tryHandshake(both(psk12, gives, knows))).toEqual(
        gives === givesKey
          ? {
              client: sslError('TLSV1_ALERT_UNKNOWN_PSK_IDENTITY'),
              server: sslError('PSK_IDENTITY_NOT_FOUND'),
            }
          : {
              client: sslError('PSK_IDENTITY_NOT_FOUND'),
              server: sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'),
            },
      );
    const wrong = tryHandshake(both(psk12, givesKey, () => WRONG_KEY));
    expect(wrong.client).toEqual(sslError('SSLV3_ALERT_BAD_RECORD_MAC'));
  });
});
