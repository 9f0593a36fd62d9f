// Sessions: what a client may resume, and what must never be resumed.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  tls13,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import { typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
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

const { localhost, example, caPem } = await testPki();

const withoutTickets: Change = (context) => void (context.options |= ssl.OP_NO_TICKET);
const demanding: Change = (context) => {
  context.verifyMode = ssl.CERT_REQUIRED;
  context.loadVerifyLocations({ cadata: caPem });
};

const both =
  (first: Change, second: Change): Change =>
  (context) => {
    first(context);
    second(context);
  };

/** Version and way of keeping sessions, for describe.each. */
const WAYS = VERSIONS.flatMap(([version, only]) => [
  [`${version} with tickets`, only] as const,
  [`${version} with the server's cache`, both(only, withoutTickets)] as const,
]);

/** Connects, takes the session, and connects with it again. */
function resume(options: {
  client: ssl.SSLContext;
  server: ssl.SSLContext;
  first?: string;
  second?: string;
  between?: () => void;
}): Pair {
  const {
    client,
    server,
    first = 'localhost',
    second = first,
    between = () => undefined,
  } = options;
  const session = resumableSession(connectedPair({ client, server, serverHostname: first }));
  between();
  return connectedPair({ client, server, serverHostname: second, session });
}

const reused = ({ client, server }: Pair): boolean => {
  expect(client.sessionReused).toBe(server.sessionReused);
  return client.sessionReused;
};

describe.each(WAYS)('a session of %s', (_way, only) => {
  it('is resumed, without certificates and with the data intact', () => {
    const pair = resume({ client: clientContext(caPem), server: serverContext(localhost, only) });
    expect(reused(pair)).toBe(true);
    expect(pair.client.getVerifiedChain()).toEqual([]);
    expect(pair.client.getUnverifiedChain()).toHaveLength(1);
    expect(pair.client.getpeercert()).toMatchObject({ subject: [[['commonName', 'localhost']]] });
    expect(transfer(pair.server, pair.client, Buffer.from('resumed')).toString()).toBe('resumed');
  });

  it('is set by the property as well, before the handshake', () => {
    const [client, server] = [clientContext(caPem), serverContext(localhost, only)];
    const session = resumableSession(connectedPair({ client, server }));
    const pair = makePair({ client, server });
    pair.client.session = session;
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    expect(reused(pair)).toBe(true);
  });

  it('is resumed again and again by clients that leave without close_notify', () => {
    const [client, server] = [clientContext(caPem), serverContext(localhost, only)];
    let session: ssl.SSLSession | null = null;
    const outcomes = Array.from({ length: 6 }, () => {
      const pair = connectedPair({ client, server, session });
      session = resumableSession(pair);
      pair.toServer.writeEof();
      expect(thrown(() => pair.server.read())).toBeInstanceOf(ssl.SSLEOFError);
      expect(pair.server.version()).toBeNull();
      return reused(pair);
    });
    expect(outcomes).toEqual([false, true, true, true, true, true]);
  });

  it('is not resumed by another context, equal as it may be', () => {
    const client = clientContext(caPem);
    const session = resumableSession(
      connectedPair({ client, server: serverContext(localhost, only) }),
    );
    expect(reused(connectedPair({ client, server: serverContext(localhost, only), session }))).toBe(
      false,
    );
  });

  describe('on a server that switches contexts by the name', () => {
    const open = (): ssl.SSLContext => serverContext(localhost, only);
    const switching = (first: ssl.SSLContext, other: ssl.SSLContext): ssl.SSLContext => {
      first.sniCallback = (peer, name) => void (name === 'other.example' && (peer.context = other));
      return first;
    };
    const careless = (): ssl.SSLContext => clientContext(caPem, unverified);
    const strict = (): ssl.SSLContext =>
      serverContext(localhost, (context) => {
        only(context);
        demanding(context);
      });

    it.each([
      ['from the open to the demanding context', 'localhost', 'other.example'],
      ['from the demanding to the open context', 'other.example', 'localhost'],
    ])('never goes %s', (_direction, first, second) => {
      const server = switching(open(), strict());
      expect(reused(resume({ client: careless(), server, first, second: first }))).toBe(true);
      expect(reused(resume({ client: careless(), server, first, second }))).toBe(false);
    });

    it('never goes to a context with another certificate', () => {
      const server = switching(open(), serverContext(example, only));
      expect(reused(resume({ client: careless(), server, second: 'other.example' }))).toBe(false);
    });

    it('never goes to a context that verifies with other flags or other authorities', () => {
      const [one, two] = [strict(), strict()];
      two.verifyFlags |= ssl.VERIFY_X509_STRICT;
      const [three, four] = [strict(), strict()];
      four.loadVerifyLocations({ cadata: localhost.certPem });
      for (const [base, other] of [
        [one, two],
        [three, four],
      ] as const) {
        // prettier-ignore
        base.verifyMode = other.verifyMode = ssl.CERT_OPTIONAL;
        expect(
          reused(
            resume({ client: careless(), server: switching(base, other), second: 'other.example' }),
          ),
        ).toBe(false);
      }
    });

    it('goes to a context with the same settings, because the settings decide', () => {
      const server = switching(open(), open());
      expect(reused(resume({ client: careless(), server, second: 'other.example' }))).toBe(true);
    });
  });

  it('is not resumed after the server began to demand certificates', () => {
    const server = serverContext(localhost, only);
    const client = clientContext(caPem);
    const session = resumableSession(connectedPair({ client, server }));
    demanding(server);
    const pair = makePair({ client, server, session });
    expect(tryHandshake(pair).server).toMatchObject({
      reason: 'PEER_DID_NOT_RETURN_A_CERTIFICATE',
    });
  });
});

describe('SSLSession', () => {
  it.each([
    ['TLS 1.2', tls12, true],
    ['TLS 1.2 without tickets', both(tls12, withoutTickets), false],
    ['TLS 1.3', tls13, true],
  ])('of %s tells about itself', (_name, only, hasTicket) => {
    const before = Math.floor(Date.now() / 1000);
    const session = resumableSession(
      connectedPair({ client: clientContext(caPem), server: serverContext(localhost, only) }),
    );
    expect(session.id).toHaveLength(32);
    expect(session.hasTicket).toBe(hasTicket);
    expect(session.timeout).toBeGreaterThan(0);
    expect(session.ticketLifetimeHint > 0).toBe(hasTicket);
    expect(session.time).toBeGreaterThanOrEqual(before);
    expect(session.time).toBeLessThanOrEqual(before + 60);
    session.id.fill(0);
    expect(session.id.equals(Buffer.alloc(32))).toBe(false);
  });

  it('has no ticket in TLS 1.3 when the server does not send any', () => {
    const server = serverContext(localhost, (context) => {
      tls13(context);
      context.numTickets = 0;
    });
    const session = resumableSession(connectedPair({ client: clientContext(caPem), server }));
    expect([session.hasTicket, session.ticketLifetimeHint]).toEqual([false, 0]);
  });

  it('comes with every ticket, as many as the server is set to send', () => {
    const server = serverContext(localhost, (context) => {
      tls13(context);
      context.numTickets = 3;
    });
    const pair = connectedPair({ client: clientContext(caPem), server });
    expect(resumableSession(pair).hasTicket).toBe(true);
  });

  it('is null before the handshake', () => {
    const { client, server } = makePair({
      client: clientContext(caPem),
      server: serverContext(localhost),
    });
    expect([client.session, server.session]).toEqual([null, null]);
  });

  it('cannot be made by hand', () => {
    const context = clientContext(caPem);
    expect(() => Reflect.construct(ssl.SSLSession, [{}, context])).toThrow(TypeError);
  });
});

describe('setting a session', () => {
  const client = clientContext(caPem);
  const server = serverContext(localhost);
  const session = resumableSession(connectedPair({ client, server }));
  it('refuses a value that is not a session', () => {
    for (const value of [null, {}, 'x', Object.create(ssl.SSLSession.prototype) as unknown]) {
      const pair = makePair({ client, server });
      expect(() => void (pair.client.session = wrong(value))).toThrow(TypeError);
    }
    const pair = makePair({ client, server });
    expect(() => void (pair.client.session = wrong('x'))).toThrow(
      typeError('Value is not a SSLSession.'),
    );
  });

  it('refuses one of another context', () => {
    const pair = makePair({ client: clientContext(caPem), server });
    const refused = valueError('Session refers to a different SSLContext.');
    expect(() => void (pair.client.session = session)).toThrow(refused);
    expect(() => makePair({ client: clientContext(caPem), server, session })).toThrow(refused);
  });

  it('refuses one on a server', () => {
    const either = new ssl.SSLContext(ssl.PROTOCOL_TLS);
    either.loadCertChain({ cert: localhost.certPem, key: localhost.keyPem });
    const mine = resumableSession(connectedPair({ client: either, server: either }));
    const pair = makePair({ client: either, server: either });
    expect(() => void (pair.server.session = mine)).toThrow(
      valueError('Cannot set session for server-side SSLSocket.'),
    );
    const bios = [new ssl.MemoryBIO(), new ssl.MemoryBIO()] as const;
    const refused = valueError('session can only be specified in client mode');
    expect(() => either.wrapBio(...bios, { serverSide: true, session: mine })).toThrow(refused);
  });

  it('refuses one once the handshake has begun', () => {
    const pair = makePair({ client, server });
    thrown(() => pair.client.doHandshake());
    const refused = valueError('Cannot set session after handshake.');
    expect(() => void (pair.client.session = session)).toThrow(refused);
    tryHandshake(pair);
    expect(() => void (pair.client.session = session)).toThrow(refused);
  });

  it('refuses one of another server name, whose certificate was never checked for this one (beyond Python)', () => {
    const refused = valueError(
      "Session was made with the server 'localhost', not with '127.0.0.1'.",
    );
    expect(() => makePair({ client, server, serverHostname: '127.0.0.1', session })).toThrow(
      refused,
    );
    const careless = clientContext(caPem, (context) => void (context.checkHostname = false));
    expect(
      reused(resume({ client: careless, server, first: 'a.example', second: 'b.example' })),
    ).toBe(true);
  });

  it.each([
    [
      'verify',
      unverified,
      (context: ssl.SSLContext) => void (context.verifyMode = ssl.CERT_REQUIRED),
    ],
    [
      'check the name',
      (context: ssl.SSLContext) => void (context.checkHostname = false),
      (context: ssl.SSLContext) => void (context.checkHostname = true),
    ],
  ])(
    'refuses one that was made before the context began to %s (beyond Python)',
    (_what, before, then) => {
      const context = clientContext(caPem, before);
      const early = resumableSession(connectedPair({ client: context, server }));
      then(context);
      expect(() => makePair({ client: context, server, session: early })).toThrow(
        valueError('Session was made when the context verified less'),
      );
      before(context);
      expect(reused(connectedPair({ client: context, server, session: early }))).toBe(true);
    },
  );
});
