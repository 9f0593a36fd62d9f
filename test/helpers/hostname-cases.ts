/**
 * Which target names a certificate answers for, as data: OpenSSL's matching with X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
 * as Python uses it. 62 is X509_V_ERR_HOSTNAME_MISMATCH, 64 X509_V_ERR_IP_ADDRESS_MISMATCH.
 */
import type { Authority, CertificateOptions, IssuedCertificate } from './certificates.js';

export interface HostnameCase {
  readonly name: string;
  readonly sans: Pick<CertificateOptions, 'dns' | 'ips' | 'emails'>;
  readonly cn: string;
  readonly target: string;
  readonly expected: 'ok' | 62 | 64;
  /** Absent means the default, true. */
  readonly hostnameChecksCommonName?: false;
}

type Sans = HostnameCase['sans'];
type Outcome = readonly [
  target: string,
  expected: HostnameCase['expected'],
  hostnameChecksCommonName?: false,
];
type Group = readonly [cn: string, sans: Sans, ...outcomes: Outcome[]];

export function hostnameCases(): HostnameCase[] {
  return GROUPS.flatMap(([cn, sans, ...outcomes]) =>
    outcomes.map((outcome) => toCase(cn, sans, outcome)),
  );
}

function toCase(
  cn: string,
  sans: Sans,
  [target, expected, checksCommonName]: Outcome,
): HostnameCase {
  const kinds = Object.entries(sans).map(
    ([kind, values]) => `${kind} ${(values as readonly string[]).join(', ')}`,
  );
  const strict = checksCommonName === false ? ', hostnameChecksCommonName false' : '';
  const name = `CN ${cn}; ${kinds.join('; ') || 'no SAN'}${strict}; target ${target} -> ${expected}`;
  return {
    name,
    sans,
    cn,
    target,
    expected,
    ...(checksCommonName === false && { hostnameChecksCommonName: false }),
  };
}

/** Issues the certificate of a row; rows with the same names share one certificate per authority. */
export function certificateFor(
  row: HostnameCase,
  authority: Authority,
): Promise<IssuedCertificate> {
  const cache = certificates.get(authority) ?? new Map<string, Promise<IssuedCertificate>>();
  certificates.set(authority, cache);
  const id = JSON.stringify([row.cn, row.sans]);
  const issued = cache.get(id) ?? authority.issue({ commonName: row.cn, ...row.sans });
  cache.set(id, issued);
  return issued;
}

const certificates = new WeakMap<Authority, Map<string, Promise<IssuedCertificate>>>();

const GROUPS: readonly Group[] = [
  [
    'unrelated',
    { dns: ['*.example.com'] },
    ['a.example.com', 'ok'],
    ['A.EXAMPLE.COM', 'ok'],
    ['-x.example.com', 'ok'],
    ['xn--a.example.com', 'ok'],
    ['*.example.com', 'ok'],
    ['a.b.example.com', 62],
    ['example.com', 62],
    ['_x.example.com', 62],
  ],
  [
    'unrelated',
    { dns: ['example.com', 'www.example.com'] },
    ['example.com', 'ok'],
    ['www.example.com', 'ok'],
    ['b.example.com', 62],
  ],
  ['unrelated', { dns: ['f*.part.com'] }, ['foo.part.com', 62], ['f.part.com', 62]],
  ['unrelated', { dns: ['*.tld'] }, ['host.tld', 62]],
  ['unrelated', { dns: ['*.a.*.com'] }, ['x.a.y.com', 62]],
  ['unrelated', { dns: ['xn--*.idn.com'] }, ['xn--abc.idn.com', 62]],
  [
    'unrelated',
    { dns: ['UPPER.Example.ORG', 'under_score.example.net'] },
    ['upper.example.org', 'ok'],
    ['under_score.example.net', 'ok'],
  ],
  ['unrelated', { dns: ['127.0.0.9'] }, ['127.0.0.9', 64]],
  ['unrelated', { ips: ['127.0.0.1'] }, ['127.0.0.1', 'ok'], ['127.0.0.2', 64]],
  [
    'unrelated',
    { ips: ['::1', '10.0.0.1'] },
    ['::1', 'ok'],
    ['0:0:0:0:0:0:0:1', 'ok'],
    ['::2', 64],
    ['10.0.1', 62],
  ],
  [
    'cn.example.com',
    {},
    ['cn.example.com', 'ok'],
    ['cn.example.com', 62, false],
    ['other.example.com', 62],
  ],
  ['*.cnwild.com', {}, ['a.cnwild.com', 'ok'], ['a.cnwild.com', 62, false], ['a.b.cnwild.com', 62]],
  ['10.9.9.9', {}, ['10.9.9.9', 64]],
  [
    'host.example.com',
    { emails: ['user@example.com'] },
    ['host.example.com', 'ok'],
    ['host.example.com', 62, false],
  ],
  [
    'host.example.com',
    { ips: ['192.0.2.7'] },
    ['host.example.com', 'ok'],
    ['host.example.com', 62, false],
  ],
  [
    'host.example.com',
    { dns: ['other.example.com'] },
    ['host.example.com', 62],
    ['other.example.com', 'ok'],
  ],
];
