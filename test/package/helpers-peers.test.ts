/**
 * Lets the peers of the interop tests (Python, node:tls, the openssl program, curl) talk to each other, so that a failing
 * interop test points at this package and not at its judge.
 */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { runCurl } from '../helpers/curl.js';
import { connectNode, startNodeServer } from '../helpers/node-tls.js';
import { connectOpenssl, startOpensslServer } from '../helpers/openssl-cli.js';
import type { PeerClientOptions, PeerServerOptions } from '../helpers/peer-types.js';
import { hasPeer, skipUnless } from '../helpers/peers.js';
import { Python } from '../helpers/python.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';

const cleanup = new Cleanup();
let pki: TestPki;
let python: Python;

beforeAll(async () => {
  pki = await testPki();
  if (hasPeer('python3')) python = cleanup.add(await Python.start());
});
afterAll(() => cleanup.run());

const HELLO = Buffer.from('hello\n');
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

const SERVERS = {
  python: (options: PeerServerOptions) => python.serve(options),
  node: startNodeServer,
};
const CLIENTS = {
  python: (options: PeerClientOptions) => python.connect(options),
  node: connectNode,
};
type Side = keyof typeof SERVERS;
const PAIRS = (['python', 'node'] as const).flatMap((server) =>
  (['python', 'node'] as const).flatMap((client) =>
    VERSIONS.map((version) => [server, client, version] as const),
  ),
);

const skipWithoutPython = (test: TestContext, ...sides: Side[]): void =>
  skipUnless(test, ...(sides.includes('python') ? (['python3'] as const) : []));

describe.each(PAIRS)('%s server, %s client, %s', (server, client, version) => {
  const base = (): PeerServerOptions => ({
    identity: pki.localhost,
    minVersion: version,
    maxVersion: version,
  });

  async function converse(
    serverOptions: Partial<PeerServerOptions>,
    clientOptions: Partial<PeerClientOptions>,
  ) {
    const peer = await SERVERS[server]({ ...base(), ...serverOptions });
    try {
      const seen = await CLIENTS[client]({ port: peer.port, ca: pki.caPem, ...clientOptions });
      return { seen, served: (await peer.connections(1))[0] };
    } finally {
      await peer.close();
    }
  }

  it('echoes, with ALPN, SNI and a client certificate', async (test) => {
    skipWithoutPython(test, server, client);
    const { seen, served } = await converse(
      {
        alpn: ['h2', 'http/1.1'],
        ca: pki.caPem,
        clientCertificate: 'required',
        sni: { 'www.example.com': pki.example },
      },
      { alpn: ['http/1.1'], identity: pki.client, servername: 'www.example.com', send: HELLO },
    );
    const both = { version, alpn: 'http/1.1', error: null, received: HELLO };
    expect(seen).toMatchObject({ ...both, peerCommonName: 'example.com' });
    expect(served).toMatchObject({
      ...both,
      peerCommonName: 'test client',
      sni: 'www.example.com',
      cipher: seen.cipher,
    });
  });

  it('reports a server that is not trusted, to both sides', async (test) => {
    skipWithoutPython(test, server, client);
    const { seen, served } = await converse({ identity: pki.stranger }, { send: HELLO });
    expect(seen.error).toMatchObject({
      phase: 'handshake',
      kind: client === 'node' ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : 'SSLCertVerificationError',
    });
    if (server === 'python') expect(served?.error).not.toBeNull();
  });

  it('reports a missing client certificate', async (test) => {
    skipWithoutPython(test, server, client);
    const { seen, served } = await converse(
      { ca: pki.caPem, clientCertificate: 'required' },
      { send: HELLO },
    );
    expect(seen.error).not.toBeNull();
    expect(served?.error?.phase).toBe('handshake');
  });

  it('distinguishes a proper close from a ragged one', async (test) => {
    skipWithoutPython(test, server, client);
    const proper = await converse({ behaviour: 'send-then-close', payload: HELLO }, {});
    expect(proper.seen).toMatchObject({
      received: HELLO,
      error: null,
      cleanClose: client === 'node' ? null : true,
    });
    const ragged = await converse({ behaviour: 'ragged', payload: HELLO }, {});
    expect(ragged.seen.received).toEqual(HELLO);
    if (client === 'python')
      expect(ragged.seen).toMatchObject({
        cleanClose: false,
        error: { phase: 'data', kind: expect.stringMatching(/^SSL(EOF)?Error$/) },
      });
  });
});

describe('openssl program', () => {
  it.for(VERSIONS)('s_server talks %s to node:tls and Python', async (version, test) => {
    skipUnless(test, 'openssl');
    const server = cleanup.add(
      await startOpensslServer({
        identity: pki.localhostBelowIntermediate,
        ca: pki.caPem,
        clientCertificate: 'required',
        maxVersion: version,
        alpn: ['h2'],
        sni: { other: pki.example },
      }),
    );
    const request = {
      port: server.port,
      ca: pki.caPem,
      identity: pki.client,
      alpn: ['h2'],
      send: HELLO,
    };
    const facts = [
      await connectNode(request),
      ...(hasPeer('python3') ? [await python.connect(request)] : []),
    ];
    for (const seen of facts)
      expect(seen).toMatchObject({
        version,
        alpn: 'h2',
        error: null,
        received: Buffer.from('olleh\n'),
        peerCommonName: 'localhost',
      });
    for (const served of await server.connections(facts.length))
      expect(served).toMatchObject({ version, error: null, peerCommonName: 'test client' });
  });

  it('s_server reports a failed handshake', async (test) => {
    skipUnless(test, 'openssl');
    const server = cleanup.add(
      await startOpensslServer({
        identity: pki.localhost,
        clientCertificate: 'required',
        ca: pki.caPem,
        maxVersion: 'TLSv1.2',
      }),
    );
    const seen = await connectNode({ port: server.port, ca: pki.caPem });
    expect(seen.error?.reason).toMatch(/HANDSHAKE_FAILURE/);
    expect((await server.connections(1))[0]?.error?.message).toContain(
      'peer did not return a certificate',
    );
  });

  it('s_server reports each of several connections', async (test) => {
    skipUnless(test, 'openssl');
    const options = {
      identity: pki.localhost,
      clientCertificate: 'required',
      ca: pki.caPem,
    } as const;
    const server = cleanup.add(await startOpensslServer({ ...options, maxVersion: 'TLSv1.2' }));
    const request = { port: server.port, ca: pki.caPem, send: HELLO };
    await connectNode(request);
    await connectNode({ ...request, identity: pki.stranger });
    await connectNode({ ...request, identity: pki.client });
    const [none, stranger, good] = await server.connections(3);
    expect(none?.error).toMatchObject({ verifyCode: null });
    expect(stranger?.error).toMatchObject({ verifyCode: 20 });
    expect(good).toMatchObject({ error: null, peerCommonName: 'test client' });
  });

  it.for(VERSIONS)('s_client talks %s to node:tls and resumes', async (version, test) => {
    skipUnless(test, 'openssl');
    const folder = cleanup.add(await TempDirectory.create());
    const server = cleanup.add(
      await startNodeServer({ identity: pki.localhost, alpn: ['h2'], maxVersion: version }),
    );
    const request = {
      port: server.port,
      ca: pki.caPem,
      alpn: ['h2'],
      send: HELLO,
      until: /^hello$/m,
    };
    const first = await connectOpenssl({ ...request, sessionOut: folder.join('session') });
    expect(first).toMatchObject({
      version,
      alpn: 'h2',
      verifyCode: 0,
      exitCode: 0,
      error: null,
      reused: false,
      peerCommonName: 'localhost',
    });
    const second = await connectOpenssl({ ...request, sessionIn: folder.join('session') });
    expect(second).toMatchObject({ version, reused: true });
    expect((await server.connections(2)).map((facts) => facts.reused)).toEqual([false, true]);
  });

  it('s_client reports what it does not trust', async (test) => {
    skipUnless(test, 'openssl');
    const server = cleanup.add(await startNodeServer({ identity: pki.localhost }));
    const stranger = await connectOpenssl({ port: server.port, ca: pki.strangerAuthority.certPem });
    expect(stranger).toMatchObject({ exitCode: 1, error: { phase: 'handshake', verifyCode: 20 } });
    const misnamed = await connectOpenssl({
      port: server.port,
      ca: pki.caPem,
      servername: 'example.com',
    });
    expect(misnamed.error?.verifyCode).toBe(62);
  });
});

describe('resumption', () => {
  it.for(VERSIONS)('works in %s between node:tls and Python', async (version, test) => {
    const server = cleanup.add(
      await startNodeServer({ identity: pki.localhost, maxVersion: version }),
    );
    const request = { port: server.port, ca: pki.caPem, send: HELLO };
    const first = await connectNode(request);
    expect((await connectNode({ ...request, resume: first.session ?? undefined })).reused).toBe(
      true,
    );
    skipUnless(test, 'python3');
    const { session } = await python.connect(request);
    expect((await python.connect({ ...request, resume: session })).reused).toBe(true);
  });
});

describe('curl', () => {
  it.for(VERSIONS)('talks %s to node:https with a client certificate', async (version, test) => {
    skipUnless(test, 'curl');
    const { chainPem: cert, keyPem: key } = pki.localhost;
    const server = createServer(
      { cert, key, ca: pki.caPem, requestCert: true, rejectUnauthorized: true },
      (request, response) => request.pipe(response),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.defer(() => server.close());
    const options = {
      port: (server.address() as AddressInfo).port,
      ca: pki.caPem,
      identity: pki.client,
      body: HELLO,
    };
    expect(await runCurl({ ...options, maxVersion: version })).toMatchObject({
      exitCode: 0,
      status: 200,
      version,
      body: HELLO,
      alpn: 'http/1.1',
      peerCommonName: 'localhost',
      verifyCode: 0,
    });
    expect(await runCurl({ ...options, ca: pki.strangerAuthority.certPem })).toMatchObject({
      exitCode: 60,
    });
  });
});
