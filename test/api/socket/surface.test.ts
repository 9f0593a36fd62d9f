// The members of net.Socket and tls.TLSSocket that other packages use on a TLS socket.
import type { Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';
import {
  discard,
  memoryPair,
  ready,
  tcpPair,
  tcpTlsPair,
  watch,
  wrapBoth,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const open: TlsPair[] = [];
afterEach(() => open.splice(0).forEach(({ client, server }) => discard(client, server)));
const keep = <T extends TlsPair>(pair: T): T => {
  open.push(pair);
  return pair;
};

describe('The TLS members of SSLSocket', () => {
  it('report nothing before the handshake and everything after it', async () => {
    const [ours, theirs] = [await pkiClientContext(), await pkiServerContext()];
    ours.setAlpnProtocols(['http/1.1']);
    theirs.setAlpnProtocols(['http/1.1']);
    const pair = keep(
      await wrapBoth(await tcpPair(), { clientContext: ours, serverContext: theirs }),
    );
    const { client, server } = pair;
    const before = { encrypted: true, authorized: false, alpnProtocol: false };
    expect(client).toMatchObject(before);
    expect(client.getPeerCertificate()).toEqual({});
    await ready(pair);
    const after = { encrypted: true, alpnProtocol: 'http/1.1', authorizationError: null };
    expect(client).toMatchObject({ ...after, authorized: true, servername: 'localhost' });
    expect(server).toMatchObject({ ...after, authorized: false, servername: 'localhost' });
    expect(client.getPeerCertificate()).toMatchObject({
      subject: { CN: 'localhost' },
      subjectaltname: expect.stringContaining('DNS:localhost'),
    });
    expect(server.getPeerCertificate()).toEqual({});
    client.destroy();
    expect(client).toMatchObject(before);
    expect(client.getPeerCertificate()).toEqual({});
  });

  it('do not call a peer authorized that was let in unverified, whatever the context says later', async () => {
    const ours = await pkiClientContext();
    ours.checkHostname = false;
    ours.verifyMode = ssl.VerifyMode.CERT_NONE;
    const theirs = await pkiServerContext();
    const contexts = { clientContext: ours, serverContext: theirs };
    const pair = keep(await wrapBoth(await tcpPair(), contexts));
    await ready(pair);
    ours.verifyMode = ssl.VerifyMode.CERT_REQUIRED;
    expect(pair.client.authorized).toBe(false);
  });

  it("answer Python's questions with nothing once the socket is closed", async () => {
    const pair = keep(await tcpTlsPair());
    await ready(pair);
    const { client } = pair;
    expect(client.version()).toBe('TLSv1.3');
    client.destroy();
    expect(client.version()).toBeNull();
    expect(client.cipher()).toBeNull();
    expect(client.group()).toBeNull();
    expect(client.sharedCiphers()).toBeNull();
    expect(client.selectedAlpnProtocol()).toBeNull();
    expect(client.pending()).toBe(0);
    expect(client.sessionReused).toBe(false);
    expect(client.getpeercert()).toBeNull();
  });

  it('distinguish a verified client certificate from a missing one', async () => {
    const { client: identity, caPem } = await testPki();
    const [ours, theirs] = [await pkiClientContext(), await pkiServerContext()];
    theirs.verifyMode = ssl.VerifyMode.CERT_OPTIONAL;
    theirs.loadVerifyLocations({ cadata: caPem });
    const contexts = { clientContext: ours, serverContext: theirs };
    const without = keep(await memoryPair(contexts));
    expect(without.server.authorized).toBe(false);
    ours.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
    const having = keep(await memoryPair(contexts));
    expect(having.server.authorized).toBe(true);
    expect(having.server.getPeerCertificate()).toMatchObject({ subject: { CN: 'test client' } });
  });
});

describe('The transport members of SSLSocket', () => {
  it('are those of a net.Socket below', async () => {
    const { client, transports } = keep(await tcpTlsPair());
    const names = [
      'remoteAddress',
      'remoteFamily',
      'remotePort',
      'localAddress',
      'localFamily',
      'localPort',
      'bytesRead',
      'bytesWritten',
      'connecting',
    ] as const;
    for (const name of names) {
      expect([name, client[name]]).toEqual([name, transports.client[name]]);
      expect(client[name]).toBeDefined();
    }
    expect(client.address()).toEqual(transports.client.address());
  });

  it('are passed through two layers of TLS', async () => {
    const outer = await tcpTlsPair();
    const inner = keep(await ready(await wrapBoth([outer.client, outer.server])));
    expect(inner.client.remotePort).toBe(outer.transports.client.remotePort);
    const [timeout] = [nextEvent(inner.client, 'timeout')];
    inner.client.setTimeout(20);
    await timeout;
  });

  it('do nothing over a transport that lacks them', async () => {
    const { client } = keep(await memoryPair());
    expect(client.remoteAddress).toBeUndefined();
    expect(client.address()).toEqual({});
    expect(client.setNoDelay().setKeepAlive(true, 1000).ref().unref().setTimeout(1)).toBe(client);
  });

  it('call the same methods of the transport, with the same arguments', async () => {
    const { client, transports } = keep(await tcpTlsPair());
    const calls: unknown[][] = [];
    for (const name of ['setNoDelay', 'setKeepAlive', 'ref', 'unref', 'setTimeout'] as const) {
      const record = (...values: unknown[]) => void calls.push([name, ...values]);
      Object.assign(transports.client, { [name]: record });
    }
    client.setNoDelay(true);
    client.setKeepAlive(true, 5_000);
    client.ref();
    client.unref();
    client.setTimeout(7);
    expect(calls).toEqual([
      ['setNoDelay', true],
      ['setKeepAlive', true, 5_000],
      ['ref'],
      ['unref'],
      ['setTimeout', 7],
    ]);
  });

  it("emit 'timeout' when nothing happens, and not while something does", async () => {
    const { client, server } = keep(await tcpTlsPair());
    watch(server);
    let timeouts = 0;
    client.setTimeout(1_000, () => (timeouts += 1));
    for (let i = 0; i < 10; i += 1) {
      client.write('busy');
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(timeouts).toBe(0);
    await nextEvent(client, 'timeout');
    expect(timeouts).toBe(1);
    client.setTimeout(0);
    expect(client.timeout).toBe(0);
    expect(client.destroyed).toBe(false);
  });
});

describe('SSLSocket.setTimeout while the peer does not read', () => {
  it("emits 'timeout' once, and goes on when the peer reads", async () => {
    const { client, server } = keep(await ready(await tcpTlsPair()));
    let timeouts = 0;
    client.on('timeout', () => (timeouts += 1));
    client.setTimeout(400);
    client.write(Buffer.alloc(64 << 20));
    await nextEvent(client, 'timeout');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(timeouts).toBe(1);
    server.resume();
    await nextEvent(client, 'drain');
    client.setTimeout(0);
    expect(client.destroyed).toBe(false);
  });
});

describe('SSLSocket.destroySoon', () => {
  it('sends what was written, then closes, whatever the peer does', async () => {
    const pair = keep(await tcpTlsPair({ server: { allowHalfOpen: true } }));
    const [ours, theirs] = [watch(pair.client), watch(pair.server)];
    pair.client.write(Buffer.alloc(1 << 20));
    pair.client.destroySoon();
    await ours.closed();
    pair.server.end();
    await theirs.closed();
    expect(Buffer.concat(theirs.chunks).length).toBe(1 << 20);
    expect([ours, theirs]).toMatchObject([{ errors: [] }, { errors: [] }]);
  });
});

describe("The 'connect' event", () => {
  it('is passed on, and connecting with it', async () => {
    const { connect, createServer } = await import('node:net');
    const server = createServer((socket: Socket) => socket.on('error', () => undefined).end());
    server.listen(0, '127.0.0.1');
    await nextEvent(server, 'listening');
    const transport = connect((server.address() as { port: number }).port, '127.0.0.1');
    const client = (await pkiClientContext()).wrapSocket(transport, {
      serverHostname: 'localhost',
    });
    const story = watch(client);
    expect(client.connecting).toBe(true);
    await nextEvent(client, 'connect');
    expect(client.connecting).toBe(false);
    await story.closed();
    server.close();
  });
});
