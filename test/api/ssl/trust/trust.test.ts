// Whom a context trusts: loadVerifyLocations, certStoreStats, getCaCerts. The platform's store is in
// ssl-trust-platform.test.ts.
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { serverContext } from '../../../helpers/contexts.js';
import {
  certificateError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, intermediate, strangerAuthority, localhost, stranger, localhostBelowIntermediate } =
  await testPki();
const crl = await root.crl({ revoked: [localhost] });

const folder = await TempDirectory.create();
afterAll(() => folder.close());
const files = await folder.writeFiles({
  ca: root.certPem,
  caAndCrl: root.certPem + crl,
  two: strangerAuthority.certPem + root.certPem,
  leaf: localhost.certPem,
  empty: '',
  text: 'no certificate here\n',
  bad: root.certPem.replace(/\n[^\n]{20}/, '\n!'),
  'caf\u00e9 \u0416.pem': root.certPem,
});
const hashed = folder.join('hashed');
await folder.write(`hashed/${subjectHash('test root')}.0`, root.certPem);
await folder.write(`hashed/${subjectHash('test root')}.r0`, crl);

const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
function trusting(locations: ssl.VerifyLocations): ssl.SSLContext {
  const context = client();
  context.loadVerifyLocations(locations);
  return context;
}

const statsOf = (locations: ssl.VerifyLocations): ssl.CertStoreStats =>
  trusting(locations).certStoreStats();
const verify = (context: ssl.SSLContext, identity = localhost): Error | null =>
  tryHandshake(makePair({ client: context, server: serverContext(identity) })).client;
const one = { x509: 1, x509Ca: 1, crl: 0 };

describe('SSLContext.loadVerifyLocations with cafile', () => {
  it.each([
    ['a path', files.ca],
    ['a Buffer', Buffer.from(files.ca)],
    ['a URL', pathToFileURL(files.ca)],
    ['a path beyond ASCII', folder.join('caf\u00e9 \u0416.pem')],
  ])('takes %s', (_name, cafile) => {
    expect(statsOf({ cafile })).toEqual(one);
  });

  // Windows has no such names.
  it.skipIf(process.platform === 'win32')('takes a name that is not UTF-8', async () => {
    const path = Buffer.concat([Buffer.from(folder.path), Buffer.from('/caf\xe9.pem', 'latin1')]);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(path, root.certPem);
    expect(statsOf({ cafile: path })).toEqual(one);
  });

  it('counts authorities, other certificates and revocation lists', () => {
    const context = trusting({ cafile: files.caAndCrl });
    expect(context.certStoreStats()).toEqual({ x509: 1, x509Ca: 1, crl: 1 });
    context.loadVerifyLocations({ cafile: files.leaf });
    expect(context.certStoreStats()).toEqual({ x509: 2, x509Ca: 1, crl: 1 });
    context.loadVerifyLocations({ cafile: files.two });
    expect(context.certStoreStats()).toEqual({ x509: 3, x509Ca: 2, crl: 1 });
  });

  it('reports what cannot be opened with its name', () => {
    const missing = expect.objectContaining({
      code: 'ENOENT',
      syscall: 'open',
      path: '/nonexistent',
    }) as Error;
    expect(() => statsOf({ cafile: '/nonexistent' })).toThrow(missing);
    expect(() => statsOf({ cafile: '' })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }) as Error,
    );
  });

  it('refuses a broken PEM, a file without any, and a directory, and names the file', () => {
    const nothing = sslError('NO_CERTIFICATE_OR_CRL_FOUND', { library: 'X509' });
    expect(() => statsOf({ cafile: files.bad })).toThrow(
      sslError(null, { library: 'X509', message: '[X509] PEM lib' }),
    );
    expect(() => statsOf({ cafile: files.bad })).toThrow(files.bad);
    expect(() => statsOf({ cafile: files.empty })).toThrow(nothing);
    expect(() => statsOf({ cafile: files.text })).toThrow(nothing);
    expect(() => statsOf({ cafile: files.text })).toThrow(files.text);
    const isDirectory = { code: 'EISDIR', syscall: 'read', path: folder.path };
    expect(() => statsOf({ cafile: folder.path })).toThrow(
      expect.objectContaining(isDirectory) as Error,
    );
  });

  it('adds nothing of a file that is broken further down', () => {
    const context = trusting({ cafile: files.leaf });
    expect(() => context.loadVerifyLocations({ cafile: files.bad })).toThrow(ssl.SSLError);
    expect(context.certStoreStats().x509).toBe(1);
  });

  it('refuses a value that is not a path, and a call without arguments', () => {
    const omitted = typeError('cafile, capath and cadata cannot be all omitted');
    for (const locations of [
      {},
      { cafile: null, capath: null, cadata: null },
      { cafile: undefined },
    ])
      expect(() => statsOf(wrong(locations))).toThrow(omitted);
    for (const value of [4, true, {}, []]) {
      expect(() => statsOf({ cafile: wrong(value) })).toThrow(
        typeError('cafile should be a valid filesystem path'),
      );
      expect(() => statsOf({ capath: wrong(value) })).toThrow(
        typeError('capath should be a valid filesystem path'),
      );
    }
    for (const value of [undefined, null, 4, 'cafile'])
      expect(() => client().loadVerifyLocations(wrong(value))).toThrow(typeError());
    expect(() => statsOf({ cafile: `${files.ca}\0` })).toThrow(valueError('NUL'));
    expect(() => statsOf({ capath: Buffer.from('/tmp\0') })).toThrow(valueError('NUL'));
  });
});

describe('SSLContext.loadVerifyLocations with capath', () => {
  it('does not mind a directory that does not exist', () => {
    expect(statsOf({ capath: '/nonexistent' })).toEqual({ x509: 0, x509Ca: 0, crl: 0 });
  });

  it('reads the hashed directory only when a certificate is needed', () => {
    for (const capath of [hashed, Buffer.from(hashed), pathToFileURL(hashed)]) {
      const context = trusting({ capath });
      expect(context.certStoreStats().x509).toBe(0);
      expect(context.getCaCerts()).toEqual([]);
      expect(verify(context)).toBeNull();
      expect(context.getCaCerts({ binaryForm: true })).toEqual([root.certDer]);
    }
  });

  it('does not trust what lies in the directory under another name', () => {
    expect(verify(trusting({ capath: folder.path }))).toEqual(certificateError(20));
  });

  it('finds revocation lists in it', () => {
    const context = trusting({ capath: hashed });
    context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF;
    expect(verify(context)).toEqual(certificateError(23, 'certificate revoked'));
  });
});

describe('SSLContext.loadVerifyLocations with cadata', () => {
  const { certPem: pem, certDer: der } = root;
  const second = strangerAuthority;

  it.each([
    ['PEM as text', pem, 1],
    ['two certificates in one text', pem + second.certPem, 2],
    ['the same certificate twice', pem + pem, 1],
    ['text around the certificates', `head\n${pem}again\n${second.certPem}\n\ntail`, 2],
    ['DER as bytes', der, 1],
    ['DER as an ArrayBuffer', new Uint8Array(der).buffer, 1],
    ['DER in a DataView', new DataView(new Uint8Array(der).buffer), 1],
    ['concatenated DER', Buffer.concat([der, second.certDer]), 2],
    ['the same DER twice', Buffer.concat([der, der]), 1],
    ['PEM as bytes', Buffer.from(pem), 1],
    ['PEM as an ArrayBuffer', new TextEncoder().encode(pem + second.certPem).buffer, 2],
    ['an array of PEM and DER', [pem, Buffer.from(second.certPem), second.certDer], 2],
    ['an array of one', [der], 1],
    ['text beyond ASCII around the blocks', `# Főtanúsítvány\n${pem}# Ж\n${second.certPem}é`, 2],
    ['the same as bytes', Buffer.from(`# Főtanúsítvány\n${pem}# Ж\n${second.certPem}é`), 2],
    ['text in Latin-1', Buffer.from(`# Fotanús\n${pem}`, 'latin1'), 1],
    ['a byte order mark and CRLF', `\ufeff${(pem + second.certPem).replaceAll('\n', '\r\n')}`, 2],
    ['a byte order mark between two', `\ufeff${pem}\ufeff${second.certPem}`, 2],
    ['blocks of p11-kit', `[p11-kit-object-v1]\nlabel: "a"\ntrusted: true\n${pem}`, 1],
    ['a key among them', localhost.keyPem + pem, 1],
    ['commented-out blocks', `${pem}${second.certPem.replaceAll(/^/gm, '# ')}`, 1],
  ])('takes %s', (_name, cadata, count) => {
    expect(statsOf({ cadata })).toEqual({ x509: count, x509Ca: count, crl: 0 });
  });

  it('verifies with what it was given', () => {
    expect(verify(trusting({ cadata: der }))).toBeNull();
    expect(verify(trusting({ cadata: second.certPem }))).toEqual(certificateError(20));
  });

  it('refuses empty data', () => {
    for (const cadata of ['', new Uint8Array(0), new ArrayBuffer(0), [], [pem, '']])
      expect(() => statsOf({ cadata })).toThrow(valueError('Empty certificate data'));
  });

  it.each([
    ['text that is no PEM', 'broken', 'no start line: cadata does not contain a certificate'],
    ['a key', localhost.keyPem, 'no start line: cadata does not contain a certificate'],
    [
      'bytes that are no DER',
      Buffer.from('broken'),
      'not enough data: cadata does not contain a certificate',
    ],
    [
      'DER cut short',
      der.subarray(0, -1),
      'not enough data: cadata does not contain a certificate',
    ],
  ])('refuses %s', (_name, cadata, message) => {
    expect(() => statsOf({ cadata })).toThrow(sslError(null, { message }));
  });

  it('refuses other types, alone and in an array', () => {
    const refused = typeError('should be a string or a bytes-like object, or an array of them');
    for (const piece of [4, true, {}, null]) {
      if (piece !== null) expect(() => statsOf({ cadata: wrong(piece) })).toThrow(refused);
      expect(() => statsOf({ cadata: [pem, wrong(piece)] })).toThrow(refused);
      expect(() => statsOf({ cadata: [pem, wrong(piece)] })).toThrow('cadata[1]');
    }
    expect(() => statsOf({ cadata: [pem, wrong([pem])] })).toThrow(refused);
  });

  it('fails on what follows good DER, and keeps the good part, as Python does', () => {
    const context = client();
    const cadata = Buffer.concat([der, Buffer.from('A')]);
    expect(() => context.loadVerifyLocations({ cadata })).toThrow(
      expect.objectContaining({ library: 'ASN1' }) as Error,
    );
    expect(context.certStoreStats().x509).toBe(1);
  });

  it('fails on broken PEM after a good one, and keeps the good one', () => {
    const context = client();
    const cadata = pem + second.certPem.replace(/\n[^\n]{20}/, '\n!');
    expect(() => context.loadVerifyLocations({ cadata })).toThrow(ssl.SSLError);
    expect(context.certStoreStats().x509).toBe(1);
  });

  it('is loaded before cafile and capath, so that it stays when they fail', () => {
    const context = client();
    expect(() => context.loadVerifyLocations({ cadata: pem, cafile: '/nonexistent' })).toThrow(
      'ENOENT',
    );
    expect(context.certStoreStats().x509).toBe(1);
  });
});

describe('SSLContext.getCaCerts', () => {
  it('lists authorities only, decoded or in DER', () => {
    const context = trusting({ cadata: localhost.certPem });
    expect(context.getCaCerts()).toEqual([]);
    context.loadVerifyLocations({ cadata: root.certDer });
    expect(context.getCaCerts({ binaryForm: true })).toEqual([root.certDer]);
    expect(context.getCaCerts()).toEqual([
      expect.objectContaining({
        version: 3,
        subject: [[['organizationName', 'hermetic-ssl tests']], [['commonName', 'test root']]],
        serialNumber: root.certificate.serialNumber,
      }),
    ]);
  });

  it('is not part of another context', () => {
    const context = trusting({ cadata: root.certPem });
    expect(client().getCaCerts()).toEqual([]);
    expect(verify(client())).toEqual(certificateError(20));
    expect(verify(context)).toBeNull();
  });
});

describe('verification', () => {
  it('needs a revocation list where one is to be checked', () => {
    const context = trusting({ cadata: root.certPem });
    context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF;
    expect(verify(context)).toEqual(certificateError(3, 'unable to get certificate CRL'));
    context.loadVerifyLocations({ cafile: files.caAndCrl });
    expect(verify(context)).toEqual(certificateError(23));
    expect(verify(context, localhostBelowIntermediate)).toEqual(certificateError(3));
  });

  it('ends at an intermediate certificate only with VERIFY_X509_PARTIAL_CHAIN', () => {
    const context = trusting({ cadata: intermediate.certPem });
    expect(verify(context, localhostBelowIntermediate)).toEqual(certificateError(2));
    context.verifyFlags |= ssl.VERIFY_X509_PARTIAL_CHAIN;
    const server = serverContext(localhostBelowIntermediate);
    expect(connectedPair({ client: context, server }).client.getVerifiedChain()).toHaveLength(2);
  });

  it('trusts no authority by default', () => {
    expect(verify(client(), stranger)).toEqual(
      certificateError(20, 'unable to get local issuer certificate'),
    );
  });
});
