// The table of hints. Every hint in a message, that is, what it tells a reader to do, is followed literally: here, or by the
// test that its row names. The list is checked against the sources, so that a hint without a test fails. docs/testing.md describes it.
import { readFileSync } from 'node:fs';

import { afterAll, describe, expect, it } from 'vitest';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as secrets from 'hermetic-ssl/secrets';
import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority, createSelfSigned } from '../helpers/certificates.js';
import { clientContext, serverContext, type Change } from '../helpers/contexts.js';
import { FFDHE3072 } from '../helpers/dh-parameters.js';
import { duplexPair } from '../helpers/duplex-pair.js';
import { wrong } from '../helpers/expected-errors.js';
import { makePair, thrown, tryHandshake } from '../helpers/make-pair.js';
import { runHint } from '../helpers/run-hint.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { anyEku, LOCALHOST, passesBy, verified, weakChains } from './support/hint-chains.js';
import { hintTexts, readTest } from './support/hint-texts.js';

const pki = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const { root, localhost, caPem } = pki;

type Follow = () => void | Promise<void>;
/** The test that follows the hint, by its file and a part of its text. */
type Elsewhere = readonly [file: string, text: string];
/** Why it cannot be followed. */
interface Untested {
  readonly untested: string;
}
type Way = Follow | Elsewhere | Untested;

/** The message of a failure, which must have the hint. */
function messageOf(act: () => unknown, hint: string): string {
  const message = thrown(act)?.message ?? 'no error';
  expect(message).toContain(hint);
  return message;
}

const DAMAGED: Elsewhere = [
  'api/ssl/context/damaged-pem.test.ts',
  "'can be undone as the message says: $name'",
];
const ISSUER: Elsewhere = [
  'api/ssl/verify/issuer-hints.test.ts',
  'the hint says so, and following it helps',
];
const FOREIGN = 'api/ssl/context/foreign-formats.test.ts';
const client = (): ssl.SSLContext => clientContext(caPem);
const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const { certPem: cert, keyPem: key } = localhost;

/** By a part of the literal in the sources. */
const WAYS: Readonly<Record<string, Way>> = {
  // hashlib, secrets
  '; hash bytes with new(name, data)': async () => {
    const data = new Uint8Array(1);
    await expect(hashlib.fileDigest(wrong(data), 'sha256')).rejects.toThrow('hash bytes with new(name, data)');
    expect(hashlib.new('sha256', data).digest()).toHaveLength(32);
  },
  'a Hash is made by hashlib.new()': () => {
    const { constructor: Hash } = hashlib.new('sha256') as unknown as { constructor: new () => unknown };
    messageOf(() => new Hash(), 'a Hash is made by hashlib.new() or by the function named after its algorithm');
    expect(hashlib.sha256().name).toBe('sha256');
  },
  " has any length: use hashlib.new('": () => {
    const data = Buffer.from('x');
    const length = 5;
    const message = messageOf(() => hashlib.digest('shake_128', data), 'has any length: use ');
    const statement = /use (.*)$/.exec(message)![1];
    expect(runHint(statement!, { hashlib, data, length })).toHaveLength(5);
  },
  ' for a string of hexadecimal digits; use digest()': { untested: 'it takes a digest of more than 256 MiB' },
  '; pass a bigint': () => {
    messageOf(() => secrets.randbelow(2 ** 60), '; pass a bigint');
    expect(secrets.randbelow(2n ** 60n)).toBeLessThan(2n ** 60n);
  },
  '; encode it first, as in Buffer.from(text)': () => {
    const text = 'x';
    const message = messageOf(() => hashlib.sha256(wrong(text)), 'encode it first');
    const bytes: unknown = runHint(/as in (.*)$/.exec(message)![1]!, { text });
    expect(hashlib.sha256(bytes as Buffer).digest()).toHaveLength(32);
  },
  'derivations are pending': ['api/pbkdf2/scheduler.test.ts', 'raise maxPending'],
  'getrandom exists on Linux only; use urandom': { untested: 'it is of other systems than Linux' },
  'use KeyRing.derived, files, shared or cluster': ['api/fleet/derived.test.ts', 'KeyRing.derived({'],
  'use CertificateDirectory.watch': ['api/fleet/certificate-directory.test.ts', 'await CertificateDirectory.watch(folder'],
  "take the output of 'openssl rand -base64 32'": ['api/fleet/derived.test.ts', 'accepts the secret that its message asks for'],
  'must have the methods get, set and delete': ['api/fleet/session-store.test.ts', '{ get: () => null, set: () => null }'],
  // the addon
  'npm ci': ['package/loading-errors.test.ts', 'npm ci'],
  'Build it again with': ['package/loading-errors.test.ts', 'Build it again'],
  'that was made on another system': ['package/loading-errors.test.ts', 'node_modules copied from'],
  'run `npm run generate:constants`': { untested: 'it is for the compiler, when OpenSSL is updated' },
  'pass a host name or an IP address': ['api/ssl/verify/hostname-syntax.test.ts', 'pass a host name or an IP address'],
  'pass only ': ['api/ssl/verify/hostname-syntax.test.ts', 'pass only the'],
  'pass a file as cafile': ['api/ssl/verify/hostname-syntax.test.ts', 'can be passed as cafile, as the message says'],
  // verification
  'context.loadVerifyLocations()': ISSUER,
  'have this certificate issued again': ISSUER,
  'have that one issued again': ISSUER,
  'the peer has to send the one whose key signed this certificate': ISSUER,
  'trusts a root, and the peer has to send what is between': ISSUER,
  'a common name is not a host name: have it issued': ['api/ssl/verify/names-common.test.ts', 'hostnameChecksCommonName = true'],
  'context.hostnameChecksCommonName = true': async () => {
    const identity = await root.issue({ commonName: 'localhost' });
    const change: Change = (context) => void (context.hostnameChecksCommonName = false);
    passesBy({ identity, ca: caPem, change }, /or set /, /context\.hostnameChecksCommonName = true/, [false]);
  },
  "to accept the chain, set '@SECLEVEL=": weakChains,
  "context.setCiphers('DEFAULT:@SECLEVEL=": weakChains,
  'context.verifyFlags &= ~VerifyFlags.': async () => {
    const loose = await root.issue({ ...LOCALHOST, ...anyEku, authorityKeyIdentifier: false });
    const strict: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_X509_STRICT);
    passesBy({ identity: loose, ca: caPem, change: strict }, /VERIFY_X509_STRICT rejects/, /context\.verifyFlags &= ~VerifyFlags\.\w+/);
    const listed: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_CRL_CHECK_CHAIN);
    passesBy({ identity: await root.issue({ ...LOCALHOST, ...anyEku }), ca: caPem, change: listed }, /no revocation list/, /context\.verifyFlags &= ~VerifyFlags\.\w+/);
  },
  'VerifyFlags.VERIFY_X509_PARTIAL_CHAIN': async () => {
    const inter = await createAuthority({ name: 'between', parent: root });
    const identity = await inter.issue({ ...LOCALHOST, ...anyEku });
    passesBy({ identity, ca: inter.certPem }, /PARTIAL_CHAIN/, /context\.verifyFlags \|= VerifyFlags\.\w+/);
  },
  'trusts it; CERT_NONE with context.pinnedSpki': async () => {
    const identity = await createSelfSigned(LOCALHOST);
    const outcome = (change: Change, serverHostname: string | null = 'localhost') =>
      tryHandshake(makePair({ client: clientContext(caPem, change), server: serverContext(identity), serverHostname })).client;
    const { hint } = outcome(() => undefined) as ssl.SSLCertVerificationError;
    expect(hint).toBe('context.loadVerifyLocations() trusts it; CERT_NONE with context.pinnedSpki takes its key alone');
    expect(outcome((context) => context.loadVerifyLocations({ cadata: identity.certPem }))).toBeNull();
    const pin: Change = (context) => {
      context.checkHostname = false;
      context.verifyMode = ssl.CERT_NONE;
      context.pinnedSpki = [ssl.spkiHash(identity.certPem)];
    };
    expect(outcome(pin, null)).toBeNull();
  },
  'context.verifyDepth allows fewer': async () => {
    const first = await createAuthority({ name: 'first', parent: root });
    const second = await createAuthority({ name: 'second', parent: first });
    const identity = await second.issue({ ...LOCALHOST, ...anyEku });
    const short: Change = (context) => void (context.verifyDepth = 0);
    const meeting = { identity, ca: caPem, change: short };
    for (const isServer of [false, true]) {
      const ends = verified(meeting, isServer);
      expect((ends(() => undefined) as ssl.SSLCertVerificationError).hint).toBe(
        'context.verifyDepth allows fewer certificates between it and a trust anchor; raise it',
      );
      expect(ends((context) => void (context.verifyDepth = 2))).toBeNull();
    }
  },
  'have them issued again, or ': async () => {
    const strict: Change = (context) => void (context.verifyFlags |= ssl.VERIFY_X509_STRICT);
    const good = await root.issue({ ...LOCALHOST, ...anyEku });
    for (const isServer of [false, true])
      expect(verified({ identity: good, ca: caPem, change: strict }, isServer)(() => undefined)).toBeNull();
  },
  'context.distrustedSpki or the list': ['api/ssl/verify/distrust.test.ts', 'distrustedSpki'],
  'context.pinnedSpki asks for a key': ['api/ssl/verify/pins.test.ts', 'the peer sent no certificate'],
  'context.pinnedSpki does not have any of the keys': async () => {
    const identity = await root.issue({ ...LOCALHOST, ...anyEku });
    const other: Change = (context) => void (context.pinnedSpki = [ssl.spkiHash(pki.selfSigned.certPem)]);
    for (const isServer of [false, true]) {
      const ends = verified({ identity, ca: caPem, change: other }, isServer);
      const { hint } = ends(() => undefined) as ssl.SSLCertVerificationError;
      for (const [pin] of hint!.matchAll(/sha256\/[\w+/]+=*/g))
        expect(ends((context) => void (context.pinnedSpki = [pin]))).toBeNull();
    }
  },
  'context.verifyCallback ': ['api/ssl/verify/verify-callback.test.ts', 'context.verifyCallback '],
  '; the peer has to replace it': ['api/ssl/verify/peer-certificate-broken.test.ts', 'peer has to replace it'],
  // files, chains and keys
  'write it to a file and give the name of that': async () => {
    messageOf(() => server().loadDhParams(FFDHE3072), 'write it to a file and give the name of that');
    server().loadDhParams(await folder.write('dh.pem', FFDHE3072));
  },
  'the private key is encrypted: give its password': ['api/ssl/context/context-load.test.ts', 'is encrypted: give its password'],
  ' is encrypted: give its password': ['api/ssl/context/pfx.test.ts', 'is encrypted: give its password'],
  ' certificates: give one, as in text.match(': () => {
    const text = cert + caPem;
    const message = messageOf(() => ssl.pemCertToDerCert(text), 'give one, as in ');
    const one: unknown = runHint(/as in (text\.match\(.*?\)\[0\])/.exec(message)![1]!, { text });
    expect(ssl.pemCertToDerCert(one as string)).toEqual(localhost.certDer);
  },
  'has other text before or behind the certificate': ['api/ssl/context/damaged-pem.test.ts', 'says how to cut it out of %s'],
  'the NPN extension is not supported: use setAlpnProtocols': () => {
    messageOf(() => client().setNpnProtocols(['x']), 'use setAlpnProtocols');
    expect(() => client().setAlpnProtocols(['x'])).not.toThrow();
  },
  'give the name as a string instead': () => {
    const wrap = (serverHostname: string | Buffer) => () =>
      client().wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname });
    messageOf(wrap(Buffer.from('pythön.org')), 'give the name as a string instead');
    expect(wrap('pythön.org')().serverHostname).toBe('xn--pythn-mua.org');
  },
  'give it in memory, as { cert, key }': () => {
    messageOf(() => server().loadCertChain(cert), 'give it in memory, as { cert, key }');
    server().loadCertChain({ cert, key });
  },
  ' is PKCS#12, which has a key of its own: leave out keyfile': ['api/ssl/context/pfx.test.ts', 'leave out keyfile'],
  'cert is an empty array: give the leaf': () => {
    messageOf(() => server().loadCertChain({ cert: [], key }), 'give the leaf, then its intermediates');
    server().loadCertChain({ cert: [cert, pki.intermediate.certPem], key });
  },
  ': decode base64 first; a path is given as certfile': [FOREIGN, 'takes PKCS#12 as pfx, as the message says'],
  ' exclude each other: give one of them': () => {
    const both = { cert, certfile: 'x', key };
    messageOf(() => server().loadCertChain(wrong(both)), 'give one of them');
    server().loadCertChain({ cert, key });
  },
  'name a file that does not exist yet': ['api/ssl/context/key-log-places.test.ts', 'the other way out is a new file'],
  '): fs.chmodSync(': ['api/ssl/context/key-log-places.test.ts', 'taken when the hint was followed'],
  'is a symbolic link: name the file that it leads to': ['api/ssl/context/key-log-places.test.ts', 'fs.realpathSync(link)'],
  'SSLObject has no public constructor; use SSLContext.wrapBio()': () => {
    messageOf(() => new ssl.SSLObject(wrong(null), wrong(null)), 'use SSLContext.wrapBio()');
    const options = { serverHostname: 'localhost' };
    expect(client().wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), options)).toBeInstanceOf(ssl.SSLObject);
  },
  'SSLSocket has no public constructor; use SSLContext.wrapSocket()': () => {
    const [transport] = duplexPair();
    messageOf(() => new ssl.SSLSocket(wrong(null), wrong(null), transport, {}), 'use SSLContext.wrapSocket()');
    expect(client().wrapSocket(transport, { serverHostname: 'localhost' })).toBeInstanceOf(ssl.SSLSocket);
  },
  ' gave a promise, but OpenSSL cannot wait': ['api/ssl/psk/hostile.test.ts', 'promise'],
  'matchHostname is not supported': () => {
    messageOf(() => ssl.matchHostname(wrong(null), 'x'), 'SSLContext.checkHostname, which is true for a client');
    expect(new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).checkHostname).toBe(true);
  },
  'wrapSocket without a context is not supported': () => {
    messageOf(() => ssl.wrapSocket(wrong(null)), 'createDefaultContext().wrapSocket');
    const [transport] = duplexPair();
    expect(ssl.createDefaultContext().wrapSocket(transport, { serverHostname: 'x' })).toBeInstanceOf(ssl.SSLSocket);
  },
  ': use SSLContext.loadDefaultCerts': () => {
    if (process.platform === 'win32') return;
    messageOf(() => ssl.enumCertificates('ROOT'), 'use SSLContext.loadDefaultCerts');
    expect(() => client().loadDefaultCerts()).not.toThrow();
  },
  'only Windows has such stores: use SSLContext.loadDefaultCerts': { untested: 'the same text is given before it is asked' },
  ': use the certificate that the authority issued for it': [FOREIGN, 'a certificate signing request, in PEM and DER'],
  ': openssl pkcs12 -in FILE -nokeys -out ca.pem': [FOREIGN, 'names the way from a PKCS#12 to its certificates, which works'],
  ', which has a certificate of its own: give it as pfx': [FOREIGN, 'takes PKCS#12 as pfx, as the message says'],
  ', which has a key of its own: give it as pfx': [FOREIGN, 'takes PKCS#12 as pfx, as the message says'],
  'is DER: openssl dhparam -inform DER': [FOREIGN, 'names the way from DER, which works'],
  'holds no PKCS#12 but PEM: give it as cert and key': ['api/ssl/context/pfx.test.ts', 'give it as cert and key'],
  ': give the key too': () => {
    messageOf(() => server().loadCertChain({ cert }), 'give the key too');
    server().loadCertChain({ cert, key });
  },
  'is JSON: parse it and give the PEM inside it': () => {
    for (const text of [JSON.stringify({ cert }), JSON.stringify([cert])]) {
      messageOf(() => server().loadCertChain({ cert: text, key }), 'parse it and give the PEM inside it');
      const [inside] = Object.values(JSON.parse(text) as Record<string, string>);
      server().loadCertChain({ cert: inside!, key });
    }
  },
  'is UTF-16 text, as PowerShell writes it': DAMAGED,
  'is URL-encoded: decode it first': DAMAGED,
  'is base64 of PEM: decode it first': DAMAGED,
  'is the name of a file, not its content': async () => {
    const text = await folder.write('chain.pem', cert);
    const message = messageOf(() => server().loadCertChain({ cert: text, key }), 'read the file');
    const content: unknown = runHint(/as in (.*)$/.exec(message)![1]!, { text, readFileSync });
    server().loadCertChain({ cert: content as Buffer, key });
  },
  'is hexadecimal: decode it first': DAMAGED,
  'is base64 without BEGIN and END lines: decode it': DAMAGED,
  ': replace them with line breaks': DAMAGED,
  ': decode it, as in JSON.parse(text)': DAMAGED,
  ': put line breaks there': DAMAGED,
  ': put the line breaks back, as in': DAMAGED,
  ': put the line breaks back, and an empty line': () => {
    const pem = localhost.key.encryptedTraditionalKeyPem('x')!;
    const load = (text: string) => server().loadCertChain({ cert, key: text, password: 'x' });
    messageOf(() => load(pem.replaceAll(/\n+/g, ' ')), 'and an empty line after the DEK-Info line');
    load(pem);
  },
  ': remove the blanks': DAMAGED,
  ': remove that, as in': DAMAGED,
  ': put each BEGIN and END on a line of its own': DAMAGED,
  ': remove empty lines': DAMAGED,
  'has other text after its BEGIN line: remove it': () => {
    const text = cert.replace('-----\n', '-----mine\n');
    messageOf(() => server().loadCertChain({ cert: text, key }), 'remove it');
    server().loadCertChain({ cert: text.replace('mine', ''), key });
  },
  ' goes on after its certificate: DER holds one; give several as an array': () => {
    const { certDer } = localhost;
    const several = Buffer.concat([certDer, pki.intermediate.certDer]);
    messageOf(() => server().loadCertChain({ cert: several, key }), 'give several as an array');
    server().loadCertChain({ cert: [certDer, pki.intermediate.certDer], key });
  },
  ': have it issued again with ': ['api/ssl/verify/security-level.test.ts', 'SECLEVEL'],
  ', or lower the level first: context.setCiphers(': ['api/ssl/verify/security-level.test.ts', 'context\\.setCiphers'],
  ' (it ends in a line break, which counts as part of it: remove the line break)': ['api/ssl/context/key-work.test.ts', 'remove the line break'],
  ', which is obsolete: encrypt it again, or pass legacy: true': ['api/ssl/context/legacy-keys.test.ts', 'pass legacy: true'],
  ', which this OpenSSL does not have: encrypt it again with AES': () => {
    const aes = localhost.encryptedKeyPem('x');
    const der = Buffer.from(aes.replaceAll(/-----.*/g, ''), 'base64').toString('hex');
    const other = Buffer.from(der.replace('60864801650304012a', '60864801650304017f'), 'hex');
    const load = (one: string | Buffer) => () => server().loadCertChain({ cert, key: one, password: 'x' });
    messageOf(load(other), 'which this OpenSSL does not have: encrypt it again with AES');
    load(aes)();
  },
  ' MiB are allowed: it is damaged, or encrypt it again': ['api/ssl/context/key-work.test.ts', 'scrypt'],
  ' are allowed for the whole file': ['api/ssl/context/key-work.test.ts', 'are allowed'],
  ': put that first': ['api/ssl/context/keys-memory.test.ts', 'put that first'],
  "', whose name this machine's code page cannot represent": { untested: 'it is of Windows' },
  '`, load failed: ': { untested: "Node's own words for a failure" },
  'macOS: trust settings of': { untested: 'the name of a place' },
  "; install the system's root certificates (ca-certificates), or name a bundle in SSL_CERT_FILE": ['api/ssl/trust/warnings.test.ts', 'SSL_CERT_FILE'],
}; // prettier-ignore

const found = hintTexts();
const isOf = (text: string, part: string): boolean => text.replaceAll('\\"', '"').includes(part);

describe('the list of hints', () => {
  it('has a row for every hint in the sources', () => {
    const missing = found.filter(({ text }) => !Object.keys(WAYS).some((part) => isOf(text, part)));
    expect(missing).toEqual([]);
  });

  it('has no row that the sources do not have', () => {
    expect(Object.keys(WAYS).filter((part) => !found.some(({ text }) => isOf(text, part)))).toEqual(
      [],
    );
  });

  it('finds hints at all', () => {
    expect(found.length).toBeGreaterThan(80);
  });
});

describe.each(Object.entries(WAYS))('%o', (_part, way) => {
  it('is followed', async (test) => {
    if (typeof way === 'function') return await way();
    if ('untested' in way) return test.skip(`not followed: ${way.untested}`);
    const [file, text] = way;
    expect([file, readTest(file).includes(text), text]).toEqual([file, true, text]);
  });
});
