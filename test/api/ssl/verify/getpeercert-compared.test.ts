// getpeercert against Python's own decoder, certificate by certificate.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type * as ssl from 'hermetic-ssl/ssl';

import type { CertificateOptions, IssuedCertificate } from '../../../helpers/certificates.js';
import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { context as tagged, sequence, tlv, utf8String, Tag } from '../../../helpers/der.js';
import { bmpString } from '../../../helpers/distinguished-names.js';
import { connectedPair } from '../../../helpers/make-pair.js';
import { hasPeer } from '../../../helpers/peers.js';
import { Python } from '../../../helpers/python.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { root, caPem } = pki;
const dns = ['localhost'];

const MADE: Record<string, CertificateOptions> = {
  'an empty subject': { subject: [], dns },
  'a serial number of zero': { serialNumber: '00', dns },
  'a serial number with a leading zero digit': { serialNumber: '0a0b0c', dns },
  'a serial number of 20 bytes': { serialNumber: '7f'.repeat(20), dns },
  'dates of both kinds': { notBefore: new Date('1999-03-09T01:02:03Z'), notAfter: new Date('2525-12-31T23:59:59Z'), dns },
  'several attributes in one relative name': { subject: [['C', 'XY'], [['O', 'one'], ['OU', 'two']], ['CN', 'x']], dns },
  'an attribute of an unknown type': { subject: [['1.2.3.4', 'unknown'], ['CN', 'x']], dns },
  'other kinds of strings': { subject: [['CN', bmpString('Gr\u00fc\u00dfe')], ['L', tlv(Tag.T61_STRING, Buffer.from('caf\xe9', 'latin1'))]], dns },
  'text beyond the BMP': { subject: [['CN', '\u{1f600}']], dns },
  'an address of another length': { ips: ['0102030405'], dns },
  'an address with IPv4 inside': { ips: ['::ffff:c000:201'], dns },
  'X.400 and EDI names': { rawNames: [tagged(3, true, sequence()), tagged(5, true, tagged(1, true, utf8String('party')))], dns },
  'distribution points with and without names': { crlDistributionPoints: [null, 'http://ca.example.org/1.crl', 'http://ca.example.org/2.crl'], dns },
  'several places of OCSP and issuers': { ocsp: ['http://a.example/', 'http://b.example/'], caIssuers: ['http://c.example/', 'ldap://d.example/'], dns },
}; // prettier-ignore

const FROM_PKI = [
  'localhost', 'localhostRsa', 'localhostBelowIntermediate', 'example', 'wildcard', 'idn', 'allNames', 'embeddedNul', 'noSan',
] as const; // prettier-ignore

let python: Python | null = null;
beforeAll(async () => {
  python = hasPeer('python3') ? await Python.start() : null;
});
afterAll(() => python?.close());

function shown(identity: IssuedCertificate): ssl.CertificateDict | null {
  const client = clientContext(caPem, (context) => void (context.checkHostname = false));
  return connectedPair({ client, server: serverContext(identity) }).client.getpeercert();
}

describe('getpeercert gives what Python gives', () => {
  it.for([...FROM_PKI, ...Object.keys(MADE)])('for %s', async (name, test) => {
    if (python === null) return test.skip('needs python3');
    const made = MADE[name];
    const identity = made ? await root.issue(made) : pki[name as (typeof FROM_PKI)[number]];
    const theirs = await python.call('ssl.decode_certificate', { pem: identity.certPem });
    expect(shown(identity)).toEqual(theirs);
  });
});
