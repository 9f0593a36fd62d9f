/**
 * One standard set of certificates for tests that only need "a server and a client that trust each other". It is made
 * once per process, on first use.
 */
import {
  createAuthority,
  createSelfSigned,
  daysFromNow,
  type Authority,
  type IssuedCertificate,
} from './certificates.js';

export interface TestPki {
  readonly root: Authority;
  readonly intermediate: Authority;
  /** The root certificate: what a client trusts. */
  readonly caPem: string;
  /** localhost, 127.0.0.1 and ::1, signed by the root. */
  readonly localhost: IssuedCertificate;
  readonly localhostRsa: IssuedCertificate;
  /** The same names, signed by the intermediate. */
  readonly localhostBelowIntermediate: IssuedCertificate;
  readonly example: IssuedCertificate;
  readonly wildcard: IssuedCertificate;
  readonly idn: IssuedCertificate;
  readonly allNames: IssuedCertificate;
  readonly embeddedNul: IssuedCertificate;
  readonly noSan: IssuedCertificate;
  readonly expired: IssuedCertificate;
  readonly notYetValid: IssuedCertificate;
  readonly client: IssuedCertificate;
  readonly clientRsa: IssuedCertificate;
  readonly selfSigned: IssuedCertificate;
  /** An untrusted authority, and a localhost certificate of it. */
  readonly strangerAuthority: Authority;
  readonly stranger: IssuedCertificate;
}

const LOCALHOST = { commonName: 'localhost', dns: ['localhost'], ips: ['127.0.0.1', '::1'] };

let made: Promise<TestPki> | undefined;

export const testPki = (): Promise<TestPki> => (made ??= make());

async function make(): Promise<TestPki> {
  const root = await createAuthority({ name: 'test root' });
  const intermediate = await createAuthority({
    name: 'test intermediate',
    parent: root,
    basicConstraints: { pathLength: 0 },
  });
  const strangerAuthority = await createAuthority({ name: 'stranger root' });
  return {
    root,
    intermediate,
    strangerAuthority,
    caPem: root.certPem,
    ...(await localhostCertificates(root, intermediate, strangerAuthority)),
    ...(await namedCertificates(root)),
    ...(await badlyDated(root)),
    ...(await clientCertificates(root)),
  };
}

async function localhostCertificates(
  root: Authority,
  intermediate: Authority,
  stranger: Authority,
) {
  return {
    localhost: await root.issue(LOCALHOST),
    localhostRsa: await root.issue({ ...LOCALHOST, key: 'rsa2048', keyLabel: 'localhost' }),
    localhostBelowIntermediate: await intermediate.issue(LOCALHOST),
    selfSigned: await createSelfSigned(LOCALHOST),
    stranger: await stranger.issue(LOCALHOST),
  };
}

async function namedCertificates(root: Authority) {
  return {
    example: await root.issue({
      commonName: 'example.com',
      dns: ['example.com', 'www.example.com'],
    }),
    wildcard: await root.issue({ commonName: '*.example.com', dns: ['*.example.com'] }),
    idn: await root.issue(idnNames()),
    allNames: await root.issue(everyKindOfName()),
    embeddedNul: await root.issue(namesWithNul()),
    noSan: await root.issue({ commonName: 'nosan' }),
  };
}

/** Names of IDNA 2003 and IDNA 2008 for the same German and Greek words. */
export const idnNames = () => ({
  commonName: 'idnsans',
  dns: [
    'xn--knig-5qa.idn.example',
    'xn--knigsgsschen-lcb0w.idna2003.example',
    'xn--knigsgchen-b4a3dun.idna2008.example',
    'xn--nxasmq6b.idna2003.example',
    'xn--nxasmm1c.idna2008.example',
  ],
});

export const everyKindOfName = () => ({
  commonName: 'allsans',
  dns: ['allsans', 'www.example.org'],
  ips: ['127.0.0.1', '::1', '2001:db8::1'],
  emails: ['user@example.org'],
  uris: ['https://www.example.org/path'],
  dirName: [
    ['C', 'XY'],
    ['L', 'Somewhere'],
    ['CN', 'dirname example'],
  ] as const,
  registeredId: '1.2.3.4.5',
  otherName: { oid: '1.2.3.4', value: 'some other identifier' },
  ocsp: ['http://ocsp.example.org/'],
  caIssuers: ['http://ca.example.org/ca.der'],
  crlDistributionPoints: ['http://ca.example.org/ca.crl'],
});

/** The attack of CVE-2013-4238: a reader that stops at the NUL sees another owner's name. */
export const namesWithNul = () => ({
  commonName: 'nul.example.org\0example.com',
  dns: ['alt.example.org\0example.com', 'plain.example.org'],
  emails: ['user@example.org\0user@example.com'],
  uris: ['http://nul.example.org\0http://example.com'],
  ips: ['192.0.2.1', '2001:db8::1'],
});

async function badlyDated(root: Authority) {
  return {
    expired: await root.issue({
      ...LOCALHOST,
      notBefore: daysFromNow(-10),
      notAfter: daysFromNow(-1),
    }),
    notYetValid: await root.issue({
      ...LOCALHOST,
      notBefore: daysFromNow(1),
      notAfter: daysFromNow(10),
    }),
  };
}

async function clientCertificates(root: Authority) {
  const options = {
    commonName: 'test client',
    emails: ['client@example.org'],
    eku: ['clientAuth'],
  };
  return {
    client: await root.issue(options),
    clientRsa: await root.issue({ ...options, key: 'rsa2048', keyLabel: 'client' }),
  };
}
