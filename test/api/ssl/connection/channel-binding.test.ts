// Binding of an authentication to its connection: channel bindings and exported keying material.
import { createHash, X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority } from '../../../helpers/certificates.js';
import { VERSIONS, clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { overflowError, typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, resumableSession } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { discard, memoryPair } from '../../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const server = serverContext(localhost);
const client = (change?: (context: ssl.SSLContext) => void): ssl.SSLContext =>
  clientContext(caPem, change);
describe('CHANNEL_BINDING_TYPES', () => {
  it("has Python's and two more", () => {
    expect(ssl.CHANNEL_BINDING_TYPES).toEqual([
      'tls-unique',
      'tls-server-end-point',
      'tls-exporter',
    ]);
  });
});

describe('SSLObject.getChannelBinding', () => {
  it.each(ssl.CHANNEL_BINDING_TYPES)('gives no %s before the handshake', (type) => {
    const pair = makePair({ client: client(), server });
    expect(pair.client.getChannelBinding(type)).toBeNull();
    expect(pair.server.getChannelBinding(type)).toBeNull();
  });

  it('gives tls-unique, 12 bytes, for TLS 1.2, also as the default type', () => {
    const pair = connectedPair({ client: client(tls12), server });
    const binding = pair.client.getChannelBinding();
    expect(binding).toHaveLength(12);
    expect(pair.client.getChannelBinding('tls-unique')).toEqual(binding);
    expect(pair.server.getChannelBinding('tls-unique')).toEqual(binding);
    const other = connectedPair({ client: client(tls12), server });
    expect(other.client.getChannelBinding()).not.toEqual(binding);
  });

  it('gives tls-unique on both ends of a resumed connection', () => {
    const context = client(tls12);
    const session = resumableSession(connectedPair({ client: context, server }));
    const pair = connectedPair({ client: context, server, session });
    expect(pair.client.sessionReused).toBe(true);
    expect(pair.client.getChannelBinding()).toHaveLength(12);
    expect(pair.server.getChannelBinding()).toEqual(pair.client.getChannelBinding());
  });

  it('gives no tls-unique on a resumed connection without extended master secret (RFC 7627)', () => {
    const context = client((c) => {
      tls12(c);
      c.options |= ssl.Options.OP_NO_EXTENDED_MASTER_SECRET;
    });
    const first = connectedPair({ client: context, server });
    expect(first.client.getChannelBinding()).toHaveLength(12);
    const pair = connectedPair({ client: context, server, session: resumableSession(first) });
    expect([pair.client.sessionReused, pair.server.sessionReused]).toEqual([true, true]);
    expect(pair.client.getChannelBinding('tls-unique')).toBeNull();
    expect(pair.server.getChannelBinding('tls-unique')).toBeNull();
  });

  it('gives no tls-unique for TLS 1.3, where it is not defined', () => {
    const pair = connectedPair({ client: client(tls13), server });
    expect(pair.client.getChannelBinding('tls-unique')).toBeNull();
    expect(pair.server.getChannelBinding('tls-unique')).toBeNull();
  });

  it.each(VERSIONS)('gives tls-exporter for %s, as the exporter gives it', (_version, only) => {
    const pair = connectedPair({ client: client(only), server });
    const binding = pair.client.getChannelBinding('tls-exporter');
    expect(binding).toHaveLength(32);
    expect(pair.server.getChannelBinding('tls-exporter')).toEqual(binding);
    expect(
      pair.server.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', new Uint8Array(0)),
    ).toEqual(binding);
  });

  it.each(VERSIONS)('gives tls-server-end-point for %s', (_version, only) => {
    const pair = connectedPair({ client: client(only), server });
    const { raw } = new X509Certificate(localhost.certPem);
    const expected = createHash('sha256').update(raw).digest();
    expect(pair.client.getChannelBinding('tls-server-end-point')).toEqual(expected);
    expect(pair.server.getChannelBinding('tls-server-end-point')).toEqual(expected);
  });

  it('hashes with what the certificate is signed with, and gives nothing for Ed25519', async () => {
    for (const [key, hash] of [
      ['ecdsa-p384', 'sha384'],
      ['ed25519', null],
    ] as const) {
      const authority = await createAuthority({ name: key, key });
      const identity = await authority.issue({ commonName: 'localhost', dns: ['localhost'] });
      const pair = connectedPair({
        client: clientContext(authority.certPem),
        server: serverContext(identity),
      });
      const { raw } = new X509Certificate(identity.certPem);
      const expected = hash === null ? null : createHash(hash).update(raw).digest();
      expect(pair.client.getChannelBinding('tls-server-end-point')).toEqual(expected);
      expect(pair.server.getChannelBinding('tls-server-end-point')).toEqual(expected);
    }
  });

  it('gives no tls-server-end-point on a server that has resumed a session', () => {
    const context = client();
    const session = resumableSession(connectedPair({ client: context, server }));
    const pair = connectedPair({ client: context, server, session });
    expect(pair.client.getChannelBinding('tls-server-end-point')).toHaveLength(32);
    expect(pair.server.getChannelBinding('tls-server-end-point')).toBeNull();
  });

  it('refuses other types', () => {
    const { client: end } = connectedPair({ client: client(), server });
    expect(() => end.getChannelBinding(wrong('foo'))).toThrow(
      valueError("'foo' channel binding type not implemented"),
    );
    expect(() => end.getChannelBinding(wrong(''))).toThrow(valueError());
    for (const value of [null, 1, {}]) {
      expect(() => end.getChannelBinding(wrong(value))).toThrow(typeError());
    }
  });

  it('gives null once a socket is closed', async () => {
    const pair = await memoryPair();
    expect(pair.client.getChannelBinding('tls-exporter')).toHaveLength(32);
    discard(pair.client, pair.server);
    expect(pair.client.getChannelBinding('tls-exporter')).toBeNull();
  });
});

describe('SSLObject.exportKeyingMaterial', () => {
  it.each(VERSIONS)('gives both ends of %s the same bytes', (_version, only) => {
    const pair = connectedPair({ client: client(only), server });
    const both = (...args: Parameters<ssl.SSLObject['exportKeyingMaterial']>) => {
      const bytes = pair.client.exportKeyingMaterial(...args);
      expect(pair.server.exportKeyingMaterial(...args)).toEqual(bytes);
      expect(bytes).toHaveLength(args[0]);
      return bytes.toString('hex');
    };
    const context = Buffer.from('context');
    const all = [both(32, 'one'), both(32, 'two'), both(32, 'one', context)];
    expect(new Set(all).size).toBe(3);
    expect(both(7, 'one', context.buffer.slice(0, 3))).toHaveLength(14);
    const isTls13 = pair.client.version() === 'TLSv1.3';
    expect(both(32, 'one', Buffer.alloc(0)) === all[0]).toBe(isTls13);
    expect(both(1000, '')).toHaveLength(2000);
  });

  it('throws before the handshake is done, and after the socket is closed', async () => {
    const pair = makePair({ client: client(), server });
    expect(() => pair.client.exportKeyingMaterial(32, 'x')).toThrow(
      valueError('handshake not done yet'),
    );
    const sockets = await memoryPair();
    discard(sockets.client, sockets.server);
    expect(() => sockets.client.exportKeyingMaterial(32, 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_STATE' }) as Error,
    );
  });

  it('refuses lengths, labels and contexts that it cannot take', () => {
    const { client: end } = connectedPair({ client: client(), server });
    expect(() => end.exportKeyingMaterial(0, 'x')).toThrow(valueError());
    expect(() => end.exportKeyingMaterial(-1, 'x')).toThrow(valueError());
    expect(() => end.exportKeyingMaterial(65_536, 'x')).toThrow(overflowError());
    expect(() => end.exportKeyingMaterial(65_535, 'x')).toThrow(ssl.SSLError);
    expect(() => end.exportKeyingMaterial(1, 'x'.repeat(300))).toThrow(ssl.SSLError);
    for (const value of [null, 1.5, '1', 1n])
      expect(() => end.exportKeyingMaterial(wrong(value), 'x')).toThrow(typeError());
    for (const value of [null, 1, Buffer.from('x')])
      expect(() => end.exportKeyingMaterial(1, wrong(value))).toThrow(typeError());
    for (const value of ['x', 1, {}])
      expect(() => end.exportKeyingMaterial(1, 'x', wrong(value))).toThrow(typeError());
  });
});
