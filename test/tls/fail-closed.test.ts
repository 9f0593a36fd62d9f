// For every option by which a peer is verified: a peer that must not be accepted, and a look at what has reached it and what was
// delivered from it. The peer is node:tls, so that both ends do not share a fault.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import nodeHttps from 'node:https';
import type { SecureContext, TLSSocket, TlsOptions } from 'node:tls';

import { afterEach, describe, expect, it, vi } from 'vitest';

import https from 'hermetic-ssl/https';
import { PROTOCOL_TLS_CLIENT, SSLContext } from 'hermetic-ssl/ssl';
import { close, identity, listen, nodeTls, ourTls, pki, type Tls } from './support.js';

interface Refusal {
  readonly error: NodeJS.ErrnoException;
  /** The plaintext that has reached the server. */
  readonly read: string;
  readonly accepted: number;
  readonly delivered: string;
  readonly authorized: boolean;
}

/** Connects with the options, writes at once, and returns the error and the plaintext that has passed. */
async function refused(tls: Tls, server: TlsOptions, client: object): Promise<Refusal> {
  let read = '';
  let accepted = 0;
  const spy = nodeTls.createServer(server, (socket) => {
    accepted += 1;
    socket.on('error', () => undefined).on('data', (chunk) => (read += String(chunk)));
    socket.write('a secret of the server');
  });
  spy.on('tlsClientError', () => undefined);
  const port = await listen(spy);
  const options = { port, servername: 'localhost', ca: pki.caPem, ...client };
  const socket = tls.connect(options);
  socket.write('a secret of the application', () => undefined);
  let delivered = '';
  socket.on('data', (chunk: Buffer) => (delivered += String(chunk)));
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  const { authorized } = socket;
  if (!socket.closed) await once(socket, 'close');
  await close(spy);
  return { error, read, accepted, delivered, authorized };
}

function keyOf(
  name: 'stranger' | 'expired' | 'notYetValid' | 'selfSigned' | 'client' | 'embeddedNul',
): TlsOptions {
  const { keyPem: key, certPem: cert } = pki[name];
  return { key, cert };
}

const { localhostBelowIntermediate: below, localhostRsa: rsa, intermediate, root } = pki;
const rootCrl = await root.crl();
const revokes = [rootCrl, await intermediate.crl({ revoked: [below] })];
const clientBelow = await intermediate.issue({ commonName: 'client', eku: ['clientAuth'] });
const clientRevokes = rootCrl + (await intermediate.crl({ revoked: [clientBelow] }));
const chain = { key: below.keyPem, cert: below.chainPem };
const DHE = { ciphers: 'DHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a client of hermetic-ssl/tls that refuses its server', () => {
  /** Each with the code of node:tls, which is asked for it. */
  const cases: [option: string, name: string, server: TlsOptions, client: object][] = [
    ['ca', 'a stranger', keyOf('stranger'), {}],
    ['ca', 'a self-signed certificate', keyOf('selfSigned'), {}],
    ['ca', 'an expired certificate', keyOf('expired'), {}],
    ['ca', 'a certificate that is not valid yet', keyOf('notYetValid'), {}],
    ['ca', 'a certificate for clients', keyOf('client'), {}],
    ['ca', 'a server of this authority, while another is trusted', identity, { ca: pki.stranger.certPem }], // prettier-ignore
    ['ca', 'a server below an authority that it does not send', { key: below.keyPem, cert: below.certPem }, {}], // prettier-ignore
    ['allowPartialTrustChain', 'a server below a trusted intermediate, without the option', chain, { ca: intermediate.certPem }], // prettier-ignore
    ['crl', 'a revoked certificate', chain, { crl: revokes }],
    ['crl', 'a certificate whose authority has no list', chain, { crl: rootCrl }],
    ['servername', 'another name', identity, { servername: 'example.org' }],
    ['servername', 'a name with a NUL in its certificate', keyOf('embeddedNul'), { servername: 'alt.example.org' }], // prettier-ignore
    [
      'checkServerIdentity',
      'a name that its own check refuses',
      identity,
      { checkServerIdentity: () => Object.assign(new Error('no'), { code: 'MINE' }) },
    ],
    ['minDHSize', 'a server with small parameters', { key: rsa.keyPem, cert: rsa.certPem, dhparam: 'auto', ...DHE }, { ...DHE, minDHSize: 8192 }], // prettier-ignore
    ['minVersion', 'a server of TLS 1.2', { ...identity, maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }], // prettier-ignore
    ['maxVersion', 'a server of TLS 1.3', { ...identity, minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }], // prettier-ignore
    ['ciphers', 'a server with other suites', { ...identity, ciphers: 'TLS_AES_128_GCM_SHA256' }, { ciphers: 'TLS_AES_256_GCM_SHA384' }], // prettier-ignore
    ['ecdhCurve', 'a server with other groups', { ...identity, ecdhCurve: 'P-256' }, { ecdhCurve: 'P-384' }], // prettier-ignore
    ['sigalgs', 'a server with another kind of key', identity, { sigalgs: 'rsa_pss_rsae_sha256' }],
    ['ALPNProtocols', 'a server without a common protocol', { ...identity, ALPNProtocols: ['a'] }, { ALPNProtocols: ['b'] }], // prettier-ignore
  ];

  it.each(cases)('%s: sends nothing to %s', async (_option, _name, server, client) => {
    const isFixed = 'minVersion' in server || 'maxVersion' in server || 'maxVersion' in client;
    for (const version of isFixed || 'ciphers' in client || 'minVersion' in client
      ? [null]
      : (['TLSv1.2', 'TLSv1.3'] as const)) {
      // prettier-ignore
      const options = version === null ? server : { ...server, maxVersion: version };
      const theirs = await refused(nodeTls, options, client);
      const ours = await refused(ourTls, options, client);
      const normalized = (code = '') => code.replace(/SSLV3_ALERT|SSL\/TLS_ALERT/, 'TLS_ALERT');
      expect(normalized(ours.error.code)).toBe(normalized(theirs.error.code));
      expect(ours).toMatchObject({ read: '', delivered: '', authorized: false });
      if (options.maxVersion !== 'TLSv1.2') expect(ours.accepted).toBe(0);
    }
  });

  it.each([undefined, null, 0, '', 'false', true])(
    'rejectUnauthorized: %j does not turn verification off',
    async (rejectUnauthorized) => {
      const ours = await refused(ourTls, keyOf('stranger'), { rejectUnauthorized });
      expect(ours.error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(ours).toMatchObject({ read: '', delivered: '', authorized: false });
    },
  );

  it.each(['1', '', 'false', 'no', '00'])(
    'NODE_TLS_REJECT_UNAUTHORIZED=%s does not turn verification off',
    async (value) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', value);
      const { error, read } = await refused(ourTls, keyOf('stranger'), {});
      expect([error.code, read]).toEqual(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '']);
    },
  );

  it('sends nothing after a check that throws', async () => {
    const thrown = new Error('thrown by the check');
    const { error, read, delivered } = await refused(ourTls, identity, {
      checkServerIdentity: () => {
        throw thrown;
      },
    });
    expect(error).toBe(thrown);
    expect([read, delivered]).toEqual(['', '']);
  });

  it('secureContext: its own SSLContext refuses although rejectUnauthorized is false', async () => {
    const secureContext = new SSLContext(PROTOCOL_TLS_CLIENT) as unknown as SecureContext;
    const client = { secureContext, rejectUnauthorized: false };
    const { read, delivered, authorized } = await refused(ourTls, keyOf('stranger'), client);
    expect([read, delivered, authorized]).toEqual(['', '', false]);
  });

  it('pskCallback: sends nothing to a server with another key', async () => {
    const common = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
    const answer = (fill: number) => () => ({ psk: Buffer.alloc(16, fill), identity: 'me' });
    const server = { ...common, pskCallback: () => Buffer.alloc(16, 1) } as TlsOptions;
    const client = { ...common, pskCallback: answer(2), checkServerIdentity: () => undefined };
    const { read, delivered, accepted } = await refused(ourTls, server, client);
    expect([read, delivered, accepted]).toEqual(['', '', 0]);
  });

  it('session: one that was not verified does not stand in for verification', async () => {
    const server = ourTls.createServer(keyOf('stranger'), (socket) => socket.end('x'));
    const options = { port: await listen(server), ca: pki.caPem, servername: 'localhost' };
    const sessions: Buffer[] = [];
    const first = ourTls.connect({ ...options, rejectUnauthorized: false }).resume();
    first.on('session', (session) => sessions.push(session));
    await once(first, 'close');
    const second = ourTls.connect({ ...options, session: sessions[0] });
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException];
    expect([sessions.length > 0, error.code]).toEqual([true, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']);
    await close(server);
  });
});

describe('a request of hermetic-ssl/https', () => {
  it.each([
    ['a stranger', keyOf('stranger'), {}],
    ['another name', identity, { servername: 'example.org' }],
    ['a check of its own', identity, { checkServerIdentity: () => new Error('no') }],
  ])('is not sent to %s', async (_name, server, options) => {
    const seen: IncomingMessage[] = [];
    const spy = nodeHttps.createServer(server, (request) => seen.push(request));
    const port = await listen(spy);
    const common = { port, servername: 'localhost', ca: pki.caPem, ...options };
    for (const agent of [false, new https.Agent({ keepAlive: true })] as const) {
      const request = https.request({ ...common, method: 'POST', agent });
      request.end('a secret of the application');
      await once(request, 'error');
    }
    expect(seen).toEqual([]);
    await close(spy);
  });
});

const versions = ['TLSv1.2', 'TLSv1.3'] as const;

describe('a server of hermetic-ssl/tls that refuses its client', () => {
  const cases: [name: string, client: object, server: object][] = [
    ['no certificate', {}, {}],
    ['the certificate of a stranger', keyOf('stranger'), {}],
    ['an expired certificate', keyOf('expired'), {}],
    ['a self-signed certificate', keyOf('selfSigned'), {}],
    ['a revoked certificate', { key: clientBelow.keyPem, cert: clientBelow.chainPem }, { crl: clientRevokes }], // prettier-ignore
  ];

  it.each(cases.flatMap((one) => versions.map((version) => [...one, version] as const)))(
    'delivers and sends nothing to one with %s (%#)',
    async (_name, shown, more, maxVersion) => {
      const sockets: TLSSocket[] = [];
      const options = { ...identity, ca: pki.caPem, requestCert: true, maxVersion, ...more };
      const server = ourTls.createServer(options, (socket) => {
        sockets.push(socket);
        socket.write('a secret of the server');
      });
      const errors: NodeJS.ErrnoException[] = [];
      server.on('tlsClientError', (error) => errors.push(error));
      const port = await listen(server);
      const client = nodeTls.connect({ port, ca: pki.caPem, servername: 'localhost', ...shown });
      let delivered = '';
      client.on('error', () => undefined);
      client.on('data', (chunk: Buffer) => (delivered += String(chunk)));
      client.write('a request');
      await new Promise((resolve) => client.once('close', resolve));
      await close(server);
      expect([sockets.length, delivered, errors.length]).toEqual([0, '', 1]);
      if (Object.keys(shown).length === 0)
        expect(errors[0]?.code).toBe('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
    },
  );

  it('delivers to one with a good certificate, as a control', async () => {
    const options = { ...identity, ca: pki.caPem, requestCert: true, crl: rootCrl };
    const server = ourTls.createServer(options, (socket) => socket.end('hello'));
    const port = await listen(server);
    const shown = keyOf('client') as object;
    const client = nodeTls.connect({ port, ca: pki.caPem, servername: 'localhost', ...shown });
    let delivered = '';
    client.on('data', (chunk: Buffer) => (delivered += String(chunk)));
    await once(client, 'close');
    expect(delivered).toBe('hello');
    await close(server);
  });

  it('accepts a client without a certificate if rejectUnauthorized is false', async () => {
    const options = { ...identity, ca: pki.caPem, requestCert: true, rejectUnauthorized: false };
    const server = ourTls.createServer(options);
    const port = await listen(server);
    const accepted = once(server, 'secureConnection');
    const client = nodeTls.connect({ port, ca: pki.caPem, servername: 'localhost' });
    const [socket] = (await accepted) as [TLSSocket];
    expect(socket.authorized).toBe(false);
    expect(socket.authorizationError).toBe('UNABLE_TO_GET_ISSUER_CERT');
    client.destroy();
    socket.destroy();
    await close(server);
  });
});
