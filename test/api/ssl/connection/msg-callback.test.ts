// SSLContext.msgCallback: the protocol messages of a connection.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, tls12, tls13 } from '../../../helpers/contexts.js';
import { sslError, typeError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  handshake,
  makePair,
  thrown,
  transfer,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import { discard, memoryPair, watch, wrapBoth, rejection } from '../../../helpers/tls-pair.js';
import { duplexPair } from '../../../helpers/duplex-pair.js';

const { localhost, example, caPem } = await testPki();
const server = serverContext(localhost);
/** Content types and message types of the TLS registries. */
const [ALERT, HANDSHAKE, HEADER] = [21, 22, 256];
const [CLIENT_HELLO, SERVER_HELLO, FINISHED] = [1, 2, 20];

type Call = Parameters<ssl.MsgCallback>;

function recording(change?: (context: ssl.SSLContext) => void): [ssl.SSLContext, Call[]] {
  const calls: Call[] = [];
  const context = clientContext(caPem, change);
  context.msgCallback = (...call) => void calls.push(call);
  return [context, calls];
}

const handshakes = (calls: readonly Call[]): (readonly [string, number])[] =>
  calls
    .filter(([, , , contentType]) => contentType === HANDSHAKE)
    .map(([, direction, , , messageType]) => [direction, messageType]);

describe('SSLContext.msgCallback', () => {
  it('is null, and gives back what was set', () => {
    const context = clientContext(caPem);
    expect(context.msgCallback).toBeNull();
    const callback = (): void => undefined;
    context.msgCallback = callback;
    expect(context.msgCallback).toBe(callback);
    context.msgCallback = null;
    expect(context.msgCallback).toBeNull();
    for (const value of [undefined, 1, {}, 'x'])
      expect(() => (context.msgCallback = value as never)).toThrow(typeError('msgCallback'));
  });

  it('receives the messages of TLS 1.2 in their order', () => {
    const [client, calls] = recording((context) => {
      tls12(context);
      context.options |= ssl.OP_NO_TICKET;
    });
    const pair = connectedPair({ client, server });
    expect(handshakes(calls)).toEqual([
      ['write', CLIENT_HELLO],
      ['read', SERVER_HELLO],
      ['read', 11],
      ['read', 12],
      ['read', 14],
      ['write', 16],
      ['write', FINISHED],
      ['read', FINISHED],
    ]);
    expect(calls.every(([peer]) => peer === pair.client)).toBe(true);
  });

  it('is given the bytes, and the version that a header says', () => {
    const [client, calls] = recording(tls13);
    connectedPair({ client, server });
    const hello = calls.find(([, , , type, message]) => type === HANDSHAKE && message === 1)!;
    const data = hello[5];
    expect(data[0]).toBe(CLIENT_HELLO);
    expect(data.readUIntBE(1, 3)).toBe(data.length - 4);
    const headers = calls.filter(([, , , contentType]) => contentType === HEADER);
    expect(headers[0]?.slice(1, 5)).toEqual(['write', 0x0301, HEADER, HANDSHAKE]);
    expect(headers.every(([, , , , , header]) => header.length === 5)).toBe(true);
  });

  it('receives the alerts of either end', () => {
    const [client, calls] = recording();
    const outcome = tryHandshake(makePair({ client, server: serverContext(example) }));
    expect(outcome.client).toBeInstanceOf(ssl.SSLCertVerificationError);
    const alerts = calls.filter(([, , , contentType]) => contentType === ALERT);
    expect(alerts.map((call) => call.slice(1, 5))).toEqual([['write', 0x0304, ALERT, 42]]);
  });

  it('is never given application data', () => {
    const [client, calls] = recording();
    const pair = connectedPair({ client, server });
    const secret = Buffer.from('a secret that is easily found');
    transfer(pair.client, pair.server, secret);
    transfer(pair.server, pair.client, secret);
    expect(calls.filter(([, , , , , data]) => data.includes(secret))).toEqual([]);
  });

  it('concerns connections made after it was set, while it is set', () => {
    const [client, calls] = recording();
    const { msgCallback } = client;
    client.msgCallback = null;
    const early = makePair({ client, server });
    client.msgCallback = msgCallback;
    const late = makePair({ client, server });
    handshake(early);
    expect(calls).toEqual([]);
    client.msgCallback = null;
    handshake(late);
    expect(calls).toEqual([]);
  });

  it('makes the operation throw its error', () => {
    const client = clientContext(caPem);
    const reason = new Error('enough');
    client.msgCallback = () => {
      throw reason;
    };
    const pair = makePair({ client, server });
    expect(thrown(() => pair.client.doHandshake())).toBe(reason);
  });

  it('is the cause where the operation failed itself', () => {
    const client = clientContext(caPem);
    const reason = new Error('enough');
    client.msgCallback = (_peer, _direction, _version, contentType) => {
      if (contentType === ALERT) throw reason;
    };
    const refusing = serverContext(localhost, (context) => {
      context.setGroups('secp384r1');
    });
    client.setGroups('X25519');
    const outcome = tryHandshake(makePair({ client, server: refusing }));
    expect(outcome.client).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
    expect(outcome.client?.cause).toBe(reason);
  });

  it('may use the connection that it is called for', () => {
    const client = clientContext(caPem);
    const seen: unknown[] = [];
    client.msgCallback = (peer) => {
      seen.push(peer.version());
      if (peer instanceof ssl.SSLObject) thrown(() => peer.doHandshake());
    };
    connectedPair({ client, server });
    expect(seen).toContain('TLSv1.3');
  });

  it('may close the socket that it is called for', async () => {
    const client = clientContext(caPem);
    client.msgCallback = (peer) => void (peer as ssl.SSLSocket).destroy();
    const pair = await wrapBoth(duplexPair(), { clientContext: client });
    const story = watch(pair.client);
    discard(pair.server);
    expect((await rejection(pair.client.doHandshake())).code).toBe('ERR_INVALID_STATE');
    await story.closed();
    expect(story.errors).toEqual([]);
  });

  it('fails a socket with what it throws', async () => {
    const client = clientContext(caPem);
    client.msgCallback = () => {
      throw new Error('enough');
    };
    const pair = await wrapBoth(duplexPair(), { clientContext: client });
    const story = watch(pair.client);
    discard(pair.server);
    expect(await rejection(pair.client.doHandshake())).toMatchObject({ message: 'enough' });
    expect((await story.closed()).errors).toHaveLength(1);
  });

  it('receives the messages of sockets', async () => {
    const [client, calls] = recording();
    const pair = await memoryPair({ clientContext: client });
    expect(handshakes(calls).slice(0, 2)).toEqual([
      ['write', CLIENT_HELLO],
      ['read', SERVER_HELLO],
    ]);
    discard(pair.client, pair.server);
  });
});
