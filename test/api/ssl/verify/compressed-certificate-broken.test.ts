// CompressedCertificate messages (RFC 8879, 4) that a client, or a server that verifies its clients, must refuse: the peer is
// written by hand.
import net from 'node:net';
import tls from 'node:tls';
import zlib from 'node:zlib';

import { describe, expect, it, onTestFinished } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { collect, nextEvent } from '../../../helpers/collect.js';
import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { handshakeMessage, withLength } from '../../../helpers/raw-tls13.js';
import { rawClient, sendFlight } from '../../../helpers/raw-tls13-client.js';
import { serverFlight } from '../../../helpers/raw-tls13-server.js';
import { COMPRESSED_CERTIFICATE, logMessages } from '../../../helpers/handshake-messages.js';
import { makePair, thrown, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { listening } from '../../../helpers/tls-pair.js';

const { root, caPem, client: clientIdentity, localhost } = await testPki();
/** The certificate of either end. */
const either = await root.issue({
  commonName: 'localhost',
  dns: ['localhost'],
  eku: ['serverAuth', 'clientAuth'],
});
const has = ssl.getCertificateCompressionAlgorithms();

const ALERTS = { unexpectedMessage: 10, badCertificate: 42, illegalParameter: 47, decodeError: 50 };
const [ZLIB, BROTLI, ZSTD] = [1, 2, 3];
const MOST = 100 * 1024; // SSL_MAX_CERT_LIST_DEFAULT

/** A Certificate message with one certificate, and with any number of the same one. */
const entry = Buffer.concat([withLength(3, either.certDer), Buffer.alloc(2)]);
const certificates = (count: number): Buffer =>
  Buffer.concat([Buffer.of(0), withLength(3, ...Array<Buffer>(count).fill(entry))]);
const good = certificates(1);

interface Parts {
  readonly algorithm?: number;
  /** The length that the message states for the decompressed data. */
  readonly length?: number;
  readonly data?: Buffer;
  /** The length that the message states for the data. */
  readonly dataLength?: number;
}

function compressed(parts: Parts): Buffer {
  const { algorithm = ZLIB, length = good.length, data = zlib.deflateSync(good) } = parts;
  const head = Buffer.alloc(8);
  head.writeUInt16BE(algorithm, 0);
  head.writeUIntBE(length, 2, 3);
  head.writeUIntBE(parts.dataLength ?? data.length, 5, 3);
  return Buffer.concat([head, data]);
}

interface Refusal {
  readonly error: Error | null;
  readonly alerts: readonly number[];
}

type Offers = readonly ssl.CertificateCompression[];

/** Gives a client the message of a server. */
function toClient(body: Buffer, offers: Offers = ['zlib']): Refusal {
  const context = clientContext(caPem, (one) => {
    one.setGroups('X25519');
    one.setCiphersuites('TLS_AES_128_GCM_SHA256');
    one.certificateCompression = offers;
  });
  const log = logMessages(context);
  const [incoming, outgoing] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const client = context.wrapBio(incoming, outgoing, { serverHostname: 'localhost' });
  expect(thrown(() => client.doHandshake())).toBeInstanceOf(ssl.SSLWantReadError);
  const message = handshakeMessage(COMPRESSED_CERTIFICATE, body);
  incoming.write(serverFlight(outgoing.read(), message));
  return { error: thrown(() => client.doHandshake()), alerts: log.sentAlerts };
}

/** Returns the context of a server that verifies its clients, whose certificates it decompresses. */
const verifyingContext = (offers: Offers): ssl.SSLContext =>
  serverContext(localhost, (one) => {
    one.certificateCompression = offers;
    one.loadVerifyLocations({ cadata: caPem });
    one.verifyMode = ssl.CERT_REQUIRED;
  });

/** Gives a server the message of a client. */
function toServer(body: Buffer, offers: Offers = ['zlib']): Refusal {
  const context = verifyingContext(offers);
  const log = logMessages(context);
  const [incoming, outgoing] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const server = context.wrapBio(incoming, outgoing, { serverSide: true });
  const client = rawClient();
  incoming.write(client.hello);
  expect(thrown(() => server.doHandshake())).toBeInstanceOf(ssl.SSLWantReadError);
  incoming.write(client.flight(outgoing.read(), handshakeMessage(COMPRESSED_CERTIFICATE, body)));
  return { error: thrown(() => server.doHandshake()), alerts: log.sentAlerts };
}

const brotli = (bytes: Buffer): Buffer => zlib.brotliCompressSync(bytes);
const bomb = Buffer.alloc(16 * 1024 * 1024 - 1);

const ENDS = [
  { sender: 'server', answer: toClient, undecodable: ALERTS.badCertificate },
  { sender: 'client', answer: toServer, undecodable: ALERTS.decodeError },
] as const;

const eachEnd = describe.runIf(has.length > 0).each(ENDS);

eachEnd('a CompressedCertificate of a $sender', ({ sender, answer, undecodable }) => {
  it.each([
    ['zlib', compressed({})],
    ['brotli', compressed({ algorithm: BROTLI, data: brotli(good) })],
  ] as const)('by %s is read, and its reader waits for the next message', (name, body) => {
    const { error, alerts } = answer(body, [name]);
    expect(error).toBeInstanceOf(ssl.SSLWantReadError);
    expect(alerts).toEqual([]);
  });

  it.each([
    ['that is no data of its algorithm', compressed({ data: Buffer.alloc(64, 0xff) })],
    ['of another algorithm', compressed({ data: brotli(good) })],
    ['that is cut off', compressed({ data: zlib.deflateSync(good).subarray(0, -40) })],
    ['with a damaged checksum', compressed({ data: damaged(zlib.deflateSync(good)) })],
    ['that decompresses to more than it states', compressed({ length: good.length - 1 })],
    ['that decompresses to less than it states', compressed({ length: good.length + 1 })],
    ['that states 0', compressed({ length: 0 })],
    ['of 16 MB that states a few bytes', compressed({ data: zlib.deflateSync(bomb) })],
  ])('%s is refused with bad_certificate', (_name, body) => {
    const { error, alerts } = answer(body);
    expect(error).toBeInstanceOf(ssl.SSLError);
    expect(error).toMatchObject({ reason: 'BAD_DECOMPRESSION' });
    expect(alerts).toEqual([ALERTS.badCertificate]);
  });

  it.each([
    ['brotli', BROTLI, Buffer.alloc(64, 0xff)],
    ['brotli', BROTLI, brotli(good).subarray(0, -20)],
    ['brotli', BROTLI, brotli(bomb)],
    ['zstd', ZSTD, Buffer.alloc(64, 0xff)],
    // A frame of zstd whose only block repeats a byte 100,000 times (RFC 8878, 3.1.1).
    ['zstd', ZSTD, Buffer.from('28b52ffda0a086010003350c00', 'hex')],
  ] as const)('with wrong data of %s is refused too', (name, algorithm, data) => {
    const { error, alerts } = answer(compressed({ algorithm, data }), [name]);
    expect(error).toMatchObject({ reason: 'BAD_DECOMPRESSION' });
    expect(alerts).toEqual([ALERTS.badCertificate]);
  });

  it.each([
    ['states one byte above the limit', compressed({ length: MOST + 1 })],
    ['states 16 MB', compressed({ length: bomb.length, data: zlib.deflateSync(bomb) })],
  ])('that %s is refused before anything is decompressed', (_name, body) => {
    const { error, alerts } = answer(body);
    expect(error).toMatchObject({ reason: 'EXCESSIVE_MESSAGE_SIZE' });
    expect(alerts).toEqual([ALERTS.badCertificate]);
  });

  it.each([
    ['an algorithm that was not offered', BROTLI],
    ['an unknown algorithm', 9],
    ['algorithm 0', 0],
  ])('with %s is refused with illegal_parameter', (_name, algorithm) => {
    const { error, alerts } = answer(compressed({ algorithm }));
    expect(error).toMatchObject({ reason: 'BAD_COMPRESSION_ALGORITHM' });
    expect(alerts).toEqual([ALERTS.illegalParameter]);
  });

  it.each([
    ['states more data than there is', compressed({ dataLength: 5000 })],
    ['states less data than there is', compressed({ dataLength: 5 })],
    ['has no data', compressed({ data: Buffer.alloc(0) })],
  ])('that %s is refused with decode_error', (_name, body) => {
    const { error, alerts } = answer(body);
    expect(error).toMatchObject({ reason: 'BAD_DECOMPRESSION' });
    expect(alerts).toEqual([ALERTS.decodeError]);
  });

  it('that ends within its head is refused', () => {
    for (const length of [0, 1, 4, 7]) {
      const { error, alerts } = answer(compressed({}).subarray(0, length));
      expect(error).toBeInstanceOf(ssl.SSLError);
      expect(alerts).toEqual([ALERTS.badCertificate]);
    }
  });

  it('that holds an undecodable certificate is refused like any other', () => {
    const wrong = Buffer.from(good);
    wrong.fill(0xff, 40, 200);
    const { error, alerts } = answer(compressed({ data: zlib.deflateSync(wrong) }));
    expect(error).toBeInstanceOf(ssl.SSLError);
    expect(error?.message).toContain(
      `the ${sender}'s certificate, or one of its chain, cannot be decoded`,
    );
    expect(alerts).toEqual([undecodable]);
  });

  it('that was not asked for is refused with unexpected_message', () => {
    const { error, alerts } = answer(compressed({}), []);
    expect(error).toMatchObject({ reason: 'UNEXPECTED_MESSAGE' });
    expect(alerts).toEqual([ALERTS.unexpectedMessage]);
  });
});

describe.runIf(has.length > 0)('a CompressedCertificate', () => {
  it('of a real server whose chain is larger than the limit is refused', () => {
    const count = Math.ceil(MOST / entry.length) + 1;
    const server = serverContext({ ...localhost, chainPem: localhost.chainPem.repeat(count) });
    const client = clientContext(caPem);
    for (const context of [server, client]) context.certificateCompression = ['zlib'];
    const outcome = tryHandshake(makePair({ client, server }));
    expect(outcome.client).toMatchObject({ reason: 'EXCESSIVE_MESSAGE_SIZE' });
    expect(outcome.server).toMatchObject({ reason: 'SSLV3_ALERT_BAD_CERTIFICATE' });
  });
});

/** Starts a server that answers each client that it accepts with its name, and keeps the errors of the others. */
async function serve() {
  const context = verifyingContext(['zlib']);
  const log = logMessages(context);
  const errors: unknown[] = [];
  const listener = net.createServer((transport) => {
    const socket = context.wrapSocket(transport, { serverSide: true }).resume();
    socket.on('error', (error) => errors.push(error));
    socket.on('secureConnect', () => socket.end('accepted'));
  });
  onTestFinished(() => void listener.close());
  return { port: await listening(listener), log, errors };
}

describe.runIf(has.length > 0)('a server that got a broken CompressedCertificate', () => {
  it('serves the next clients, and those that were connected before', async () => {
    const { port, log, errors } = await serve();
    const { keyPem: key, chainPem: cert } = clientIdentity;
    const meet = () => tls.connect({ port, servername: 'localhost', ca: caPem, key, cert });
    const slow = net.connect({ port, host: '127.0.0.1' });
    await nextEvent(slow, 'connect');
    const broken = compressed({ data: Buffer.alloc(64, 0xff) });
    for (let i = 1; i <= 3; i += 1) {
      await sendFlight(port, handshakeMessage(COMPRESSED_CERTIFICATE, broken));
      expect(errors).toHaveLength(i);
      expect(errors[i - 1]).toMatchObject({ reason: 'BAD_DECOMPRESSION' });
      expect(log.sentAlerts.filter((alert) => alert !== 0)).toEqual(
        Array<number>(i).fill(ALERTS.badCertificate),
      );
      expect(String(await collect(meet()))).toBe('accepted');
    }
    const early = tls.connect({ socket: slow, servername: 'localhost', ca: caPem, key, cert });
    expect(String(await collect(early))).toBe('accepted');
    expect(errors).toHaveLength(3);
  });
});

function damaged(data: Buffer): Buffer {
  const copy = Buffer.from(data);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
  return copy;
}
