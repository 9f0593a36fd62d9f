// certificateLegacy: the fields of node:tls, compared with those that the runtime gives for the same certificate.
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';

import type { LegacyCertificate } from '../../../lib/internal/native/binding.js';
import { binding, isRecord, valueOf } from '../../helpers/native-pair.js';
import {
  createAuthority,
  type Authority,
  type CertificateOptions,
} from '../../helpers/certificates.js';
import {
  everyKindOfName,
  idnNames,
  namesWithNul,
  testPki,
  type TestPki,
} from '../../helpers/test-pki.js';

let pki: TestPki;
let authority: Authority;
beforeAll(async () => {
  pki = await testPki();
  authority = await createAuthority({ name: 'legacy, "quoted" root' });
});

const derOf = (pem: string): Buffer =>
  Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');

const legacyOf = (pem: string): LegacyCertificate => valueOf(binding.certificateLegacy(derOf(pem)));

/** The infoAccess of the runtime's object, from the lines of ours (Node: lib/internal/tls/common.js). */
function infoOf(text: string): Record<string, string[]> {
  const info: Record<string, string[]> = {};
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^([^:]*):(.*)$/.exec(line) ?? [];
    (info[key] ??= []).push(value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return info;
}

/** Returns the runtime's object without the fields that ours lacks. */
function runtimeObject(pem: string): Record<string, unknown> {
  const object = new X509Certificate(pem).toLegacyObject() as unknown as Record<string, unknown>;
  const { raw, ...fields } = object;
  expect(raw).toBeInstanceOf(Buffer);
  return fields;
}

const NAMES: Record<string, Partial<CertificateOptions>> = {
  'no more than a common name': {},
  'every kind of name': everyKindOfName(),
  'names with a NUL': namesWithNul(),
  'international names': idnNames(),
  'names with a comma and quotes': {
    dns: ['a,DNS:b', 'c"d', "e'f", String.raw`g\h`],
    uris: ['http://x/?a=1,b'],
    ocsp: ['http://o/,x', 'http://p/'],
    caIssuers: ['http://q/'],
  },
  'a usage': { eku: ['serverAuth', 'clientAuth'] },
  'attributes that occur again': {
    subject: [
      ['OU', 'one'],
      ['OU', 'two'],
      ['OU', 'three'],
      ['C', 'DE'],
    ],
  },
};

describe('certificateLegacy', () => {
  it.each(Object.entries(NAMES))('is as the runtime has it for %s', async (_, options) => {
    const { certPem } = await authority.issue({ commonName: 'legacy', ...options });
    const { infoAccess, ...fields } = legacyOf(certPem);
    const { infoAccess: expected, ...others } = runtimeObject(certPem);
    expect(fields).toEqual(others);
    expect(infoAccess === undefined ? undefined : infoOf(infoAccess)).toEqual(
      expected === undefined ? undefined : { ...expected },
    );
  });

  it.each(['rsa2048', 'ecdsa-p256', 'ecdsa-p384', 'ed25519'] as const)(
    'has the key of kind %s',
    async (key) => {
      const { certPem } = await authority.issue({ commonName: 'key', key });
      expect(legacyOf(certPem)).toEqual(runtimeObject(certPem));
    },
  );

  it('knows authorities', () => {
    expect(legacyOf(pki.caPem)).toEqual(runtimeObject(pki.caPem));
    expect(legacyOf(pki.caPem).ca).toBe(true);
    expect(legacyOf(pki.localhost.certPem).ca).toBe(false);
  });

  it('has the fields in the order of the runtime', () => {
    const { certPem } = pki.allNames;
    expect(Object.keys(legacyOf(certPem))).toEqual(Object.keys(runtimeObject(certPem)));
  });

  it('refuses other bytes than a certificate', () => {
    expect(isRecord(binding.certificateLegacy(Buffer.from('no')))).toBe(true);
  });
});
