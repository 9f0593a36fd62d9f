// Rejections by VERIFY_X509_STRICT, named for the whole chain at once, and the remedies for other failures. Continuing
// after the first failure must never turn it into a success.
import type { KeyUsageFlags } from '@peculiar/x509';
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  createAuthority,
  daysFromNow,
  type Authority,
  type CertificateOptions,
  type ExtensionOptions,
  type IssuedCertificate,
} from '../../../helpers/certificates.js';
import {
  VERSIONS,
  clientContext,
  serverContext,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import { certificateError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake, type Outcome } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { TempDirectory } from '../../../helpers/temp.js';

const pki = await testPki();
const { root, localhost, caPem } = pki;
const folder = await TempDirectory.create();
afterAll(() => folder.close());

type Failure = ssl.SSLCertVerificationError;

const strict: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_X509_STRICT);
const LOCALHOST = { commonName: 'localhost', dns: ['localhost'] };

/** A client that trusts `ca` alone meets a server with this certificate. */
function meet(
  identity: IssuedCertificate,
  ca: string,
  change?: Change,
  name = 'localhost',
): Outcome {
  const client = clientContext(ca, change);
  return tryHandshake(makePair({ client, server: serverContext(identity), serverHostname: name }));
}

/** A server that demands a certificate meets a client with this one. */
function meetClient(identity: IssuedCertificate, ca: string, change?: Change): Outcome {
  const client = clientContext(caPem);
  client.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  const server = serverContext(localhost, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: ca });
    change?.(context);
  });
  return tryHandshake(makePair({ client, server }));
}

const hintOf = (error: Error | null): string | null => (error as Failure).hint;

/** digitalSignature and keyCertSign. */
const SIGNING = 0x21 as KeyUsageFlags;

/** Breaks of single rules: of the leaf, or of its root. OpenSSL 4.0 has fewer rules; these are in both. */
const BREAKS: readonly (readonly [string, number, string, ExtensionOptions, ExtensionOptions])[] = [
  ['the leaf has no authority key identifier', 85, 'Missing Authority Key Identifier', { authorityKeyIdentifier: false }, {}],
  ['the leaf may not sign but says so', 82, 'Key usage keyCertSign invalid for non-CA cert', { keyUsage: { flags: SIGNING } }, {}],
  ['the root has no subject key identifier', 86, 'Missing Subject Key Identifier', {}, { subjectKeyIdentifier: false }],
  ['the root has no key usage', 92, 'CA cert does not include key usage extension', {}, { keyUsage: false }],
  ['the root is an old kind of authority', 79, 'invalid CA certificate', {}, { basicConstraints: false }],
]; // prettier-ignore

async function issue(
  leaf: CertificateOptions,
  authority: ExtensionOptions,
): Promise<{ leaf: IssuedCertificate; authority: Authority }> {
  const made = await createAuthority({ name: 'loose root', ...authority });
  return { leaf: await made.issue({ ...LOCALHOST, ...leaf }), authority: made };
}

describe.each(BREAKS)('VERIFY_X509_STRICT, where %s', (_what, code, text, ofLeaf, ofRoot) => {
  it('rejects it on a client, and its hint names it and the flag', async () => {
    const { leaf, authority } = await issue(ofLeaf, ofRoot);
    expect(meet(leaf, authority.certPem)).toEqual({ client: null, server: null });
    const { client, server } = meet(leaf, authority.certPem, strict);
    expect(client).toEqual(certificateError(code, text));
    expect(server).toBeInstanceOf(ssl.SSLError);
    const culprit = Object.keys(ofLeaf).length === 0 ? 'loose root' : 'localhost';
    expect(hintOf(client)).toContain(`VERIFY_X509_STRICT rejects "${culprit}" (${text}`);
    expect(hintOf(client)).toContain('context.verifyFlags &= ~VerifyFlags.VERIFY_X509_STRICT');
    expect(client?.message.endsWith(`; ${hintOf(client)}`)).toBe(true);
  });

  it('rejects it on a server', async () => {
    const { leaf, authority } = await issue({ ...ofLeaf, eku: ['clientAuth'] }, ofRoot);
    expect(meetClient(leaf, authority.certPem)).toEqual({ client: null, server: null });
    const { server } = meetClient(leaf, authority.certPem, strict);
    expect(server).toEqual(certificateError(code, text));
    expect(hintOf(server)).toContain('VERIFY_X509_STRICT rejects');
  });
});

describe.each(VERSIONS)('VERIFY_X509_STRICT in %s', (_version, only) => {
  const both: Change = (context) => {
    only(context);
    strict(context);
  };

  it('names every certificate that it rejects, and every complaint', async () => {
    const { leaf, authority } = await issue(
      { authorityKeyIdentifier: false },
      { keyUsage: false, subjectKeyIdentifier: false },
    );
    const { client } = meet(leaf, authority.certPem, both);
    expect(client).toEqual(certificateError(85, 'Missing Authority Key Identifier'));
    expect(client).toMatchObject({ depth: 0, chain: [leaf.certDer, authority.certDer] });
    expect(hintOf(client)).toBe(
      'VERIFY_X509_STRICT rejects "localhost" (Missing Authority Key Identifier), "loose root" ' +
        '(CA cert does not include key usage extension, Missing Subject Key Identifier): have them issued again, or ' +
        'context.verifyFlags &= ~VerifyFlags.VERIFY_X509_STRICT',
    );
  });

  it('says what else is wrong: switching it off would not be enough', async () => {
    const { leaf, authority } = await issue({ authorityKeyIdentifier: false }, {});
    const { client } = meet(leaf, authority.certPem, both, 'other.test');
    expect(client).toEqual(certificateError(85));
    expect(hintOf(client)).toMatch(/VERIFY_X509_STRICT; without it: hostname mismatch$/);
    const old = await authority.issue({
      ...LOCALHOST,
      authorityKeyIdentifier: false,
      notBefore: daysFromNow(-3),
      notAfter: daysFromNow(-1),
    });
    const expired = meet(old, authority.certPem, both).client;
    expect(expired).toEqual(certificateError(85));
    expect(hintOf(expired)).toMatch(/; without it: certificate has expired$/);
  });

  it('does not hide a failure that comes first', async () => {
    const { leaf } = await issue({ authorityKeyIdentifier: false }, {});
    const { client } = meet(leaf, caPem, both);
    expect(client).toEqual(certificateError(20));
    expect(hintOf(client)).not.toContain('STRICT');
  });

  it('is not blamed for what is wrong without it', async () => {
    const wrongPurpose = meet(pki.client, caPem, both).client;
    expect(wrongPurpose).toEqual(certificateError(26));
    expect(hintOf(wrongPurpose)).toBe('its key usages are not those of servers (serverAuth)');
    const fake = await createAuthority({ name: 'fake', parent: root, basicConstraints: false });
    const below = meet(await fake.issue(LOCALHOST), caPem, both).client;
    expect(below).toEqual(certificateError(79));
    expect(hintOf(below)).toBe(
      '"fake" is not an authority\'s certificate (basicConstraints, keyUsage)',
    );
  });

  it('refuses nothing where nothing is verified', async () => {
    const { leaf, authority } = await issue({ authorityKeyIdentifier: false }, {});
    const lax: Change = (context) => {
      both(context);
      unverified(context);
    };
    expect(meet(leaf, authority.certPem, lax)).toEqual({ client: null, server: null });
  });

  it('takes a chain that keeps the rules', () => {
    expect(meet(localhost, caPem, both)).toEqual({ client: null, server: null });
  });
});

describe('SSLCertVerificationError.hint', () => {
  const crlCheck: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF);

  async function meetWithList(crl: string): Promise<Outcome> {
    const cafile = await folder.write('crl.pem', crl);
    return meet(localhost, caPem, (context) => {
      crlCheck(context);
      context.loadVerifyLocations({ cafile });
    });
  }

  it.each([
    ['an unknown issuer', () => meet(pki.stranger, caPem), 20, 'the certificate of its issuer "stranger root" is neither trusted nor sent: context.loadVerifyLocations() trusts a root, and the peer has to send what is between'],
    ['a trusted issuer whose own issuer is not', () => meet(pki.localhostBelowIntermediate, pki.intermediate.certPem), 2, 'the certificate of its issuer "test root" is not trusted: context.loadVerifyLocations(), or context.verifyFlags |= VerifyFlags.VERIFY_X509_PARTIAL_CHAIN to trust what is below a root'],
    ['a self-signed certificate', () => meet(pki.selfSigned, caPem), 18, 'context.loadVerifyLocations() trusts it; CERT_NONE with context.pinnedSpki takes its key alone'],
    ['another name', () => meet(pki.example, caPem), 62, 'it is for "example.com", "www.example.com"'],
    ['another address', () => meet(pki.example, caPem, undefined, '127.0.0.1'), 64, 'it is for "example.com", "www.example.com"'],
    ['no name', () => meet(pki.noSan, caPem), 62, 'it has no subjectAltName, and belongs to "nosan"'],
    ['another purpose', () => meet(pki.client, caPem), 26, 'its key usages are not those of servers (serverAuth)'],
    ['another purpose of a client', () => meetClient(localhost, caPem), 26, 'its key usages are not those of clients (clientAuth)'],
    ['no revocation list', () => meet(localhost, caPem, crlCheck), 3, 'no revocation list of "test root" is loaded: context.loadVerifyLocations() with a cafile, or context.verifyFlags &= ~VerifyFlags.VERIFY_CRL_CHECK_CHAIN'],
  ] as const)('tells the way out for %s', (_what, act, code, hint) => {
    const { client, server } = act();
    const error = client instanceof ssl.SSLCertVerificationError ? client : server;
    expect(error).toEqual(certificateError(code));
    expect(hintOf(error)).toBe(hint);
    expect(error?.message.endsWith(`; ${hint}`)).toBe(true);
  }); // prettier-ignore

  it('says since when and until when', () => {
    const expired = meet(pki.expired, caPem).client as Failure;
    expect(expired.hint).toBe(`it was valid until ${expired.certificate?.notAfter}`);
    const early = meet(pki.notYetValid, caPem).client as Failure;
    expect(early.hint).toBe(
      `it is valid from ${early.certificate?.notBefore}: is the clock right?`,
    );
    expect(early.certificate?.notBefore).toMatch(/^\w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/);
  });

  it('names the root that was sent and is not trusted', () => {
    const identity = { ...pki.localhost, chainPem: pki.localhost.certPem + caPem };
    const { client } = meet(identity, pki.strangerAuthority.certPem);
    expect(client).toEqual(certificateError(19));
    expect(hintOf(client)).toContain('the root "test root" was sent and is not trusted');
  });

  it('names the security level for weak keys and hashes', async () => {
    const weak = await root.issue({ ...LOCALHOST, key: 'rsa1024' });
    const serve = ({ chainPem: cert, keyPem: key }: IssuedCertificate): ssl.SSLContext => {
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      context.setCiphers('DEFAULT:@SECLEVEL=0');
      context.loadCertChain({ cert, key });
      return context;
    };
    const refusal = (identity: IssuedCertificate, ca: string): Error | null =>
      tryHandshake(makePair({ client: clientContext(ca), server: serve(identity) })).client;
    const key = refusal(weak, caPem);
    expect(key).toEqual(certificateError(66));
    expect(hintOf(key)).toBe(
      "its key is too weak for security level 2; to accept the chain, set '@SECLEVEL=1' in " +
        "context.setCiphers('DEFAULT:@SECLEVEL=1')",
    );
    const weakRoot = await createAuthority({ name: 'weak root', key: 'rsa1024' });
    const issuer = refusal(await weakRoot.issue(LOCALHOST), weakRoot.certPem);
    expect(issuer).toEqual(certificateError(67));
    expect(hintOf(issuer)).toContain("an issuer's key is too weak for security level 2");
    const oldRoot = await createAuthority({ name: 'old root', key: 'rsa2048-sha1' });
    const hash = refusal(await oldRoot.issue(LOCALHOST), oldRoot.certPem);
    expect(hash).toEqual(certificateError(68));
    expect(hintOf(hash)).toContain('the hash that it is signed with is too weak');
  });

  it('asks for a newer revocation list', async () => {
    const crl = await root.crl({ thisUpdate: daysFromNow(-9), nextUpdate: daysFromNow(-2) });
    const { client } = await meetWithList(crl);
    expect(client).toEqual(certificateError(12));
    expect(hintOf(client)).toBe('context.loadVerifyLocations() with a newer list of "test root"');
  });

  it('is null where there is nothing to say', async () => {
    const crl = await root.crl({ revoked: [localhost] });
    const { client } = await meetWithList(crl);
    expect(client).toEqual(certificateError(23));
    expect(client).toMatchObject({ hint: null });
    expect(client?.message).toMatch(/\)$/);
  });

  it('cuts and cleans what a stranger has written', async () => {
    const dns = Array.from({ length: 30 }, (_, i) => `host${i}.example.org`);
    const many = meet(await root.issue({ commonName: 'x', dns }), caPem).client;
    expect(hintOf(many)).toMatch(/"host7\.example\.org" and 22 more$/);
    const commonName = `\u001b[31mred\n\u202e${'a'.repeat(60)}`;
    const odd = meet(await root.issue({ commonName, dns: [] }), caPem).client;
    expect(hintOf(odd)).toBe(
      `it has no subjectAltName, and belongs to "?[31mred??${'a'.repeat(60)}"`,
    );
    const long = await root.issue({
      commonName: 'x',
      dns: [`${'b'.repeat(63)}.${'c'.repeat(63)}.test`],
    });
    expect(hintOf(meet(long, caPem).client)).toMatch(/"b{63}\.c{36}\.\.\."$/);
  });
});
