// The error classes: Python's tree, and what each carries.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { certificateError, sslError } from '../../../helpers/expected-errors.js';
import { makePair, thrown, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const {
  root,
  localhost,
  expired,
  notYetValid,
  selfSigned,
  stranger,
  client: clientCertificate,
  caPem,
} = await testPki();

const fail = (
  identity: Parameters<typeof serverContext>[0],
  change?: (context: ssl.SSLContext) => void,
): ReturnType<typeof tryHandshake> =>
  tryHandshake(makePair({ client: clientContext(caPem, change), server: serverContext(identity) }));

describe('SSLError', () => {
  it.each([
    ssl.SSLZeroReturnError,
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
    ssl.SSLWantCallbackError,
    ssl.SSLSyscallError,
    ssl.SSLEOFError,
    ssl.SSLCertVerificationError,
  ])('is the class above %o', (subclass) => {
    expect(subclass.prototype).toBeInstanceOf(ssl.SSLError);
    expect(ssl.SSLError.prototype).toBeInstanceOf(Error);
  });

  it('has CertificateError as another name of SSLCertVerificationError', () => {
    expect(ssl.CertificateError).toBe(ssl.SSLCertVerificationError);
  });

  it('takes its code from the reason', () => {
    const error = new ssl.SSLError('x', { library: 'SSL', reason: 'NO_SHARED_CIPHER', errno: 1 });
    expect(error).toMatchObject({
      name: 'SSLError',
      code: 'ERR_SSL_NO_SHARED_CIPHER',
      library: 'SSL',
      reason: 'NO_SHARED_CIPHER',
      errno: 1,
    });
    expect(new ssl.SSLError('x')).toMatchObject({
      code: 'ERR_SSL',
      library: null,
      reason: null,
      errno: ssl.SSL_ERROR_SSL,
    });
    expect(new ssl.SSLError('x')).not.toHaveProperty('cause');
    expect(new ssl.SSLError('x', { cause: 5 }).cause).toBe(5);
  });

  it("prints as Python's: library and reason before the text", () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const load = (): void =>
      context.loadCertChain({ cert: localhost.certPem, key: clientCertificate.keyPem });
    expect(String(thrown(load))).toMatch(
      /^SSLError: \[X509: KEY_VALUES_MISMATCH\] key values mismatch: key does not belong/,
    );
  });

  it.each([
    [ssl.SSLWantReadError, ssl.SSL_ERROR_WANT_READ, 'The operation did not complete (read)'],
    [ssl.SSLWantWriteError, ssl.SSL_ERROR_WANT_WRITE, 'The operation did not complete (write)'],
  ])('%o has neither library nor reason', (Class, errno, message) => {
    expect(new Class()).toMatchObject({
      name: Class.name,
      errno,
      message,
      library: null,
      reason: null,
      code: 'ERR_SSL',
    });
  });

  it('of a step that waits leaves nothing behind for the next error', () => {
    const { client } = makePair({ client: clientContext(caPem), server: serverContext(localhost) });
    expect(thrown(() => client.doHandshake())).toBeInstanceOf(ssl.SSLWantReadError);
    expect(() => clientContext('broken')).toThrow(sslError(null, { library: null }));
    expect(thrown(() => client.doHandshake())).toBeInstanceOf(ssl.SSLWantReadError);
  });
});

describe('a failed handshake', () => {
  it('is an error of OpenSSL on the side that fails and an alert on the other', () => {
    const outcome = tryHandshake(
      makePair({ client: clientContext(caPem, tls12), server: serverContext(localhost, tls13) }),
    );
    expect(outcome).toEqual({
      client: sslError('TLSV1_ALERT_PROTOCOL_VERSION', {
        library: 'SSL',
        errno: ssl.SSL_ERROR_SSL,
      }),
      server: sslError('UNSUPPORTED_PROTOCOL', { library: 'SSL', errno: ssl.SSL_ERROR_SSL }),
    });
  });

  it('is one for a server without a certificate', () => {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    const outcome = tryHandshake(makePair({ client: clientContext(caPem), server }));
    expect(outcome.client).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
    expect(outcome.server).toMatchObject({ name: 'SSLError', library: 'SSL' });
  });

  it('is one for plain HTTP, on either side', () => {
    const pair = makePair({ client: clientContext(caPem), server: serverContext(localhost) });
    pair.toServer.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(thrown(() => pair.server.doHandshake())).toEqual(sslError('HTTP_REQUEST'));
    pair.toClient.read();
    pair.toClient.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(thrown(() => pair.client.doHandshake())).toMatchObject({
      name: 'SSLError',
      library: 'SSL',
    });
  });
});

describe('SSLCertVerificationError', () => {
  it('names the code, its meaning and the certificate', () => {
    const { client } = fail(stranger);
    expect(client).toBeInstanceOf(ssl.SSLCertVerificationError);
    expect(client).toMatchObject({
      errno: ssl.SSL_ERROR_SSL,
      library: 'SSL',
      reason: 'CERTIFICATE_VERIFY_FAILED',
      code: 'ERR_SSL_CERTIFICATE_VERIFY_FAILED',
      verifyCode: 20,
      verifyMessage: 'unable to get local issuer certificate',
      message:
        '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate' +
        ' (certificate of CN = localhost, issued by O = hermetic-ssl tests, CN = stranger root); ' +
        'the certificate of its issuer "stranger root" is neither trusted nor sent: ' +
        'context.loadVerifyLocations() trusts a root, and the peer has to send what is between',
    });
  });

  it.each([
    ['expired', expired, 10, 'SSLV3_ALERT_CERTIFICATE_EXPIRED'],
    ['not yet valid', notYetValid, 9, 'SSLV3_ALERT_BAD_CERTIFICATE'],
    ['self-signed', selfSigned, 18, 'TLSV1_ALERT_UNKNOWN_CA'],
    ['of an unknown authority', stranger, 20, 'TLSV1_ALERT_UNKNOWN_CA'],
    ['for clients only', clientCertificate, 26, 'SSLV3_ALERT_UNSUPPORTED_CERTIFICATE'],
  ])(
    'is what a certificate %s gives, and the server is told why',
    (_name, identity, code, alert) => {
      expect(fail(identity)).toEqual({ client: certificateError(code), server: sslError(alert) });
    },
  );

  it('is what a certificate without an authority key identifier gives under VERIFY_X509_STRICT', async () => {
    const loose = await root.issue({
      dns: ['localhost'],
      commonName: 'localhost',
      authorityKeyIdentifier: false,
    });
    expect(fail(loose)).toEqual({ client: null, server: null });
    const strict = fail(loose, (context) => void (context.verifyFlags |= ssl.VERIFY_X509_STRICT));
    expect(strict).toEqual({
      client: certificateError(85, 'Missing Authority Key Identifier'),
      server: sslError('SSLV3_ALERT_CERTIFICATE_UNKNOWN'),
    });
  });

  it('does not break on names beyond ASCII or without any text', async () => {
    const { createSelfSigned } = await import('../../../helpers/certificates.js');
    for (const [commonName, shown] of [
      ['Grüße', 'CN = Grüße'],
      ['a\nb', 'CN = a\\0Ab'],
      [undefined, '(no name)'],
    ] as const) {
      // prettier-ignore
      const identity = await createSelfSigned({ commonName, dns: ['localhost'] });
      expect(fail(identity).client?.message).toContain(`(certificate of ${shown}, issued by`);
    }
  });

  it('can be made by anyone', () => {
    const error = new ssl.SSLCertVerificationError('x', { verifyCode: 62, verifyMessage: 'y' });
    expect(error).toMatchObject({
      name: 'SSLCertVerificationError',
      verifyCode: 62,
      verifyMessage: 'y',
    });
  });
});
