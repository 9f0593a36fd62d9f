// Every setting of a context that verification depends on: a session that was made before it was tightened is not
// resumed, neither as an object nor from storage. A member of SSLContext that no table names fails the first test.
import { afterAll, describe, expect, it } from 'vitest';

import { VERSIONS, clientContext, serverContext, type Change } from '../../../helpers/contexts.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { spkiOf } from '../../../helpers/spki.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';
import * as ssl from 'hermetic-ssl/ssl';

const { localhost, client: clientIdentity, caPem, root, stranger } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const listFile = await folder.write('list.pem', await root.crl());
const directory = folder.join('hashed');
await folder.write('hashed/empty', '');

type Row = [name: string, tighten: Change, loosen?: Change];

/** Rows without a gap, for describe.each. */
const whole = (rows: readonly Row[]): [string, Change, Change][] =>
  rows.map(([name, tighten, loosen]) => [name, tighten, loosen ?? (() => undefined)]);

const named = (context: ssl.SSLContext): void => {
  context.verifyMode = ssl.CERT_REQUIRED;
};

/** Demands of a client on a server. `loosen` runs before the session is made. */
const CLIENT: readonly Row[] = [
  ['verifyMode', named, (c) => void ((c.checkHostname = false), (c.verifyMode = ssl.CERT_NONE))],
  ['checkHostname', (c) => void (c.checkHostname = true), (c) => void (c.checkHostname = false)],
  ['hostnameChecksCommonName', (c) => void (c.hostnameChecksCommonName = false)],
  ['verifyFlags', (c) => void (c.verifyFlags |= ssl.VERIFY_X509_STRICT)],
  [
    'verifyFlags, a concession less',
    (c) => void (c.verifyFlags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN),
    (c) => void (c.verifyFlags |= ssl.VERIFY_X509_PARTIAL_CHAIN),
  ],
  ['verifyDepth', (c) => void (c.verifyDepth = 5)],
  [
    'setCiphers, security level',
    (c) => c.setCiphers('DEFAULT:@SECLEVEL=2'),
    (c) => c.setCiphers('DEFAULT:@SECLEVEL=0'),
  ],
  ['setServerSigalgs', (c) => c.setServerSigalgs('ecdsa_secp256r1_sha256')],
  ['loadVerifyLocations, a revocation list', (c) => c.loadVerifyLocations({ cafile: listFile })],
  ['distrustedSpki', (c) => void (c.distrustedSpki = [spkiOf(stranger.certPem)])],
  ['pinnedSpki', (c) => void (c.pinnedSpki = [spkiOf(localhost.certPem)])],
  ['verifyCallback', (c) => void (c.verifyCallback = () => undefined)],
];

/** Demands of a server on clients, which it verifies from the start. */
const SERVER: readonly Row[] = [
  ['verifyMode', named, (c) => void (c.verifyMode = ssl.CERT_OPTIONAL)],
  ['verifyFlags', (c) => void (c.verifyFlags |= ssl.VERIFY_X509_STRICT)],
  ['verifyDepth', (c) => void (c.verifyDepth = 5)],
  [
    'setCiphers, security level',
    (c) => c.setCiphers('DEFAULT:@SECLEVEL=2'),
    (c) => c.setCiphers('DEFAULT:@SECLEVEL=0'),
  ],
  ['setClientSigalgs', (c) => c.setClientSigalgs('ecdsa_secp256r1_sha256')],
  ['setServerSigalgs', (c) => c.setServerSigalgs('ecdsa_secp256r1_sha256')],
  [
    'loadVerifyLocations, another authority',
    (c) => c.loadVerifyLocations({ cadata: stranger.certPem }),
  ],
  ['loadVerifyLocations, a revocation list', (c) => c.loadVerifyLocations({ cafile: listFile })],
  ['loadVerifyLocations, a directory', (c) => c.loadVerifyLocations({ capath: directory })],
  ['distrustedSpki', (c) => void (c.distrustedSpki = [spkiOf(stranger.certPem)])],
  ['pinnedSpki', (c) => void (c.pinnedSpki = [spkiOf(clientIdentity.certPem)])],
  ['verifyCallback', (c) => void (c.verifyCallback = () => undefined)],
  ['loadCertChain', (c) => c.loadCertChain({ cert: stranger.chainPem, key: stranger.keyPem })],
  [
    'replaceCertChains',
    (c) => c.replaceCertChains([{ cert: stranger.chainPem, key: stranger.keyPem }]),
  ],
];

/** Members that decide nothing about whom an end believes, or that OpenSSL itself holds against a session. */
const OTHERS: Readonly<Record<string, string>> = {
  options: 'how the protocol is spoken',
  minimumVersion: 'OpenSSL compares a session with the versions that are allowed',
  maximumVersion: 'the same',
  setCiphersuites: 'OpenSSL compares a session with the suites that are allowed',
  setGroups: 'the key exchange is made again',
  setEcdhCurve: 'the same',
  loadDhParams: 'the same',
  setAlpnProtocols: 'negotiated again',
  strictAlpn: 'negotiated again',
  certificateCompression: 'how a certificate is sent, not which one',
  setNpnProtocols: 'throws always',
  ticketKeys: 'decides which processes can read a session, not which peers are believed',
  sessionStore: 'decides where sessions are, which OpenSSL checks as it checks all others',
  sessionIdContext: 'only where no client is asked for a certificate (fleet/session-id-context)',
  numTickets: 'how many sessions there are',
  postHandshakeAuth: 'asks after the handshake, resumed or not',
  bringsVerifySettings: 'what it brings counts by itself (server-sni-verify-mode)',
  sniCallback: 'asked again at each handshake',
  setServernameCallback: 'the same',
  setPskClientCallback: 'a session made with a key counts as unverified (ssl-psk-sessions)',
  setPskServerCallback: 'in the session id context (ssl-psk-sessions)',
  keylogFilename: 'writes down secrets',
  msgCallback: 'hears of messages',
  loadCertChainAsync: 'adds what loadCertChain adds, by the same native function',
  replaceCertChainsAsync: 'the same as replaceCertChains',
  loadDefaultCerts: 'adds trust, as loadVerifyLocations does',
  setDefaultVerifyPaths: 'the same',
  getCaCerts: 'asks',
  certStoreStats: 'asks',
  getCiphers: 'asks',
  getGroups: 'asks',
  sessionStats: 'asks',
  wrapBio: 'makes a connection',
  wrapSocket: 'makes a connection',
};

function changers(): string[] {
  const names = new Set<string>();
  let prototype: object | null = ssl.SSLContext.prototype;
  for (
    ;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const isReadOnly = 'get' in member && !('set' in member && Boolean(member['set']));
      if (name !== 'constructor' && !isReadOnly) names.add(name);
    }
  }
  return [...names];
}

/** Whether a session is resumed; false also where it is refused. */
function resumes(client: ssl.SSLContext, server: ssl.SSLContext, session: ssl.SSLSession): boolean {
  let pair;
  try {
    pair = makePair({ client, server, session });
  } catch (error) {
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' });
    return false;
  }
  tryHandshake(pair);
  return pair.client.sessionReused && pair.server.sessionReused;
}

it('are all in a table', () => {
  const covered = [...CLIENT, ...SERVER].map(([name]) => name.split(',')[0] as string);
  expect([...new Set([...covered, ...Object.keys(OTHERS)])].toSorted()).toEqual(
    changers().toSorted(),
  );
});

describe.each(VERSIONS)('a session of %s', (_version, only) => {
  const server = (change: Change = () => undefined): ssl.SSLContext =>
    serverContext(localhost, (context) => {
      only(context);
      change(context);
    });

  describe.each(whole(CLIENT))('made before a client tightens %s', (_name, tighten, loosen) => {
    it('is not resumed', () => {
      const [client, peer] = [clientContext(caPem, loosen), server()];
      if (loosen.toString().includes('SECLEVEL')) loosen(peer);
      const session = resumableSession(connectedPair({ client, server: peer }));
      expect(resumes(client, peer, session)).toBe(true);
      tighten(client);
      expect(resumes(client, peer, session)).toBe(false);
    });

    it('is not resumed from storage, whenever it was stored', () => {
      const [client, peer] = [clientContext(caPem, loosen), server()];
      const session = resumableSession(connectedPair({ client, server: peer }));
      const early = session.serialize();
      expect(resumes(client, peer, ssl.SSLSession.deserialize(early, client))).toBe(true);
      tighten(client);
      for (const bytes of [early, session.serialize()]) {
        const restored = thrown(() => ssl.SSLSession.deserialize(bytes, client));
        if (restored === null)
          expect(resumes(client, peer, ssl.SSLSession.deserialize(bytes, client))).toBe(false);
        else expect(restored).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
      }
    });
  });

  it.each(whole(SERVER))(
    'made before a server tightens %s is not resumed',
    (_name, tighten, loosen) => {
      const peer = server((context) => {
        context.loadVerifyLocations({ cadata: caPem });
        context.verifyMode = ssl.CERT_REQUIRED;
        loosen(context);
      });
      const client = clientContext(caPem, (context) => {
        context.loadCertChain({ cert: clientIdentity.chainPem, key: clientIdentity.keyPem });
      });
      const session = resumableSession(connectedPair({ client, server: peer }));
      expect(resumes(client, peer, session)).toBe(true);
      tighten(peer);
      expect(resumes(client, peer, session)).toBe(false);
    },
  );
});
