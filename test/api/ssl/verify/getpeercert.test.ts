// getpeercert: the decoded certificate, with Python's keys and nesting, and the chains.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { CertificateOptions } from '../../../helpers/certificates.js';
import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import { context as tagged, sequence, tlv, utf8String, Tag } from '../../../helpers/der.js';
import { bmpString } from '../../../helpers/distinguished-names.js';
import { valueError } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair } from '../../../helpers/make-pair.js';
import { everyKindOfName, testPki } from '../../../helpers/test-pki.js';

const {
  root,
  localhost,
  localhostBelowIntermediate,
  intermediate,
  allNames,
  embeddedNul,
  noSan,
  client: clientCertificate,
  caPem,
} = await testPki();
/** A value that a name may have by X.501, but that is not text. */
const NO_TEXT = sequence();
const anyName = (context: ssl.SSLContext): void => void (context.checkHostname = false);

function shown(identity: Parameters<typeof serverContext>[0]): ssl.CertificateDict {
  const pair = connectedPair({
    client: clientContext(caPem, anyName),
    server: serverContext(identity),
  });
  return pair.client.getpeercert() ?? {};
}

const issued = async (options: CertificateOptions): Promise<ssl.CertificateDict> =>
  shown(await root.issue(options));

describe('getpeercert', () => {
  it("has Python's keys in Python's order, each absent when it would be empty", () => {
    expect(Object.keys(shown(allNames))).toEqual([
      'subject', 'issuer', 'version', 'serialNumber', 'notBefore', 'notAfter',
      'subjectAltName', 'OCSP', 'caIssuers', 'crlDistributionPoints',
    ]); // prettier-ignore
    expect(Object.keys(shown(noSan))).toEqual([
      'subject',
      'issuer',
      'version',
      'serialNumber',
      'notBefore',
      'notAfter',
    ]);
  });

  it('decodes every kind of alternative name', () => {
    expect(shown(allNames).subjectAltName).toEqual([
      ['DNS', 'allsans'],
      ['DNS', 'www.example.org'],
      ['IP Address', '127.0.0.1'],
      ['IP Address', '0:0:0:0:0:0:0:1'],
      ['IP Address', '2001:DB8:0:0:0:0:0:1'],
      ['email', 'user@example.org'],
      ['URI', 'https://www.example.org/path'],
      [
        'DirName',
        [
          [['countryName', 'XY']],
          [['localityName', 'Somewhere']],
          [['commonName', 'dirname example']],
        ],
      ],
      ['Registered ID', '1.2.3.4.5'],
      ['othername', '<unsupported>'],
    ]);
  });

  it('gives the places of revocation, issuer and OCSP', () => {
    const { ocsp, caIssuers, crlDistributionPoints } = everyKindOfName();
    expect(shown(allNames)).toMatchObject({ OCSP: ocsp, caIssuers, crlDistributionPoints });
  });

  it('keeps embedded NUL characters (CVE-2013-4238)', () => {
    const { subject, subjectAltName } = shown(embeddedNul);
    expect(subject).toEqual([[['commonName', 'nul.example.org\0example.com']]]);
    expect(subjectAltName).toEqual([
      ['DNS', 'alt.example.org\0example.com'],
      ['DNS', 'plain.example.org'],
      ['IP Address', '192.0.2.1'],
      ['IP Address', '2001:DB8:0:0:0:0:0:1'],
      ['email', 'user@example.org\0user@example.com'],
      ['URI', 'http://nul.example.org\0http://example.com'],
    ]);
  });

  it('passes over a distribution point without a name (CVE-2019-5010)', async () => {
    const uri = 'http://ca.example.org/ca.crl';
    expect(await issued({ crlDistributionPoints: [null] })).not.toHaveProperty(
      'crlDistributionPoints',
    );
    expect((await issued({ crlDistributionPoints: [null, uri] })).crlDistributionPoints).toEqual([
      uri,
    ]);
  });

  it('shows addresses of another length as <invalid>', async () => {
    const { subjectAltName } = await issued({
      ips: ['0102030405', '::ffff:192.0.2.1'.replace('192.0.2.1', 'c000:201')],
    });
    expect(subjectAltName).toEqual([
      ['IP Address', '<invalid>'],
      ['IP Address', '0:0:0:0:0:FFFF:C000:201'],
    ]);
  });

  it('shows X.400 and EDI names by their kind', async () => {
    const x400 = tagged(3, true, sequence());
    const edi = tagged(5, true, tagged(1, true, utf8String('party')));
    const { subjectAltName } = await issued({ rawNames: [x400, edi] });
    expect(subjectAltName).toEqual([
      ['X400Name', '<unsupported>'],
      ['EdiPartyName', '<unsupported>'],
    ]);
  });

  it('keeps the grouping of a name, names unknown types by their number, and gives bits as bytes', async () => {
    const bits = tlv(Tag.BIT_STRING, Buffer.from([0, 0xca, 0xfe]));
    const { subject } = await issued({
      subject: [
        ['C', 'XY'],
        [['O', 'one'], ['OU', 'two']],
        ['1.2.3.4', 'unknown'],
        ['2.5.4.45', bits],
        ['CN', bmpString('Grüße')],
        ['L', tlv(Tag.T61_STRING, Buffer.from('caf\xe9', 'latin1'))],
      ],
    }); // prettier-ignore
    expect(subject).toEqual([
      [['countryName', 'XY']],
      [['organizationName', 'one'], ['organizationalUnitName', 'two']],
      [['1.2.3.4', 'unknown']],
      [['x500UniqueIdentifier', Buffer.from([0xca, 0xfe])]],
      [['commonName', 'Grüße']],
      [['localityName', 'café']],
    ]); // prettier-ignore
  });

  it('prints serial number and dates as Python does', async () => {
    const dict = await issued({
      serialNumber: '0a0b0c',
      notBefore: new Date('2018-08-05T04:03:02Z'),
      notAfter: new Date('2525-10-28T14:23:16Z'),
    });
    expect(dict).toMatchObject({
      version: 3,
      serialNumber: '0A0B0C',
      notBefore: 'Aug  5 04:03:02 2018 GMT',
      notAfter: 'Oct 28 14:23:16 2525 GMT',
      issuer: [[['organizationName', 'hermetic-ssl tests']], [['commonName', 'test root']]],
    });
  });

  it('shows an empty subject as an empty list', async () => {
    expect((await issued({ subject: [], dns: ['localhost'] })).subject).toEqual([]);
  });

  it('fails with a typed error on a name that cannot be decoded', async () => {
    const broken = await root.issue({ subject: [['CN', NO_TEXT]], dns: ['localhost'] });
    const pair = connectedPair({ client: clientContext(caPem), server: serverContext(broken) });
    expect(() => pair.client.getpeercert()).toThrow(ssl.SSLError);
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(broken.certDer);
  });

  it('throws before the handshake', () => {
    const { client, server } = makePair({
      client: clientContext(caPem),
      server: serverContext(localhost),
    });
    for (const side of [client, server]) {
      expect(() => side.getpeercert()).toThrow(valueError('handshake not done yet'));
      expect(() => side.getpeercert({ binaryForm: true })).toThrow(
        valueError('handshake not done yet'),
      );
    }
  });

  it('is empty when nothing was verified, though the DER is there', () => {
    const { client } = connectedPair({
      client: clientContext(caPem, unverified),
      server: serverContext(localhost),
    });
    expect(client.getpeercert()).toEqual({});
    expect(client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
  });

  it('is null for a client that sent no certificate', () => {
    const server = serverContext(
      localhost,
      (context) => void (context.verifyMode = ssl.CERT_OPTIONAL),
    );
    const pair = connectedPair({ client: clientContext(caPem), server });
    expect(pair.server.getpeercert()).toBeNull();
    expect(pair.server.getpeercert({ binaryForm: true })).toBeNull();
    expect(pair.server.getVerifiedChain()).toEqual([]);
    expect(pair.server.getUnverifiedChain()).toEqual([]);
  });
});

describe('getCaCerts', () => {
  it('fails as a whole with a typed error when one name cannot be decoded', async () => {
    const { createAuthority } = await import('../../../helpers/certificates.js');
    const broken = await createAuthority({ name: 'x', subject: [['CN', NO_TEXT]] });
    const context = clientContext(broken.certPem);
    expect(() => context.getCaCerts()).toThrow(ssl.SSLError);
    expect(context.getCaCerts({ binaryForm: true })).toEqual([broken.certDer]);
  });
});

describe('getVerifiedChain and getUnverifiedChain', () => {
  const leaf = localhostBelowIntermediate;

  it('have the root or not', () => {
    const { client } = connectedPair({ client: clientContext(caPem), server: serverContext(leaf) });
    expect(client.getVerifiedChain()).toEqual([leaf.certDer, intermediate.certDer, root.certDer]);
    expect(client.getUnverifiedChain()).toEqual([leaf.certDer, intermediate.certDer]);
  });

  it("have the client's own certificate on a server as well", () => {
    const server = serverContext(localhost, (context) => {
      context.verifyMode = ssl.CERT_REQUIRED;
      context.loadVerifyLocations({ cadata: caPem });
    });
    const client = clientContext(caPem, (context) =>
      context.loadCertChain({ cert: clientCertificate.chainPem, key: clientCertificate.keyPem }),
    );
    const pair = connectedPair({ client, server });
    expect(pair.server.getUnverifiedChain()).toEqual([clientCertificate.certDer]);
    expect(pair.server.getVerifiedChain()).toEqual([clientCertificate.certDer, root.certDer]);
    expect(pair.server.getpeercert()).toMatchObject({
      subject: [[['commonName', 'test client']]],
      subjectAltName: [['email', 'client@example.org']],
    });
  });

  it('are the same as sent when nothing is verified', () => {
    const { client } = connectedPair({
      client: clientContext(caPem, unverified),
      server: serverContext(leaf),
    });
    expect(client.getUnverifiedChain()).toEqual([leaf.certDer, intermediate.certDer]);
  });

  it('are empty before the handshake', () => {
    const { client } = makePair({ client: clientContext(caPem), server: serverContext(leaf) });
    expect([client.getVerifiedChain(), client.getUnverifiedChain()]).toEqual([[], []]);
  });
});
