import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import { runCurl } from '../helpers/curl.js';
import { startOpensslServer } from '../helpers/openssl-cli.js';
import https from 'hermetic-ssl/https';
import { close, identity, listen, nodeTls, ourTls, pki, type Tls } from './support.js';

const pairs: [name: string, server: Tls, client: Tls][] = [
  ['this package with itself', ourTls, ourTls],
  ['a client of node:tls', ourTls, nodeTls],
  ['a server of node:tls', nodeTls, ourTls],
];

const servers: { close(): unknown; listening: boolean }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) if (server.listening) server.close();
});

describe.each(pairs)('hermetic-ssl/tls: %s', (_name, serverTls, clientTls) => {
  async function connected(maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<[TLSSocket, TLSSocket]> {
    const server = serverTls.createServer({ ...identity, ALPNProtocols: ['b', 'a'] });
    servers.push(server);
    const port = await listen(server);
    const accepted = once(server, 'secureConnection');
    const client = clientTls.connect({
      port,
      host: 'localhost',
      servername: 'localhost',
      ca: pki.caPem,
      ALPNProtocols: ['a'],
      maxVersion,
    });
    await once(client, 'secureConnect');
    const [socket] = (await accepted) as [TLSSocket];
    return [client, socket];
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('agrees on the facts of %s', async (version) => {
    const [client, socket] = await connected(version);
    expect(client.authorized).toBe(true);
    expect([client.getProtocol(), socket.getProtocol()]).toEqual([version, version]);
    expect([client.alpnProtocol, socket.alpnProtocol]).toEqual(['a', 'a']);
    expect(socket.servername).toBe('localhost');
    expect(client.getCipher()).toEqual(socket.getCipher());
    expect(client.getPeerCertificate().subject.CN).toBe('localhost');
    expect(client.getPeerCertificate(true).fingerprint256).toBe(
      (socket.getCertificate() as { fingerprint256: string }).fingerprint256,
    );
    expect(client.exportKeyingMaterial(16, 'EXPERIMENTAL test', Buffer.of(1))).toEqual(
      socket.exportKeyingMaterial(16, 'EXPERIMENTAL test', Buffer.of(1)),
    );
    client.destroy();
    socket.destroy();
  });

  it('carries a megabyte both ways and ends', async () => {
    const [client, socket] = await connected('TLSv1.3');
    socket.pipe(socket);
    const sent = Buffer.alloc(1_000_000, 'hermetic');
    const received: Buffer[] = [];
    client.on('data', (chunk: Buffer) => received.push(chunk));
    client.end(sent);
    const [hadError] = (await once(client, 'close')) as [boolean];
    expect(hadError).toBe(false);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('resumes the session that an event has given', async () => {
    const server = serverTls.createServer(identity, (socket) => socket.end('x'));
    servers.push(server);
    const options = { port: await listen(server), ca: pki.caPem, servername: 'localhost' };
    const first = clientTls.connect(options).resume();
    const [session] = (await once(first, 'session')) as [Buffer];
    await once(first, 'close');
    const second = clientTls.connect({ ...options, session }).resume();
    await once(second, 'secureConnect');
    expect([second.isSessionReused(), second.authorized]).toEqual([true, true]);
    await once(second, 'close');
  });
});

describe('hermetic-ssl/tls and other programs', () => {
  it('connects to openssl s_server', async () => {
    const server = await startOpensslServer({ identity: pki.localhost });
    const client = ourTls.connect({ port: server.port, ca: pki.caPem, servername: 'localhost' });
    client.end('abc\n');
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(text.trim()).toBe('cba');
    await server.close();
  });

  it('serves curl over https', async () => {
    const server = https.createServer(identity, (request, response) => {
      response.end(`${request.url} ${(request.socket as TLSSocket).encrypted}`);
    });
    servers.push(server);
    const port = await listen(server);
    const result = await runCurl({ port, servername: 'localhost', ca: pki.caPem, path: '/a' });
    expect([result.exitCode, result.status, result.body.toString()]).toEqual([0, 200, '/a true']);
    await close(server);
  });
});
