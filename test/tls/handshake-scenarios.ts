/** Scenarios of negotiation, verification and sessions, as data for events.test.ts. */
import type { ConnectionOptions, TlsOptions } from 'node:tls';

import type { Scenario } from './event-recorder.js';
import { asks, coded, ends, keyOf, later, stranger, TLS12 } from './scenario-parts.js';
import { pki } from './support.js';

const alpn = (server: string[], client: string[]): Scenario => ({
  server: { ALPNProtocols: server },
  client: { ALPNProtocols: client },
  onClient: ends,
});
const answersAlpn = (ALPNCallback: TlsOptions['ALPNCallback']): Scenario => ({
  server: { ALPNCallback },
  client: { ALPNProtocols: ['a', 'b'] },
  onClient: ends,
});
type Sni = NonNullable<TlsOptions['SNICallback']>;
const sni = (SNICallback: Sni): Scenario => ({ server: { SNICallback }, onClient: ends });

export const NEGOTIATION: Record<string, Scenario> = {
  'TLS 1.2': { client: TLS12, onClient: ends },
  'no common version': { server: { minVersion: 'TLSv1.3' }, client: TLS12 },
  'no common version, and a write waits': {
    server: { minVersion: 'TLSv1.3' },
    client: TLS12,
    atOnce: (socket) => socket.write('x', () => undefined),
  },
  'no common version, the other way': { server: TLS12, client: { minVersion: 'TLSv1.3' } },
  'no common suite': {
    server: { ...TLS12, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    client: { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  },
  'no common group': { server: { ecdhCurve: 'P-256' }, client: { ecdhCurve: 'P-384' } },
  'no common signature algorithm': {
    client: { sigalgs: 'rsa_pss_rsae_sha256' },
  },
  'a common application protocol': alpn(['a', 'b'], ['b']),
  'no common application protocol': alpn(['a'], ['b']),
  'only the client has application protocols': alpn([], ['b']),
  'ALPNCallback chooses': answersAlpn(() => 'b'),
  'ALPNCallback refuses': answersAlpn(() => undefined),
  'ALPNCallback chooses a protocol that was not offered': answersAlpn(() => 'c'),
  'ALPNCallback throws': answersAlpn(() => {
    throw coded('MINE');
  }),
  'SNICallback answers later': {
    server: (note) => ({
      SNICallback: (name, done) => {
        note('server', `asked for ${name}`);
        later(() => done(null));
      },
    }),
    onClient: ends,
  },
  'SNICallback answers with an error': sni((_name, done) => done(coded('MINE'))),
  'SNICallback throws': sni(() => {
    throw coded('MINE');
  }),
  'SNICallback answers with no context': sni((_name, done) => done(null, {} as never)),
  'SNICallback answers twice': sni((_name, done) => {
    done(null);
    done(null);
  }),
  'a context of addContext is chosen': {
    client: { servername: 'other.test' },
    prepare: (server) => server.addContext('*.test', stranger),
  },
  'a client does not name the server': {
    client: { servername: '', checkServerIdentity: () => undefined },
    onClient: ends,
  },
  'the keys are logged': {
    server: TLS12,
    prepare: (server, { note }) =>
      server.on('keylog', (line) => note('server', String(line).split(' ')[0]!)),
    onClient: ends,
    atOnce: (socket, { note }) =>
      socket.on('keylog', (line: Buffer) => note('client', String(line).split(' ')[0]!)),
  },
  'the keys of TLS 1.3 are logged': {
    prepare: (server, { note }) =>
      server.on('keylog', (line) => note('server', String(line).split(' ')[0]!)),
    onClient: ends,
    atOnce: (socket, { note }) =>
      socket.on('keylog', (line: Buffer) => note('client', String(line).split(' ')[0]!)),
  },
};

export const VERIFICATION: Record<string, Scenario> = {
  'the server is a stranger': { server: stranger },
  'the server is a stranger, under TLS 1.2': { server: stranger, client: TLS12 },
  'the server is a stranger, which is allowed': {
    server: stranger,
    client: { rejectUnauthorized: false },
    onClient: ends,
  },
  'the certificate of the server has expired': { server: keyOf('expired') },
  'the certificate of the server is not valid yet': { server: keyOf('notYetValid') },
  'the server signed its own certificate': { server: keyOf('selfSigned') },
  'the certificate of the server is for clients': { server: keyOf('client') },
  'the name does not match': { client: { servername: 'example.org' } },
  'the name does not match, which is allowed': {
    client: { servername: 'example.org', rejectUnauthorized: false },
    onClient: ends,
  },
  'the check refuses': { client: { checkServerIdentity: () => coded('NO') } },
  'the check refuses without a code': { client: { checkServerIdentity: () => new Error('no') } },
  'the parameters of Diffie and Hellman are small': {
    server: {
      ...{ key: pki.localhostRsa.keyPem, cert: pki.localhostRsa.certPem, dhparam: 'auto' },
      ...{ ...TLS12, ciphers: 'DHE-RSA-AES128-GCM-SHA256' },
    },
    client: { minDHSize: 8192, ciphers: 'DHE-RSA-AES128-GCM-SHA256' },
  },
  'a client certificate is asked for': {
    server: { ...asks, rejectUnauthorized: false },
    onClient: ends,
  },
  'a client certificate is shown': {
    server: asks,
    client: keyOf('client') as ConnectionOptions,
    onClient: ends,
  },
  'a client certificate is shown, under TLS 1.2': {
    server: { ...asks, ...TLS12 },
    client: keyOf('client') as ConnectionOptions,
    onClient: ends,
  },
  'a required client certificate is missing': { server: asks },
  'a required client certificate is missing, under TLS 1.2': { server: { ...asks, ...TLS12 } },
  'the client certificate is that of a stranger': {
    server: asks,
    client: stranger as ConnectionOptions,
  },
  'the client certificate is that of a stranger, under TLS 1.2': {
    server: { ...asks, ...TLS12 },
    client: stranger as ConnectionOptions,
  },
  'the client certificate is that of a stranger, which is allowed': {
    server: { ...asks, rejectUnauthorized: false },
    client: stranger as ConnectionOptions,
    onClient: ends,
  },
  'the client certificate has expired': {
    server: asks,
    client: keyOf('expired') as ConnectionOptions,
  },
};

const psk = (
  serverKey: string | null,
  clientKey: string | null,
  version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2',
): Scenario => {
  const common = { ciphers: 'PSK+HIGH:TLS_AES_128_GCM_SHA256', maxVersion: version };
  return {
    server: {
      ...{ ...common, key: undefined, cert: undefined, pskIdentityHint: 'hint' },
      pskCallback: () => serverKey && Buffer.from(serverKey, 'hex'),
    } as unknown as TlsOptions,
    client: {
      ...{ ...common, ca: undefined, checkServerIdentity: () => undefined },
      pskCallback: () => clientKey && { psk: Buffer.from(clientKey, 'hex'), identity: 'me' },
    } as unknown as ConnectionOptions,
    onClient: ends,
  };
};
const KEY = '000102030405060708090a0b0c0d0e0f';

interface Stored {
  readonly answer?: (stored: Buffer | undefined) => [Error | null, Buffer | null];
}

const store = ({ answer = (stored) => [null, stored ?? null] }: Stored): Scenario => {
  let stored: Buffer | undefined;
  return {
    resumes: true,
    server: TLS12,
    prepare: (server, { note }) => {
      stored = undefined;
      server.on('newSession', (_id, data, done) => {
        note('server', 'newSession');
        stored = data;
        later(() => done());
      });
      server.on('resumeSession', (_id, done) => {
        note('server', 'resumeSession');
        const [error, session] = answer(stored);
        later(() => done(error, session));
      });
    },
    client: { secureOptions: 0x4000 }, // SSL_OP_NO_TICKET
    onServer: (socket) => socket.end('x'),
  };
};

const staples = (answer: (done: (error: Error | null, response: Buffer | null) => void) => void) =>
  ({
    client: { requestOCSP: true } as ConnectionOptions,
    prepare: (server, { note }) =>
      server.on('OCSPRequest', (certificate, issuer, done) => {
        note('server', `OCSPRequest ${Buffer.isBuffer(certificate)} ${typeof issuer}`);
        answer(done);
      }),
    onClient: ends,
  }) satisfies Scenario;

export const SESSIONS: Record<string, Scenario> = {
  'a session is resumed': {
    listens: ['session'],
    resumes: true,
    onServer: (socket) => socket.write('x'),
    onClient: (socket) => later(() => socket.end(), 40),
  },
  'a session is resumed, under TLS 1.2': {
    listens: ['session'],
    resumes: true,
    server: TLS12,
    onServer: (socket) => socket.end('x'),
  },
  'a server that verified its client resumes a session': {
    resumes: true,
    server: { ...asks, sessionIdContext: 'test' },
    client: keyOf('client') as ConnectionOptions,
    onServer: (socket) => socket.end('x'),
  },
  'the server stores sessions': store({}),
  'the server has lost a session': store({ answer: () => [null, null] }),
  'the store of the server fails': store({ answer: () => [coded('MINE'), null] }),
  'an OCSP response is stapled': staples((done) => later(() => done(null, Buffer.from('ocsp')))),
  'no OCSP response is known': staples((done) => done(null, null)),
  'the OCSP response cannot be had': staples((done) => done(coded('MINE'), null)),
  'an OCSP response is asked for and not listened for': {
    client: { requestOCSP: true } as ConnectionOptions,
    onClient: ends,
  },
  'both ends have the same key': psk(KEY, KEY),
  'both ends have the same key, under TLS 1.3': psk(KEY, KEY, 'TLSv1.3'),
  'the ends have different keys': psk(KEY, KEY.replace('00', '11')),
  'the server does not know the identity': psk(null, KEY),
  'the client has no key': psk(KEY, null),
};
