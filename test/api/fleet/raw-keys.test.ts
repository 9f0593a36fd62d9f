/** Keys of tickets as bytes. */
import { randomBytes } from 'node:crypto';

import * as ssl from 'hermetic-ssl/ssl';
import { describe, expect, it } from 'vitest';

import { tls12, tls13, VERSIONS } from '../../helpers/contexts.js';
import { client, serverWith, visit } from './support.js';

describe.each(VERSIONS)('SSLContext.ticketKeys under %s', (_, change) => {
  it.each([48, 80])('takes keys of %d bytes', async (length) => {
    const key = randomBytes(length);
    const ours = await client();
    const { session, keyName } = visit(ours, await serverWith(key, change));
    expect(keyName).toBe(key.toString('hex', 0, 16));
    expect(visit(ours, await serverWith([key], change), session).reused).toBe(true);
    const other = Buffer.from(key);
    other[length - 1] = (other[length - 1] ?? 0) ^ 1; // the key for AES
    const mixed = await serverWith(other, change);
    // OpenSSL 3.5 fails, and OpenSSL 4 makes a full handshake.
    const fails = ssl.OPENSSL_VERSION_INFO[0] < 4;
    if (fails) expect(() => visit(ours, mixed, session)).toThrow(/BAD_DECRYPT/);
    else expect(visit(ours, mixed, session).reused).toBe(false);
    key.copy(other);
    other[16] = (other[16] ?? 0) ^ 1; // the key for HMAC
    expect(visit(ours, await serverWith(other, change), session).reused).toBe(false);
  });

  it('encrypts with the first of a list, and decrypts with all', async () => {
    const [short, long] = [randomBytes(48), randomBytes(80)];
    const ours = await client();
    const first = visit(ours, await serverWith(short, change));
    const second = visit(ours, await serverWith(long, change));
    const both = await serverWith([long, short], change);
    expect(visit(ours, both, second.session)).toMatchObject({ reused: true });
    expect(visit(ours, both, first.session)).toMatchObject({
      reused: true,
      keyName: long.toString('hex', 0, 16),
    });
  });
});

describe('SSLContext.ticketKeys', () => {
  it('gives a client of TLS 1.3 a new ticket each time, since it should use each once', async () => {
    const [ours, server] = [await client(), await serverWith(randomBytes(80), tls13)];
    const first = visit(ours, server);
    const second = visit(ours, server, first.session);
    expect(second.reused).toBe(true);
    expect(second.session.id.equals(first.session.id)).toBe(false);
    expect(visit(ours, server, second.session).reused).toBe(true);
  });

  it('uses new keys for existing connections, which do not keep old keys alive', async () => {
    const [ours, server] = [await client(), await serverWith(randomBytes(80), tls12)];
    const there = new ssl.MemoryBIO();
    const back = new ssl.MemoryBIO();
    const socket = server.wrapBio(there, back, { serverSide: true });
    const key = randomBytes(80);
    server.ticketKeys = key;
    const peer = ours.wrapBio(back, there, { serverHostname: 'localhost' });
    for (let i = 0; i < 4; i++) {
      for (const end of [peer, socket]) {
        try {
          end.doHandshake();
        } catch (error) {
          expect(error).toBeInstanceOf(ssl.SSLWantReadError);
        }
      }
    }
    const { session } = peer;
    if (session === null) throw new Error('no session');
    expect(visit(ours, await serverWith(key, tls12), session).reused).toBe(true);
  });

  it.each([
    [7, TypeError],
    ['text', TypeError],
    [{}, TypeError],
    [[randomBytes(48), 'text'], TypeError],
    [Buffer.alloc(47), RangeError],
    [Buffer.alloc(96), RangeError],
    [[Buffer.alloc(48), Buffer.alloc(0)], RangeError],
  ])('refuses %j, and keeps the earlier keys', async (keys, type) => {
    const [ours, key] = [await client(), randomBytes(80)];
    const server = await serverWith(key);
    expect(() => {
      server.ticketKeys = keys as Buffer;
    }).toThrow(type);
    expect(visit(ours, server).keyName).toBe(key.toString('hex', 0, 16));
  });
});
