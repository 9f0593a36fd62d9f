// Settings of a context of node:tls beyond the settings of Python: revocation lists apart, names of authorities,
// certificates of a PKCS#12, and the certificates of another context.
import { beforeAll, describe, expect, it } from 'vitest';

import type { ContextHandle, SessionHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  read,
  trust,
  valueOf,
  write,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

const VERIFY_CRL_CHECK_LEAF = 0x4;
const REVOKED = 23;

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

const derOf = (pem: string): Buffer[] =>
  valueOf(binding.readCertificates('cert', Buffer.from(pem)));

const firstOf = (pem: string): Buffer => {
  const [first] = derOf(pem);
  if (first === undefined) throw new Error('no certificate');
  return first;
};

describe('contextLoadRevocationLists', () => {
  function outcomeWith(lists: Buffer): unknown {
    const client = trust(nativeContext(false), pki.caPem);
    valueOf(binding.contextSetVerifyMode(client, 2));
    valueOf(
      binding.contextSetVerifyFlags(
        client,
        binding.contextVerifyFlags(client) | VERIFY_CRL_CHECK_LEAF,
      ),
    );
    valueOf(binding.contextLoadRevocationLists(client, 'crl', lists));
    return handshake(nativePair(client, nativeContext(true, pki.localhost))).client;
  }

  it('takes every list of a bundle', async () => {
    const mine = await pki.root.crl({ revoked: [pki.localhost] });
    const other = await pki.strangerAuthority.crl({ revoked: [] });
    expect(outcomeWith(Buffer.from(other + mine))).toMatchObject({ verifyCode: REVOKED });
    expect(outcomeWith(Buffer.from(mine + other))).toMatchObject({ verifyCode: REVOKED });
    expect(outcomeWith(Buffer.from(await pki.root.crl({ revoked: [] })))).toBe(0);
  });

  it('takes DER', async () => {
    const pem = await pki.root.crl({ revoked: [pki.localhost] });
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    expect(outcomeWith(der)).toMatchObject({ verifyCode: REVOKED });
  });

  it('refuses everything else, and then adds nothing', async () => {
    const context = nativeContext(false);
    const pem = await pki.root.crl({ revoked: [] });
    const broken = pem.replace(/(?<=BEGIN X509 CRL-----\n)./, '!');
    for (const bytes of ['', 'x', pki.caPem, pem + broken])
      expect(binding.contextLoadRevocationLists(context, 'crl', Buffer.from(bytes))).toMatchObject({
        nativeError: 'value',
        message: expect.stringContaining('crl must hold'),
      });
    expect(valueOf(binding.contextCertStoreStats(context)).crl).toBe(0);
    valueOf(binding.contextLoadRevocationLists(context, 'crl', Buffer.from(pem)));
    expect(valueOf(binding.contextCertStoreStats(context)).crl).toBe(1);
  });
});

describe.each(BOTH)('contextAddClientCa, version %i', (version) => {
  it('names authorities in the request for a certificate', () => {
    const [client, server] = [nativeContext(false), nativeContext(true, pki.localhost)];
    only(version, client, server);
    binding.contextSetKeepsMessages(client, true);
    valueOf(binding.contextSetVerifyMode(server, 1));
    valueOf(binding.contextAddClientCa(server, firstOf(pki.strangerAuthority.certPem)));
    const pair = nativePair(client, server);
    handshake(pair);
    const request = valueOf(binding.connectionTakeMessages(pair.client)).find(
      ({ contentType, messageType }) => contentType === 22 && messageType === 13,
    );
    expect(request?.bytes.includes('stranger root')).toBe(true);
    expect(request?.bytes.includes('test root')).toBe(false);
    expect(binding.contextCaCerts(server, true)).toEqual([]);
  });

  it('refuses other bytes than a certificate', () => {
    expect(binding.contextAddClientCa(nativeContext(true), Buffer.from('x'))).toMatchObject({
      nativeError: 'value',
    });
  });
});

describe('identityCertificates', () => {
  it('has the whole chain, leaf first', () => {
    const { keyPem, chainPem } = pki.localhostBelowIntermediate;
    const identity = valueOf(
      binding.identityRead('key', Buffer.from(keyPem), null, false, 'cert', Buffer.from(chainPem)),
    );
    if (identity === false) throw new Error('the key has a password');
    expect(binding.identityCertificates(identity)).toEqual(derOf(chainPem));
    binding.identityClose(identity);
    expect(binding.identityCertificates(identity)).toMatchObject({ nativeError: 'state' });
  });
});

describe.each(BOTH)('connectionUseCertificates, version %i', (version) => {
  let client: ContextHandle;
  let server: ContextHandle;
  let other: ContextHandle;
  beforeAll(() => {
    client = nativeContext(false);
    server = nativeContext(true, pki.localhost);
    other = nativeContext(true, pki.example);
    only(version, client, server);
  });

  function connect(source: ContextHandle | null, session?: SessionHandle): NativePair {
    const pair = nativePair(client, server);
    if (source !== null) valueOf(binding.connectionUseCertificates(pair.server, source));
    if (session !== undefined) valueOf(binding.connectionResumeSession(pair.client, session));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    write(pair.server, 'x');
    expect(read(pair.client)).toBe('x');
    return pair;
  }

  const shown = ({ client: end }: NativePair) => binding.connectionPeerCertificate(end, true);

  it('shows them, and only on this connection', () => {
    expect(shown(connect(other))).toEqual(firstOf(pki.example.certPem));
    expect(shown(connect(null))).toEqual(firstOf(pki.localhost.certPem));
  });

  it('binds sessions to them', () => {
    const session = valueOf(binding.connectionSession(connect(other).client));
    if (session === null) throw new Error('no session');
    expect(binding.connectionIsResumed(connect(other, session).client)).toBe(true);
    expect(binding.connectionIsResumed(connect(null, session).client)).toBe(false);
  });

  it('must come before the handshake', () => {
    const pair = connect(null);
    expect(binding.connectionUseCertificates(pair.server, other)).toMatchObject({
      nativeError: 'state',
    });
  });
});
