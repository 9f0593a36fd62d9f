// The module's constants and enums beyond Python's values (python-names.test.ts), and the functions that need no connection.
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { CONSTANT_CHANNELS } from '../../../../lib/generated/constants.js';
import { typeError, valueError } from '../../../helpers/expected-errors.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost } = await testPki();

interface Pin {
  channels: Record<string, { version: string; fixes?: { patches: { fixes: string[] }[] } }>;
}

describe('enums', () => {
  it('have the members that the linked OpenSSL has, and no members that only another has', () => {
    const [major] = ssl.OPENSSL_VERSION_INFO;
    const channel = major >= 4 ? 'latest' : 'lts';
    const special = Object.entries(CONSTANT_CHANNELS).flatMap(([name, members]) =>
      Object.entries<string>(members).map(([member, channels]) => {
        const isHere = member in Reflect.get(ssl, name);
        return { member: `${name}.${member}`, isHere, isExpected: channels === channel };
      }),
    );
    expect(special.length).toBeGreaterThan(0);
    expect(special.filter(({ isHere, isExpected }) => isHere !== isExpected)).toEqual([]);
  });

  it('has only options that are unsigned 64-bit numbers', () => {
    for (const [name, value] of Object.entries(ssl.Options)) {
      expect([name, typeof value]).toEqual([name, 'bigint']);
      expect(BigInt.asUintN(64, value)).toBe(value);
    }
  });
});

describe('constants', () => {
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
      readFileSync(new URL('../../../../deps/openssl/pin.json', import.meta.url), 'utf8'),
    ) as Pin;
    const versions = Object.values(pin.channels).map(({ version }) => version);
    const [major, minor, fix, patch, status] = ssl.OPENSSL_VERSION_INFO;
    const version = `${major}.${minor}.${patch}`;
    expect(versions).toContain(version);
    expect([fix, status]).toEqual([0, 0]);
    expect(ssl.OPENSSL_VERSION).toMatch(
      new RegExp(`^OpenSSL ${version.replaceAll('.', '\\.')} \\d+ \\w{3} \\d{4}$`),
    );
    expect(ssl.OPENSSL_VERSION_NUMBER).toBe(major * 2 ** 28 + minor * 2 ** 20 + patch * 2 ** 4);
    const pinned = Object.values(pin.channels).find((entry) => entry.version === version);
    const fixes = pinned?.fixes?.patches.flatMap((one) => one.fixes) ?? [];
    expect(ssl.OPENSSL_FIXES).toEqual([...new Set(fixes)].toSorted());
    expect(Object.isFrozen(ssl.OPENSSL_FIXES)).toBe(true);
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
    expect(ssl.pemCertToDerCert(`${pem} \r\n\n`)).toEqual(localhost.certDer);
    expect(ssl.pemCertToDerCert(pem.replaceAll('\n', '\r\n'))).toEqual(localhost.certDer);
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

  it.each([
    '!!!!',
    'MAA-',
    'MAA_',
    'MA=A',
    'MAA===',
    'ä',
    `MAA=\n${ssl.PEM_FOOTER}\n${ssl.PEM_HEADER}\nMAA=`,
  ])('refuse %j between header and footer, which is no base64', (body) => {
    const pem = `${ssl.PEM_HEADER}\n${body}\n${ssl.PEM_FOOTER}\n`;
    expect(() => ssl.pemCertToDerCert(pem)).toThrow(valueError('base64'));
  });

  it('refuse text without header or footer, and other types', () => {
    expect(() => ssl.pemCertToDerCert(`x${localhost.certPem}`)).toThrow(
      valueError('must start with'),
    );
    expect(() => ssl.pemCertToDerCert(`${localhost.certPem}x`)).toThrow(
      valueError('must end with'),
    );
    expect(() => ssl.pemCertToDerCert('')).toThrow(valueError());
    expect(() => ssl.pemCertToDerCert(`\n${localhost.certPem}`)).toThrow(
      valueError('must start with'),
    );
    expect(() => ssl.pemCertToDerCert(localhost.certDer as never)).toThrow(typeError('pem'));
    expect(() => ssl.derCertToPemCert('x' as never)).toThrow(typeError('der'));
  });
});
