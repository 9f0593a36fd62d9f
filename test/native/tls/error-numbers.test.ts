// OpenSSL's numbers and texts in the records of errors, from which other modules make their own codes.
import { beforeAll, describe, expect, it } from 'vitest';

import {
  binding,
  handshake,
  isRecord,
  nativeContext,
  nativePair,
  only,
  TLS12,
  TLS13,
  trust,
  valueOf,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

/** ERR_PACK(ERR_LIB_SSL, 0, reason). */
const ofSsl = (reason: number): number => 20 * 2 ** 23 + reason;

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

describe('the record of an error of OpenSSL', () => {
  it('has the number and the text of a failed handshake', () => {
    const [client, server] = [nativeContext(false), nativeContext(true, pki.localhost)];
    only(TLS12, client);
    only(TLS13, server);
    expect(handshake(nativePair(client, server))).toMatchObject({
      server: { reason: 'UNSUPPORTED_PROTOCOL', text: 'unsupported protocol', packed: ofSsl(258) },
      client: {
        reason: 'TLSV1_ALERT_PROTOCOL_VERSION',
        text: 'tlsv1 alert protocol version',
        packed: ofSsl(1070),
      },
    });
  });

  it('has those of a failed verification', () => {
    const client = trust(nativeContext(false), pki.strangerAuthority.certPem);
    valueOf(binding.contextSetVerifyMode(client, 2));
    const { client: outcome } = handshake(nativePair(client, nativeContext(true, pki.localhost)));
    expect(outcome).toMatchObject({
      text: 'certificate verify failed',
      packed: ofSsl(134),
      library: 'SSL',
    });
  });

  it('has those of a transport that has ended', () => {
    const [incoming, outgoing] = [binding.memoryBioCreate(), binding.memoryBioCreate()];
    const client = valueOf(
      binding.connectionCreate(nativeContext(false), incoming, outgoing, false, '', false),
    );
    binding.memoryBioWriteEof(incoming);
    expect(binding.connectionHandshake(client, null)).toMatchObject({
      nativeError: 'eof',
      text: 'unexpected eof while reading',
      packed: ofSsl(294),
    });
  });

  it('has neither for an error of the package', () => {
    const { client } = nativePair(nativeContext(false), nativeContext(true));
    const record = binding.connectionAcceptPeer(client);
    expect(isRecord(record)).toBe(true);
    expect(record).not.toHaveProperty('packed');
    expect(record).not.toHaveProperty('text');
  });
});

describe('connectionCipherStandardName', () => {
  it.each([
    [TLS12, 'ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    [TLS13, 'TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ])('is the name in the registry of IANA, version %i', (version, name, standard) => {
    const [client, server] = [nativeContext(false), nativeContext(true, pki.localhost)];
    only(version, client, server);
    const pair = nativePair(client, server);
    expect(binding.connectionCipherStandardName(pair.client)).toBeNull();
    handshake(pair);
    expect(valueOf(binding.connectionCipher(pair.client))?.[0]).toBe(name);
    expect(binding.connectionCipherStandardName(pair.client)).toBe(standard);
    expect(binding.connectionCipherStandardName(pair.server)).toBe(standard);
  });
});
