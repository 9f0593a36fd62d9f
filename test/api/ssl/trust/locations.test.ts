// The places and data that loadVerifyLocations and loadDefaultCerts accept, and the certificates that they add.
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { serverContext } from '../../../helpers/contexts.js';
import { sslError, typeError, valueError } from '../../../helpers/expected-errors.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const files = await folder.writeFiles({ empty: '', leaf: localhost.certPem });
const hashed = folder.join('hashed');
await folder.write(`hashed/${subjectHash('test root')}.0`, root.certPem);

const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
/** How many certificates are there after such data was loaded. */
function loaded(cadata: unknown): number {
  const context = client();
  context.loadVerifyLocations({ cadata: cadata as string });
  return context.certStoreStats().x509;
}

describe('trusted certificates', () => {
  it('come from cadata in PEM or DER, as text or bytes (Python takes PEM as ASCII text only)', () => {
    const { certPem: pem } = root;
    expect(loaded(Buffer.from(pem))).toBe(1);
    const none = 'cadata does not contain a certificate';
    for (const [cadata, reason] of [
      ['ä', 'no start line'],
      [Buffer.from('ä'), 'not enough data'],
    ] as const)
      expect(() => loaded(cadata)).toThrow(
        sslError(null, { library: null, message: `${reason}: ${none}` }),
      );
    expect(() => loaded('')).toThrow(valueError('Empty certificate data'));
    expect(() => loaded(4)).toThrow(typeError('cadata should be a string'));
    expect(loaded(pem + pem)).toBe(1);
    expect(loaded(`junk\n${pem}junk\n`)).toBe(1);
  });

  it('stay when bytes after good DER are an error', () => {
    const context = client();
    const cadata = Buffer.concat([root.certDer, Buffer.from('A')]);
    expect(() => context.loadVerifyLocations({ cadata })).toThrow(
      expect.objectContaining({ name: 'SSLError', library: 'ASN1' }) as Error,
    );
    expect(context.certStoreStats().x509).toBe(1);
  });

  it('may come from a missing directory, but not from a missing or empty file', () => {
    const context = client();
    expect(() => context.loadVerifyLocations({ capath: '/nonexistent' })).not.toThrow();
    expect(() => context.loadVerifyLocations({ cafile: '/nonexistent' })).toThrow(
      expect.objectContaining({ code: 'ENOENT', path: '/nonexistent' }) as Error,
    );
    expect(() => context.loadVerifyLocations({ cafile: files.empty })).toThrow(
      sslError('NO_CERTIFICATE_OR_CRL_FOUND', { library: 'X509' }),
    );
    expect(context.certStoreStats()).toEqual({ x509: 0, x509Ca: 0, crl: 0 });
  });

  it('of SSL_CERT_FILE are read at once, those of SSL_CERT_DIR are not', async () => {
    const code = `
      import * as ssl from 'hermetic-ssl/ssl';
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      context.loadDefaultCerts();
      console.log(JSON.stringify([context.certStoreStats(), context.getCaCerts()]));`;
    const env = { SSL_CERT_FILE: files.leaf, SSL_CERT_DIR: hashed };
    expect(await moduleAnswer(code, { env })).toEqual([{ x509: 1, x509Ca: 0, crl: 0 }, []]);
  });

  it('of a directory appear once they were needed', () => {
    const context = client();
    context.loadVerifyLocations({ capath: hashed });
    expect(context.getCaCerts()).toEqual([]);
    connectedPair({ client: context, server: serverContext(localhost) });
    expect(context.getCaCerts()).toHaveLength(1);
    expect(context.getCaCerts({ binaryForm: true })).toEqual([root.certDer]);
  });
});
