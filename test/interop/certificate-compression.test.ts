/**
 * Compressed certificates (RFC 8879) with the OpenSSL of Node 26, in both directions and for both ends' certificates, and
 * with Chromium, which offers brotli. HERMETIC_TEST_NODE26 names Node 26 if this is another version.
 */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import nodeTls from 'node:tls';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { Child } from '../helpers/child.js';
import { clientContext, serverContext } from '../helpers/contexts.js';
import {
  bodiesOf,
  CERTIFICATE,
  COMPRESS_CERTIFICATE,
  COMPRESSED_CERTIFICATE,
  compressedParts,
  helloExtensions,
  logMessages,
  type MessageLog,
} from '../helpers/handshake-messages.js';
import { peerPath, skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';

const pki = await testPki();
const PROGRAM = fileURLToPath(new URL('support/compression-peer.mjs', import.meta.url));
const has = ssl.getCertificateCompressionAlgorithms();
const NUMBERS = { zlib: 1, brotli: 2, zstd: 3 } as const;
const TIMEOUT = 60_000;

const isNode26 = 'getCertificateCompressionAlgorithms' in nodeTls;
type Test = Parameters<typeof skipUnless>[0];

function startNode(test: Test, options: object): Child {
  if (!isNode26) skipUnless(test, 'node26');
  const program = isNode26 ? process.execPath : peerPath('node26');
  const child = Child.start(program, [PROGRAM, JSON.stringify(options)]);
  onTestFinished(() => child.close());
  return child;
}

/** The algorithm of the certificate that was sent or received; null if it was not compressed. */
function algorithmIn(log: MessageLog, isSent: boolean): number | null {
  const [body] = bodiesOf(log, COMPRESSED_CERTIFICATE, isSent);
  expect(bodiesOf(log, CERTIFICATE, isSent)).toHaveLength(body === undefined ? 1 : 0);
  return body === undefined ? null : compressedParts(body).algorithm;
}

const serverOptions = { cert: pki.localhost.chainPem, key: pki.localhost.keyPem, ca: pki.caPem };
const clientOptions = { cert: pki.client.chainPem, key: pki.client.keyPem, ca: pki.caPem };

interface Connected {
  readonly log: MessageLog;
  readonly data: string;
}

/** Connects our client to a server of Node 26. */
async function connectTo(child: Child, context: ssl.SSLContext): Promise<Connected> {
  const [, port] = await child.waitFor(/port (\d+)/);
  const log = logMessages(context);
  const socket = await ssl.connect({ host: 'localhost', port: Number(port), context });
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return { log, data: Buffer.concat(chunks).toString() };
}

describe.runIf(has.length > 0)('our client, a server of Node 26', { timeout: TIMEOUT }, () => {
  it.for(has)('with %s', async (name, test) => {
    const child = startNode(test, { ...serverOptions, certificateCompression: [name] });
    const context = clientContext(pki.caPem, (one) => (one.certificateCompression = [name]));
    const { log, data } = await connectTo(child, context);
    expect(algorithmIn(log, false)).toBe(NUMBERS[name]);
    expect(data).toBe('hello');
  });

  it.for([[[]], [has]] as const)(
    'that asks for our certificate, and would decompress it: with %j',
    async ([algorithms], test) => {
      const options = { ...serverOptions, requestCert: true, certificateCompression: has };
      const child = startNode(test, options);
      const context = clientContext(pki.caPem, (one) => (one.certificateCompression = algorithms));
      context.loadCertChain({ cert: pki.client.chainPem, key: pki.client.keyPem });
      const { log, data } = await connectTo(child, context);
      expect(algorithmIn(log, true)).toBeNull();
      expect(data).toBe('hello');
      await child.waitFor(/peer test client/);
    },
  );
});

interface Served {
  readonly port: number;
  readonly log: MessageLog;
  /** The connection, after its handshake. */
  readonly socket: Promise<ssl.SSLSocket>;
}

/** Starts our server, for one client. */
async function serve(context: ssl.SSLContext): Promise<Served> {
  const log = logMessages(context);
  const listener = net.createServer();
  onTestFinished(() => void listener.close());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accept = async (): Promise<ssl.SSLSocket> => {
    const [transport] = (await once(listener, 'connection')) as [net.Socket];
    const socket = context.wrapSocket(transport, { serverSide: true });
    await socket.doHandshake();
    return socket;
  };
  return { port: (listener.address() as AddressInfo).port, log, socket: accept() };
}

describe.runIf(has.length > 0)('a client of Node 26, our server', { timeout: TIMEOUT }, () => {
  it.for(has)('with %s', async (name, test) => {
    const context = serverContext(pki.localhost, (one) => (one.certificateCompression = [name]));
    const { port, log, socket } = await serve(context);
    const child = startNode(test, { port, ca: pki.caPem, certificateCompression: [name] });
    await child.waitFor(/peer localhost/);
    // Node 20 has no encoder of zstd.
    const encodes = name !== 'zstd' || 'zstdCompressSync' in process.getBuiltinModule('node:zlib');
    expect(algorithmIn(log, true)).toBe(encodes ? NUMBERS[name] : null);
    (await socket).end();
    await child.finish();
  });

  it.for(has)('that sends its own certificate by %s', async (name, test) => {
    const context = serverContext(pki.localhost, (one) => (one.certificateCompression = [name]));
    context.loadVerifyLocations({ cadata: pki.caPem });
    context.verifyMode = ssl.CERT_REQUIRED;
    const { port, log, socket } = await serve(context);
    const child = startNode(test, { port, ...clientOptions, certificateCompression: [name] });
    await child.waitFor(/peer localhost/);
    const server = await socket;
    expect(server.getpeercert({ binaryForm: true })).toEqual(pki.client.certDer);
    expect(algorithmIn(log, false)).toBe(NUMBERS[name]);
    server.end();
    await child.finish();
  });
});

const PAGE = '<p>compressed</p>';
const RESPONSE = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n${PAGE}`;

describe.runIf(has.length > 0)('Chromium, our server', { timeout: TIMEOUT }, () => {
  it('offers brotli, and loads a page whose certificate is compressed', async (test) => {
    skipUnless(test, 'chromium');
    const context = serverContext(pki.localhost, (one) => (one.certificateCompression = has));
    const log = logMessages(context);
    const listener = net.createServer((transport) => {
      const socket = context.wrapSocket(
        transport.on('error', () => undefined),
        { serverSide: true },
      );
      socket.on('error', () => undefined).once('data', () => socket.end(RESPONSE));
    });
    onTestFinished(() => void listener.close());
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const profile = await TempDirectory.create();
    onTestFinished(() => profile.close());
    const { port } = listener.address() as AddressInfo;
    const child = Child.start(peerPath('chromium'), [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--ignore-certificate-errors'],
      ...[`--user-data-dir=${profile.path}`, '--dump-dom', `https://localhost:${port}/`],
    ]);
    onTestFinished(() => child.close());
    await child.waitFor(/compressed/, TIMEOUT - 5_000);
    const hellos = bodiesOf(log, 1, false).map((body) => helloExtensions(body));
    expect(hellos[0]?.get(COMPRESS_CERTIFICATE)?.toString('hex')).toBe('020002');
    const [body] = bodiesOf(log, COMPRESSED_CERTIFICATE, true) as [Buffer];
    expect(compressedParts(body).algorithm).toBe(NUMBERS.brotli);
    expect(bodiesOf(log, CERTIFICATE, true)).toEqual([]);
  });
});
