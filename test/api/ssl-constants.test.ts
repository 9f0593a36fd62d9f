// The module's constants and enums, and the functions that need no connection.
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { typeError, valueError } from '../helpers/expected-errors.js';
import { testPki } from '../helpers/test-pki.js';

const { localhost } = await testPki();

describe('enums', () => {
  it.each([
    ['VerifyMode', ssl.VerifyMode, { CERT_NONE: 0, CERT_OPTIONAL: 1, CERT_REQUIRED: 2 }],
    ['TLSVersion', ssl.TLSVersion, {
      MINIMUM_SUPPORTED: -2, MAXIMUM_SUPPORTED: -1, SSLv3: 768, TLSv1: 769, TLSv1_1: 770, TLSv1_2: 771, TLSv1_3: 772,
    }],
    ['VerifyFlags', ssl.VerifyFlags, {
      VERIFY_DEFAULT: 0, VERIFY_CRL_CHECK_LEAF: 4, VERIFY_CRL_CHECK_CHAIN: 12, VERIFY_X509_STRICT: 32,
      VERIFY_ALLOW_PROXY_CERTS: 64, VERIFY_X509_TRUSTED_FIRST: 0x8000, VERIFY_X509_PARTIAL_CHAIN: 0x80000,
    }],
    ['SSLErrorNumber', ssl.SSLErrorNumber, {
      SSL_ERROR_SSL: 1, SSL_ERROR_WANT_READ: 2, SSL_ERROR_WANT_WRITE: 3, SSL_ERROR_WANT_X509_LOOKUP: 4, SSL_ERROR_SYSCALL: 5,
      SSL_ERROR_ZERO_RETURN: 6, SSL_ERROR_WANT_CONNECT: 7, SSL_ERROR_EOF: 8, SSL_ERROR_INVALID_ERROR_CODE: 10,
    }],
    ['Options', ssl.Options, {
      OP_NO_SSLv2: 0n, OP_NO_SSLv3: 0x02000000n, OP_NO_TLSv1: 0x04000000n, OP_NO_TLSv1_1: 0x10000000n,
      OP_NO_TLSv1_2: 0x08000000n, OP_NO_TLSv1_3: 0x20000000n, OP_NO_TICKET: 0x4000n, OP_NO_COMPRESSION: 0x20000n,
      OP_SINGLE_DH_USE: 0n, OP_SINGLE_ECDH_USE: 0n, OP_CIPHER_SERVER_PREFERENCE: 0x400000n,
      OP_ENABLE_MIDDLEBOX_COMPAT: 0x100000n, OP_NO_RENEGOTIATION: 0x40000000n, OP_IGNORE_UNEXPECTED_EOF: 0x80n,
      OP_ENABLE_KTLS: 8n, OP_LEGACY_SERVER_CONNECT: 4n, OP_ALL: 0x80000050n,
    }],
    ['AlertDescription', ssl.AlertDescription, {
      ALERT_DESCRIPTION_CLOSE_NOTIFY: 0, ALERT_DESCRIPTION_UNEXPECTED_MESSAGE: 10, ALERT_DESCRIPTION_BAD_RECORD_MAC: 20,
      ALERT_DESCRIPTION_RECORD_OVERFLOW: 22, ALERT_DESCRIPTION_DECOMPRESSION_FAILURE: 30,
      ALERT_DESCRIPTION_HANDSHAKE_FAILURE: 40, ALERT_DESCRIPTION_BAD_CERTIFICATE: 42,
      ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE: 43, ALERT_DESCRIPTION_CERTIFICATE_REVOKED: 44,
      ALERT_DESCRIPTION_CERTIFICATE_EXPIRED: 45, ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN: 46,
      ALERT_DESCRIPTION_ILLEGAL_PARAMETER: 47, ALERT_DESCRIPTION_UNKNOWN_CA: 48, ALERT_DESCRIPTION_ACCESS_DENIED: 49,
      ALERT_DESCRIPTION_DECODE_ERROR: 50, ALERT_DESCRIPTION_DECRYPT_ERROR: 51, ALERT_DESCRIPTION_PROTOCOL_VERSION: 70,
      ALERT_DESCRIPTION_INSUFFICIENT_SECURITY: 71, ALERT_DESCRIPTION_INTERNAL_ERROR: 80,
      ALERT_DESCRIPTION_USER_CANCELLED: 90, ALERT_DESCRIPTION_NO_RENEGOTIATION: 100,
      ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION: 110, ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE: 111,
      ALERT_DESCRIPTION_UNRECOGNIZED_NAME: 112, ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE: 113,
      ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE: 114, ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY: 115,
    }],
  ] as [string, Record<string, number | bigint>, Record<string, number | bigint>][])(
    "%s has Python's members, which are constants of the module too", (_name, members, expected) => {
      expect(members).toMatchObject(expected);
      const constants = Object.fromEntries(Object.keys(expected).map((key) => [key, (ssl as Record<string, unknown>)[key]]));
      if (members !== ssl.TLSVersion) expect(constants).toEqual(expected);
    },
  ); // prettier-ignore

  it('has only options that are unsigned 64-bit numbers', () => {
    for (const [name, value] of Object.entries(ssl.Options)) {
      expect([name, typeof value]).toEqual([name, 'bigint']);
      expect(BigInt.asUintN(64, value)).toBe(value);
    }
  });
});

describe('constants', () => {
  it("has Python's protocols", () => {
    expect(ssl.PROTOCOL_SSLv23).toBe(ssl.PROTOCOL_TLS);
    const {
      PROTOCOL_TLS,
      PROTOCOL_TLSv1,
      PROTOCOL_TLSv1_1,
      PROTOCOL_TLSv1_2,
      PROTOCOL_TLS_CLIENT,
      PROTOCOL_TLS_SERVER,
    } = ssl;
    expect([
      PROTOCOL_TLS,
      PROTOCOL_TLSv1,
      PROTOCOL_TLSv1_1,
      PROTOCOL_TLSv1_2,
      PROTOCOL_TLS_CLIENT,
      PROTOCOL_TLS_SERVER,
    ]).toEqual([2, 3, 4, 5, 16, 17]);
  });

  it('says what the linked OpenSSL can do', () => {
    const {
      HAS_SNI,
      HAS_ECDH,
      HAS_ALPN,
      HAS_NPN,
      HAS_NEVER_CHECK_COMMON_NAME,
      HAS_SSLv2,
      HAS_SSLv3,
      HAS_TLSv1_2,
      HAS_TLSv1_3,
    } = ssl;
    expect({ HAS_SNI, HAS_ECDH, HAS_ALPN, HAS_NEVER_CHECK_COMMON_NAME, HAS_TLSv1_2, HAS_TLSv1_3 }).toEqual({
      HAS_SNI: true, HAS_ECDH: true, HAS_ALPN: true, HAS_NEVER_CHECK_COMMON_NAME: true, HAS_TLSv1_2: true, HAS_TLSv1_3: true,
    }); // prettier-ignore
    expect({ HAS_NPN, HAS_SSLv2, HAS_SSLv3 }).toEqual({
      HAS_NPN: false,
      HAS_SSLv2: false,
      HAS_SSLv3: false,
    });
    expect([typeof ssl.HAS_TLSv1, typeof ssl.HAS_TLSv1_1]).toEqual(['boolean', 'boolean']);
  });

  it('is a pinned OpenSSL by text, number and tuple', () => {
    const pin = JSON.parse(
      readFileSync(new URL('../../deps/openssl/pin.json', import.meta.url), 'utf8'),
    ) as { channels: Record<string, { version: string }> };
    const versions = Object.values(pin.channels).map(({ version }) => version);
    const [major, minor, fix, patch, status] = ssl.OPENSSL_VERSION_INFO;
    const version = `${major}.${minor}.${patch}`;
    expect(versions).toContain(version);
    expect([fix, status]).toEqual([0, 0]);
    expect(ssl.OPENSSL_VERSION).toMatch(
      new RegExp(`^OpenSSL ${version.replaceAll('.', '\\.')} \\d+ \\w{3} \\d{4}$`),
    );
    expect(ssl.OPENSSL_VERSION_NUMBER).toBe(major * 2 ** 28 + minor * 2 ** 20 + patch * 2 ** 4);
  });

  it('has the two purposes', () => {
    expect(ssl.Purpose.SERVER_AUTH).toEqual({
      nid: 129,
      shortname: 'serverAuth',
      longname: 'TLS Web Server Authentication',
      oid: '1.3.6.1.5.5.7.3.1',
    });
    expect(ssl.Purpose.CLIENT_AUTH).toEqual({
      nid: 130,
      shortname: 'clientAuth',
      longname: 'TLS Web Client Authentication',
      oid: '1.3.6.1.5.5.7.3.2',
    });
  });
});

describe('createDefaultContext', () => {
  const flags =
    ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT;

  it('verifies everything for a client', () => {
    const expected = {
      protocol: ssl.PROTOCOL_TLS_CLIENT,
      verifyMode: ssl.CERT_REQUIRED,
      checkHostname: true,
      verifyFlags: flags,
    };
    expect(ssl.createDefaultContext()).toMatchObject(expected);
    expect(
      ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cadata: localhost.certPem }),
    ).toMatchObject(expected);
    expect(flags).toBe(557_088);
  });

  it('asks for no certificate on a server', () => {
    const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
    expect(context).toMatchObject({
      protocol: ssl.PROTOCOL_TLS_SERVER,
      verifyMode: ssl.CERT_NONE,
      checkHostname: false,
      verifyFlags: flags,
    });
  });

  it("has Python's options", () => {
    expect(ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH).options).toBe(2_186_412_112n);
  });

  it('refuses another purpose', () => {
    for (const purpose of [null, 129, 'serverAuth', {}])
      expect(() => ssl.createDefaultContext(purpose as never)).toThrow(typeError('purpose'));
    expect(() =>
      ssl.createDefaultContext({ ...ssl.Purpose.SERVER_AUTH, nid: 131 } as never),
    ).toThrow(valueError('purpose'));
  });
});

describe('derCertToPemCert and pemCertToDerCert', () => {
  it('are each the inverse of the other', () => {
    const pem = ssl.derCertToPemCert(localhost.certDer);
    expect(pem).toBe(localhost.certPem);
    expect(ssl.pemCertToDerCert(pem)).toEqual(localhost.certDer);
    expect(ssl.pemCertToDerCert(`\n ${pem} \n`)).toEqual(localhost.certDer);
    expect(pem.startsWith(`${ssl.PEM_HEADER}\n`) && pem.endsWith(`\n${ssl.PEM_FOOTER}\n`)).toBe(
      true,
    );
    expect(Math.max(...pem.split('\n').map(({ length }) => length))).toBe(64);
  });

  it('take any bytes, without a look inside', () => {
    expect(ssl.derCertToPemCert(new Uint8Array([1, 2, 3]).buffer)).toBe(
      `${ssl.PEM_HEADER}\nAQID\n${ssl.PEM_FOOTER}\n`,
    );
    expect(ssl.derCertToPemCert(new DataView(new ArrayBuffer(2), 1))).toContain('\nAA==\n');
    expect(ssl.derCertToPemCert(new Uint8Array(0))).toBe(`${ssl.PEM_HEADER}\n${ssl.PEM_FOOTER}\n`);
  });

  it('refuse text without header or footer, and other types', () => {
    expect(() => ssl.pemCertToDerCert(`x${localhost.certPem}`)).toThrow(
      valueError('must start with'),
    );
    expect(() => ssl.pemCertToDerCert(`${localhost.certPem}x`)).toThrow(
      valueError('must end with'),
    );
    expect(() => ssl.pemCertToDerCert('')).toThrow(valueError());
    expect(() => ssl.pemCertToDerCert(localhost.certDer as never)).toThrow(typeError('pem'));
    expect(() => ssl.derCertToPemCert('x' as never)).toThrow(typeError('der'));
  });
});
