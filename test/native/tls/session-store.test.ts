// Sessions that an application stores, and the keys of tickets (native/tls/session).
import { beforeAll, describe, expect, it } from 'vitest';

import type { ContextHandle, SessionHandle } from '../../../lib/internal/native/binding.js';
import {
  addIdentity,
  binding,
  BOTH,
  handshake,
  isRecord,
  nativeContext,
  nativePair,
  only,
  read,
  TLS12,
  TLS13,
  trust,
  valueOf,
  write,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki, type TestPki } from '../../helpers/test-pki.js';

const OP_NO_TICKET = 1n << 14n;

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

interface Contexts {
  readonly client: ContextHandle;
  readonly server: ContextHandle;
}

/** Contexts that store their sessions; without tickets sessions have ids, also under TLS 1.3. */
function contexts(version: number, withTickets = true): Contexts {
  const both = { client: nativeContext(false), server: nativeContext(true, pki.localhost) };
  for (const context of [both.client, both.server]) binding.contextSetStoresSessions(context, true);
  if (!withTickets)
    binding.contextSetOptions(both.server, binding.contextOptions(both.server) | OP_NO_TICKET);
  only(version, both.client, both.server);
  return both;
}

function connect(both: Contexts, session?: SessionHandle, stored?: Buffer): NativePair {
  const pair = nativePair(both.client, both.server, { asksClientHello: true });
  if (session !== undefined) valueOf(binding.connectionResumeSession(pair.client, session));
  handshake(pair, {
    onClientHello: (end) => {
      if (stored !== undefined) valueOf(binding.connectionSetStoredSession(end, stored));
      valueOf(binding.connectionAnswerClientHello(end, null));
    },
  });
  write(pair.server, 'x');
  expect(read(pair.client)).toBe('x');
  return pair;
}

const sessionsOf = (end: NativePair['client']) => valueOf(binding.connectionTakeSessions(end));

function lastOf(end: NativePair['client']): SessionHandle {
  const session = sessionsOf(end).at(-1);
  if (session === undefined) throw new Error('no session');
  return session;
}

const isResumed = (pair: NativePair) => binding.connectionIsResumed(pair.client);

describe.each(BOTH)('connectionTakeSessions, version %i', (version) => {
  it('has one for each ticket, once', () => {
    const { client } = connect(contexts(version));
    const sessions = sessionsOf(client);
    expect(sessions).toHaveLength(version === TLS13 ? 2 : 1);
    expect(sessionsOf(client)).toEqual([]);
    for (const session of sessions) expect(binding.sessionFields(session).hasTicket).toBe(true);
  });

  it('can be resumed each', () => {
    const both = contexts(version);
    for (const session of sessionsOf(connect(both).client))
      expect(isResumed(connect(both, session))).toBe(true);
  });

  it('is empty if the context does not store sessions', () => {
    const both = contexts(version);
    for (const context of [both.client, both.server])
      binding.contextSetStoresSessions(context, false);
    const pair = connect(both);
    expect([...sessionsOf(pair.client), ...sessionsOf(pair.server)]).toEqual([]);
  });

  it('is empty before an observed peer is accepted', () => {
    const both = contexts(version);
    const pair = nativePair(both.client, both.server);
    valueOf(binding.connectionObservePeer(pair.client, false, false));
    handshake(pair);
    expect(sessionsOf(pair.client)).toEqual([]);
    valueOf(binding.connectionAcceptPeer(pair.client));
    handshake(pair);
    write(pair.server, 'x');
    read(pair.client);
    expect(sessionsOf(pair.client).length).toBeGreaterThan(0);
  });
});

describe.each(BOTH)('a session of the store of a server, version %i', (version) => {
  function made(change: (both: Contexts) => void = () => undefined) {
    const both = contexts(version, false);
    change(both);
    const pair = connect(both);
    const ofServer = lastOf(pair.server);
    return {
      both,
      session: lastOf(pair.client),
      id: binding.sessionFields(ofServer).id,
      der: valueOf(binding.sessionToDer(ofServer)),
    };
  }

  it('is resumed', () => {
    const { both, session, der } = made();
    expect(isResumed(connect(both, session, der))).toBe(true);
  });

  it('is named in the ClientHello', () => {
    const { both, session, id } = made();
    const pair = nativePair(both.client, both.server, { asksClientHello: true });
    valueOf(binding.connectionResumeSession(pair.client, session));
    binding.connectionHandshake(pair.client, null);
    binding.connectionHandshake(pair.server, null);
    const hello = valueOf(binding.connectionClientHello(pair.server));
    if (hello === null) throw new Error('no ClientHello');
    expect(id).toHaveLength(32);
    expect(version === TLS12 ? [hello.sessionId] : hello.pskIdentities).toEqual([id]);
  });

  it('is not resumed without an answer', () => {
    const { both, session } = made();
    expect(isResumed(connect(both, session))).toBe(false);
  });

  it('is not resumed if it is another one', () => {
    const { both, session } = made();
    const other = valueOf(binding.sessionToDer(lastOf(connect(both).server)));
    expect(isResumed(connect(both, session, other))).toBe(false);
  });

  it.each([
    [
      'requires certificates',
      ({ server }: Contexts) => valueOf(binding.contextSetVerifyMode(trust(server, pki.caPem), 1)),
    ],
    ['shows another certificate', ({ server }: Contexts) => addIdentity(server, pki.example)],
    ['has another salt', ({ server }: Contexts) => binding.contextSetSessionIdSalt(server, 'b')],
  ])('is not resumed by a server that %s', (_, change) => {
    const { both, session, der } = made(({ server }) =>
      binding.contextSetSessionIdSalt(server, 'a'),
    );
    expect(isResumed(connect(both, session, der))).toBe(true);
    change(both);
    expect(isResumed(connect(both, session, der))).toBe(false);
  });

  it('is not resumed by a server that observes its client', () => {
    const { both, session, der } = made();
    trust(both.server, pki.caPem);
    const pair = nativePair(both.client, both.server, { asksClientHello: true });
    valueOf(binding.connectionResumeSession(pair.client, session));
    valueOf(binding.connectionObservePeer(pair.server, true, false));
    handshake(pair, {
      onClientHello: (end) => {
        valueOf(binding.connectionSetStoredSession(end, der));
        valueOf(binding.connectionAnswerClientHello(end, null));
      },
    });
    valueOf(binding.connectionAcceptPeer(pair.server));
    handshake(pair);
    expect(isResumed(pair)).toBe(false);
  });

  it('must be a session', () => {
    const { both, der } = made();
    const { server } = nativePair(both.client, both.server);
    for (const bytes of [Buffer.alloc(0), Buffer.from('x'), der.subarray(0, -1)])
      expect(isRecord(binding.connectionSetStoredSession(server, bytes))).toBe(true);
  });
});

describe.each(BOTH)('contextSetSessionTimeout, version %i', (version) => {
  it('is the time of new sessions', () => {
    const both = contexts(version);
    binding.contextSetSessionTimeout(both.server, 77);
    expect(binding.sessionFields(lastOf(connect(both).client)).ticketLifetimeHint).toBe(77);
  });
});

describe.each(BOTH)('ticket keys, version %i', (version) => {
  const key = (byte: number): Buffer => Buffer.alloc(48, byte);

  it('resume the tickets of another server with the same key', () => {
    const both = contexts(version);
    const other = contexts(version);
    for (const { server } of [both, other]) valueOf(binding.contextSetTicketKeys(server, key(1)));
    const session = lastOf(connect(both).client);
    expect(isResumed(connect({ ...both, server: other.server }, session))).toBe(true);
  });

  it('do not resume tickets under other rules', () => {
    const both = contexts(version);
    const other = contexts(version);
    for (const { server } of [both, other]) valueOf(binding.contextSetTicketKeys(server, key(1)));
    valueOf(binding.contextSetVerifyMode(trust(other.server, pki.caPem), 1));
    const session = lastOf(connect(both).client);
    expect(isResumed(connect({ ...both, server: other.server }, session))).toBe(false);
  });

  it('do not resume tickets of another key', () => {
    const both = contexts(version);
    const session = lastOf(connect(both).client);
    valueOf(binding.contextSetTicketKeys(both.server, key(1)));
    expect(isResumed(connect(both, session))).toBe(false);
  });

  it('renew the tickets of an older key', () => {
    const both = contexts(version);
    valueOf(binding.contextSetTicketKeys(both.server, key(1)));
    const session = lastOf(connect(both).client);
    valueOf(binding.contextSetTicketKeys(both.server, Buffer.concat([key(2), key(1)])));
    const pair = connect(both, session);
    expect(isResumed(pair)).toBe(true);
    // OpenSSL does not report a ticket of TLS 1.2 that renews another one.
    const renewed = valueOf(binding.connectionSession(pair.client));
    if (renewed === null) throw new Error('no session');
    valueOf(binding.contextSetTicketKeys(both.server, key(2)));
    expect(isResumed(connect(both, renewed))).toBe(true);
  });

  it('that are set between two steps encrypt the ticket of a handshake', () => {
    const both = contexts(version);
    const pair = nativePair(both.client, both.server, { asksClientHello: true });
    handshake(pair, {
      onClientHello: (end) => {
        valueOf(binding.contextSetTicketKeys(both.server, key(1)));
        valueOf(binding.connectionAnswerClientHello(end, null));
      },
    });
    write(pair.server, 'x');
    read(pair.client);
    expect(isResumed(connect(both, lastOf(pair.client)))).toBe(true);
  });

  it('are made once if none was set', () => {
    const { server } = contexts(version);
    const keys = valueOf(binding.contextTicketKeys(server));
    expect(keys).toHaveLength(48);
    expect(binding.contextTicketKeys(server)).toEqual(keys);
    expect(binding.contextTicketKeys(nativeContext(true))).not.toEqual(keys);
    valueOf(binding.contextSetTicketKeys(server, key(3)));
    expect(binding.contextTicketKeys(server)).toEqual(key(3));
  });

  it('have 48 bytes each', () => {
    const { server } = contexts(version);
    for (const length of [0, 47, 49])
      expect(binding.contextSetTicketKeys(server, Buffer.alloc(length))).toMatchObject({
        nativeError: 'value',
      });
  });
});
