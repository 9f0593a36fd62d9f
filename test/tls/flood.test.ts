// A client that sends what is not TLS, and goes on sending: its connection is reset, and most of what it sends stays unread.
// The tests run over the transport that HERMETIC_SSL_TRANSPORT names.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { TempDirectory } from '../helpers/temp.js';
import { cleanEnd, discard, watch, type Story } from '../helpers/tls-pair.js';
import { identity, listen, ourTls } from './support.js';

const isNative = ssl.HAS_NATIVE_TRANSPORT && process.env['HERMETIC_SSL_TRANSPORT'] !== 'duplex';

/** The most bytes of one read, by this package and by libuv. After a failed handshake as many more are discarded. */
const ONE_READ = 65_536;

let folder: TempDirectory;
beforeAll(async () => void (folder = await TempDirectory.create()));
afterAll(() => folder.close());

const garbage = (size: number): Buffer => Buffer.alloc(size, 'garbage ');

/** Sends garbage for as long as the socket takes it. */
function goOn(client: net.Socket): void {
  const piece = garbage(16_384);
  const send = () => {
    while (!client.destroyed && client.write(piece));
  };
  client.on('drain', send);
  send();
}

interface Flooded {
  readonly story: Story;
  /** The server's end. */
  readonly far: net.Socket;
  readonly errors: readonly Error[];
}

/** Gives a server of TLS a client whose bytes have come, as many as the system takes before they are read. */
async function flooded(
  family: 'TCP' | 'file',
  flood: (client: net.Socket) => unknown,
): Promise<Flooded> {
  const listener = net.createServer({ pauseOnConnect: true });
  const path = `${folder.path}/${Math.random()}`;
  const place = family === 'TCP' ? { port: await listen(listener), host: '127.0.0.1' } : { path };
  if (family === 'file') await once(listener.listen(path), 'listening');
  const client = net.connect({ ...place, allowHalfOpen: true });
  const story = watch(client);
  const [far] = (await once(listener, 'connection')) as [net.Socket];
  onTestFinished(() => {
    discard(client, far);
    listener.close();
  });
  flood(client);
  await sleep(50);
  const errors: Error[] = [];
  const server = ourTls.createServer(identity).on('tlsClientError', (error) => errors.push(error));
  server.emit('connection', far);
  return { story, far, errors };
}

const REFUSED = [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }];

describe('a server whose client sends what is not TLS', () => {
  it('resets the connection if the client goes on', async () => {
    const { story, far, errors } = await flooded('file', goOn);
    await story.closed();
    expect(errors).toMatchObject(REFUSED);
    expect(story.errors).toMatchObject([{ code: 'ECONNRESET', syscall: 'read' }]);
    expect(far.destroyed).toBe(true);
    // The stream gives its reader two more pieces, the second of which is too much.
    expect(far.bytesRead).toBeLessThanOrEqual(isNative ? ONE_READ : 3 * ONE_READ);
  });

  it('resets it over TCP too', async () => {
    const { story, far, errors } = await flooded('TCP', goOn);
    await story.closed();
    expect(errors).toMatchObject(REFUSED);
    // The first answer that the client sees is that to its reading or that to its writing.
    expect(['ECONNRESET', 'EPIPE']).toContain(story.errors[0]?.code);
    expect(far.bytesRead).toBeLessThanOrEqual(4 * ONE_READ);
  });

  it.runIf(isNative).each([ONE_READ + 1, 100_000])(
    'resets it at once if more than one read has come: %i bytes',
    async (size) => {
      const { story, far } = await flooded('file', (client) => client.write(garbage(size)));
      await story.closed();
      expect(story.errors).toMatchObject([{ code: 'ECONNRESET', syscall: 'read' }]);
      expect(far.bytesRead).toBe(ONE_READ);
    },
  );

  it.each([1000, ONE_READ - 1])('ends it, and reads it to its end: %i bytes', async (size) => {
    const { story, far } = await flooded('file', (client) => client.end(garbage(size)));
    await story.closed();
    expect(story).toMatchObject(cleanEnd);
    expect(far.bytesRead).toBe(size);
  });
});
