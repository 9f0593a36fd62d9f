// Renegotiation under TLS 1.2: with peers of node:tls, its limits, and a certificate that a server asks for later.
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { TLSSocket, TlsOptions } from 'node:tls';

import { describe, expect, it, onTestFinished } from 'vitest';

import { close, identity, listen, nodeTls, ourTls, pki, type Tls } from './support.js';

/** Without the option OpenSSL resumes the session in a renegotiation, and does not ask for a certificate. */
const secureOptions = constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;
const OLD = { maxVersion: 'TLSv1.2', secureOptions } as const;

interface Pair {
  readonly client: TLSSocket;
  readonly server: TLSSocket;
}

/** Connects both ends. */
async function connected(
  [serverTls, clientTls]: readonly [Tls, Tls],
  serverOptions: TlsOptions = {},
  clientOptions: object = {},
): Promise<Pair> {
  const server = serverTls.createServer({ ...identity, ...OLD, ...serverOptions });
  const port = await listen(server);
  const trust = { ca: pki.caPem, servername: 'localhost' };
  const client = clientTls.connect({ port, host: '127.0.0.1', ...trust, ...clientOptions });
  const [[accepted]] = (await Promise.all([
    once(server, 'secureConnection'),
    once(client, 'secureConnect'),
  ])) as [[TLSSocket], unknown];
  client.on('error', () => undefined);
  onTestFinished(async () => {
    client.destroy();
    accepted.destroy();
    await close(server);
  });
  client.resume();
  accepted.resume();
  return { client, server: accepted };
}

const renegotiate = (socket: TLSSocket, options = {}): Promise<unknown> =>
  promisify((done: (error: Error | null) => void) => socket.renegotiate(options, done))();

describe.each([
  ['a client of this package', nodeTls, ourTls],
  ['a server of this package', ourTls, nodeTls],
  ['both ends of this package', ourTls, ourTls],
] as const)('%s', (_, serverTls, clientTls) => {
  it('renegotiates when the client asks for it, and goes on with its data', async () => {
    const { client, server } = await connected([serverTls, clientTls]);
    const before = client.getFinished();
    let numSecure = 0;
    server.on('secure', () => (numSecure += 1));
    await renegotiate(client);
    expect(client.getFinished()).not.toEqual(before);
    const received = once(server, 'data');
    client.write('after');
    expect(String((await received)[0])).toBe('after');
    expect(numSecure).toBe(1);
  });

  it('asks for a certificate of the client in a renegotiation', async () => {
    const own = { key: pki.client.keyPem, cert: pki.client.chainPem };
    const options = { requestCert: false, rejectUnauthorized: false, ca: pki.caPem };
    const { server } = await connected([serverTls, clientTls], options, own);
    expect(server.getPeerCertificate()).toEqual({});
    await renegotiate(server, { requestCert: true, rejectUnauthorized: false });
    expect(server.getPeerCertificate().subject).toBeDefined();
    expect(server.authorized).toBe(true);
  });
});

describe('a server', () => {
  it('reports an attack at the first renegotiation above the limit, and sends nothing in it', async () => {
    const { client, server } = await connected([ourTls, nodeTls]);
    const failed = once(server, 'error');
    for (let i = 0; i < ourTls.CLIENT_RENEG_LIMIT; i++) await renegotiate(client);
    server.on('error', () => server.destroy());
    let hasRenegotiated = false;
    client.renegotiate({}, () => (hasRenegotiated = true));
    expect(await failed).toMatchObject([{ code: 'ERR_TLS_SESSION_ATTACK' }]);
    await once(client, 'close');
    expect(hasRenegotiated).toBe(false);
  });

  it('refuses renegotiation after disableRenegotiation', async () => {
    const { client, server } = await connected([ourTls, nodeTls]);
    server.disableRenegotiation();
    const failed = once(server, 'error');
    server.on('error', () => server.destroy());
    client.renegotiate({}, () => undefined);
    expect(await failed).toMatchObject([{ code: 'ERR_TLS_RENEGOTIATION_DISABLED' }]);
  });

  it('destroys the socket of a client that shows a wrong certificate later', async () => {
    const own = { key: pki.stranger.keyPem, cert: pki.stranger.chainPem };
    const options = { requestCert: false, rejectUnauthorized: false, ca: pki.caPem };
    const { server } = await connected([ourTls, nodeTls], options, own);
    const failed = once(server, 'error');
    server.renegotiate({ requestCert: true, rejectUnauthorized: true }, () => undefined);
    expect(await failed).toMatchObject([{ code: expect.stringMatching(/^[A-Z_]+$/) as string }]);
    expect(server.destroyed).toBe(true);
  });
});
