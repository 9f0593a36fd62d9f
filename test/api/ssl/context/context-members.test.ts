// Members of SSLContext that are not about one setting: counts, the classes of what it makes, Python's older names.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12 } from '../../../helpers/contexts.js';
import { typeError, valueError, wrong } from '../../../helpers/expected-errors.js';
import { connectedPair, handshake, resumableSession, thrown } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { duplexPair } from '../../../helpers/duplex-pair.js';
import { discard } from '../../../helpers/tls-pair.js';

const { localhost, example, caPem } = await testPki();
const NOTHING = {
  number: 0,
  connect: 0,
  connectGood: 0,
  connectRenegotiate: 0,
  accept: 0,
  acceptGood: 0,
  acceptRenegotiate: 0,
  hits: 0,
  misses: 0,
  timeouts: 0,
  cacheFull: 0,
};

describe('SSLContext.sessionStats', () => {
  it('counts handshakes, and sessions that were resumed', () => {
    const [client, server] = [clientContext(caPem, tls12), serverContext(localhost)];
    expect(client.sessionStats()).toEqual(NOTHING);
    const session = resumableSession(connectedPair({ client, server }));
    expect(client.sessionStats()).toEqual({ ...NOTHING, connect: 1, connectGood: 1 });
    expect(server.sessionStats()).toMatchObject({ accept: 1, acceptGood: 1, hits: 0 });
    connectedPair({ client, server, session });
    expect(client.sessionStats()).toMatchObject({ connect: 2, connectGood: 2, hits: 1 });
    expect(server.sessionStats()).toMatchObject({ accept: 2, acceptGood: 2, hits: 1 });
  });

  it('counts the sessions of its cache', () => {
    const server = serverContext(localhost, (context) => {
      context.options |= ssl.OP_NO_TICKET;
    });
    connectedPair({ client: clientContext(caPem, tls12), server });
    expect(server.sessionStats().number).toBe(1);
  });
});

describe('SSLContext.sslobjectClass and sslsocketClass', () => {
  class NamedObject extends ssl.SSLObject {
    name = 'named';
  }
  class CountingSocket extends ssl.SSLSocket {
    override get encrypted(): true {
      return super.encrypted;
    }
  }

  it('are SSLObject and SSLSocket', () => {
    const context = clientContext(caPem);
    expect(context.sslobjectClass).toBe(ssl.SSLObject);
    expect(context.sslsocketClass).toBe(ssl.SSLSocket);
  });

  it('decide what wrapBio and wrapSocket make', () => {
    const context = clientContext(caPem);
    context.sslobjectClass = NamedObject;
    context.sslsocketClass = CountingSocket;
    const object = context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), {
      serverHostname: 'localhost',
    });
    expect(object).toBeInstanceOf(NamedObject);
    expect(object).toMatchObject({ name: 'named' });
    const [near] = duplexPair();
    const socket = context.wrapSocket(near, { serverHostname: 'localhost' });
    expect(socket).toBeInstanceOf(CountingSocket);
    discard(socket);
  });

  it('may be those of a subclass of SSLContext', () => {
    class MyContext extends ssl.SSLContext {
      override sslobjectClass = NamedObject;
    }
    const client = new MyContext(ssl.PROTOCOL_TLS_CLIENT);
    client.loadVerifyLocations({ cadata: caPem });
    const pair = connectedPair({ client, server: serverContext(localhost) });
    expect(pair.client).toBeInstanceOf(NamedObject);
    expect(pair.client.version()).toBe('TLSv1.3');
  });

  it('refuse other classes when something is to be made', () => {
    const context = clientContext(caPem);
    for (const value of [null, undefined, Object, ssl.SSLSocket, {}]) {
      context.sslobjectClass = wrong(value);
      const make = (): unknown =>
        context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname: 'x' });
      expect(make).toThrow(typeError('SSLObject'));
    }
    context.sslsocketClass = wrong(ssl.SSLObject);
    const [near] = duplexPair();
    expect(() => context.wrapSocket(near, { serverHostname: 'x' })).toThrow(typeError('SSLSocket'));
  });
});

describe("Python's older names", () => {
  it('setServernameCallback sets sniCallback', () => {
    const [first, second] = [serverContext(example), serverContext(localhost)];
    const names: (string | null)[] = [];
    first.setServernameCallback((peer, name) => {
      names.push(name);
      peer.context = second;
    });
    connectedPair({ client: clientContext(caPem), server: first });
    expect(names).toEqual(['localhost']);
    first.setServernameCallback(null);
    expect(first.sniCallback).toBeNull();
    expect(() => first.setServernameCallback(wrong(1))).toThrow(typeError());
    expect(() => clientContext(caPem).setServernameCallback(null)).toThrow(valueError());
  });

  it('setDefaultVerifyPaths trusts what the platform trusts', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    context.setDefaultVerifyPaths();
    const other = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    other.loadDefaultCerts();
    expect(context.certStoreStats()).toEqual(other.certStoreStats());
  });

  it('matchHostname and wrapSocket of the module say what took their place', () => {
    const refused = { code: 'ERR_METHOD_NOT_IMPLEMENTED' };
    expect(thrown(() => ssl.matchHostname({}, 'localhost'))).toMatchObject({
      ...refused,
      message: expect.stringContaining('SSLContext.checkHostname') as string,
    });
    expect(thrown(() => ssl.wrapSocket(duplexPair()[0]))).toMatchObject({
      ...refused,
      message: expect.stringContaining('createDefaultContext().wrapSocket') as string,
    });
  });

  it('setNpnProtocols says that NPN is not supported', () => {
    expect(ssl.HAS_NPN).toBe(false);
    expect(thrown(() => clientContext(caPem).setNpnProtocols(['h2']))).toMatchObject({
      code: 'ERR_METHOD_NOT_IMPLEMENTED',
    });
    const pair = connectedPair({ client: clientContext(caPem), server: serverContext(localhost) });
    expect(handshake(pair).client.selectedNpnProtocol()).toBeNull();
  });
});
