// Which names certificates answer for, beyond the table in helpers/hostname-cases: forms of addresses and names, all kinds
// of alternative names, common names, NUL characters. Every outcome is also Python's, except where a row says otherwise.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { CertificateOptions, IssuedCertificate } from '../../../helpers/certificates.js';
import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { context as tagged, sequence, tlv, utf8String, Tag } from '../../../helpers/der.js';
import { bmpString } from '../../../helpers/distinguished-names.js';
import { makePair, thrown, tryHandshake } from '../../../helpers/make-pair.js';
import { hasPeer } from '../../../helpers/peers.js';
import { Python } from '../../../helpers/python.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, caPem } = await testPki();

/** 0 for a match; 62 and 64 are X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH. */
type Code = 0 | 62 | 64;
/** A target, the outcome, and Python's where that is another one. 'refused' is a RangeError before the handshake. */
type Row = readonly [target: string, code: Code | 'refused', python?: Code | 'depends'];

const MANY = {
  commonName: 'cn.example',
  ips: ['10.0.0.1', '::1', 'fe80::1', '::ffff:a00:1', '2001:db8::1'],
  dns: ['127.1', '*.1', 'a..b', 'under_score.x', '_srv.example.org', '*.example.com', '*.foo.example.', 'root.example.',
    '.leading.example', '*', '*.*.two', 'ab*.p.q', '*ab.p.q', 'x.*.r', '-dash-.example', '127.0.0.9', 'a b.example',
    'Mixed.Case', 'exa\u00e4mple', '*.xn--4ca.example'],
}; // prettier-ignore

const ADDRESSES: Row[] = [
  ['10.0.0.1', 0], ['10.0.0.2', 64], ['0.0.0.0', 64], ['127.0.0.9', 64],
  ['::1', 0], ['0::1', 0], ['0:0:0:0:0:0:0:1', 0], ['::0001', 0], ['::', 64], ['FE80::1', 0],
  ['2001:DB8:0:0::0:1', 0], ['2001:db8::2', 64],
  ['::ffff:10.0.0.1', 0], ['::FFFF:0A00:0001', 0], ['::10.0.0.1', 64],
  // The zone is this machine's; Python compares it as a part of a name.
  ['fe80::1%eth0', 0, 62], ['fe80::1%25', 0, 62], ['::1%lo', 0, 62], ['fe80::2%eth0', 64, 62], ['fe80::1%', 'refused', 62],
  // The dot that ends a name is not sent, and no certificate has it; Python sends and compares it.
  ['10.0.0.1.', 0, 62], ['10.0.0.2.', 64, 62],
  // Host names, all of them.
  ['[::1]', 'refused', 62], ['10.0.1', 62], ['127.1', 0], ['10.1', 62], ['0x7f.0.0.1', 62], ['1e1.0.0.1', 62],
  ['10.0.0.1x', 62], ['10.0.0.1/8', 'refused', 62], ['10.0.0.1:443', 'refused', 62], ['256.0.0.1', 62], ['1.2.3.4.5', 62],
  ['1::2::3', 'refused', 62], [':::1', 'refused', 62], ['12345::1', 'refused', 62], ['localhost', 62],
  // OpenSSL before 3.5 reads these as addresses, so it depends on Python's.
  ['010.0.0.1', 62, 'depends'], ['10.0.0.01', 62, 'depends'], ['+10.0.0.1', 62, 'depends'],
  ['10.0.0.1 ', 'refused', 'depends'], [' 10.0.0.1', 'refused', 'depends'], ['10.0.0.1\n', 'refused', 'depends'],
]; // prettier-ignore

const NAMES: Row[] = [
  ['a.example.com', 0], ['A.Example.COM', 0], ['-a.example.com', 0], ['a-.example.com', 0], ['1.example.com', 0],
  ['*.example.com', 0], [`${'x'.repeat(63)}.example.com`, 0], ['xn--a.example.com', 0],
  ['example.com', 62], ['a.b.example.com', 62], ['_a.example.com', 62], ['a_b.example.com', 62], ['a.example.com.', 0, 62],
  ['a.example.comx', 62], ['a.xexample.com', 62], ['ß.example.com', 0], ['a.ä.example', 0], ['ä.example', 62],
  ['under_score.x', 0], ['UNDER_SCORE.X', 0], ['_srv.example.org', 0], ['-dash-.example', 0], ['mixed.case', 0],
  ['root.example.', 62, 0], ['root.example', 62], ['q.foo.example.', 62], ['q.foo.example', 62],
  ['anything', 62], ['*', 0], ['a.b.two', 62], ['*.*.two', 0], ['abc.p.q', 62], ['ab*.p.q', 0], ['cab.p.q', 62],
  ['x.y.r', 62], ['x.*.r', 0], ['leading.example', 62], ['x.leading.example', 62],
  ['a b.example', 'refused', 0], ['a/b.example', 'refused', 62], ['a.example.com/x', 'refused', 62], ['a.example.com:443', 'refused', 62],
  ['user@a.example.com', 'refused', 62], ['a.exa%6dple.com', 'refused', 62], ['a\tb', 'refused', 62], ['\x7f', 'refused', 62], ['cn.example', 62], ['exaämple', 62],
]; // prettier-ignore

const other = { oid: '1.2.3.4', value: 'other.example' };
const edi = tagged(5, true, tagged(1, true, utf8String('party')));
const HOST = 'host.example';
const commonNames = (...values: (string | Uint8Array)[]): CertificateOptions => ({
  subject: values.map((value) => ['CN', value] as const),
});
const longName = `${'a.'.repeat(40)}example`;

/** Certificates by what is special about them. */
const SPECIAL: readonly (readonly [string, CertificateOptions, ...Row[]])[] = [
  ['an email address', { commonName: HOST, emails: ['user@other.example', HOST] }, [HOST, 0], ['other.example', 62]],
  ['a URI', { commonName: HOST, uris: ['https://other.example/', 'other.example'] }, [HOST, 0], ['other.example', 62]],
  ['a directory name', { commonName: HOST, dirName: [['CN', 'other.example']] }, [HOST, 0], ['other.example', 62]],
  ['a registered id', { commonName: HOST, registeredId: '1.2.3.4' }, [HOST, 0]],
  ['another name', { commonName: HOST, otherName: other }, [HOST, 0], ['other.example', 62]],
  ['an EDI party', { commonName: HOST, rawNames: [edi] }, [HOST, 0], ['party', 62]],
  ['an address', { commonName: HOST, ips: ['10.0.0.1'] }, [HOST, 0], ['10.0.0.1', 0], ['10.0.0.2', 64]],
  ['an address of three bytes', { commonName: HOST, rawNames: [tagged(7, false, Buffer.from([10, 0, 0]))] }, [HOST, 0], ['10.0.0.0', 64]],
  ['a network', { commonName: HOST, rawNames: [tagged(7, false, Buffer.from([10, 0, 0, 0, 255, 0, 0, 0]))] }, ['10.0.0.1', 64], ['10.0.0.0', 64]],
  ['a DNS name of another host', { commonName: HOST, dns: ['other.example'] }, [HOST, 62], ['other.example', 0]],
  ['an empty DNS name', { commonName: HOST, dns: [''] }, [HOST, 62]],
  ['an address as the common name', { commonName: '10.0.0.1' }, ['10.0.0.1', 64]],
  ['an address as a DNS name', { commonName: 'x', dns: ['10.0.0.1', '::1'] }, ['10.0.0.1', 64], ['::1', 64]],
  ['two common names', commonNames('one.example', 'two.example'), ['one.example', 0], ['two.example', 0], ['three.example', 62]],
  ['a common name of 16-bit characters', commonNames(bmpString('wide.example')), ['wide.example', 0]],
  ['a common name beyond ASCII', commonNames('k\u00f6nig.example'), ['k\u00f6nig.example', 62]],
  ['a common name with a wildcard in part', commonNames('f*.example.com'), ['foo.example.com', 62]],
  ['a wildcard as the common name', commonNames('*.example.com'), ['a.example.com', 0], ['a.b.example.com', 62]],
  ['a common name with blanks', commonNames(' host.example'), [HOST, 62]],
  ['a common name that is no host name', commonNames('not a host'), ['not a host', 'refused', 0], ['host', 62]],
  ['a long common name', commonNames(longName), [longName, 0]],
  ['no subject at all', { subject: [] }, [HOST, 62]],
  ['a name of an unknown type', { subject: [['1.2.3.4', HOST]] }, [HOST, 62]],
  // CVE-2013-4238 and the like: a reader that stops at the NUL takes the part before it.
  ['NUL in a DNS name', { commonName: HOST, dns: ['good.example\0.evil.example'] }, ['good.example', 62], ['evil.example', 62], [HOST, 62]],
  ['NUL at the end of a DNS name', { commonName: HOST, dns: ['good.example\0'] }, ['good.example', 62]],
  ['NUL behind a wildcard', { commonName: HOST, dns: ['*.example.com\0.evil.example'] }, ['a.example.com', 62]],
  ['NUL in the common name', commonNames('good.example\0.evil.example'), ['good.example', 62], ['evil.example', 62]],
  ['NUL at the end of the common name', commonNames('good.example\0'), ['good.example', 62]],
  ['NUL in wide characters of the common name', commonNames(tlv(Tag.BMP_STRING, Buffer.from('\0g\0o\0o\0d\0\0\0x', 'latin1'))), ['good', 62]],
  ['NUL in an email address', { commonName: 'x', emails: ['good.example\0x'] }, ['good.example', 62]],
  ['a DNS name that is cut in the middle of a label', { commonName: 'x', dns: ['good.exam'] }, ['good.example', 62]],
  ['junk for a kind of name that nobody knows', { commonName: HOST, rawNames: [tagged(3, true, sequence())] }, [HOST, 0]],
]; // prettier-ignore

function outcome(server: ssl.SSLContext, serverHostname: string): number | 'refused' {
  const pair = { client: clientContext(caPem), server, serverHostname };
  if (thrown(() => makePair(pair)) instanceof RangeError) return 'refused';
  const { client } = tryHandshake(makePair(pair));
  if (client === null) return 0;
  expect(client).toBeInstanceOf(ssl.SSLCertVerificationError);
  return (client as ssl.SSLCertVerificationError).verifyCode;
}

interface Group {
  readonly what: string;
  readonly options: CertificateOptions;
  readonly rows: readonly Row[];
}

const GROUPS: Group[] = [
  { what: 'many names', options: MANY, rows: [...ADDRESSES, ...NAMES] },
  ...SPECIAL.map(([what, options, ...rows]) => ({ what, options, rows })),
];

describe.each(GROUPS)('a certificate with $what', ({ options, rows }) => {
  let identity: IssuedCertificate;
  let python: Python | null = null;
  beforeAll(async () => {
    identity = await root.issue(options);
    if (hasPeer('python3')) python = await thePython();
  });

  it.each(rows.map(([target, code]) => [JSON.stringify(target), code, target]))('for %s: %s', (_shown, code, target) => {
    expect(outcome(serverContext(identity), target)).toBe(code);
  }); // prettier-ignore

  it('has the same outcome in Python', async (test) => {
    if (python === null) return test.skip('needs python3');
    const certain = rows.filter(([, , theirs]) => theirs !== 'depends');
    const found = await Promise.all(
      certain.map(async ([target]) => {
        const { verifyCode } = await python!.matchHostname({ identity, ca: caPem, target });
        return [target, verifyCode];
      }),
    );
    expect(found).toEqual(certain.map(([target, code, theirs = code]) => [target, theirs]));
  });
});

let started: Promise<Python> | undefined;
const thePython = (): Promise<Python> => (started ??= Python.start());
afterAll(async () => (await started)?.close());
