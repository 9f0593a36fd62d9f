// Transports of an SSLSocket: any Duplex that gives bytes, however it cuts and delays them.
import { EventEmitter } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { connect as connectNet, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { collect, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair, type PairOptions } from '../../helpers/duplex-pair.js';
import * as ssl from 'hermetic-ssl/ssl';
import {
  cleanEnd,
  listening,
  memoryPair,
  ready,
  rejection,
  tcpPair,
  watch,
  wrapBoth,
  type TlsPair,
} from '../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const REQUEST = Buffer.alloc(70_000, 'request ');
const RESPONSE = Buffer.alloc(90_000, 'response ');

/** A question, an answer, and a clean end of both; the server must be half-open. */
async function converse(pair: TlsPair): Promise<void> {
  const [ours, theirs] = [watch(pair.client), watch(pair.server)];
  pair.server.on('end', () => pair.server.end(RESPONSE));
  pair.client.end(REQUEST);
  await ours.closed();
  await theirs.closed();
  expect(Buffer.concat(theirs.chunks)).toEqual(REQUEST);
  expect(Buffer.concat(ours.chunks)).toEqual(RESPONSE);
  expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
}

const options = { server: { allowHalfOpen: true } };

/** One end of a pair that takes the memory of every chunk away, as a transport to a worker does. */
class TransferringEnd extends Duplex {
  other: Duplex | null = null;
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const { buffer, byteOffset, length } = structuredClone(chunk, {
      transfer: [chunk.buffer as ArrayBuffer],
    });
    this.other?.push(Buffer.from(buffer, byteOffset, length));
    setImmediate(done);
  }
  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }
}

describe('SSLSocket over a Duplex', () => {
  const ways: Record<string, PairOptions> = {
    'at once': {},
    'byte by byte': { split: 1 },
    'in pieces that fit no record': { split: 1_000 },
    'glued together': { glue: true, slow: true },
    later: { slow: true },
    'byte by byte and later': { split: 7, slow: true },
    'with almost no buffer': { highWaterMark: 1 },
  };
  it('works when the transport transfers the memory of what it is given', async () => {
    const [near, far] = [new TransferringEnd(), new TransferringEnd()];
    [near.other, far.other] = [far, near];
    await converse(await ready(await wrapBoth([near, far], options)));
  });

  it.each(Object.entries(ways))('works when bytes arrive %s', async (_name, pair) => {
    await converse(await memoryPair({ pair, ...options }));
  });

  it('works over TCP', async () => {
    await converse(await ready(await wrapBoth(await tcpPair(), options)));
  });

  it('works over another SSLSocket: TLS in TLS', async () => {
    const outer = await memoryPair();
    await converse(await ready(await wrapBoth([outer.client, outer.server], options)));
  });

  it('works over an SSLSocket whose own handshake is not done', async () => {
    const outer = await wrapBoth(await tcpPair());
    await converse(await ready(await wrapBoth([outer.client, outer.server], options)));
  });

  it('works through the tunnel of an HTTP proxy', async () => {
    const target = cleanup.add(
      ssl.createServer({ context: await pkiServerContext() }, (socket) => socket.end(RESPONSE)),
    );
    const port = await listening(target);
    const proxy = cleanup.add(createHttpServer());
    proxy.on('connect', (_request, socket: Socket, head: Buffer) => {
      const onward = connectNet(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      // One end may have left when the other one's last bytes come.
      for (const end of [onward, socket]) end.on('error', () => {});
    });
    const connecting = request({
      port: await listening(proxy),
      method: 'CONNECT',
      path: 'localhost:443',
    });
    connecting.end();
    const [, tunnel] = (await nextEvent(connecting, 'connect')) as [unknown, Socket];
    const client = (await pkiClientContext()).wrapSocket(tunnel, { serverHostname: 'localhost' });
    expect(await collect(client)).toEqual(RESPONSE);
  });
});

describe('SSLSocket over an unfit transport', () => {
  it('refuses a value that is not a Duplex', async () => {
    const context = await pkiClientContext();
    for (const transport of [undefined, null, 1, 'socket', {}, new EventEmitter()]) {
      expect(() =>
        // @ts-expect-error -- bad input
        context.wrapSocket(transport, { serverHostname: 'localhost' }),
      ).toThrow(/transport must be a Duplex/);
    }
  });

  it('refuses one that has an SSLSocket already, until that has been unwrapped or closed', async () => {
    const refusal = {
      code: 'ERR_INVALID_STATE',
      message: 'the transport already belongs to another SSLSocket',
    };
    const { client, server, transports } = await memoryPair();
    const rewrap = () => wrapBoth([transports.client, transports.server]);
    expect(await rejection(rewrap())).toMatchObject(refusal);
    watch(server);
    await Promise.all([client.unwrap(), server.unwrap()]);
    const second = await ready(await rewrap());
    const [ours, theirs] = [watch(second.client), watch(second.server)];
    second.client.end('again');
    await Promise.all([ours.closed(), theirs.closed()]);
    expect(String(Buffer.concat(theirs.chunks))).toBe('again');
    const third = await wrapBoth([transports.client, transports.server]);
    const failures = [rejection(third.client.doHandshake()), rejection(third.server.doHandshake())];
    watch(third.client);
    watch(third.server);
    for (const failure of failures) expect(await failure).not.toMatchObject(refusal);
  });

  it('leaves no listener on the transport when an option is refused', async () => {
    const [near] = duplexPair();
    const before = near.eventNames().map((name) => [name, near.listenerCount(name)]);
    const context = await pkiClientContext();
    expect(() => context.wrapSocket(near)).toThrow(/checkHostname requires serverHostname/);
    expect(() => context.wrapSocket(near, { serverSide: true })).toThrow(/server socket/);
    expect(near.eventNames().map((name) => [name, near.listenerCount(name)])).toEqual(before);
  });

  it('fails once when the transport has an encoding and gives strings', async () => {
    const [near, far] = duplexPair();
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(client);
    near.setEncoding('latin1');
    far.write('\x16\x03\x01\x00\x05hello');
    await story.closed();
    expect(story.errors.map(({ message }) => message)).toEqual([
      'the transport must give bytes, not a string: does it have an encoding?',
    ]);
  });

  it('fails at once on a transport that was destroyed before', async () => {
    const [near] = duplexPair();
    near.destroy();
    await nextEvent(near, 'close');
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(client);
    expect(await rejection(client.doHandshake())).toBeInstanceOf(ssl.SSLEOFError);
    await story.closed();
    expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1 });
  });

  it('fails at once on a transport whose input ended before', async () => {
    const [near, far] = duplexPair();
    near.resume();
    far.end();
    await nextEvent(near, 'end');
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(client);
    await story.closed();
    expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1, ends: 0 });
  });

  it('fails once when the transport fails', async () => {
    const { client, server, transports } = await memoryPair();
    const [ours, theirs] = [watch(client), watch(server)];
    transports.client.destroy(new Error('cable cut'));
    await ours.closed();
    await theirs.closed();
    expect(ours).toMatchObject({ errors: [{ message: 'cable cut' }], closes: 1, ends: 0 });
    expect(theirs).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1, ends: 0 });
  });

  it('fails once when the transport is closed without a word', async () => {
    const transport = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const client = (await pkiClientContext()).wrapSocket(transport, {
      serverHostname: 'localhost',
    });
    const story = watch(client);
    transport.destroy();
    await story.closed();
    expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1 });
  });
});
