// SSLObject over two MemoryBIOs: handshake, data, end. Its callbacks are in ssl-object-sni.test.ts.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import {
  eofError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  thrown,
  transfer,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, client: clientCertificate, caPem } = await testPki();
const wantRead = expect.objectContaining({
  name: 'SSLWantReadError',
  errno: ssl.SSL_ERROR_WANT_READ,
  library: null,
  reason: null,
}) as Error;
const empty = Buffer.alloc(0);
/** A value that TypeScript would not let through. */
const connected = (change?: (context: ssl.SSLContext) => void): Pair =>
  connectedPair({ client: clientContext(caPem, change), server: serverContext(localhost) });
const fresh = (): Pair =>
  makePair({ client: clientContext(caPem), server: serverContext(localhost) });

describe('SSLContext.wrapBio', () => {
  const [client, server] = [clientContext(caPem), serverContext(localhost)];
  const wrap = (context: ssl.SSLContext, options: unknown): ssl.SSLObject =>
    context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), wrong(options));

  it('is the only way to make an SSLObject', () => {
    expect(() => new (ssl.SSLObject as unknown as new () => unknown)()).toThrow(
      typeError('wrapBio'),
    );
  });

  it('refuses a side that the context is not for', () => {
    const server12 = new ssl.SSLContext(ssl.PROTOCOL_TLSv1_2);
    expect(() => wrap(client, { serverSide: true })).toThrow(
      sslError(null, { message: 'PROTOCOL_TLS_CLIENT' }),
    );
    expect(() => wrap(server, {})).toThrow(sslError(null, { message: 'PROTOCOL_TLS_SERVER' }));
    expect(wrap(server12, { serverSide: true }).serverSide).toBe(true);
    expect(wrap(server12, {}).serverSide).toBe(false);
  });

  it('refuses other types', () => {
    for (const value of [null, {}, Buffer.alloc(1)]) {
      expect(() => client.wrapBio(wrong(value), new ssl.MemoryBIO())).toThrow(
        typeError('incoming'),
      );
      expect(() => client.wrapBio(new ssl.MemoryBIO(), wrong(value))).toThrow(
        typeError('outgoing'),
      );
    }
    expect(() => wrap(client, { serverSide: 1 })).toThrow(typeError('serverSide'));
    expect(() => wrap(client, { serverHostname: 'localhost', session: {} })).toThrow(
      typeError('Value is not a SSLSession.'),
    );
  });
});

describe.each(VERSIONS)('SSLObject in %s', (version, only) => {
  it('knows nothing before the handshake and the same on both sides after it', () => {
    const pair = makePair({ client: clientContext(caPem, only), server: serverContext(localhost) });
    for (const side of [pair.client, pair.server]) {
      expect([
        side.version(),
        side.cipher(),
        side.group(),
        side.selectedAlpnProtocol(),
        side.sharedCiphers(),
      ]).toEqual([null, null, null, null, null]);
      expect([side.pending(), side.sessionReused, side.compression()]).toEqual([0, false, null]);
    }
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    for (const side of [pair.client, pair.server]) expect(side.version()).toBe(version);
    expect(pair.client.cipher()).toEqual(pair.server.cipher());
    expect(pair.client.group()).toBe(pair.server.group());
    expect(pair.client.sharedCiphers()).toBeNull();
    expect(pair.server.sharedCiphers()).toContainEqual(pair.client.cipher());
    expect([pair.client.serverHostname, pair.server.serverHostname]).toEqual(['localhost', null]);
    expect([pair.client.serverSide, pair.server.serverSide]).toEqual([false, true]);
  });

  it('carries bytes both ways, tiny and large', () => {
    const { client, server } = connected(only);
    for (const length of [1, 16_384, 16_385, 300_000]) {
      const bytes = Buffer.alloc(length, 'hermetic');
      expect(transfer(client, server, bytes).equals(bytes)).toBe(true);
      expect(transfer(server, client, bytes).equals(bytes)).toBe(true);
    }
  });

  it('closes half by half (RFC 8446, 6.1)', () => {
    const { client, server } = connected(only);
    expect(thrown(() => client.unwrap())).toEqual(wantRead);
    expect(() => client.write(Buffer.from('late'))).toThrow(sslError('PROTOCOL_IS_SHUTDOWN'));
    expect([server.read(), server.read()]).toEqual([empty, empty]);
    expect(server.write(Buffer.from('bye'))).toBe(3);
    expect(client.read().toString()).toBe('bye');
    expect(server.unwrap()).toBeNull();
    expect([client.unwrap(), client.unwrap()]).toEqual([null, null]);
    const closed = expect.objectContaining({
      name: 'SSLZeroReturnError',
      errno: ssl.SSL_ERROR_ZERO_RETURN,
    }) as Error;
    expect(() => client.read()).toThrow(closed);
  });

  it('reports an end without close_notify, then and at every later step', () => {
    const { client, toClient } = connected(only);
    expect(thrown(() => client.read())).toEqual(wantRead);
    toClient.writeEof();
    for (let i = 0; i < 2; i++) {
      expect(() => client.read()).toThrow(eofError());
      expect(() => client.write(Buffer.from('x'))).toThrow(eofError());
      expect(() => client.unwrap()).toThrow(eofError());
      expect(() => client.doHandshake()).toThrow(eofError());
    }
  });

  it('takes the end for a close with OP_IGNORE_UNEXPECTED_EOF', () => {
    const { client, toClient } = connected((context) => {
      only(context);
      context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF;
    });
    toClient.writeEof();
    expect([client.read(), client.read()]).toEqual([empty, empty]);
  });

  it('reports an end within the handshake', () => {
    const pair = makePair({ client: clientContext(caPem, only), server: serverContext(localhost) });
    pair.toClient.writeEof();
    expect(thrown(() => pair.client.doHandshake())).toEqual(eofError());
  });

  it('fails on an invalid record, and cannot be used afterwards', () => {
    const { client, toClient } = connected(only);
    thrown(() => client.read());
    toClient.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    const error = thrown(() => client.read());
    expect(error).toMatchObject({ name: 'SSLError', library: 'SSL' });
    expect(['WRONG_VERSION_NUMBER', 'RECORD_LAYER_FAILURE']).toContain(
      (error as ssl.SSLError).reason,
    );
    expect(() => client.read()).toThrow(eofError());
  });
});

describe('SSLObject.read', () => {
  it('reads 1,024 bytes by default, leaves the rest pending, and nothing for zero', () => {
    const { client, server } = connected();
    client.write(Buffer.alloc(3_000, 1));
    expect(server.read(0)).toEqual(empty);
    expect(server.read()).toHaveLength(1_024);
    expect(server.pending()).toBe(1_976);
    expect(server.read(1)).toHaveLength(1);
    expect(server.read(5_000)).toHaveLength(1_975);
    expect(thrown(() => server.read())).toEqual(wantRead);
  });

  it('fills a buffer, as far as the length allows; zero and below mean all of it', () => {
    const { client, server } = connected();
    const out = Buffer.alloc(4);
    client.write(Buffer.from('abcdefghijkl'));
    expect([server.read(2, out), out.toString()]).toEqual([2, 'ab\0\0']);
    expect([server.read(100, out), out.toString()]).toEqual([4, 'cdef']);
    expect([server.read(0, out), out.toString()]).toEqual([4, 'ghij']);
    expect([server.read(-1, new DataView(out.buffer, out.byteOffset, 1)), out.toString()]).toEqual([
      1,
      'khij',
    ]);
    expect(server.read(5, Buffer.alloc(0))).toBe(0);
  });

  it('refuses a negative length without a buffer, and other types', () => {
    const { client } = connected();
    expect(() => client.read(-1)).toThrow(valueError('length must not be negative'));
    for (const length of [null, '1', 1.5, 1n])
      expect(() => client.read(wrong(length))).toThrow(typeError('length'));
    for (const out of [null, 'x', [], 5])
      expect(() => client.read(1, wrong(out))).toThrow(typeError('buffer'));
  });
});

describe('SSLObject.write', () => {
  it('sends nothing for no bytes', () => {
    const { client, toServer } = connected();
    expect(client.write(empty)).toBe(0);
    expect(toServer.pending).toBe(0);
  });

  it('does the handshake first', () => {
    const { client, toServer } = fresh();
    expect(thrown(() => client.write(Buffer.from('x')))).toEqual(wantRead);
    expect(toServer.pending).toBeGreaterThan(0);
  });

  it('refuses a value that is not bytes', () => {
    const { client } = connected();
    for (const bytes of ['x', null, undefined, 5, {}])
      expect(() => client.write(wrong(bytes))).toThrow(typeError('bytes'));
  });
});

describe('SSLObject.unwrap', () => {
  it('cannot interrupt a handshake', () => {
    const { client } = fresh();
    thrown(() => client.doHandshake());
    expect(() => client.unwrap()).toThrow(sslError('SHUTDOWN_WHILE_IN_INIT'));
  });

  it('leaves the plain text that follows in the MemoryBIO', () => {
    const { client, server, toClient } = connected();
    thrown(() => client.unwrap());
    server.unwrap();
    toClient.write(Buffer.from('plain text'));
    expect(client.unwrap()).toBeNull();
    expect(toClient.read().toString()).toBe('plain text');
  });
});

describe('a server that demands a certificate', () => {
  const demanding = (only: (context: ssl.SSLContext) => void): Pair =>
    makePair({
      client: clientContext(caPem),
      server: serverContext(localhost, (context) => {
        only(context);
        context.verifyMode = ssl.CERT_REQUIRED;
        context.loadVerifyLocations({ cadata: caPem });
      }),
    });
  const none = sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE');

  it('fails the handshake on both sides in TLS 1.2', () => {
    expect(tryHandshake(demanding(tls12))).toEqual({
      client: sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'),
      server: none,
    });
  });

  it('is noticed by a client of TLS 1.3 only at its first read', () => {
    const pair = demanding(tls13);
    expect(tryHandshake(pair)).toEqual({ client: null, server: none });
    expect(() => pair.client.read()).toThrow(sslError('TLSV13_ALERT_CERTIFICATE_REQUIRED'));
  });

  it.each(VERSIONS)('takes one that it can verify in %s', (_name, only) => {
    const pair = demanding(only);
    const context = clientContext(caPem);
    context.loadCertChain({ cert: clientCertificate.certPem, key: clientCertificate.keyPem });
    const { toServer, toClient, server } = pair;
    const client = context.wrapBio(toClient, toServer, { serverHostname: 'localhost' });
    expect(tryHandshake({ client, server })).toEqual({ client: null, server: null });
    expect(server.getpeercert({ binaryForm: true })).toEqual(clientCertificate.certDer);
  });
});

describe('renegotiation', () => {
  it('that a client of TLS 1.2 asks for is refused by default', () => {
    const { options } = serverContext(localhost);
    // OpenSSL refuses a client's renegotiation without SSL_OP_ALLOW_CLIENT_RENEGOTIATION (bit 8).
    expect(options & (1n << 8n)).toBe(0n);
  });
});
