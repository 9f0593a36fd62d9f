// The option certificateCompression of hermetic-ssl/tls, and getCertificateCompressionAlgorithms (node:tls, Node 26).
import { once } from 'node:events';
import net from 'node:net';
import nodeTlsOfRuntime, {
  type SecureContextOptions,
  type Server,
  type TlsOptions,
} from 'node:tls';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

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
import { thrown } from '../helpers/make-pair.js';
import { handshakeMessage } from '../helpers/raw-tls13.js';
import { sendFlight } from '../helpers/raw-tls13-client.js';
import { certBag, keyBag, pbkdf2WithLength, pkcs12, plainSafe } from '../helpers/pkcs12.js';
import { close, identity, listen, ourTls, pki } from './support.js';

/** What Node's own types do not have before Node 26. */
interface Compression {
  getCertificateCompressionAlgorithms?: () => string[];
}
interface Options extends SecureContextOptions {
  certificateCompression?: unknown;
}

const has = (ourTls as Compression).getCertificateCompressionAlgorithms?.() ?? [];
const node = nodeTlsOfRuntime as Compression;
const [ZLIB, BROTLI] = [1, 2];

const context = (options: Options): ReturnType<typeof ourTls.createSecureContext> =>
  ourTls.createSecureContext(options);

/** Returns the SSLContext below a SecureContext. */
const sslOf = (made: ReturnType<typeof context>): ssl.SSLContext => made.context.ssl;

const OFFER = { ca: pki.caPem, certificateCompression: ['brotli', 'zlib'] } as Options;

interface Seen {
  /** The algorithms of the server's certificates; null for one that was not compressed. */
  readonly algorithms: readonly (number | null)[];
  readonly leaf: Buffer;
  readonly ocspResponse: Buffer | null | undefined;
}

const algorithmsOf = ({ messages }: MessageLog): (number | null)[] =>
  messages
    .filter(({ type, isSent }) => !isSent && [CERTIFICATE, COMPRESSED_CERTIFICATE].includes(type))
    .map(({ type, body }) => (type === CERTIFICATE ? null : compressedParts(body).algorithm));

/** Connects to a server, which ends the connection. */
async function meet(
  server: ReturnType<typeof ourTls.createServer>,
  options: object = {},
): Promise<Seen> {
  const port = await listen(server);
  const secureContext = context(OFFER);
  const log = logMessages(sslOf(secureContext));
  const client = ourTls.connect({ port, servername: 'localhost', secureContext, ...options });
  let ocspResponse: Buffer | null | undefined;
  client.on('OCSPResponse', (response) => (ocspResponse = response));
  await once(client, 'secureConnect');
  const leaf = client.getPeerCertificate().raw;
  await once(client.resume(), 'close');
  await close(server);
  return { algorithms: algorithmsOf(log), leaf, ocspResponse };
}

const serve = (options: Options & Pick<TlsOptions, 'SNICallback'>): Server =>
  ourTls.createServer({ ...identity, ...options }, (socket) => socket.end());

/** The errors of Node 26.10 for the same options. */
const WRONG = [
  [
    { certificateCompression: 'zlib' },
    'ERR_INVALID_ARG_TYPE',
    'The "options.certificateCompression" property must be an instance of Array. Received type string (\'zlib\')',
  ],
  [
    { certificateCompression: ['gzip'] },
    'ERR_INVALID_ARG_VALUE',
    "The property 'options.certificateCompression[0]' must be 'zlib', 'brotli', or 'zstd'. Received 'gzip'",
  ],
  [
    { certificateCompression: ['zlib', 1] },
    'ERR_INVALID_ARG_VALUE',
    "The property 'options.certificateCompression[1]' must be 'zlib', 'brotli', or 'zstd'. Received 1",
  ],
  [
    { certificateCompression: ['zlib', 'zlib', 'zlib', 'zlib'] },
    'ERR_INVALID_ARG_VALUE',
    "The property 'options.certificateCompression' can specify at most 3 algorithms. Received [ 'zlib', 'zlib', 'zlib', 'zlib' ]",
  ],
] as const;
const WRONG_HERE = [
  [
    { certificateCompression: ['zlib', 'zlib'] },
    'ERR_CRYPTO_OPERATION_FAILED',
    'Failed to set certificate compression preference',
  ],
  [
    { certificateCompression: ['zlib'], maxVersion: 'TLSv1.2' },
    'ERR_INVALID_ARG_VALUE',
    'certificateCompression requires a TLS protocol range that includes TLSv1.3',
  ],
] as const;

describe('certificateCompression', () => {
  it.each(WRONG)('of %j is refused', (options, code, message) => {
    expect(thrown(() => context(options as Options))).toMatchObject({ code, message });
  });

  it.runIf(has.length > 0).each(WRONG_HERE)('of %j is refused too', (options, code, message) => {
    expect(thrown(() => context(options as Options))).toMatchObject({ code, message });
  });

  it.runIf(node.getCertificateCompressionAlgorithms).each([...WRONG, ...WRONG_HERE])(
    'of %j is refused by Node in the same way',
    (options, code, message) => {
      const act = (): unknown => nodeTlsOfRuntime.createSecureContext(options as object);
      expect(thrown(act)).toMatchObject({ code, message });
    },
  );

  it.each([[undefined], [null], [[]]])('of %j changes nothing', (certificateCompression) => {
    expect(sslOf(context({ certificateCompression })).certificateCompression).toEqual([]);
  });
});

/** A CompressedCertificate (RFC 8879, 4) with 8 bytes that are not zlib's. */
const BROKEN = Buffer.from(`0001000100000008${'ff'.repeat(8)}`, 'hex');

describe.runIf(has.length > 0)('a server with certificateCompression', () => {
  it('refuses a broken certificate of a client, and serves the next client', async () => {
    const server = serve({
      requestCert: true,
      ca: pki.caPem,
      certificateCompression: ['zlib'],
    } as Options);
    const errors: Error[] = [];
    server.on('tlsClientError', (error) => errors.push(error));
    const port = await listen(server);
    for (let i = 1; i <= 2; i += 1) {
      await sendFlight(port, handshakeMessage(COMPRESSED_CERTIFICATE, BROKEN));
      expect(errors).toHaveLength(i);
      expect(errors[i - 1]).toMatchObject({ code: 'ERR_SSL_BAD_DECOMPRESSION' });
      const { keyPem: key, chainPem: cert } = pki.client;
      const client = nodeTlsOfRuntime.connect({
        port,
        servername: 'localhost',
        ca: pki.caPem,
        key,
        cert,
      });
      const [socket] = (await once(server, 'secureConnection')) as [nodeTlsOfRuntime.TLSSocket];
      expect(socket.authorized).toBe(true);
      await once(client.resume(), 'close');
    }
    expect(errors).toHaveLength(2);
    await close(server);
  });

  it('has the algorithms of Node 26', () => {
    expect(has).toEqual(['zlib', 'brotli', 'zstd']);
    if (node.getCertificateCompressionAlgorithms !== undefined)
      expect(node.getCertificateCompressionAlgorithms()).toEqual(has);
  });

  it.each([
    [['zlib'], ZLIB],
    [['zlib', 'brotli'], BROTLI],
    [[], null],
  ])('of %j and a client that prefers brotli agree on %s', async (certificateCompression, seen) => {
    expect(await meet(serve({ certificateCompression }))).toMatchObject({ algorithms: [seen] });
  });

  it('compresses the chain of a PKCS#12, which is loaded later', async () => {
    const protection = { password: 'secret', derivation: pbkdf2WithLength(2048) };
    const bags = [certBag(pki.localhost.certDer), keyBag(pki.localhost.keyPem, protection)];
    const pfx = Buffer.from(pkcs12([plainSafe(...bags)], protection));
    const options = { pfx, passphrase: 'secret', certificateCompression: ['zlib'] } as Options;
    const server = ourTls.createServer(options, (socket) => socket.end());
    expect(await meet(server)).toMatchObject({ algorithms: [ZLIB] });
  });

  it.each([
    ['zlib', ['zlib'], ZLIB],
    ['nothing', undefined, null],
  ])('sends the certificate that SNICallback chooses by %s', async (_name, algorithms, seen) => {
    const chosen = context({
      key: pki.localhostRsa.keyPem,
      cert: pki.localhostRsa.chainPem,
      certificateCompression: algorithms,
    });
    const server = serve({
      certificateCompression: ['brotli'],
      SNICallback: (_servername, done) => done(null, chosen),
    });
    const leaf = pki.localhostRsa.certDer;
    expect(await meet(server)).toMatchObject({ algorithms: [seen], leaf });
  });

  it('sends an OCSP response, and then the chain as it is', async () => {
    const response = Buffer.from('the response');
    const server = serve({ certificateCompression: ['zlib'] });
    server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, response));
    const seen = await meet(server, { requestOCSP: true });
    expect(seen).toMatchObject({ algorithms: [null], ocspResponse: response });
  });

  it('compresses for a client whose OCSP response it does not have', async () => {
    const server = serve({ certificateCompression: ['zlib'] });
    server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, null));
    const seen = await meet(server, { requestOCSP: true });
    expect(seen).toMatchObject({ algorithms: [ZLIB], ocspResponse: null });
  });

  it('can be changed by setSecureContext', async () => {
    const server = serve({});
    server.setSecureContext({ ...identity, certificateCompression: ['zlib'] } as Options);
    expect(await meet(server)).toMatchObject({ algorithms: [ZLIB] });
  });

  it('adds contexts with their own algorithms', async () => {
    const server = serve({ certificateCompression: ['zlib'] });
    server.addContext('localhost', { ...identity, certificateCompression: ['brotli'] } as Options);
    expect(await meet(server)).toMatchObject({ algorithms: [BROTLI] });
  });
});

describe.runIf(has.length > 0)('a client', () => {
  it('shares a context only with clients of the same algorithms', async () => {
    const offers: (string | undefined)[] = [];
    for (const certificateCompression of [['zlib'], undefined, ['brotli', 'zlib']]) {
      const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      server.loadCertChain({ cert: identity.cert, key: identity.key });
      const log = logMessages(server);
      const listener = net.createServer((socket) => {
        server.wrapSocket(socket, { serverSide: true }).end();
      });
      const port = await listen(listener);
      const options = { port, ca: pki.caPem, servername: 'localhost', certificateCompression };
      await once(ourTls.connect(options as object).resume(), 'close');
      await close(listener);
      const [hello] = bodiesOf(log, 1, false) as [Buffer];
      offers.push(helloExtensions(hello).get(COMPRESS_CERTIFICATE)?.toString('hex'));
    }
    expect(offers).toEqual(['020001', undefined, '0400020001']);
  });
});
