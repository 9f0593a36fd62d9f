// The platform's trust attributes of certificates: trusted or distrusted, for which purposes. Bundles are named by
// SSL_CERT_FILE; the layouts of distributions are in ssl-trust-distributions.test.ts.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority, type IssuedCertificate } from '../../../helpers/certificates.js';
import { serverContext, unverified } from '../../../helpers/contexts.js';
import { certificateError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { peerPath, skipUnless } from '../../../helpers/peers.js';
import { STORES } from '../../../helpers/platform-stores.js';
import { subjectHash } from '../../../helpers/subject-hash.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';
import { withTrust } from '../../../helpers/trust-environment.js';
import { trustedPem, type Settings } from '../../../helpers/trusted-pem.js';

const REJECTED = certificateError(28);
const NO_ISSUER = certificateError(20);

const { root, intermediate, strangerAuthority, client, localhost, localhostBelowIntermediate } =
  await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

let count = 0;
const writeBundle = (...parts: readonly string[]): Promise<string> =>
  folder.write(`bundle${(count += 1)}`, parts.join('')); // prettier-ignore

/** A client's context that trusts what the bundle says. */
const trusting = (bundle: string): ssl.SSLContext =>
  withTrust({ SSL_CERT_FILE: bundle }, () => ssl.createDefaultContext());

/** Verifies the server's certificate as a client with the context does. */
const verify = (context: ssl.SSLContext, identity = localhost): Error | null =>
  tryHandshake(makePair({ client: context, server: serverContext(identity) })).client;

/** Verifies the client's certificate as a server does; without a purpose by setDefaultVerifyPaths. */
function verifyClient(bundle: string, purpose: ssl.Purpose | null): Error | null {
  const server = serverContext(localhost, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    withTrust({ SSL_CERT_FILE: bundle }, () => {
      if (purpose === null) context.setDefaultVerifyPaths();
      else context.loadDefaultCerts(purpose);
    });
  });
  const ours = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  unverified(ours);
  ours.loadCertChain({ cert: client.chainPem, key: client.keyPem });
  return tryHandshake(makePair({ client: ours, server })).server;
}

const stats = (context: ssl.SSLContext): number => context.certStoreStats().x509 - STORES.x509;

describe('a certificate of a bundle', () => {
  it.each<[settings: Settings, outcome: Error | null, loaded: number]>([
    [{ trust: ['serverAuth'] }, null, 1],
    [{ trust: ['emailProtection', 'serverAuth'] }, null, 1],
    [{ trust: ['anyExtendedKeyUsage'] }, null, 1],
    [{ trust: ['serverAuth'], reject: ['emailProtection'] }, null, 1],
    [{}, null, 1],
    [{ reject: ['emailProtection'] }, null, 1],
    [{ trust: ['emailProtection'] }, NO_ISSUER, 0],
    [{ trust: ['clientAuth'] }, NO_ISSUER, 0],
    [{ trust: [] }, NO_ISSUER, 0],
    [{ reject: ['serverAuth'] }, REJECTED, 0],
    [{ reject: ['anyExtendedKeyUsage'] }, REJECTED, 0],
    [{ trust: ['serverAuth'], reject: ['serverAuth'] }, REJECTED, 0],
  ])('with the settings %j verifies a server: %o', async (settings, outcome, loaded) => {
    const context = trusting(await writeBundle(trustedPem(root, settings)));
    expect(verify(context)).toEqual(outcome);
    expect(context.getCaCerts()).toHaveLength(loaded + STORES.x509Ca);
    expect(stats(context)).toBe(loaded);
  });

  it('verifies clients by the purpose that says so', async () => {
    const clients = await writeBundle(trustedPem(root, { trust: ['clientAuth'] }));
    const servers = await writeBundle(trustedPem(root, { trust: ['serverAuth'] }));
    expect(verifyClient(clients, ssl.Purpose.CLIENT_AUTH)).toBeNull();
    expect(verifyClient(servers, ssl.Purpose.CLIENT_AUTH)).toEqual(NO_ISSUER);
    // Loaded for servers, it is in the store, and still not trusted to vouch for a client.
    expect(verifyClient(servers, ssl.Purpose.SERVER_AUTH)).toEqual(REJECTED);
    expect(verifyClient(clients, null)).toBeNull();
    expect(verifyClient(servers, null)).toEqual(REJECTED);
  });

  it('is distrusted as soon as one of its copies is, in whatever order they come', async () => {
    const rejected = trustedPem(root, { reject: ['anyExtendedKeyUsage'] });
    for (const bundle of [
      [root.certPem, rejected],
      [rejected, root.certPem],
    ])
      // prettier-ignore
      expect(verify(trusting(await writeBundle(...bundle)))).toEqual(REJECTED);
  });

  it('is trusted for what one of its copies says when the other says nothing', async () => {
    const mail = trustedPem(root, { trust: ['emailProtection'] });
    const server = trustedPem(root, { trust: ['serverAuth'] });
    expect(verify(trusting(await writeBundle(root.certPem, mail)))).toEqual(NO_ISSUER);
    expect(verify(trusting(await writeBundle(mail, server)))).toBeNull();
  });

  it('refuses the chains that it is a part of when it is a distrusted intermediate', async () => {
    const distrusted = trustedPem(intermediate, { reject: ['serverAuth'] });
    const bundle = await writeBundle(root.certPem, distrusted);
    expect(verify(trusting(bundle), localhostBelowIntermediate)).toEqual(REJECTED);
    expect(verify(trusting(bundle))).toBeNull();
    const without = trusting(await writeBundle(root.certPem));
    expect(verify(without, localhostBelowIntermediate)).toBeNull();
  });

  it('stays distrusted when the application adds it itself', async () => {
    const context = trusting(await writeBundle(trustedPem(root, { reject: ['serverAuth'] })));
    context.loadVerifyLocations({ cadata: root.certPem });
    expect(verify(context)).toEqual(REJECTED);
  });

  it('ends a chain without being self-signed if its trust is explicit', async () => {
    const trusted = trusting(
      await writeBundle(trustedPem(intermediate, { trust: ['serverAuth'] })),
    );
    trusted.verifyFlags &= ~ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN;
    expect(verify(trusted, localhostBelowIntermediate)).toBeNull();
    const mentioned = trusting(await writeBundle(intermediate.certPem));
    expect(verify(mentioned, localhostBelowIntermediate)).toBeNull();
    mentioned.verifyFlags &= ~ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN;
    expect(verify(mentioned, localhostBelowIntermediate)).toBeInstanceOf(Error);
  });

  it('means in a hashed directory what it means in a bundle', async () => {
    const write = async (settings: Settings): Promise<string> => {
      const name = `hashed${(count += 1)}`; // prettier-ignore
      await folder.write(`${name}/${subjectHash('test root')}.0`, trustedPem(root, settings));
      return folder.join(name);
    };
    const verifyBy = async (settings: Settings): Promise<Error | null> => {
      const SSL_CERT_DIR = await write(settings);
      return verify(withTrust({ SSL_CERT_DIR }, () => ssl.createDefaultContext()));
    };
    expect(await verifyBy({ trust: ['serverAuth'] })).toBeNull();
    expect(await verifyBy({ trust: ['clientAuth'] })).toEqual(REJECTED);
    expect(await verifyBy({ reject: ['serverAuth'] })).toEqual(REJECTED);
  });

  it('is read as the openssl program writes it', async (test) => {
    skipUnless(test, 'openssl');
    const input = await folder.write('plain', root.certPem);
    const settle = (...args: readonly string[]): Promise<string> => {
      const command = ['x509', '-in', input, '-trustout', ...args];
      const { status, stdout } = spawnSync(peerPath('openssl'), command, { encoding: 'utf8' });
      expect(status).toBe(0);
      return writeBundle(stdout);
    };
    expect(verify(trusting(await settle('-addtrust', 'serverAuth')))).toBeNull();
    expect(verify(trusting(await settle('-addtrust', 'clientAuth')))).toEqual(NO_ISSUER);
    expect(verify(trusting(await settle('-addreject', 'serverAuth')))).toEqual(REJECTED);
    const named = await settle('-addtrust', 'serverAuth', '-setalias', 'a name');
    expect(verify(trusting(named))).toBeNull();
    expect(readFileSync(named, 'utf8')).toContain('BEGIN TRUSTED CERTIFICATE');
  });
});

describe('certificates of one name', () => {
  let twin: { certPem: string; leaf: IssuedCertificate };
  const options = { commonName: 'localhost', dns: ['localhost'] };
  beforeAll(async () => {
    const authority = await createAuthority({ name: 'test root', keyLabel: 'twin of the root' });
    twin = { certPem: authority.certPem, leaf: await authority.issue(options) };
  });

  it('are all found in a bundle', async () => {
    const context = trusting(await writeBundle(root.certPem, twin.certPem));
    expect(verify(context)).toBeNull();
    expect(verify(context, twin.leaf)).toBeNull();
  });

  it('are found in addition to one that the application adds', async () => {
    const context = trusting(await writeBundle(root.certPem));
    context.loadVerifyLocations({ cadata: twin.certPem });
    expect(verify(context, twin.leaf)).toBeNull();
    expect(verify(context)).toBeNull();
    const before = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    before.loadVerifyLocations({ cadata: twin.certPem });
    withTrust({ SSL_CERT_FILE: await writeBundle(root.certPem) }, () => before.loadDefaultCerts());
    expect(verify(before, twin.leaf)).toBeNull();
    expect(verify(before)).toBeNull();
  });

  it('are found by names that differ in case and blanks only (RFC 5280, 7.1)', async () => {
    const keyLabel = 'an authority with two spellings';
    const name = (text: string) => ({
      subject: [['CN', text]] as const,
      name: text,
      keyLabel,
    });
    const trusted = await createAuthority(name('Some Authority'));
    const other = await createAuthority(name('SOME  authority'));
    const context = trusting(await writeBundle(strangerAuthority.certPem, trusted.certPem));
    expect(verify(context, await other.issue(options))).toBeNull();
  });
});

describe('contexts that share what the platform trusts', () => {
  it('agree on it whatever any of them has looked at already', async () => {
    const bundle = await writeBundle(root.certPem, strangerAuthority.certPem);
    const [first, second] = [trusting(bundle), trusting(bundle)];
    expect(verify(first)).toBeNull();
    expect(stats(second)).toBe(2);
    expect(second.getCaCerts({ binaryForm: true })).toHaveLength(2 + STORES.x509Ca);
    expect(verify(second, localhostBelowIntermediate)).toBeNull();
    expect(verify(trusting(bundle))).toBeNull();
  });

  it('load for one purpose after the other', async () => {
    const bundle = await writeBundle(
      trustedPem(root, { trust: ['serverAuth'] }),
      trustedPem(strangerAuthority, { trust: ['clientAuth'] }),
    );
    const context = trusting(bundle);
    expect(stats(context)).toBe(1);
    withTrust({ SSL_CERT_FILE: bundle }, () => context.loadDefaultCerts(ssl.Purpose.CLIENT_AUTH));
    expect(stats(context)).toBe(2);
    expect(verify(context)).toBeNull();
    expect(stats(trusting(bundle))).toBe(1);
  });
});

describe('revocation lists', () => {
  const NO_LIST = certificateError(3);
  const REVOKED = certificateError(23);
  const checking = (context: ssl.SSLContext): ssl.SSLContext => {
    context.verifyFlags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF;
    return context;
  };

  it("count in the platform's bundle, where they are asked for", async () => {
    const other = await root.issue({ commonName: 'localhost', dns: ['localhost'] });
    const crl = await root.crl({ revoked: [other] });
    const bundle = await writeBundle(root.certPem, crl);
    const context = checking(trusting(bundle));
    expect(context.certStoreStats().crl).toBe(1);
    expect([verify(context), verify(context, other)]).toEqual([null, REVOKED]);
    expect(verify(trusting(bundle), other)).toBeNull();
    expect(verify(checking(trusting(await writeBundle(root.certPem))))).toEqual(NO_LIST);
  });

  it('are found in a directory when they come later, under the next number', async () => {
    const capath = folder.join('lists');
    await folder.write(`lists/${subjectHash('test root')}.0`, root.certPem);
    const context = checking(ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { capath }));
    expect(verify(context)).toEqual(NO_LIST);
    await folder.write(`lists/${subjectHash('test root')}.r0`, await root.crl());
    expect(verify(context)).toBeNull();
    const newer = await root.crl({ revoked: [localhost], thisUpdate: new Date() });
    await folder.write(`lists/${subjectHash('test root')}.r1`, newer);
    expect(verify(context)).toEqual(REVOKED);
  });
});

describe('keys that are distrusted', () => {
  it("are refused among the platform's certificates too", async () => {
    const bundle = await writeBundle(root.certPem, strangerAuthority.certPem);
    const context = trusting(bundle);
    context.distrustedSpki = [ssl.spkiHash(root.certDer)];
    expect(verify(context)).toEqual(REJECTED);
    context.distrustedSpki = [ssl.spkiHash(strangerAuthority.certDer)];
    expect(verify(context)).toBeNull();
  });
});
