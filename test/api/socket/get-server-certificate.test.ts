// getServerCertificate (Python: ssl.get_server_certificate): the PEM of a server's certificate.
import { afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { eventually } from '../../helpers/collect.js';
import { pkiServerContext } from '../../helpers/contexts.js';
import { freePort } from '../../helpers/free-port.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { listening, rejection } from '../../helpers/tls-pair.js';
import type { Identity } from '../../helpers/peer-types.js';
import { createServer as createNetServer } from 'node:net';
import * as ssl from 'hermetic-ssl/ssl';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function serve(identity?: Identity) {
  const context = await pkiServerContext(identity);
  const names: (string | null)[] = [];
  const failures: Error[] = [];
  context.sniCallback = (_socket, name) => void names.push(name);
  const server = cleanup.add(ssl.createServer({ context }));
  server.on('secureConnection', (socket: ssl.SSLSocket) => {
    socket.on('error', (error) => failures.push(error)).resume();
  });
  server.on('tlsClientError', (error: Error) => failures.push(error));
  return { server, port: await listening(server), names, failures };
}

const body = (pem: string) => pem.replace(/\s/g, '');

describe('getServerCertificate', () => {
  it('gives the PEM of an untrusted certificate that does not match the name', async () => {
    const { selfSigned, example } = await testPki();
    for (const identity of [selfSigned, example]) {
      const { port } = await serve({ ...identity, chainPem: identity.certPem });
      const pem = await ssl.getServerCertificate(['localhost', port]);
      expect(pem.startsWith('-----BEGIN CERTIFICATE-----\n')).toBe(true);
      expect(pem.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
      expect(body(pem)).toBe(body(identity.certPem));
    }
  });

  it('sends the name, but no address, and closes cleanly', async () => {
    const { server, port, names, failures } = await serve();
    await ssl.getServerCertificate(['localhost', port]);
    await ssl.getServerCertificate(['127.0.0.1', port]);
    expect(names).toEqual(['localhost', null]);
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    await eventually(async () => (await connections()) === 0);
    expect(failures).toEqual([]);
  });

  it('verifies, though not the name, only with caCerts', async () => {
    const { caPem, strangerAuthority, example } = await testPki();
    const folder = cleanup.add(await TempDirectory.create());
    const { port } = await serve(example);
    const caCerts = await folder.write('ca.pem', caPem);
    const wrong = await folder.write('wrong.pem', strangerAuthority.certPem);
    const pem = await ssl.getServerCertificate(['localhost', port], { caCerts });
    expect(body(pem)).toBe(body(example.certPem));
    const refused = ssl.getServerCertificate(['localhost', port], { caCerts: wrong });
    expect(await rejection(refused)).toBeInstanceOf(ssl.SSLCertVerificationError);
    const missing = ssl.getServerCertificate(['localhost', port], { caCerts: folder.join('no') });
    expect(await rejection(missing)).toMatchObject({ code: 'ENOENT' });
  });

  it('rejects when it takes too long, the port is closed, or the address is invalid', async () => {
    const mute = cleanup.add(createNetServer());
    mute.on('connection', (socket) => cleanup.defer(() => socket.destroy()));
    const port = await listening(mute);
    const late = ssl.getServerCertificate(['127.0.0.1', port], { timeout: 50 });
    expect(await rejection(late)).toMatchObject({ code: 'ERR_SSL_HANDSHAKE_TIMEOUT' });
    const refused = ssl.getServerCertificate(['127.0.0.1', await freePort()]);
    expect(await rejection(refused)).toMatchObject({ code: 'ECONNREFUSED' });
    for (const addr of [undefined, 'localhost:443', ['localhost'], ['localhost', '443'], [1, 443]])
      expect(await rejection(ssl.getServerCertificate(addr as never))).toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      });
  });
});
