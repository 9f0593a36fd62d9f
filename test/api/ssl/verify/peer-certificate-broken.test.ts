// A peer's certificate that OpenSSL cannot decode: the error says whose it is. In TLS 1.2 certificates are in clear text,
// so the tests change them on their way.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../../helpers/certificates.js';
import { clientContext, serverContext, tls12, unverified } from '../../../helpers/contexts.js';
import { makePair, thrown } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { caPem, client, intermediate, localhostBelowIntermediate, localhost } = await testPki();

interface Broken {
  readonly name: string;
  /** Changes the certificate in place. */
  readonly breakIt: (der: Buffer) => void;
}

/** The first byte of the validity's first time, and what stands there: a UTCTime of 13 characters. */
const timeOf = (der: Buffer): number => der.indexOf(Buffer.of(0x17, 0x0d));

const BROKEN: readonly Broken[] = [
  { name: 'a time of a wrong type', breakIt: (der) => der.writeUInt8(0x02, timeOf(der)) },
  { name: 'a time without seconds', breakIt: (der) => der.writeUInt8(0x0b, timeOf(der) + 1) },
  { name: 'a broken length', breakIt: (der) => der.writeUInt8(der.readUInt8(3) + 1, 3) },
  { name: 'another type', breakIt: (der) => der.writeUInt8(0x31, 0) },
];

/** Lets the ciphertext through, with the certificate broken wherever it is. */
function pass(from: ssl.MemoryBIO, to: ssl.MemoryBIO, der: Buffer, { breakIt }: Broken): void {
  const bytes = Buffer.from(from.read());
  const at = bytes.indexOf(der);
  if (at >= 0) breakIt(bytes.subarray(at, at + der.length));
  to.write(bytes);
}

interface Way {
  readonly client: ssl.SSLContext;
  readonly server: ssl.SSLContext;
  readonly der: Buffer;
  readonly broken: Broken;
}

/** Returns the first error of either side, except that it waits for data. */
function outcomeOf({ client: clients, server: servers, der, broken }: Way) {
  const [fromClient, fromServer] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const [toClient, toServer] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const ends = {
    client: clients.wrapBio(toClient, fromClient, { serverHostname: 'localhost' }),
    server: servers.wrapBio(toServer, fromServer, { serverSide: true }),
  };
  for (let i = 0; i < 5; i++) {
    for (const [name, end] of Object.entries(ends)) {
      const error = thrown(() => end.doHandshake());
      if (error !== null && !(error instanceof ssl.SSLWantReadError)) return { name, error };
      pass(fromClient, toServer, der, broken);
      pass(fromServer, toClient, der, broken);
    }
  }
  throw new Error('nothing failed');
}

const server = (identity: IssuedCertificate) => serverContext(identity, tls12);
const demanding = () =>
  serverContext(localhost, (context) => {
    tls12(context);
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = ssl.CERT_REQUIRED;
  });

describe.each(BROKEN)('a certificate with $name', (broken) => {
  it("is named as the server's on a client", () => {
    const { name, error } = outcomeOf({
      client: clientContext(caPem),
      server: server(localhost),
      der: localhost.certDer,
      broken,
    });
    expect(name).toBe('client');
    expect(error).toBeInstanceOf(ssl.SSLError);
    expect(error.message).toMatch(
      /the server's certificate, or one of its chain, cannot be decoded/,
    );
    expect(error.message).toContain('the peer has to replace it');
  });

  it("is named as the server's when it is an intermediate", () => {
    const { error } = outcomeOf({
      client: clientContext(caPem),
      server: server(localhostBelowIntermediate),
      der: intermediate.certDer,
      broken,
    });
    expect(error.message).toContain("the server's certificate, or one of its chain");
  });

  it("is named as the client's on a server", () => {
    const { name, error } = outcomeOf({
      client: clientContext(caPem, (context) => {
        context.loadCertChain({ cert: client.certPem, key: client.keyPem });
      }),
      server: demanding(),
      der: client.certDer,
      broken,
    });
    expect(name).toBe('server');
    expect(error.message).toMatch(
      /the client's certificate, or one of its chain, cannot be decoded/,
    );
  });
});

describe('a key that cannot be decoded', () => {
  it("is named as the server's where the chain is not verified", () => {
    const point = Buffer.of(0x03, 0x42, 0x00, 0x04); // an uncompressed point of P-256
    const { error } = outcomeOf({
      client: clientContext(caPem, unverified),
      server: server(localhost),
      der: localhost.certDer,
      broken: { name: 'key', breakIt: (der) => der.writeUInt8(0x05, der.indexOf(point) + 3) },
    });
    expect(error).toMatchObject({ reason: 'UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS' });
    expect(error.message).toContain("the server's certificate, or one of its chain");
  });
});

describe('another failure', () => {
  it('does not speak of a certificate that cannot be decoded', () => {
    for (const [clients, servers] of [
      [new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), server(localhost)],
      [clientContext(caPem), demanding()],
    ] as const) {
      const pair = makePair({ client: clients, server: servers });
      const errors: (Error | null)[] = [];
      for (let i = 0; i < 4; i++)
        errors.push(
          thrown(() => pair.client.doHandshake()),
          thrown(() => pair.server.doHandshake()),
        );
      const messages = errors.map((error) => error?.message ?? '');
      expect(messages.some((text) => /CERTIFICATE|certificate/.test(text))).toBe(true);
      expect(messages.join()).not.toContain('decoded');
    }
  });
});
