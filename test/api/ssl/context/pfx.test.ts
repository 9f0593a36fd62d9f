// PKCS#12 (RFC 7292) as openssl makes it. node:tls is the peer that sees what was loaded.
import { createHash, createHmac } from 'node:crypto';

import { afterAll, describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority } from '../../../helpers/certificates.js';
import { clientContext, unverified } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { makePfx } from '../../../helpers/openssl-files.js';
import { skipUnless } from '../../../helpers/peers.js';
import { seenByNode } from '../../../helpers/seen-by-node.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { localhost, localhostRsa, caPem } = pki;
const outerAuthority = await createAuthority({ name: 'outer', parent: pki.root });
const innerAuthority = await createAuthority({ name: 'inner', parent: outerAuthority });
const below = await innerAuthority.issue({ dns: ['localhost'] });
const [leaf = '', inner = '', outer = ''] =
  below.chainPem.match(/-----BEGIN[^]+?-----END.*\n/g) ?? [];
const PASSWORD = 'sécret';

const folder = await TempDirectory.create();
afterAll(() => folder.close());

const server = (chain: ssl.CertChain): ssl.SSLContext => {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain(chain);
  return context;
};
/** A value that TypeScript would not let through. */
const der = (pem: string): Buffer => ssl.pemCertToDerCert(pem);
const leafSeen = async (chain: ssl.CertChain): Promise<Buffer> =>
  (await seenByNode(server(chain), { ca: caPem })).leaf;
/** The certificates as they are sent. */
function sent(chain: ssl.CertChain): readonly Buffer[] {
  const client = clientContext(caPem, unverified);
  return connectedPair({ client, server: server(chain) }).client.getUnverifiedChain();
}
const pfxOf = (pem: string, password?: string, args?: readonly string[]): Promise<Buffer> =>
  makePfx(folder, pem, { password, args });

const MAKES = [
  ['the defaults of OpenSSL 3', []],
  ['Triple DES and a MAC with SHA-1', ['-descert', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1']],
  ['AES and a MAC with SHA-512', ['-keypbe', 'AES-128-CBC', '-macalg', 'SHA512']],
  ['no MAC', ['-nomac']],
  ['certificates in the clear', ['-certpbe', 'NONE']],
  ['the key in the clear', ['-keypbe', 'NONE']],
  ['nothing encrypted, with a MAC', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ['friendly names', ['-name', 'naïve name', '-caname', 'first', '-caname', 'second']],
  ['a CSP name', ['-CSP', 'Microsoft Enhanced Cryptographic Provider', '-keyex']],
  ['one iteration', ['-noiter', '-nomaciter']],
] as const;

describe.for(MAKES)('SSLContext.loadCertChain with a PKCS#12 of %s', ([, args]) => {
  it.for([
    ['ECDSA', localhost],
    ['RSA', localhostRsa],
    ['intermediates', below],
  ] as const)('takes %s', async ([, identity], test) => {
    skipUnless(test, 'openssl');
    const pfx = await pfxOf(identity.keyPem + identity.chainPem, PASSWORD, args);
    for (const password of [PASSWORD, Buffer.from(PASSWORD), () => PASSWORD])
      expect(await leafSeen({ pfx, password })).toEqual(identity.certDer);
  });

  it('takes it from a file, whatever its name', async (test) => {
    skipUnless(test, 'openssl');
    const pfx = await pfxOf(below.keyPem + below.chainPem, PASSWORD, args);
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    context.loadCertChain(await folder.write('server.pem', pfx), null, PASSWORD);
    expect((await seenByNode(context, { ca: caPem })).leaf).toEqual(below.certDer);
  });
});

/** Both conventions for an empty password: no bytes, and the two zero bytes that end it. */
const EMPTY = [
  ['its MAC and its encryption', []],
  ['its encryption alone', ['-nomac', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']],
  ['its MAC alone', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ['nothing', ['-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE']],
] as const;

/** The file with the MAC that another convention gives: RFC 7292, B.2, with an empty P, one iteration, SHA-256. */
function withMacOfNothing(pfx: Buffer): Buffer {
  // The end is the digest (32 bytes), then the salt (8 or 16), each behind a tag and a length.
  const saltLength =
    [8, 16].find((length) => pfx.at(-length - 2) === 4 && pfx.at(-length - 1) === length) ?? 0;
  const salt = pfx.subarray(-saltLength);
  const digestAt = pfx.length - saltLength - 2 - 32;
  const repeated = Buffer.concat(Array.from({ length: 64 / saltLength }, () => salt));
  const key = createHash('sha256').update(Buffer.alloc(64, 3)).update(repeated).digest();
  // The content is the OCTET STRING behind the object identifier of PKCS#7 data.
  const dataOid = Buffer.from('06092a864886f70d010701', 'hex');
  const at = pfx.indexOf(dataOid) + dataOid.length;
  const contentAt = at + 8; // [0] and OCTET STRING, each with a length of two bytes
  expect([pfx[at], pfx[at + 1], pfx[at + 4], pfx[at + 5]]).toEqual([0xa0, 0x82, 0x04, 0x82]);
  const content = pfx.subarray(contentAt, contentAt + pfx.readUInt16BE(at + 6));
  const copy = Buffer.from(pfx);
  createHmac('sha256', key).update(content).digest().copy(copy, digestAt);
  return copy;
}

describe('SSLContext.loadCertChain with a PKCS#12 without a password', () => {
  it.for(EMPTY)('opens one whose password protects %s', async ([, args], test) => {
    skipUnless(test, 'openssl');
    const pfx = await pfxOf(localhost.keyPem + localhost.certPem, '', args);
    const asked = vi.fn(() => 'never');
    for (const password of [undefined, null, '', new Uint8Array(0), asked])
      expect(await leafSeen({ pfx, password })).toEqual(localhost.certDer);
    expect(asked).not.toHaveBeenCalled();
  });

  it('opens one whose MAC is made with no password at all', async (test) => {
    skipUnless(test, 'openssl');
    const args = ['-nomaciter', '-keypbe', 'NONE', '-certpbe', 'NONE', '-macalg', 'SHA256'];
    const made = await pfxOf(localhost.keyPem + localhost.certPem, '', args);
    const pfx = withMacOfNothing(made);
    expect(pfx).not.toEqual(made);
    expect(await leafSeen({ pfx })).toEqual(localhost.certDer);
    expect(() => server({ pfx, password: 'any' })).toThrow('the password of pfx is wrong');
  });

  it('asks for the password of any other, once', async (test) => {
    skipUnless(test, 'openssl');
    for (const args of [[], ['-nomac']]) {
      const pfx = await pfxOf(localhost.keyPem + localhost.certPem, PASSWORD, args);
      const asked = vi.fn(() => PASSWORD);
      expect(await leafSeen({ pfx, password: asked })).toEqual(localhost.certDer);
      expect(asked).toHaveBeenCalledTimes(1);
      for (const password of [undefined, null])
        expect(() => server({ pfx, password })).toThrow(
          typeError('the private key is encrypted: give its password (pfx)'),
        );
    }
  });
});

describe('SSLContext.loadCertChain with many bags', () => {
  const { keyPem } = below;

  it.for([
    ['leaf, inner, outer', leaf + inner + outer],
    ['outer, inner, leaf', outer + inner + leaf],
    ['inner, leaf, outer', inner + leaf + outer],
    ['the root in front', caPem + outer + inner + leaf],
    ['one that is there twice', leaf + inner + inner + outer + leaf],
  ])('sends the leaf, then its issuers, whatever the order: %s', async ([, certificates], test) => {
    skipUnless(test, 'openssl');
    const pfx = await pfxOf(keyPem + certificates, PASSWORD, ['-nomac']);
    const chain = [leaf, inner, outer].map(der);
    if (certificates?.includes(caPem)) chain.push(der(caPem));
    expect(sent({ pfx, password: PASSWORD })).toEqual(chain);
    expect(await leafSeen({ pfx, password: PASSWORD })).toEqual(below.certDer);
  });

  it('sends unrelated certificates after the rest', async (test) => {
    skipUnless(test, 'openssl');
    const { stranger } = pki;
    const pfx = await pfxOf(keyPem + leaf + stranger.certPem + outer + inner, PASSWORD);
    const chain = [leaf, inner, outer, stranger.certPem].map(der);
    expect(sent({ pfx, password: PASSWORD })).toEqual(chain);
  });
});

describe('SSLContext.loadCertChain, what is wrong with a PKCS#12', () => {
  const pkcs12 = (message: string) => sslError(null, { library: 'PKCS12', message });
  const wrongPassword = sslError('MAC_VERIFY_FAILURE', {
    library: 'PKCS12',
    message: '[PKCS12: MAC_VERIFY_FAILURE] mac verify failure: the password of pfx is wrong',
  });

  it.for(MAKES)('says that the password is wrong: %s', async ([, args], test) => {
    skipUnless(test, 'openssl');
    const pfx = await pfxOf(localhost.keyPem + localhost.certPem, PASSWORD, args);
    for (const password of ['wrong', '', () => 'wrong'])
      expect(() => server({ pfx, password })).toThrow(wrongPassword);
  });

  it('says that the key or the certificate is missing, or that they do not belong together', async (test) => {
    skipUnless(test, 'openssl');
    const password = PASSWORD;
    const load = async (pem: string, args: string[]) => {
      const pfx = await pfxOf(pem, password, args);
      return () => server({ pfx, password });
    };
    expect(await load(localhost.certPem, ['-nokeys'])).toThrow(
      pkcs12('pfx holds no private key: export the certificate with its key'),
    );
    expect(await load(localhost.keyPem, ['-nocerts'])).toThrow(
      pkcs12('pfx holds no certificate: export the key with its certificate'),
    );
  });

  it('names a file that is not PKCS#12', () => {
    const decode = (message: string) => sslError('DECODE_ERROR', { library: 'PKCS12', message });
    expect(() => server({ pfx: Buffer.from(localhost.certPem) })).toThrow(
      decode('pfx holds no PKCS#12 but PEM: give it as cert and key'),
    );
    expect(() => server({ pfx: localhost.certDer })).toThrow(
      decode('pfx holds no PKCS#12 but a cert'),
    );
    expect(() => server({ pfx: new Uint8Array(0) })).toThrow(decode('pfx is empty'));
  });

  it('names where it does not belong', async (test) => {
    skipUnless(test, 'openssl');
    const { keyPem: key, certPem: cert } = localhost;
    const pfx = await pfxOf(key + cert);
    const file = await folder.write('both.p12', pfx);
    expect(() => server({ cert: pfx })).toThrow('cert holds no certificate but PKCS#12');
    expect(() => server({ cert, key: pfx })).toThrow('key holds no private key but PKCS#12');
    expect(() => server({ certfile: file, keyfile: file })).toThrow(
      valueError(`certfile '${file}' is PKCS#12, which has a key of its own: leave out keyfile`),
    );
    expect(() => server({ cert: pfx.subarray(0, 300) })).toThrow(
      'cert holds no certificate but PKCS#12',
    );
    expect(() => server({ pfx: pfx.subarray(0, 300) })).toThrow('it is cut short: 300 bytes of');
  });

  it('refuses other types', () => {
    expect(() => server(wrong({ pfx: 'server.p12' }))).toThrow(
      typeError('a path is given as certfile'),
    );
    for (const pfx of [4, [], {}])
      expect(() => server(wrong({ pfx }))).toThrow(typeError('pfx must be bytes'));
    expect(() => server({ pfx: Buffer.alloc(0), password: 'x'.repeat(1025) })).toThrow(
      valueError('password cannot be longer than 1024 bytes'),
    );
  });

  it('leaves what was there before', async (test) => {
    skipUnless(test, 'openssl');
    const context = server({ cert: localhost.certPem, key: localhost.keyPem });
    const pfx = await pfxOf(below.keyPem + below.chainPem, PASSWORD);
    expect(() => context.loadCertChain({ pfx, password: 'wrong' })).toThrow(wrongPassword);
    const pair = connectedPair({ client: clientContext(caPem), server: context });
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
  });
});
