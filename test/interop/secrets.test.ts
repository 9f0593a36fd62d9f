/** Secrets of a connection on both ends: channel bindings, exported keys and key logs, against Python and openssl. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { eventually } from '../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../helpers/contexts.js';
import { connectOpenssl, startOpensslServer } from '../helpers/openssl-cli.js';
import { skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { listening } from '../helpers/tls-pair.js';
import { VERSIONS } from './support/meetings.js';
import { thePython } from './support/sides.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const { localhost, localhostRsa, caPem } = await testPki();

const LABEL = 'EXPERIMENTAL-hermetic';

/** Connects twice, the second time with the session of the first, and gives the bindings. */
const PYTHON_BINDINGS = `
import socket, ssl

def main(input):
    context = ssl.create_default_context(cadata=input["ca"])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    found, session = [], None
    for _ in range(2):
        plain = socket.create_connection(("127.0.0.1", input["port"]), 10)
        with context.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
            tls.recv(1)
            session = tls.session
            found.append([tls.get_channel_binding("tls-unique"), tls.session_reused])
    return found
`;

const PYTHON_SERVER_BINDING = `
import socket, ssl, threading

def main(input):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(input["file"])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = socket.create_connection(("127.0.0.1", input["port"]), 10)
    with context.wrap_socket(plain, server_side=True) as tls:
        tls.recv(1)
        return tls.get_channel_binding("tls-unique")
`;

async function serve(
  context: ssl.SSLContext,
  listener: (socket: ssl.SSLSocket) => void,
): Promise<number> {
  const server = ssl.createServer({ context }, listener);
  cleanup.add({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
  return listening(server);
}

describe('tls-unique', () => {
  it("is what Python's client has, also when it resumes", async (test) => {
    skipUnless(test, 'python3');
    const bindings: [Buffer | null, boolean][] = [];
    const port = await serve(await pkiServerContext(), (socket) => {
      bindings.push([socket.getChannelBinding('tls-unique'), socket.sessionReused]);
      socket.on('error', () => undefined).end('x');
    });
    const python = await thePython();
    expect(await python.run(PYTHON_BINDINGS, { port, ca: caPem })).toEqual(bindings);
    expect(bindings.map(([, reused]) => reused)).toEqual([false, true]);
  });

  it("is what Python's server has", async (test) => {
    skipUnless(test, 'python3');
    const file = await folder.write('pair.pem', localhost.keyPem + localhost.chainPem);
    const { createServer } = await import('node:net');
    const context = await pkiClientContext();
    const found: (Buffer | null)[] = [];
    const server = createServer((plain) => {
      const socket = context.wrapSocket(plain, { serverHostname: 'localhost' });
      socket
        .on('error', () => undefined)
        .once('secureConnect', () => {
          found.push(socket.getChannelBinding('tls-unique'));
          socket.end('x');
        });
    });
    cleanup.add({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    const port = await listening(server);
    const theirs = await (await thePython()).run(PYTHON_SERVER_BINDING, { port, file });
    expect([theirs]).toEqual(found);
    expect(theirs).toHaveLength(12);
  });
});

describe.for(VERSIONS)('%s with openssl', (version) => {
  const limit = ['-min_protocol', version, '-max_protocol', version];

  it('exports the same keying material to s_client', async (test) => {
    skipUnless(test, 'openssl');
    let ours: Buffer | undefined;
    const port = await serve(await pkiServerContext(), (socket) => {
      ours = socket.exportKeyingMaterial(40, LABEL);
      socket.on('error', () => undefined).end();
    });
    const extraArguments = [...limit, '-keymatexport', LABEL, '-keymatexportlen', '40'];
    const { stdout } = await connectOpenssl({ port, ca: caPem, extraArguments });
    const theirs = /Keying material: ([0-9A-F]+)/.exec(stdout)?.[1];
    expect(theirs).toBe(ours?.toString('hex').toUpperCase());
  });

  it('logs the keys that s_client logs', async (test) => {
    skipUnless(test, 'openssl');
    const [ours, theirs] = [folder.join(`ours-${version}`), folder.join(`theirs-${version}`)];
    const context = await pkiServerContext();
    context.keylogFilename = ours;
    const port = await serve(context, (socket) => {
      socket.on('error', () => undefined).end();
    });
    const extraArguments = [...limit, '-keylogfile', theirs];
    await connectOpenssl({ port, ca: caPem, extraArguments });
    const secrets = (file: string): string[] =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^\w/.test(line))
        .toSorted();
    expect(secrets(ours)).toHaveLength(version === 'TLSv1.3' ? 5 : 1);
    expect(secrets(theirs)).toEqual(secrets(ours));
  });
});

describe('signature algorithms', () => {
  it('are those that s_client sees', async (test) => {
    skipUnless(test, 'openssl');
    const context = await pkiServerContext(localhostRsa);
    context.setServerSigalgs('rsa_pss_rsae_sha384');
    const port = await serve(context, (socket) => {
      expect(socket.serverSigalg()).toBe('rsa_pss_rsae_sha384');
      socket.on('error', () => undefined).end();
    });
    const { stdout } = await connectOpenssl({ port, ca: caPem });
    expect(stdout).toMatch(/^Peer signing digest: SHA384$/m);
    expect(stdout).toMatch(/^Peer signature type: (RSA-PSS|rsa_pss_rsae_sha384)$/im);
  });

  it('are those that s_server allows', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslServer({
      identity: localhostRsa,
      extraArguments: ['-sigalgs', 'RSA-PSS+SHA512'],
    });
    cleanup.add(server);
    const socket = await ssl.connect({
      host: '127.0.0.1',
      port: server.port,
      serverHostname: 'localhost',
      context: await pkiClientContext(),
    });
    expect(socket.serverSigalg()).toBe('rsa_pss_rsae_sha512');
    socket.destroy();
  });
});

describe('tls-server-end-point', () => {
  it('is the hash of what s_server shows', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslServer({ identity: localhost });
    cleanup.add(server);
    const socket = await ssl.connect({
      host: '127.0.0.1',
      port: server.port,
      serverHostname: 'localhost',
      context: await pkiClientContext(),
    });
    const { raw } = new X509Certificate(localhost.certPem);
    expect(socket.getChannelBinding('tls-server-end-point')).toEqual(
      createHash('sha256').update(raw).digest(),
    );
    socket.destroy();
  });
});

describe('post-handshake authentication', () => {
  const PYTHON_CLIENT = `
import socket, ssl

def main(input):
    context = ssl.create_default_context(cadata=input["ca"])
    context.verify_flags &= ~0x20
    context.post_handshake_auth = True
    context.load_cert_chain(input["file"])
    plain = socket.create_connection(("127.0.0.1", input["port"]), 10)
    with context.wrap_socket(plain, server_hostname="localhost") as tls:
        tls.sendall(b"one")
        first = tls.recv(100)
        tls.sendall(b"two")
        return [first, tls.recv(100)]
`;

  it("asks Python's client for its certificate", async (test) => {
    skipUnless(test, 'python3');
    const { client } = await testPki();
    const file = await folder.write('client.pem', client.keyPem + client.chainPem);
    const context = await pkiServerContext();
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = ssl.CERT_REQUIRED;
    context.postHandshakeAuth = true;
    const seen: unknown[] = [];
    const port = await serve(context, (socket) => {
      socket.on('error', () => undefined); // Python leaves without close_notify
      socket.on('data', (data: Buffer) => {
        seen.push([data.toString(), socket.getpeercert() !== null]);
        if (seen.length === 1) socket.verifyClientPostHandshake();
        socket.write('answer');
      });
    });
    const got = await (await thePython()).run(PYTHON_CLIENT, { port, file, ca: caPem });
    expect(got).toEqual([Buffer.from('answer'), Buffer.from('answer')]);
    await eventually(() => seen.length >= 2);
    expect(seen).toEqual([
      ['one', false],
      ['two', true],
    ]);
  });
});
