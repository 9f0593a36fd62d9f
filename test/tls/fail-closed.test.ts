import { once } from 'node:events';
import type { TLSSocket, TlsOptions } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { close, identity, listen, nodeTls, ourTls, pki } from './support.js';

/** Connects with the options, writes at once, and returns the error and what the server has read. */
async function refused(
  server: TlsOptions,
  client: object,
): Promise<{ error: NodeJS.ErrnoException; read: string; accepted: number }> {
  let read = '';
  let accepted = 0;
  const spy = nodeTls.createServer(server, (socket) => {
    accepted += 1;
    socket.on('error', () => undefined).on('data', (chunk) => (read += String(chunk)));
  });
  spy.on('tlsClientError', () => undefined);
  const port = await listen(spy);
  const socket = ourTls.connect({ port, servername: 'localhost', ca: pki.caPem, ...client });
  socket.write('a secret of the application');
  let delivered = '';
  socket.on('data', (chunk: Buffer) => (delivered += String(chunk)));
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  await once(socket, 'close');
  await close(spy);
  expect(delivered).toBe('');
  expect(socket.authorized).toBe(false);
  return { error, read, accepted };
}

describe('a client of hermetic-ssl/tls that refuses its server', () => {
  const cases: [string, TlsOptions, object, string][] = [
    ['a stranger', keyOf('stranger'), {}, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['an expired certificate', keyOf('expired'), {}, 'CERT_HAS_EXPIRED'],
    ['another name', identity, { servername: 'example.org' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'a name that its own check refuses',
      identity,
      { checkServerIdentity: () => Object.assign(new Error('no'), { code: 'MINE' }) },
      'MINE',
    ],
    ['a self-signed certificate', keyOf('selfSigned'), {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ];

  it.each(cases)('sends nothing to %s', async (_name, server, client, code) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { error, read, accepted } = await refused({ ...server, maxVersion }, client);
      expect(error.code).toBe(code);
      expect(read).toBe('');
      if (maxVersion === 'TLSv1.3') expect(accepted).toBe(0);
    }
  });

  it('sends nothing after a check that throws', async () => {
    const thrown = new Error('thrown by the check');
    const { error, read } = await refused(identity, {
      checkServerIdentity: () => {
        throw thrown;
      },
    });
    expect(error).toBe(thrown);
    expect(read).toBe('');
  });
});

function keyOf(name: 'stranger' | 'expired' | 'selfSigned'): TlsOptions {
  const { keyPem: key, certPem: cert } = pki[name];
  return { key, cert };
}

describe('a server of hermetic-ssl/tls that refuses its client', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('delivers and sends nothing in %s', async (version) => {
    const sockets: TLSSocket[] = [];
    const server = ourTls.createServer(
      { ...identity, ca: pki.caPem, requestCert: true, maxVersion: version },
      (socket) => sockets.push(socket),
    );
    const port = await listen(server);
    const failed = once(server, 'tlsClientError');
    const client = nodeTls.connect({ port, ca: pki.caPem, servername: 'localhost' });
    let delivered = '';
    client.on('error', () => undefined).on('data', (chunk: Buffer) => (delivered += String(chunk)));
    client.write('a request');
    const [error] = (await failed) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
    expect([sockets.length, delivered]).toEqual([0, '']);
    client.destroy();
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
