// Pre-shared keys of one connection (native/tls/connection/psk.h), whatever its context does.
import { beforeAll, describe, expect, it } from 'vitest';

import type { Ask, ContextHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  read,
  TLS12,
  valueOf,
  write,
  type HandshakeOptions,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki } from '../../helpers/test-pki.js';

const KEY = Buffer.from('a key of 16 bytes');
const ME = Buffer.from('me');

function answers(key = KEY): HandshakeOptions & { readonly asked: unknown[][] } {
  const asked: unknown[][] = [];
  const ask = ((kind: string, ...values: unknown[]) => {
    asked.push([kind, ...values]);
    if (kind === 'pskClientCallback') return [ME, KEY];
    // Under TLS 1.3 the identity may be a ticket.
    return ME.equals(values[0] as Buffer) ? key : null;
  }) as unknown as Ask;
  return { askClient: ask, askServer: ask, asked };
}

describe.each(BOTH)('connectionSetAsksPsk, version %i', (version) => {
  let client: ContextHandle;
  let server: ContextHandle;
  beforeAll(async () => {
    client = nativeContext(false);
    server = nativeContext(true, (await testPki()).localhost);
    only(version, client, server);
    for (const context of [client, server]) {
      valueOf(binding.contextSetCiphers(context, 'PSK:ALL'));
      valueOf(binding.contextSetCiphersuites(context, 'TLS_AES_128_GCM_SHA256'));
    }
  });

  function asking(hint: string | null = null): NativePair {
    const pair = nativePair(client, server);
    valueOf(binding.connectionSetAsksPsk(pair.client, null));
    valueOf(binding.connectionSetAsksPsk(pair.server, hint));
    return pair;
  }

  it('makes a connection by a key, without certificates', () => {
    const pair = asking();
    expect(handshake(pair, answers())).toEqual({ client: 0, server: 0 });
    expect(binding.connectionPeerCertificate(pair.client, true)).toBeNull();
  });

  it('gives the hint to a client of TLS 1.2', () => {
    const given = answers();
    handshake(asking('a hint'), given);
    const hint = version === TLS12 ? Buffer.from('a hint') : null;
    expect(given.asked[0]).toEqual(['pskClientCallback', hint, version !== TLS12]);
    expect(given.asked[1]).toEqual(['pskServerCallback', Buffer.from('me'), version !== TLS12]);
  });

  it('refuses another key', () => {
    const outcome = handshake(asking(), answers(Buffer.from('another key')));
    expect(outcome.server).toMatchObject({ nativeError: 'ssl' });
  });

  it('leaves other connections of the context as they are', () => {
    const pair = nativePair(client, server);
    const given = answers();
    handshake(pair, given);
    expect(given.asked).toEqual([]);
    expect(binding.connectionPeerCertificate(pair.client, true)).toBeInstanceOf(Buffer);
  });

  it('makes sessions that others do not resume', () => {
    const pair = asking();
    handshake(pair, answers());
    write(pair.server, 'x');
    read(pair.client);
    const session = valueOf(binding.connectionSession(pair.client));
    if (session === null) throw new Error('no session');
    const again = asking();
    valueOf(binding.connectionResumeSession(again.client, session));
    handshake(again, answers());
    expect(binding.connectionIsResumed(again.server)).toBe(true);
    const other = nativePair(client, server);
    valueOf(binding.connectionResumeSession(other.client, session));
    handshake(other, answers());
    expect(binding.connectionPeerCertificate(other.client, true)).toBeInstanceOf(Buffer);
  });

  it('must come before the handshake, with a hint that is short enough', () => {
    const pair = nativePair(client, server);
    expect(binding.connectionSetAsksPsk(pair.server, 'x'.repeat(300))).toMatchObject({
      nativeError: 'value',
    });
    handshake(pair);
    expect(binding.connectionSetAsksPsk(pair.client, null)).toMatchObject({ nativeError: 'state' });
  });
});
