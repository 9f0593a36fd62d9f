// Hints for a chain that ends before a trust anchor: they say why the certificate that has the issuer's name, sent or
// trusted, is not the issuer. Each hint is followed, and the handshake then succeeds.
import '../../../helpers/reflect-metadata.js';

import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  createAuthority,
  createKey,
  daysFromNow,
  type AuthorityOptions,
  type CertificateOptions,
  type IssuedCertificate,
} from '../../../helpers/certificates.js';
import { clientContext, serverContext, tls12 } from '../../../helpers/contexts.js';
import { context as tagged, oid, sequence, tlv } from '../../../helpers/der.js';
import { encodeName } from '../../../helpers/distinguished-names.js';
import { certificateError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const LOCALHOST: CertificateOptions = { commonName: 'localhost', dns: ['localhost'] };
const INTER = [['CN', 'Inter']] as const;
const NO_AUTHORITY_KEY = { authorityKeyIdentifier: false } as const;

const root = await createAuthority({ name: 'Root' });
const key = await createKey('ecdsa-p256');
const inter = (options: Partial<AuthorityOptions> = {}) =>
  createAuthority({ name: '', subject: INTER, parent: root, key, ...options });
const right = await inter();
const reissued = await inter({ key: await createKey('ecdsa-p256') });
const leaf = await right.issue(LOCALHOST);
const namedAsIssuer = await (
  await createAuthority({ name: '', subject: [['CN', 'localhost']] })
).issue(LOCALHOST);

/** A chain that is sent: the leaf, with its key, and what follows. */
interface Chain {
  readonly leaf: IssuedCertificate;
  readonly others?: readonly { readonly certPem: string }[];
}

interface Case {
  readonly what: string;
  readonly code: number;
  readonly hint: string;
  readonly sent: Chain;
  /** The trusted certificates; the root alone by default. */
  readonly trusted?: readonly { readonly certPem: string }[];
  /** What the hint asks for: another chain, or other trusted certificates. */
  readonly follow: Partial<Pick<Case, 'sent' | 'trusted'>>;
}

const extension = (id: string, ...parts: Uint8Array[]): x509.Extension =>
  new x509.Extension(id, false, sequence(...parts));
const subjectKey = (byte: number): x509.Extension =>
  new x509.Extension('2.5.29.14', false, tlv(4, Buffer.alloc(20, byte)));
const san = extension('2.5.29.17', tagged(2, false, Buffer.from('other.example')));
const duplicate = { extraExtensions: [san] };

const withIssuerAndSerial = extension(
  '2.5.29.35',
  tagged(1, true, tagged(4, true, encodeName([['CN', 'Nobody']]))),
  tagged(2, false, Buffer.from([7])),
);
const broken = {
  extraExtensions: [new x509.Extension('2.5.29.35', false, Buffer.from([0x30, 5]))],
};
const eku = (usage: string): x509.Extension => extension('2.5.29.37', oid(usage));
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

const numeric = tlv(0x12, Buffer.from('123'));
const plainNumber = await inter({ subject: [['CN', '123']] });
const encodedNumber = await inter({ subject: [['CN', numeric]] });
const namesake = await createAuthority({ name: 'Root' });
const noSign = await inter({ keyUsage: { flags: x509.KeyUsageFlags.digitalSignature } });
const rsa = await inter({ key: await createKey('rsa2048', 'issuer hints') });
const otherIdentifier = await inter({
  subjectKeyIdentifier: false,
  extraExtensions: [subjectKey(9)],
});
const twice = await inter({ eku: ['serverAuth'], extraExtensions: [eku(SERVER_AUTH)] });
const above = await createAuthority({ name: 'Above', parent: root });
const belowAbove = await createAuthority({ name: 'Below', parent: above });
const circle = await createAuthority({
  name: 'Above',
  key: above.certificate.key,
  parent: belowAbove,
});
const belowRoot = await root.issue(LOCALHOST);

const wrongSent = (reason: string, remedy: string): string =>
  `a certificate of its issuer "Inter" was sent, but ${reason}: ${remedy}`;
const sendRight = 'the peer has to send the one whose key signed this certificate';
const AUTHORITY_KEY = 'this certificate names (authorityKeyIdentifier)';
const good = { sent: { leaf, others: [right] } };

const CASES: readonly Case[] = [
  {
    what: 'the issuer was sent with another key',
    code: 20,
    hint: wrongSent(`has another key identifier than ${AUTHORITY_KEY}`, sendRight),
    sent: { leaf, others: [reissued] },
    follow: good,
  },
  {
    what: 'two certificates of the issuer were sent, both with another key',
    code: 20,
    hint: wrongSent(`has another key identifier than ${AUTHORITY_KEY}`, sendRight),
    sent: { leaf, others: [reissued, await inter({ key: await createKey('ecdsa-p256') })] },
    follow: good,
  },
  {
    what: 'the issuer is trusted with another key',
    code: 20,
    hint: `a certificate of its issuer "Root" is trusted, but has another key identifier than ${AUTHORITY_KEY}: context.loadVerifyLocations() trusts the one whose key signed this certificate`,
    sent: { leaf: belowRoot },
    trusted: [namesake],
    follow: { trusted: [namesake, root] },
  },
  {
    what: 'the issuer of an intermediate is trusted with another key',
    code: 20,
    hint: `a certificate of its issuer "Root" is trusted, but has another key identifier than ${AUTHORITY_KEY}: context.loadVerifyLocations() trusts the one whose key signed this certificate`,
    sent: { leaf, others: [right] },
    trusted: [namesake],
    follow: { trusted: [root] },
  },
  {
    what: 'an intermediate is trusted, and its issuer with another key',
    code: 2,
    hint: `a certificate of its issuer "Root" is trusted, but has another key identifier than ${AUTHORITY_KEY}: context.loadVerifyLocations() trusts the one whose key signed this certificate`,
    sent: { leaf },
    trusted: [right, namesake],
    follow: { trusted: [right, namesake, root] },
  },
  {
    what: 'the issuer has the right key under another identifier',
    code: 20,
    hint: wrongSent(`has the right key under another identifier than ${AUTHORITY_KEY}`, 'have that one issued again with that identifier (subjectKeyIdentifier), or this certificate with the other'),
    sent: { leaf, others: [otherIdentifier] },
    follow: good,
  },
  {
    what: 'the leaf names issuer and serial number of another certificate',
    code: 20,
    hint: wrongSent(`has another issuer or serial number than ${AUTHORITY_KEY}`, 'have this certificate issued again without issuer and serial number there, or with the right ones'),
    sent: { leaf: await right.issue({ ...LOCALHOST, ...NO_AUTHORITY_KEY, extraExtensions: [withIssuerAndSerial] }), others: [right] },
    follow: good,
  },
  {
    what: 'the issuer may not sign',
    code: 79,
    hint: '"Inter" is not an authority\'s certificate (basicConstraints, keyUsage)',
    sent: { leaf, others: [noSign] },
    follow: good,
  },
  {
    what: 'the key of the issuer is of another kind',
    code: 20,
    hint: wrongSent('has a key of another kind than this certificate was signed with', sendRight),
    sent: { leaf: await right.issue({ ...LOCALHOST, ...NO_AUTHORITY_KEY }), others: [rsa] },
    follow: good,
  },
  {
    what: 'the issuer has an extension twice',
    code: 20,
    hint: wrongSent('is invalid: extendedKeyUsage occurs in it more than once', 'have that one issued again'),
    sent: { leaf, others: [twice] },
    follow: good,
  },
  {
    what: 'the leaf has an extension twice',
    code: 20,
    hint: 'this certificate is invalid (subjectAltName occurs in it more than once), so its issuer "Inter" is not searched for: have this certificate issued again',
    sent: { leaf: await right.issue({ ...LOCALHOST, ...duplicate }), others: [right] },
    follow: good,
  },
  {
    what: 'the leaf has an extension that cannot be decoded',
    code: 20,
    hint: 'this certificate is invalid (authorityKeyIdentifier cannot be decoded), so its issuer "Inter" is not searched for: have this certificate issued again',
    sent: { leaf: await right.issue({ ...LOCALHOST, ...NO_AUTHORITY_KEY, ...broken }), others: [right] },
    follow: good,
  },
  {
    what: 'the name of the issuer is encoded in another way',
    code: 20,
    hint: `a certificate of its issuer "123" was sent, but has the name in another encoding: have this certificate issued again with the issuer's name byte for byte as it stands there`,
    sent: { leaf: await plainNumber.issue(LOCALHOST), others: [encodedNumber] },
    follow: { sent: { leaf: await encodedNumber.issue(LOCALHOST), others: [encodedNumber] } },
  },
  {
    what: 'the name of the trusted issuer is encoded in another way',
    code: 20,
    hint: `a certificate of its issuer "123" is trusted, but has the name in another encoding: have this certificate issued again with the issuer's name byte for byte as it stands there`,
    sent: { leaf: await plainNumber.issue(LOCALHOST) },
    trusted: [encodedNumber, root],
    follow: { sent: { leaf: await encodedNumber.issue(LOCALHOST) } },
  },
  {
    what: 'intermediates issue each other',
    code: 20,
    hint: 'its issuer "Above" was sent, but the certificates that were sent issue each other and do not lead to a root: context.loadVerifyLocations() trusts a root',
    sent: { leaf: await above.issue(LOCALHOST), others: [circle, belowAbove] },
    trusted: [pki.strangerAuthority],
    follow: { trusted: [root], sent: { leaf: await above.issue(LOCALHOST), others: [above] } },
  },
  {
    what: 'nothing of the issuer was sent',
    code: 20,
    hint: 'the certificate of its issuer "Inter" is neither trusted nor sent: context.loadVerifyLocations() trusts a root, and the peer has to send what is between',
    sent: { leaf },
    follow: good,
  },
  {
    what: 'the leaf has the name of its issuer',
    sent: { leaf: namedAsIssuer },
    // From 4.0 on OpenSSL takes it for one that signed itself.
    ...(ssl.OPENSSL_VERSION_INFO[0] < 4
      ? {
          code: 20,
          hint: 'the certificate of its issuer "localhost" is neither trusted nor sent: context.loadVerifyLocations() trusts a root, and the peer has to send what is between',
          follow: good,
        }
      : {
          code: 18,
          hint: 'context.loadVerifyLocations() trusts it; CERT_NONE with context.pinnedSpki takes its key alone',
          follow: { trusted: [namedAsIssuer] },
        }),
  },
  {
    what: 'another key has signed, and nothing names the key',
    code: 7,
    hint: 'it was changed after it was signed, or another key of "Inter" signed it: the peer has to send it unchanged, with the certificate of that key',
    sent: { leaf: await right.issue({ ...LOCALHOST, ...NO_AUTHORITY_KEY }), others: [reissued] },
    follow: good,
  },
  {
    what: 'the root was sent, and its namesake is trusted',
    code: 19,
    hint: 'the root "Root" was sent and is not trusted: context.loadVerifyLocations(); a trusted certificate of the same name has another key identifier than this certificate names (authorityKeyIdentifier)',
    sent: { leaf: belowRoot, others: [root] },
    trusted: [namesake],
    follow: { trusted: [root] },
  },
  {
    what: 'the issuer is not an authority',
    code: 79,
    hint: '"Inter" is not an authority\'s certificate (basicConstraints, keyUsage)',
    sent: { leaf, others: [await inter({ basicConstraints: false, extraExtensions: [new x509.BasicConstraintsExtension(false, undefined, true)] })] },
    follow: good,
  },
]; // prettier-ignore

const chainOf = ({ leaf: { certPem }, others = [] }: Chain): string =>
  certPem + others.map((other) => other.certPem).join('');

/** The bytes of the chain as they are: the server does not judge them. */
function serve(sent: Chain): ssl.SSLContext {
  return serverContext({ chainPem: chainOf(sent), keyPem: sent.leaf.keyPem });
}

const trust = (certificates: Case['trusted'] = [root]): string =>
  certificates.map(({ certPem }) => certPem).join('');

function ofClient({ sent, trusted }: Pick<Case, 'sent' | 'trusted'>): Error | null {
  return tryHandshake(makePair({ client: clientContext(trust(trusted)), server: serve(sent) }))
    .client;
}

/** The same chain, shown by a client. */
function ofServer({ sent, trusted }: Pick<Case, 'sent' | 'trusted'>): Error | null {
  const client = clientContext(pki.caPem, tls12);
  client.loadCertChain({ cert: chainOf(sent), key: sent.leaf.keyPem });
  const server = serverContext(pki.localhost, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: trust(trusted) });
  });
  return tryHandshake(makePair({ client, server })).server;
}

describe.each(CASES)('where $what', ({ code, hint, sent, trusted, follow }) => {
  const refused = { sent, ...(trusted && { trusted }) };

  it('the hint says so, and following it helps', () => {
    const error = ofClient(refused);
    expect(error).toEqual(certificateError(code));
    expect((error as ssl.SSLCertVerificationError).hint).toBe(hint);
    expect(ofClient({ ...refused, ...follow })).toBeNull();
  });

  it('the hint of a server says so', () => {
    const error = ofServer(refused);
    // A chain of servers' certificates fails by its purpose where it does not fail before.
    if ((error as ssl.SSLCertVerificationError).verifyCode === 26) return;
    expect((error as ssl.SSLCertVerificationError).hint).toBe(hint);
  });
});

describe('a name that OpenSSL takes for the same', () => {
  it.each([
    ['another type of string', tlv(0x13, Buffer.from('Inter'))],
    ['wide characters', tlv(0x1e, Buffer.from('\0I\0n\0t\0e\0r', 'latin1'))],
    ['other letters', tlv(0x0c, Buffer.from('INTER'))],
    ['blanks', tlv(0x0c, Buffer.from(' Inter  '))],
  ])('is the issuer: %s', async (_what, value) => {
    const other = await inter({ subject: [['CN', value]] });
    expect(ofClient({ sent: { leaf, others: [other] } })).toBeNull();
  });
});

it('an issuer that has expired is named with its time', async () => {
  const expired = await inter({ notBefore: daysFromNow(-9), notAfter: daysFromNow(-2) });
  const error = ofClient({ sent: { leaf, others: [expired] } }) as ssl.SSLCertVerificationError;
  expect(error).toEqual(certificateError(10));
  expect([error.depth, error.hint]).toEqual([
    1,
    `it was valid until ${error.certificate?.notAfter}`,
  ]);
  expect(error.message).toContain('(certificate of CN = Inter, issued by');
});

it('an issuer of many candidates is looked for in few of them', async () => {
  const many = await Promise.all(
    Array.from({ length: 20 }, async () => inter({ key: await createKey('ecdsa-p256') })),
  );
  const error = ofClient({ sent: { leaf, others: many } }) as ssl.SSLCertVerificationError;
  expect(error.hint).toContain('another key identifier');
});
