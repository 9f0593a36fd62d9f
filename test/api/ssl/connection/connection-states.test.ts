// Methods of an SSLObject in every state: before, during and after the handshake, after the end, after a failure. Ordinary
// conversations are in ssl-object.test.ts, information about the peer in ssl-connection-facts.test.ts.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext } from '../../../helpers/contexts.js';
import {
  certificateError,
  eofError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const pki = await testPki();
const { localhost, localhostRsa, caPem } = pki;

/** A value that TypeScript would not let through. */
const X = Buffer.from('x');

/** Every step that a connection can be asked to take. */
const STEPS: readonly (readonly [string, (side: ssl.SSLObject) => unknown])[] = [
  ['doHandshake', (side) => side.doHandshake()],
  ['read', (side) => side.read()],
  ['write', (side) => side.write(X)],
  ['unwrap', (side) => side.unwrap()],
];

describe.each(VERSIONS)('an end of the transport in %s', (_version, only) => {
  it('is reported after the data that came before it, and then for good', () => {
    const { client, server, toClient } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    server.write(Buffer.from('the last words'));
    toClient.writeEof();
    expect(client.read(3).toString()).toBe('the');
    expect(client.read().toString()).toBe(' last words');
    expect(thrown(() => client.read())).toEqual(eofError());
    for (let round = 0; round < 3; round++)
      for (const [, step] of STEPS) expect(thrown(() => step(client))).toEqual(eofError());
    expect(() => client.verifyClientPostHandshake()).toThrow(eofError());
    expect([client.version(), client.session]).toEqual([null, null]);
  });

  it('in the middle of a record does not let the record out', () => {
    const { client, server, toClient } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    thrown(() => client.read());
    server.write(Buffer.from('half a record'));
    const record = toClient.read();
    toClient.write(record.subarray(0, -1));
    expect(thrown(() => client.read())).toBeInstanceOf(ssl.SSLWantReadError);
    toClient.writeEof();
    for (let i = 0; i < 2; i++) expect(thrown(() => client.read())).toEqual(eofError());
  });

  it('is reported by whichever step notices it first', () => {
    for (const [name, notice] of STEPS.filter(([one]) => one === 'read' || one === 'unwrap')) {
      const { client, toClient } = connectedPair({
        client: clientContext(caPem, only),
        server: serverContext(localhost),
      });
      toClient.writeEof();
      expect([name, thrown(() => notice(client))]).toEqual([name, eofError()]);
      for (const [, step] of STEPS) expect(thrown(() => step(client))).toEqual(eofError());
    }
  });

  it('after both have closed is not an error', () => {
    const { client, server, toClient } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    thrown(() => client.unwrap());
    server.unwrap();
    toClient.writeEof();
    expect([client.unwrap(), client.unwrap()]).toEqual([null, null]);
  });

  it('after the peer has closed alone is the end that it was', () => {
    const { client, server, toClient } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    thrown(() => server.unwrap());
    toClient.writeEof();
    for (let i = 0; i < 3; i++) expect(client.read()).toEqual(Buffer.alloc(0));
    expect(client.write(X)).toBe(1);
    expect(client.unwrap()).toBeNull();
  });
});

describe('a handshake that has failed', () => {
  it.each(VERSIONS)('in %s gives its reason once, and never a connection', (_version, only) => {
    const pair = makePair({
      client: clientContext(caPem, only),
      server: serverContext(pki.stranger),
    });
    expect(tryHandshake(pair).client).toEqual(certificateError(20));
    for (let round = 0; round < 2; round++)
      for (const [, step] of STEPS) {
        const error = thrown(() => step(pair.client));
        expect(error).toBeInstanceOf(ssl.SSLError);
        expect(error).not.toBeInstanceOf(ssl.SSLWantReadError);
      }
    expect(pair.client.version()).toBeNull();
    expect(pair.client.session).toBeNull();
    expect(pair.client.getVerifiedChain()).toEqual([]);
    expect(() => pair.client.getpeercert()).toThrow(valueError('handshake not done yet'));
  });
});

describe.each(VERSIONS)('unwrap in %s', (_version, only) => {
  const closed = (): Pair => {
    const pair = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    thrown(() => pair.client.unwrap());
    pair.server.unwrap();
    pair.client.unwrap();
    return pair;
  };

  it('may be repeated on both sides, and sends nothing more', () => {
    const pair = closed();
    const before = [pair.toServer.pending, pair.toClient.pending];
    for (let i = 0; i < 3; i++)
      expect([pair.client.unwrap(), pair.server.unwrap()]).toEqual([null, null]);
    expect([pair.toServer.pending, pair.toClient.pending]).toEqual(before);
  });

  it('waits again and again while the other side has not closed', () => {
    const { client, server } = connectedPair({
      client: clientContext(caPem, only),
      server: serverContext(localhost),
    });
    for (let i = 0; i < 3; i++)
      expect(thrown(() => client.unwrap())).toBeInstanceOf(ssl.SSLWantReadError);
    expect(server.unwrap()).toBeNull();
    expect(client.unwrap()).toBeNull();
  });

  it('leaves an end to read and nothing to write', () => {
    for (const side of [closed().client, closed().server]) {
      expect(() => side.write(X)).toThrow(sslError('PROTOCOL_IS_SHUTDOWN'));
      expect(() => side.read()).toThrow(ssl.SSLZeroReturnError);
      expect(side.read(0)).toEqual(Buffer.alloc(0));
    }
  });
});

describe('setting a session throws the first of', () => {
  const either = new ssl.SSLContext(ssl.PROTOCOL_TLS);
  either.loadCertChain({ cert: localhost.certPem, key: localhost.keyPem });
  const mine = resumableSession(connectedPair({ client: either, server: either }));
  const others = resumableSession(
    connectedPair({ client: clientContext(caPem), server: serverContext(localhost) }),
  );
  const done = (): Pair => connectedPair({ client: either, server: either });
  const set = (side: ssl.SSLObject, session: unknown) => (): void => {
    side.session = wrong(session);
  };

  it('1. not a session, also on a server after the handshake', () => {
    const { client, server } = done();
    for (const side of [client, server])
      for (const value of [null, {}, 'x', mine.id])
        expect(set(side, value)).toThrow(typeError('Value is not a SSLSession.'));
  });

  it('2. of another context, also on a server after the handshake', () => {
    const { client, server } = done();
    for (const side of [client, server])
      expect(set(side, others)).toThrow(valueError('Session refers to a different SSLContext.'));
  });

  it('3. on a server, also after the handshake', () => {
    for (const { server } of [done(), makePair({ client: either, server: either })])
      expect(set(server, mine)).toThrow(
        valueError('Cannot set session for server-side SSLSocket.'),
      );
  });

  it('4. after the handshake, also when it was of another server', () => {
    const { client } = done();
    expect(set(client, mine)).toThrow(valueError('Cannot set session after handshake.'));
    const context = clientContext(caPem);
    const server = serverContext(localhost);
    const named = resumableSession(connectedPair({ client: context, server }));
    const elsewhere = connectedPair({ client: context, server, serverHostname: '127.0.0.1' });
    expect(set(elsewhere.client, named)).toThrow(valueError('Cannot set session after handshake.'));
  });

  it('and changes nothing by it', () => {
    const pair = makePair({ client: either, server: either });
    expect(set(pair.client, others)).toThrow(valueError());
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    expect(pair.client.sessionReused).toBe(false);
  });
});

describe('setting a context', () => {
  it('takes nothing but an SSLContext that can play this side, at any time', () => {
    const states = [
      () => makePair({ client: clientContext(caPem), server: serverContext(localhost) }),
      () => connectedPair({ client: clientContext(caPem), server: serverContext(localhost) }),
    ];
    for (const make of states) {
      const { client, server } = make();
      const before = [client.context, server.context];
      for (const side of [client, server])
        for (const value of [null, undefined, {}, 'x', 5, Object.create(ssl.SSLContext.prototype), side])
          expect(() => (side.context = wrong(value))).toThrow(typeError('context must be a SSLContext'));
      expect(() => (client.context = serverContext(localhost))).toThrow(sslError(null, { message: 'PROTOCOL_TLS_SERVER' }));
      expect(() => (server.context = clientContext(caPem))).toThrow(sslError(null, { message: 'PROTOCOL_TLS_CLIENT' }));
      expect([client.context, server.context]).toEqual(before);
      const other = serverContext(localhostRsa);
      server.context = other;
      expect(server.context).toBe(other);
    }
  }); // prettier-ignore

  it('before the handshake shows the certificate of the new one', () => {
    const pair = makePair({ client: clientContext(caPem), server: serverContext(pki.stranger) });
    pair.server.context = serverContext(localhostRsa);
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(localhostRsa.certDer);
  });
});
