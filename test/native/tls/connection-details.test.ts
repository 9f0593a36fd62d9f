// The details of a connection that only node:tls shows, and its renegotiation.
import { beforeAll, describe, expect, it } from 'vitest';

import type { ConnectionHandle, ContextHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  read,
  TLS12,
  TLS13,
  valueOf,
  write,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

const OP_ALLOW_CLIENT_RENEGOTIATION = 1n << 8n;
/** OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION. */
const OP_NO_RESUMPTION = 1n << 16n;

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

interface Contexts {
  readonly client: ContextHandle;
  readonly server: ContextHandle;
}

function contexts(version: number): Contexts {
  const both = { client: nativeContext(false), server: nativeContext(true, pki.localhostRsa) };
  only(version, both.client, both.server);
  return both;
}

function connected({ client, server }: Contexts): NativePair {
  const pair = nativePair(client, server);
  expect(handshake(pair)).toEqual({ client: 0, server: 0 });
  return pair;
}

describe('connectionEphemeralKey', () => {
  it.each([
    [TLS12, 'prime256v1', ['ECDH', 'prime256v1', 256]],
    [TLS13, 'secp384r1', ['ECDH', 'secp384r1', 384]],
    [TLS12, 'X25519', ['ECDH', 'X25519', 253]],
    [TLS13, 'X25519', ['ECDH', 'X25519', 253]],
    [TLS13, 'X25519MLKEM768', ['TLSGroup', 'X25519MLKEM768', 0]],
  ])('under version %i with %s is %j', (version, group, key) => {
    const both = contexts(version);
    valueOf(binding.contextSetGroups(both.client, group));
    const pair = connected(both);
    expect(binding.connectionEphemeralKey(pair.client)).toEqual(key);
    expect(binding.connectionEphemeralKey(pair.server)).toBeNull();
  });

  it('is DH, with parameters that the server chooses', () => {
    const both = contexts(TLS12);
    valueOf(binding.contextSetCiphers(both.client, 'DHE-RSA-AES128-GCM-SHA256'));
    // Otherwise OpenSSL 4 finds a common group (RFC 7919).
    valueOf(binding.contextSetGroups(both.client, 'X25519'));
    expect(handshake(nativePair(both.client, both.server)).server).toMatchObject({
      reason: 'NO_SHARED_CIPHER',
    });
    binding.contextSetDhAuto(both.server, true);
    expect(binding.connectionEphemeralKey(connected(both).client)).toEqual(['DH', '', 2048]);
  });

  it('is null before the handshake', () => {
    const both = contexts(TLS13);
    expect(binding.connectionEphemeralKey(nativePair(both.client, both.server).client)).toBeNull();
  });
});

describe.each(BOTH)('the details of a handshake, version %i', (version) => {
  it('have the signature algorithms that both ends know', () => {
    const both = contexts(version);
    const list = 'rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256:ed25519';
    valueOf(binding.contextSetServerSigalgs(both.client, list));
    const { server } = connected(both);
    expect(binding.connectionSharedSigalgs(server)).toEqual([
      'ECDSA+SHA256',
      'Ed25519+UNDEF',
      'RSA-PSS+SHA256',
    ]);
  });

  it('have the Finished messages of both ends', () => {
    const both = contexts(version);
    expect(binding.connectionFinished(nativePair(both.client, both.server).client)).toBeNull();
    const { client, server } = connected(both);
    const [mine, theirs] = [
      valueOf(binding.connectionFinished(client)),
      valueOf(binding.connectionFinished(server)),
    ];
    expect(mine).not.toEqual(theirs);
    expect(mine).toHaveLength(version === TLS12 ? 12 : 48);
    expect(binding.connectionPeerFinished(client)).toEqual(theirs);
    expect(binding.connectionPeerFinished(server)).toEqual(mine);
  });

  it('have the ticket of the session', () => {
    const pair = connected(contexts(version));
    write(pair.server, 'x');
    read(pair.client);
    expect(valueOf(binding.connectionTicket(pair.client))?.length).toBeGreaterThan(32);
    expect(
      binding.connectionTicket(nativePair(nativeContext(false), nativeContext(true)).client),
    ).toBeNull();
  });

  it('have records of a length that was set', () => {
    const both = contexts(version);
    binding.contextSetKeepsMessages(both.client, true);
    const { client } = connected(both);
    expect(binding.connectionSetMaxSendFragment(client, 511)).toBe(false);
    expect(binding.connectionSetMaxSendFragment(client, 16_385)).toBe(false);
    expect(binding.connectionSetMaxSendFragment(client, 512)).toBe(true);
    binding.connectionTakeMessages(client);
    write(client, 'x'.repeat(2000));
    const headers = valueOf(binding.connectionTakeMessages(client)).filter(
      ({ contentType }) => contentType === 256,
    );
    expect(headers).toHaveLength(4);
  });
});

/** Returns how many handshakes have begun, which every step with ciphertext reports; this one does nothing. */
function numHandshakes(connection: ConnectionHandle): number {
  const numbers = binding.stepNumbers();
  valueOf(binding.connectionExchange(connection, null, 0, null, null, Buffer.alloc(0)));
  return numbers[5]!;
}

describe('a renegotiation', () => {
  /** Lets both ends read until neither has anything left to do. */
  function settle({ client, server }: NativePair): void {
    for (let round = 0; round < 6; round++) for (const end of [client, server]) read(end);
  }

  it('is begun by a client, and counted', () => {
    const both = contexts(TLS12);
    const options = binding.contextOptions(both.server);
    binding.contextSetOptions(both.server, options | OP_ALLOW_CLIENT_RENEGOTIATION);
    const pair = connected(both);
    expect(numHandshakes(pair.server)).toBe(1);
    for (const count of [2, 3]) {
      const before = valueOf(binding.connectionFinished(pair.client));
      valueOf(binding.connectionRenegotiate(pair.client));
      binding.connectionHandshake(pair.client, null);
      settle(pair);
      expect(numHandshakes(pair.server)).toBe(count);
      expect(valueOf(binding.connectionFinished(pair.client))).not.toEqual(before);
    }
    write(pair.client, 'after');
    expect(read(pair.server)).toBe('after');
  });

  it('is begun by a server', () => {
    const pair = connected(contexts(TLS12));
    valueOf(binding.connectionRenegotiate(pair.server));
    binding.connectionHandshake(pair.server, null);
    settle(pair);
    expect(numHandshakes(pair.client)).toBe(2);
    write(pair.server, 'after');
    expect(read(pair.client)).toBe('after');
  });

  it('does not exist under TLS 1.3, and not before the handshake', () => {
    const both = contexts(TLS13);
    const pair = connected(both);
    expect(binding.connectionRenegotiate(pair.client)).toMatchObject({ nativeError: 'ssl' });
    expect(numHandshakes(pair.server)).toBe(1);
    const { client } = nativePair(both.client, both.server);
    expect(binding.connectionRenegotiate(client)).toMatchObject({ nativeError: 'state' });
  });

  it.each([
    ['with the same session', 0n],
    ['with its certificate', OP_NO_RESUMPTION],
  ])('needs another acceptance of a client that is observed, %s', (_, option) => {
    const both = { client: nativeContext(false, pki.client), server: contexts(TLS12).server };
    only(TLS12, both.client);
    binding.contextSetOptions(both.server, binding.contextOptions(both.server) | option);
    const pair = nativePair(both.client, both.server);
    valueOf(binding.connectionObservePeer(pair.server, true, false));
    handshake(pair);
    valueOf(binding.connectionAcceptPeer(pair.server));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    valueOf(binding.connectionRenegotiate(pair.server));
    binding.connectionHandshake(pair.server, null);
    write(pair.client, 'before');
    settle(pair);
    expect(read(pair.server)).toBe(-5);
    valueOf(binding.connectionAcceptPeer(pair.server));
    settle(pair);
    write(pair.client, 'after');
    expect(read(pair.server)).toBe('after');
  });
});
