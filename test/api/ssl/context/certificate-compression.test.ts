// SSLContext.certificateCompression (RFC 8879): what is offered, what is sent, and by which context's rules.
import zlib from 'node:zlib';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12 } from '../../../helpers/contexts.js';
import {
  bodiesOf,
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  COMPRESS_CERTIFICATE,
  COMPRESSED_CERTIFICATE,
  compressedParts,
  extensionsOf,
  helloExtensions,
  logMessages,
  type MessageLog,
} from '../../../helpers/handshake-messages.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  transfer,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { localhost, localhostRsa, localhostBelowIntermediate, caPem } = pki;
const CLIENT_HELLO = 1;
/** SSL_OP_NO_TX_CERTIFICATE_COMPRESSION and SSL_OP_NO_RX_CERTIFICATE_COMPRESSION, which Python does not name. */
const [NO_TX, NO_RX] = [1n << 32n, 1n << 33n];
const NUMBERS = { zlib: 1, brotli: 2, zstd: 3 } as const;

type Zstd = (bytes: Buffer) => Buffer;
/** The runtime's zstd, which Node 20 does not have. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Zstd };
const DECODERS: Readonly<Record<number, Zstd | undefined>> = {
  1: (bytes) => zlib.inflateSync(bytes),
  2: (bytes) => zlib.brotliDecompressSync(bytes),
  3: zstdDecompressSync,
};
const encoded = (['zlib', 'brotli', 'zstd'] as const).filter(
  (name) => DECODERS[NUMBERS[name]] !== undefined,
);

const has = ssl.getCertificateCompressionAlgorithms();

interface Met {
  readonly pair: Pair;
  readonly client: MessageLog;
  readonly server: MessageLog;
}

/** Connects, with a record of the messages. */
function meet(client: ssl.SSLContext, server: ssl.SSLContext): Met {
  const logs = { client: logMessages(client), server: logMessages(server) };
  return { pair: connectedPair({ client, server }), ...logs };
}

const client = (algorithms: readonly ssl.CertificateCompression[] = []): ssl.SSLContext =>
  clientContext(caPem, (context) => (context.certificateCompression = algorithms));
const server = (algorithms: readonly ssl.CertificateCompression[] = []): ssl.SSLContext =>
  serverContext(localhost, (context) => (context.certificateCompression = algorithms));

/** Returns the algorithm of the server's message; null if it was sent as it is. */
function algorithmSeen({ client: { messages } }: Pick<Met, 'client'>): number | null {
  const seen = messages.filter(({ type, isSent }) => !isSent && [11, 25].includes(type));
  expect(seen).toHaveLength(1);
  const [{ type, body }] = seen as [(typeof seen)[0]];
  return type === CERTIFICATE ? null : compressedParts(body).algorithm;
}

const leafSeen = ({ pair }: Met): Buffer | null => pair.client.getpeercert({ binaryForm: true });

describe('SSLContext.certificateCompression', () => {
  it.each([ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS])(
    'is an empty list in a context of protocol %s',
    (protocol) => {
      const context = new ssl.SSLContext(protocol);
      expect(context.certificateCompression).toEqual([]);
      expect(Object.isFrozen(context.certificateCompression)).toBe(true);
    },
  );

  it.each([
    ['a string', 'zlib', TypeError, 'ERR_INVALID_ARG_TYPE'],
    ['null', null, TypeError, 'ERR_INVALID_ARG_TYPE'],
    ['a number', [1], TypeError, 'ERR_INVALID_ARG_TYPE'],
    ['an unknown name', ['gzip'], RangeError, 'ERR_INVALID_ARG_VALUE'],
    ['a name of Object.prototype', ['toString'], RangeError, 'ERR_INVALID_ARG_VALUE'],
  ])('refuses %s', (_name, value, Class, code) => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    const error = thrown(() => (context.certificateCompression = value as never));
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ code });
    expect(context.certificateCompression).toEqual([]);
  });

  it.runIf(has.length === 0)('says that this OpenSSL has no decoder', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    const error = thrown(() => (context.certificateCompression = ['zlib']));
    expect(error).toMatchObject({
      code: 'ERR_METHOD_NOT_IMPLEMENTED',
      message: expect.stringContaining('getCertificateCompressionAlgorithms()') as string,
    });
  });
});

describe('by default', () => {
  it('a client offers nothing, and a server does not ask for compressed certificates', () => {
    const [ours, theirs] = [client(), server()];
    theirs.loadVerifyLocations({ cadata: caPem });
    theirs.verifyMode = ssl.CERT_OPTIONAL;
    const met = meet(ours, theirs);
    const [hello] = bodiesOf(met.server, CLIENT_HELLO, false) as [Buffer];
    expect(helloExtensions(hello).has(COMPRESS_CERTIFICATE)).toBe(false);
    const [request] = bodiesOf(met.client, CERTIFICATE_REQUEST, false) as [Buffer];
    expect(extensionsOf(request.subarray(1)).has(COMPRESS_CERTIFICATE)).toBe(false);
    expect(algorithmSeen(met)).toBeNull();
  });

  it('TLS compression is not offered either, whatever the options and the security level are', () => {
    const [ours, theirs] = [clientContext(caPem, tls12), serverContext(localhost, tls12)];
    for (const context of [ours, theirs]) {
      context.setCiphers('DEFAULT:@SECLEVEL=0');
      context.options &= ~ssl.OP_NO_COMPRESSION;
    }
    const met = meet(ours, theirs);
    const [hello] = bodiesOf(met.server, CLIENT_HELLO, false) as [Buffer];
    const afterId = 35 + hello.readUInt8(34);
    const methods = hello.subarray(afterId + 2 + hello.readUInt16BE(afterId));
    expect([...methods.subarray(0, 2)]).toEqual([1, 0]);
    expect(met.pair.client.compression()).toBeNull();
  });
});

describe.runIf(has.length > 0)('compressed certificates', () => {
  it('are those of all three algorithms', () => {
    expect(has).toEqual(['zlib', 'brotli', 'zstd']);
  });

  it('cannot be named twice', () => {
    const context = client(['zlib']);
    expect(() => (context.certificateCompression = ['brotli', 'brotli'])).toThrow(
      "certificateCompression holds 'brotli' twice",
    );
    expect(context.certificateCompression).toEqual(['zlib']);
  });

  it('are offered in order of preference, to servers and to clients', () => {
    const theirs = server(['zlib', 'zstd']);
    theirs.loadVerifyLocations({ cadata: caPem });
    theirs.verifyMode = ssl.CERT_OPTIONAL;
    const met = meet(client(['zstd', 'brotli', 'zlib']), theirs);
    const [hello] = bodiesOf(met.server, CLIENT_HELLO, false) as [Buffer];
    const offer = helloExtensions(hello).get(COMPRESS_CERTIFICATE);
    expect(offer?.toString('hex')).toBe('06000300020001');
    const [request] = bodiesOf(met.client, CERTIFICATE_REQUEST, false) as [Buffer];
    const asked = extensionsOf(request.subarray(1)).get(COMPRESS_CERTIFICATE);
    expect(asked?.toString('hex')).toBe('0400010003');
  });

  it.each(encoded)('by %s hold the same message in fewer bytes', (name) => {
    const plain = meet(client(), server());
    const [message] = bodiesOf(plain.client, CERTIFICATE, false) as [Buffer];
    const met = meet(client([name]), server([name]));
    expect(bodiesOf(met.client, CERTIFICATE, false)).toEqual([]);
    const [body] = bodiesOf(met.client, COMPRESSED_CERTIFICATE, false) as [Buffer];
    const { algorithm, length, data } = compressedParts(body);
    expect([algorithm, length]).toEqual([NUMBERS[name], message.length]);
    expect(DECODERS[algorithm]?.(data).equals(message)).toBe(true);
    expect(body.length).toBeLessThan(message.length);
    expect(leafSeen(met)).toEqual(localhost.certDer);
    expect(transfer(met.pair.client, met.pair.server, Buffer.from('data')).toString()).toBe('data');
  });

  it('hold the whole chain', () => {
    const theirs = serverContext(localhostBelowIntermediate);
    theirs.certificateCompression = ['zlib'];
    const met = meet(client(['zlib']), theirs);
    expect(algorithmSeen(met)).toBe(NUMBERS.zlib);
    expect(met.pair.client.getUnverifiedChain()).toHaveLength(2);
  });

  it.each([
    [['zlib', 'brotli'], ['brotli', 'zlib'], NUMBERS.zlib],
    [['brotli', 'zlib'], ['zlib'], NUMBERS.zlib],
    [['zlib'], ['brotli'], null],
    [['zlib'], [], null],
    [[], ['zlib'], null],
  ] as const)('of a client with %j and a server with %j are those of %s', (ours, theirs, seen) => {
    expect(algorithmSeen(meet(client(ours), server(theirs)))).toBe(seen);
  });

  it('are not part of TLS 1.2', () => {
    const [ours, theirs] = [client(['zlib']), server(['zlib'])];
    tls12(ours);
    expect(algorithmSeen(meet(ours, theirs))).toBeNull();
  });

  it.each([
    ['client', NO_RX],
    ['server', NO_TX],
  ])('can be turned off by an option of the %s', (end, option) => {
    const ends = { client: client(['zlib']), server: server(['zlib']) };
    ends[end as 'client'].options |= option;
    expect(algorithmSeen(meet(ends.client, ends.server))).toBeNull();
  });

  it('are not sent by clients, which have no encoder', () => {
    const [ours, theirs] = [client(['zlib']), server(['zlib'])];
    ours.loadCertChain({ cert: pki.client.chainPem, key: pki.client.keyPem });
    theirs.loadVerifyLocations({ cadata: caPem });
    theirs.verifyMode = ssl.CERT_REQUIRED;
    const met = meet(ours, theirs);
    expect(bodiesOf(met.server, COMPRESSED_CERTIFICATE, false)).toEqual([]);
    expect(met.pair.server.getpeercert({ binaryForm: true })).toEqual(pki.client.certDer);
  });

  it('are not sent for a resumed session, which sends no certificates', () => {
    const [ours, theirs] = [client(['zlib']), server(['zlib'])];
    const first = meet(ours, theirs);
    expect(algorithmSeen(first)).toBe(NUMBERS.zlib);
    const log = logMessages(ours);
    const session = resumableSession(first.pair);
    theirs.certificateCompression = [];
    const second = connectedPair({ client: ours, server: theirs, session });
    expect(second.client.sessionReused).toBe(true);
    expect(log.messages.filter(({ type }) => [11, 25].includes(type))).toEqual([]);
    expect(second.client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
  });

  it('are only decoded if the runtime has no encoder', () => {
    const own = zlib as { zstdCompressSync?: unknown };
    const encoder = Object.getOwnPropertyDescriptor(own, 'zstdCompressSync');
    delete own.zstdCompressSync;
    try {
      const theirs = server(['zstd', 'zlib']);
      expect(theirs.certificateCompression).toEqual(['zstd', 'zlib']);
      expect(algorithmSeen(meet(client(['zstd']), theirs))).toBeNull();
      expect(algorithmSeen(meet(client(['zstd', 'zlib']), theirs))).toBe(NUMBERS.zlib);
    } finally {
      if (encoder !== undefined) Object.defineProperty(own, 'zstdCompressSync', encoder);
    }
  });

  it('are not sent if they are longer', () => {
    const theirs = serverContext(localhost);
    const encoder = zlib.deflateSync;
    zlib.deflateSync = ((bytes: Buffer) => Buffer.concat([bytes, bytes])) as typeof encoder;
    try {
      theirs.certificateCompression = ['zlib'];
    } finally {
      zlib.deflateSync = encoder;
    }
    expect(algorithmSeen(meet(client(['zlib']), theirs))).toBeNull();
  });
});

describe.runIf(has.length > 0)('a change of the context', () => {
  it('holds for the next connection, and not for an earlier one', () => {
    const [ours, theirs] = [client(['zlib']), server(['zlib'])];
    const log = logMessages(ours);
    const early = makePair({ client: ours, server: theirs });
    theirs.certificateCompression = [];
    expect(tryHandshake(early)).toEqual({ client: null, server: null });
    expect(algorithmSeen({ client: log })).toBe(NUMBERS.zlib);
    expect(algorithmSeen(meet(ours, theirs))).toBeNull();
  });

  it.each([
    [
      'loadCertChain',
      (context: ssl.SSLContext, chain: ssl.CertChain) => context.loadCertChain(chain),
    ],
    [
      'replaceCertChains',
      (context: ssl.SSLContext, chain: ssl.CertChain) => context.replaceCertChains([chain]),
    ],
    [
      'loadCertChainAsync',
      (context: ssl.SSLContext, chain: ssl.CertChain) =>
        context.loadCertChainAsync(chain as ssl.CertChainAsync),
    ],
    [
      'replaceCertChainsAsync',
      (context: ssl.SSLContext, chain: ssl.CertChain) =>
        context.replaceCertChainsAsync([chain as ssl.CertChainAsync]),
    ],
  ] as const)('by %s compresses the new chain', async (_name, change) => {
    const renewed = await pki.root.issue({ commonName: 'renewed', dns: ['localhost'] });
    const [ours, theirs] = [client(['zlib']), server(['zlib'])];
    await change(theirs, { cert: renewed.chainPem, key: renewed.keyPem });
    const met = meet(ours, theirs);
    expect(algorithmSeen(met)).toBe(NUMBERS.zlib);
    expect(leafSeen(met)).toEqual(renewed.certDer);
  });

  it.each([
    ['ecdsa_secp256r1_sha256', localhost],
    ['rsa_pss_rsae_sha256', localhostRsa],
  ] as const)('leaves a compressed chain for each kind of key: %s', (algorithm, identity) => {
    const theirs = server(['zlib']);
    theirs.loadCertChain({ cert: localhostRsa.chainPem, key: localhostRsa.keyPem });
    theirs.setServerSigalgs(algorithm);
    const met = meet(client(['zlib']), theirs);
    expect(algorithmSeen(met)).toBe(NUMBERS.zlib);
    expect(leafSeen(met)).toEqual(identity.certDer);
  });

  it('to fewer kinds of keys does not send a chain that was removed', () => {
    const theirs = server(['zlib']);
    theirs.replaceCertChains([{ cert: localhostRsa.chainPem, key: localhostRsa.keyPem }]);
    const met = meet(client(['zlib']), theirs);
    expect(algorithmSeen(met)).toBe(NUMBERS.zlib);
    expect(leafSeen(met)).toEqual(localhostRsa.certDer);
  });
});

describe.runIf(has.length > 0)('a context that sniCallback chooses', () => {
  it.each([
    ['compresses its own chain', ['zlib'], ['brotli'], NUMBERS.brotli],
    ['compresses although the first does not', [], ['zlib'], NUMBERS.zlib],
    ['does not compress although the first does', ['zlib'], [], null],
  ] as const)('%s', (_name, first, second, seen) => {
    const chosen = serverContext(localhostRsa);
    chosen.certificateCompression = second;
    const theirs = server(first);
    theirs.sniCallback = (peer) => {
      peer.context = chosen;
    };
    const met = meet(client(['zlib', 'brotli']), theirs);
    expect(algorithmSeen(met)).toBe(seen);
    expect(leafSeen(met)).toEqual(localhostRsa.certDer);
  });

  it('asks for client certificates in its own algorithms', () => {
    const chosen = server(['brotli']);
    const theirs = server(['zlib']);
    theirs.loadVerifyLocations({ cadata: caPem });
    theirs.verifyMode = ssl.CERT_OPTIONAL;
    theirs.sniCallback = (peer) => {
      peer.context = chosen;
    };
    const met = meet(client(), theirs);
    const [request] = bodiesOf(met.client, CERTIFICATE_REQUEST, false) as [Buffer];
    const asked = extensionsOf(request.subarray(1)).get(COMPRESS_CERTIFICATE);
    expect(asked?.toString('hex')).toBe('020002');
  });
});
