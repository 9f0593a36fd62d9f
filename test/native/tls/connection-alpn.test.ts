// The ALPN protocols of one connection (native/tls/connection/stored_answers.h), in place of its context's.
import { beforeAll, describe, expect, it } from 'vitest';

import type { ConnectionHandle, ContextHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  valueOf,
} from '../../helpers/native-pair.js';
import { testPki } from '../../helpers/test-pki.js';

const wire = (...names: readonly string[]): Buffer =>
  Buffer.concat(names.map((name) => Buffer.from(`${String.fromCodePoint(name.length)}${name}`)));

const set = (end: ConnectionHandle, names: readonly string[], needsOverlap = true): unknown =>
  valueOf(binding.connectionSetAlpn(end, wire(...names), needsOverlap));

const selected = (end: ConnectionHandle) => binding.connectionSelectedAlpnProtocol(end);

describe.each(BOTH)('the ALPN protocols of a connection, version %i', (version) => {
  let client: ContextHandle;
  let server: ContextHandle;
  beforeAll(async () => {
    client = nativeContext(false);
    server = nativeContext(true, (await testPki()).localhost);
    only(version, client, server);
  });

  it('take the place of those of the context', () => {
    for (const context of [client, server])
      valueOf(binding.contextSetAlpnProtocols(context, wire('context')));
    const pair = nativePair(client, server);
    set(pair.client, ['a', 'b']);
    set(pair.server, ['b', 'c']);
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect([selected(pair.client), selected(pair.server)]).toEqual(['b', 'b']);
    const other = nativePair(client, server);
    handshake(other);
    expect(selected(other.client)).toBe('context');
  });

  it('can be empty', () => {
    valueOf(binding.contextSetAlpnProtocols(server, wire('a')));
    const pair = nativePair(client, server);
    set(pair.client, ['a']);
    set(pair.server, []);
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect(selected(pair.client)).toBeNull();
  });

  it('refuse a client without a common one, if they have to', () => {
    const pair = nativePair(client, server);
    set(pair.client, ['a']);
    set(pair.server, ['b']);
    const outcome = handshake(pair);
    expect(outcome.server).toMatchObject({ reason: 'NO_APPLICATION_PROTOCOL' });
    expect(outcome.client).toMatchObject({ reason: 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
  });

  it('take a client without a common one, if they may', () => {
    const pair = nativePair(client, server);
    set(pair.client, ['a']);
    set(pair.server, ['b'], false);
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect(selected(pair.server)).toBeNull();
  });

  it('can be decided at the ClientHello', () => {
    const pair = nativePair(client, server, { asksClientHello: true });
    set(pair.client, ['a', 'b']);
    handshake(pair, {
      onClientHello: (end) => {
        set(end, ['b']);
        valueOf(binding.connectionAnswerClientHello(end, null));
      },
    });
    expect(selected(pair.client)).toBe('b');
  });

  it('must be in wire format, and in time', () => {
    const pair = nativePair(client, server);
    const bad = [Buffer.from([0]), Buffer.from([3, 97]), Buffer.from([1, 97, 0])];
    for (const list of bad)
      expect(binding.connectionSetAlpn(pair.server, list, true)).toMatchObject({
        nativeError: 'value',
      });
    handshake(pair);
    for (const end of [pair.client, pair.server])
      expect(binding.connectionSetAlpn(end, wire('a'), true)).toMatchObject({
        nativeError: 'state',
      });
  });
});
