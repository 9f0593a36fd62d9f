// The certificates that a context and a connection show, and their issuers.
import { beforeAll, describe, expect, it } from 'vitest';

import {
  addIdentity,
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  trust,
  valueOf,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

const derOf = (pem: string): Buffer | undefined =>
  valueOf(binding.readCertificates('cert', Buffer.from(pem)))[0];

describe('the certificate of a context', () => {
  it('is the one that was added last', () => {
    const context = nativeContext(true);
    expect(binding.contextCertificate(context)).toBeNull();
    expect(binding.contextIssuer(context)).toBeNull();
    addIdentity(context, pki.localhost);
    addIdentity(context, pki.localhostRsa);
    expect(binding.contextCertificate(context)).toEqual(derOf(pki.localhostRsa.chainPem));
    addIdentity(context, pki.localhost);
    expect(binding.contextCertificate(context)).toEqual(derOf(pki.localhost.chainPem));
  });

  it('has its issuer in the chain', () => {
    const context = nativeContext(true, pki.localhostBelowIntermediate);
    expect(binding.contextIssuer(context)).toEqual(derOf(pki.intermediate.certPem));
  });

  it('has its issuer among the trusted certificates', () => {
    const context = nativeContext(true, pki.localhost);
    expect(binding.contextIssuer(context)).toBeNull();
    trust(context, pki.caPem);
    expect(binding.contextIssuer(context)).toEqual(derOf(pki.caPem));
  });

  it('is its own issuer if it is self-signed and trusted', () => {
    const context = nativeContext(true, pki.selfSigned);
    expect(binding.contextIssuer(context)).toBeNull();
    trust(context, pki.selfSigned.certPem);
    expect(binding.contextIssuer(context)).toEqual(derOf(pki.selfSigned.certPem));
  });
});

describe.each(BOTH)('the certificate of a connection, version %i', (version) => {
  it('is the one that the server has chosen', () => {
    const [client, server] = [nativeContext(false), nativeContext(true, pki.localhost)];
    addIdentity(server, pki.localhostRsa);
    only(version, client, server);
    valueOf(binding.contextSetServerSigalgs(client, 'ecdsa_secp256r1_sha256'));
    const pair = nativePair(client, server);
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect(binding.connectionLocalCertificate(pair.server)).toEqual(derOf(pki.localhost.chainPem));
    expect(binding.connectionLocalCertificate(pair.client)).toBeNull();
  });

  it('is the one of a client', () => {
    const [client, server] = [
      nativeContext(false, pki.client),
      trust(nativeContext(true, pki.localhost), pki.caPem),
    ];
    only(version, client, server);
    valueOf(binding.contextSetVerifyMode(server, 2));
    const pair = nativePair(client, server);
    handshake(pair);
    expect(binding.connectionLocalCertificate(pair.client)).toEqual(derOf(pki.client.chainPem));
  });
});
