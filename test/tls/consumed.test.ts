// HTTPS servers, whose plaintext goes to the runtime's parser without passing through the socket. The tests state what a server
// of node:https does as well, unless they say otherwise.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import nodeHttps from 'node:https';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import ourHttps from 'hermetic-ssl/https';
import { connectHeld } from './held-client.js';
import { identity, listen } from './support.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Https = typeof nodeHttps;

async function serve(https: Https, handler: Handler) {
  const server = https.createServer(identity, handler);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: await listen(server) };
}

const pattern = (size: number, step: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, i) => (i * step) % 251));

/** Returns parts that each fit into a record. */
const partsOf = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );

const headOf = (size: number): string =>
  `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`;

const UPGRADE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: y\r\n\r\n';
const CONNECT = 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n';

const until = (check: () => unknown): Promise<void> =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 5000, interval: 5 });

/** Collects the exceptions that nothing catches, until the test is finished. */
function uncaughtErrors(): string[] {
  const messages: string[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', ({ message }) => void messages.push(message));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
  });
  return messages;
}

/** Keeps every chunk as it came, for a comparison after others have come. */
class Kept {
  readonly chunks: Buffer[] = [];

  get size(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  equals(bytes: Buffer): boolean {
    return Buffer.concat(this.chunks).equals(bytes);
  }
}

describe.each([
  ['hermetic-ssl/https', ourHttps],
  ['node:https', nodeHttps],
])('a server of %s', (name, https) => {
  it('has the parser consume the handle of the socket', async () => {
    const pushed = vi.fn();
    let isConsumed: unknown;
    const { server, port } = await serve(https, (request, response) => {
      isConsumed = Reflect.get(Reflect.get(request.socket, 'parser') as object, '_consumed');
      request.on('data', () => undefined).on('end', () => response.end('done'));
    });
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      const push = socket.push.bind(socket);
      socket.push = (bytes: unknown) => (pushed(bytes), push(bytes));
    });
    const { socket, text } = await connectHeld(port);
    socket.write(headOf(1000) + 'x'.repeat(1000));
    await until(() => text().endsWith('done'));
    expect(isConsumed).toBe(true);
    expect(pushed).not.toHaveBeenCalled();
  });

  it.each([
    ['an upgrade', UPGRADE, 'upgrade'],
    ['CONNECT', CONNECT, 'connect'],
  ])('gives the socket what follows %s, which does not change later', async (_, head, event) => {
    const kept: Kept[] = [];
    const { server, port } = await serve(https, () => undefined);
    server.on(event, (_request: IncomingMessage, socket: TLSSocket, first: Buffer) => {
      const mine = new Kept();
      mine.chunks.push(first);
      kept.push(mine);
      socket.on('data', (chunk) => void mine.chunks.push(chunk));
    });
    const bodies = [1, 2, 3].map((step) => pattern(300_000, step));
    for (const [i, body] of bodies.entries()) {
      const { socket, sendAtOnce } = await connectHeld(port);
      await sendAtOnce(head, ...partsOf(body.subarray(0, 50_000), 10_000));
      await until(() => kept[i]?.size === 50_000);
      await sendAtOnce(...partsOf(body.subarray(50_000, 100_000), 10_000));
      socket.write(body.subarray(100_000));
      await until(() => kept[i]?.size === body.length);
    }
    expect(kept.map((one, i) => one.equals(bodies[i]!))).toEqual([true, true, true]);
  });

  it.each(['upgrade', 'data'])(
    "loses nothing to an exception of a listener of '%s'",
    async (at) => {
      const messages = uncaughtErrors();
      const kept = new Kept();
      const body = pattern(200_000, 13);
      const throwOnce = (event: string) => {
        if (event === at && messages.length === 0) throw new Error(`thrown at ${at}`);
      };
      const { server, port } = await serve(https, () => undefined);
      server.on('upgrade', (_request, socket: TLSSocket, first: Buffer) => {
        kept.chunks.push(first);
        socket.on('data', (chunk) => {
          kept.chunks.push(chunk);
          throwOnce('data');
        });
        throwOnce('upgrade');
      });
      const { socket, sendAtOnce } = await connectHeld(port);
      await sendAtOnce(UPGRADE, ...partsOf(body.subarray(0, 60_000), 10_000));
      await until(() => messages.length > 0);
      socket.write(body.subarray(60_000));
      await until(() => kept.size >= body.length);
      expect(kept.equals(body)).toBe(true);
      expect(messages).toEqual([`thrown at ${at}`]);
    },
  );

  it('does not read ahead of a request that is paused', async () => {
    const kept = new Kept();
    const body = pattern(8_000_000, 7);
    let request: IncomingMessage | undefined;
    const { port } = await serve(https, (incoming, response) => {
      request = incoming.pause();
      incoming.on('data', (chunk: Buffer) => {
        kept.chunks.push(chunk);
        if (kept.chunks.length % 20 !== 0) return;
        incoming.pause();
        setTimeout(() => incoming.resume(), 1);
      });
      incoming.on('end', () => response.end('done'));
    });
    const { socket, text } = await connectHeld(port);
    socket.write(headOf(body.length));
    socket.write(body);
    await until(() => request);
    await sleep(200);
    expect(request!.readableLength).toBeLessThan(400_000);
    request!.resume();
    await until(() => text().endsWith('done'));
    expect(kept.equals(body)).toBe(true);
  });

  // The parser stops the handle, and leaves it before it has started it again.
  it("reads on for a listener of 'data' that is added to the socket during an upload", async () => {
    const kept = new Kept();
    const body = pattern(400_000, 11);
    const { port } = await serve(https, (request, response) => {
      request.on('data', (chunk: Buffer) => {
        kept.chunks.push(chunk);
        if (kept.chunks.length === 2) request.socket.on('data', () => undefined);
      });
      request.on('end', () => response.end('done'));
    });
    const { socket, sendAtOnce, text } = await connectHeld(port);
    const first = body.subarray(0, 110_000); // more than the request takes
    await sendAtOnce(headOf(body.length), ...partsOf(first, 10_000));
    await until(() => kept.size > 20_000);
    socket.write(body.subarray(first.length));
    await until(() => text().endsWith('done'));
    expect(kept.equals(body)).toBe(true);
  });

  it('gives the bytes of a malformed request with clientError', async () => {
    const errors: { code?: string; rawPacket?: Buffer }[] = [];
    const { server, port } = await serve(https, () => undefined);
    server.on('clientError', (error: (typeof errors)[number], socket) => {
      errors.push(error);
      socket.destroy(error as Error);
    });
    const { socket } = await connectHeld(port);
    socket.write('no request\r\n\r\n');
    await once(socket, 'close');
    expect(errors.map(({ code, rawPacket }) => [code, String(rawPacket)])).toEqual([
      ['HPE_INVALID_METHOD', 'no request\r\n\r\n'],
    ]);
  });

  it('keeps the bodies of interleaved uploads apart', async () => {
    const kept = new Map<string, Kept>();
    const { port } = await serve(https, (request, response) => {
      const mine = new Kept();
      kept.set(String(request.headers['content-length']), mine);
      request.on('data', (chunk: Buffer) => void mine.chunks.push(chunk));
      request.on('end', () => response.end('done'));
    });
    const bodies = [1, 2, 3, 4].map((i) => pattern(200_000 + i, i + 4));
    const clients = await Promise.all(bodies.map(() => connectHeld(port)));
    for (const [i, { socket }] of clients.entries()) socket.write(headOf(bodies[i]!.length));
    for (let at = 0; at < 210_000; at += 30_000) {
      for (const [i, { socket }] of clients.entries())
        socket.write(bodies[i]!.subarray(at, at + 30_000));
      await turn();
    }
    await until(() => clients.every(({ text }) => text().endsWith('done')));
    for (const body of bodies) expect(kept.get(String(body.length))?.equals(body)).toBe(true);
  });

  it.skipIf(name === 'node:https')(
    'answers pipelined requests of a client that does not read at first',
    async () => {
      // node:https gives bytes to the parser that it has paused, which then reports HPE_PAUSED.
      const body = 'x'.repeat(400_000);
      const errors: unknown[] = [];
      const { server, port } = await serve(https, (_request, response) => response.end(body));
      server.on('clientError', (error, socket) => {
        errors.push(error);
        socket.destroy(error);
      });
      const { socket, sendAtOnce, text } = await connectHeld(port);
      socket.pause();
      const request = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(7000)}\r\n\r\n`;
      await sendAtOnce(...Array<string>(40).fill(request));
      await sleep(100);
      let numReceived = 0;
      socket.on('data', ({ length }) => void (numReceived += length)).resume();
      await until(() => numReceived > 40 * body.length || errors.length > 0);
      expect(errors).toEqual([]);
      expect(text().split('HTTP/1.1 200 OK')).toHaveLength(41);
    },
  );
});

it('the handle, which the runtime keeps for a while, does not keep its destroyed socket', async () => {
  const handles: unknown[] = [];
  const sockets: WeakRef<object>[] = [];
  const { port } = await serve(ourHttps, ({ socket }, response) => {
    handles.push(Reflect.get(socket, '_handle'));
    sockets.push(new WeakRef(socket));
    response.end('done');
  });
  for (let i = 0; i < 20; i += 1) {
    const { socket, text } = await connectHeld(port);
    socket.write(headOf(0));
    await until(() => text().endsWith('done'));
    socket.destroy();
    await once(socket, 'close');
  }
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let i = 0; i < 5; i += 1) {
    await sleep(20);
    gc();
  }
  expect(handles.every((handle) => Reflect.get(handle as object, 'isStreamBase') === true)).toBe(
    true,
  );
  expect(sockets.filter((socket) => socket.deref() !== undefined).length).toBeLessThan(5);
});
