/** getpeercert() and get_ca_certs() for certificates with every extension and every odd name. */
import type { CertificateOptions } from '../../helpers/certificates.js';
import {
  context as tagged,
  ia5String,
  oid,
  sequence,
  tlv,
  utf8String,
  Tag,
} from '../../helpers/der.js';
import { bmpString } from '../../helpers/distinguished-names.js';
import { everyKindOfName, idnNames, namesWithNul } from '../../helpers/test-pki.js';
import type { Script } from '../support/script.js';
import { call, file, make, ref } from '../support/script.js';
import {
  anyName,
  both,
  clientContext,
  objects,
  serverContext,
  shake,
  showing,
  trusting,
} from '../support/tls-steps.js';

const latin1 = (tag: number, text: string) => tlv(tag, Buffer.from(text, 'latin1'));
const bits = (...bytes: number[]) => tlv(Tag.BIT_STRING, Buffer.from(bytes));
const dns = (text: string) => latin1(0x82, text);
const uri = (text: string) => latin1(0x86, text);
const otherName = (type: string, value: Uint8Array) =>
  tagged(0, true, oid(type), tagged(0, true, value));
const email = (text: string) => latin1(0x81, text);

/** Names of certificates, and what they are made of. */
export const CERTIFICATES: Readonly<Record<string, CertificateOptions>> = {
  plain: { commonName: 'plain', dns: ['plain.example'] },
  everyName: everyKindOfName(),
  nul: namesWithNul(),
  idn: idnNames(),
  noSan: { commonName: 'nosan' },
  noSubject: { subject: [], dns: ['nobody.example'] },
  criticalSan: { subject: [], dns: ['critical.example'], subjectAltNameCritical: true },
  emptySan: { commonName: 'x', rawNames: [dns('')] },
  dnsBytes: { commonName: 'x', rawNames: [dns('\xff\x80'), dns('caf\xe9'), dns(' '), dns('\n')] },
  dnsLong: { commonName: 'x', dns: ['x'.repeat(5000)] },
  dnsMany: { commonName: 'x', dns: Array.from({ length: 300 }, (_, i) => `n${i}.example`) },
  dnsTwice: { commonName: 'x', dns: ['same.example', 'same.example'] },
  wildcards: {
    commonName: '*',
    dns: ['*', '*.example', 'a.*.example', '**.example', 'x*y.example'],
  },
  mail: { commonName: 'x', rawNames: [email(''), email('a@b'), email('a\0@b'), email('\xe9@x')] },
  uris: { commonName: 'x', rawNames: [uri(''), uri('urn:x'), uri('http://a\0b/'), uri('\xe9')] },
  colons: { commonName: 'x', dns: ['a:b', ':'], emails: [':@:'], uris: ['a:b:c'] },
  commas: { commonName: 'a, b', dns: ['DNS:other.example, DNS:more.example'] },
  ipv4: { commonName: 'x', ips: ['0.0.0.0', '255.255.255.255', '192.0.2.1'] },
  ipv6: {
    commonName: 'x',
    ips: ['::1', '::', '2001:db8::ff00:42:8329', 'fe80::1', '1:2:3:4:5:6:7:8'],
  },
  ipv6Mapped: { commonName: 'x', ips: ['::ffff:c000:201'] },
  ipLengths: {
    commonName: 'x',
    ips: ['', '01', '010203', '0102030405', '00'.repeat(15), '00'.repeat(17)],
  },
  ipMask: { commonName: 'x', ips: ['c0000200ffffff00', '00'.repeat(32)] },
  registered: { commonName: 'x', registeredId: '1.2.840.113549.1.1.1' },
  registeredLong: { commonName: 'x', registeredId: '1.3.6.1.4.1.99999.1.2.3.4.5.6.7.8.9.10' },
  otherName: {
    commonName: 'x',
    otherName: { oid: '1.3.6.1.4.1.311.20.2.3', value: 'user@example' },
  },
  otherNamesKnown: {
    commonName: 'x',
    rawNames: [
      otherName('1.3.6.1.5.5.7.8.9', utf8String('m\u00e4il@example')),
      otherName('1.3.6.1.5.5.7.8.5', utf8String('xmpp@example')),
      otherName('1.3.6.1.5.5.7.8.7', ia5String('_srv.example')),
      otherName('1.3.6.1.5.5.7.8.8', utf8String('realm')),
      otherName('1.3.6.1.5.5.7.8.7', utf8String('of another type')),
      otherName('1.3.6.1.4.1.311.20.2.3', ia5String('of another type')),
    ],
  },
  otherNameNul: {
    commonName: 'x',
    rawNames: [otherName('1.3.6.1.4.1.311.20.2.3', utf8String('good\0evil'))],
  },
  otherNames: {
    commonName: 'x',
    rawNames: [otherName('1.2.3', ia5String('x')), otherName('1.2.4', sequence())],
  },
  x400: { commonName: 'x', rawNames: [tagged(3, true, sequence())] },
  ediParty: { commonName: 'x', rawNames: [tagged(5, true, tagged(1, true, utf8String('party')))] },
  dirName: {
    commonName: 'x',
    dirName: [['C', 'XY'], [['O', 'one'], ['OU', 'two']], ['CN', 'Gr\u00fc\u00dfe'], ['1.2.3.4', 'odd']],
  }, // prettier-ignore
  dirNameEmpty: { commonName: 'x', dirName: [] },
  subjectKinds: {
    subject: [
      ['C', 'XY'], ['ST', 'State'], ['L', 'Place'], ['O', 'Org'], ['OU', 'Unit'], ['CN', 'Name'],
      ['emailAddress', 'a@b.example'], ['serialNumber', '12345'], ['DC', 'example'],
      ['2.5.4.4', 'Surname'], ['2.5.4.42', 'Given'], ['2.5.4.12', 'Title'], ['2.5.4.9', 'Street'],
      ['2.5.4.17', '12345'], ['2.5.4.15', 'Private'], ['1.3.6.1.4.1.311.60.2.1.3', 'XY'],
      ['0.9.2342.19200300.100.1.1', 'uid'], ['1.2.3.4', 'unknown'],
    ],
  }, // prettier-ignore
  subjectGroups: {
    subject: [
      [['O', 'one'], ['OU', 'two']], ['CN', 'three'], [['CN', 'four'], ['O', 'five'], ['L', 'six']],
    ],
  }, // prettier-ignore
  subjectStrings: {
    subject: [
      ['CN', latin1(Tag.PRINTABLE_STRING, 'printable')],
      ['CN', utf8String('Gr\u00fc\u00dfe \u4f8b \u{1f600}')],
      ['CN', bmpString('Gr\u00fc\u00dfe')],
      ['CN', latin1(Tag.T61_STRING, 'caf\xe9')],
      ['CN', latin1(Tag.IA5_STRING, 'ia5')],
      ['CN', tlv(0x1c, Buffer.from([0, 0, 0, 0x41, 0, 1, 0xf6, 0]))],
      ['CN', latin1(0x1a, 'visible')],
      ['CN', latin1(0x12, '123')],
    ],
  },
  subjectBits: {
    subject: [
      ['2.5.4.45', bits(0, 0xca, 0xfe)],
      ['2.5.4.45', bits(4, 0xf0)],
      ['CN', 'x'],
    ],
  },
  subjectBytes: {
    subject: [
      ['CN', latin1(Tag.PRINTABLE_STRING, 'a\xffb')],
      ['O', latin1(Tag.IA5_STRING, '\x80')],
    ],
  },
  subjectBadUtf8: { subject: [['CN', latin1(Tag.UTF8_STRING, '\xff\xfe')]] },
  subjectNul: {
    subject: [
      ['CN', 'a\0b'],
      ['O', '\0'],
    ],
  },
  subjectEmpty: {
    subject: [
      ['CN', ''],
      ['O', ''],
    ],
  },
  subjectLong: { subject: [['CN', 'x'.repeat(3000)]] },
  subjectOctets: { subject: [['CN', latin1(Tag.OCTET_STRING, 'octets')]] },
  subjectSequence: { subject: [['CN', sequence()]] },
  serialOne: { commonName: 'x', serialNumber: '01' },
  serialLong: { commonName: 'x', serialNumber: '7f'.repeat(20) },
  serialOdd: { commonName: 'x', serialNumber: '0abc' },
  dates: {
    commonName: 'x',
    notBefore: new Date('1970-01-01T00:00:00Z'),
    notAfter: new Date('2049-12-31T23:59:59Z'),
  },
  datesFar: {
    commonName: 'x',
    notBefore: new Date('2018-08-05T04:03:02Z'),
    notAfter: new Date('9999-12-31T23:59:59Z'),
  },
  datesMid: {
    commonName: 'x',
    notBefore: new Date('1999-11-30T00:00:00Z'),
    notAfter: new Date('2050-01-01T00:00:00Z'),
  },
  access: {
    commonName: 'x',
    ocsp: ['http://o1/', 'http://o2/'],
    caIssuers: ['http://c1/', 'ldap://c2'],
  },
  accessOdd: { commonName: 'x', ocsp: ['', 'http://a\0b'], caIssuers: ['\xe9'] },
  points: { commonName: 'x', crlDistributionPoints: ['http://a/', 'http://b/'] },
  pointWithoutName: { commonName: 'x', crlDistributionPoints: [null] },
  pointsMixed: { commonName: 'x', crlDistributionPoints: ['http://a/', null, 'http://b/', ''] },
  noExtensions: { commonName: 'x', noExtensions: true },
  fewExtensions: {
    commonName: 'x',
    basicConstraints: false,
    keyUsage: false,
    eku: [],
    subjectKeyIdentifier: false,
  },
  rsa: { commonName: 'rsa', key: 'rsa2048', keyLabel: 'differential' },
  p384: { commonName: 'p384', key: 'ecdsa-p384', keyLabel: 'differential' },
  ed25519: { commonName: 'ed25519', key: 'ed25519', keyLabel: 'differential' },
};

/** The certificate as a server's, and as its client sees it. */
const shown = (name: string): Script => ({
  name: `getpeercert of ${name}`,
  steps: [
    ...clientContext(both(trusting('ca.pem'), anyName)),
    // One that cannot be loaded leaves the other in use.
    ...serverContext(both(showing('both.pem'), showing(`certificate-${name}.pem`))),
    ...objects(),
    shake,
    call('c.getpeercert'),
    call('c.getpeercert', [], { binary_form: true }),
  ],
});

/** The same names in an authority's certificate. */
const listed = (name: string): Script => ({
  name: `get_ca_certs of ${name}`,
  steps: [
    make('context', 'ssl.SSLContext', [ref('ssl.PROTOCOL_TLS_CLIENT')]),
    call('context.load_verify_locations', [], { cafile: file(`authority-${name}.pem`) }),
    call('context.get_ca_certs'),
    call('context.cert_store_stats'),
  ],
});

export const certificates: readonly Script[] = [
  ...Object.keys(CERTIFICATES).map(shown),
  ...Object.keys(CERTIFICATES).map(listed),
];
