// A peer that has sent everything and is gone: what it has sent is read although writes to it fail (EPIPE). The peer is
// node:tls. The tests run over the transport that HERMETIC_SSL_TRANSPORT names.
import * as net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { eventually, nextEvent } from '../../helpers/collect.js';
import { serverContext, VERSIONS, type Change } from '../../helpers/contexts.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { discard, listening, watch, type Story } from '../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const isNative = ssl.HAS_NATIVE_TRANSPORT && process.env['HERMETIC_SSL_TRANSPORT'] !== 'duplex';

let folder: TempDirectory;
beforeAll(async () => void (folder = await TempDirectory.create()));
afterAll(() => folder.close());

const cleanUps: (() => void)[] = [];
afterEach(() => cleanUps.splice(0).forEach((clean) => clean()));

async function listen(server: net.Server, family: 'TCP' | 'file'): Promise<net.NetConnectOpts> {
  if (family === 'TCP') return { port: await listening(server), host: '127.0.0.1' };
  const path = `${folder.path}/${Math.random()}`;
  server.listen(path);
  await nextEvent(server, 'listening');
  return { path };
}

/** Returns our socket, which is not read, after its peer has sent `data` and close_notify and has closed its own socket. */
async function left(family: 'TCP' | 'file', only: Change, data: Buffer): Promise<ssl.SSLSocket> {
  const context = serverContext(localhost, only);
  const listener = net.createServer({ allowHalfOpen: true });
  cleanUps.push(() => listener.close());
  const transport = net.connect(await listen(listener, family));
  const [far] = (await nextEvent(listener, 'connection')) as [net.Socket];
  const socket = context.wrapSocket(far, { serverSide: true, allowHalfOpen: true });
  const peer = tls.connect({ socket: transport, servername: 'localhost', ca: caPem }).resume();
  cleanUps.push(() => discard(socket, peer, transport));
  await Promise.all([nextEvent(peer, 'secureConnect'), socket.doHandshake()]);
  expect(socket.transportKind).toBe(isNative ? 'native' : 'duplex');
  peer.end(data);
  await eventually(() => peer.writableFinished && transport.writableLength === 0);
  await sleep(50); // the peer has also read the tickets: a socket that is closed without is reset
  transport.destroy();
  await nextEvent(transport, 'close');
  return socket;
}

/** Writes, and waits until the answer of the system is there. */
async function write(socket: ssl.SSLSocket): Promise<string> {
  const code = await new Promise<string>((resolve) => {
    socket.write('to a peer that is gone', (error) =>
      resolve((error as { code?: string } | null | undefined)?.code ?? 'none'),
    );
  });
  await sleep(20);
  return code;
}

/** Reads until the end. */
async function readAll(socket: ssl.SSLSocket, story: Story): Promise<Buffer> {
  socket.on('data', (chunk: Buffer) => story.chunks.push(chunk));
  await eventually(() => story.ends + story.closes > 0);
  return Buffer.concat(story.chunks);
}

/** More than a paused socket takes from its transport, and less. */
const SIZES = [1000, 100_000];
const CASES = VERSIONS.flatMap(([version, only]) => SIZES.map((size) => ({ version, only, size })));

describe.each(CASES)('$size bytes from a peer that is gone, in $version', ({ only, size }) => {
  const data = Buffer.alloc(size, 'before the end ');

  it('are read before the error of the writes that follow', async () => {
    const socket = await left('TCP', only, data);
    const story = watch(socket, { reads: false });
    expect(await write(socket)).toBe('none'); // a reset answers it
    expect((await readAll(socket, story)).equals(data)).toBe(true);
    expect(story).toMatchObject({ errors: [], ends: 1, closes: 0 });
    for (let i = 0; i < 10 && story.closes === 0; i += 1) await write(socket);
    expect(story).toMatchObject({ errors: [{ code: 'EPIPE', syscall: 'write' }], closes: 1 });
  });

  // A net.Socket that is not reading is destroyed by the first EPIPE, and with it the bytes that it has not read.
  it.runIf(isNative)('are read after a write has failed over TCP', async () => {
    const socket = await left('TCP', only, data);
    const story = watch(socket, { reads: false });
    expect([await write(socket), await write(socket)]).toEqual(['none', 'none']);
    expect((await readAll(socket, story)).equals(data)).toBe(true);
    expect(story).toMatchObject({ errors: [], ends: 1, closes: 0 });
    expect(await write(socket)).toBe('EPIPE');
    expect(story).toMatchObject({ errors: [{ code: 'EPIPE', syscall: 'write' }], closes: 1 });
  });

  it.runIf(isNative)(
    'are read after a write has failed over a socket of the file system',
    async () => {
      const socket = await left('file', only, data);
      const story = watch(socket, { reads: false });
      expect(await write(socket)).toBe('none'); // the system refuses the first one
      expect((await readAll(socket, story)).equals(data)).toBe(true);
      expect(story).toMatchObject({ errors: [], ends: 1, closes: 0 });
      expect(await write(socket)).toBe('EPIPE');
      expect(story).toMatchObject({ errors: [{ code: 'EPIPE', syscall: 'write' }], closes: 1 });
    },
  );
});
