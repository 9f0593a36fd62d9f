// The last bytes of a connection that is closed while the peer still sends: closing a TCP socket with unread input resets it,
// and the reset takes along what the peer has not received yet.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import * as ownTls from 'hermetic-ssl/tls';
import { afterEach, expect, it } from 'vitest';

import { nextEvent, withTimeout } from '../../helpers/collect.js';
import { serverContext } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';
import { listening } from '../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const cleanUps: (() => unknown)[] = [];

afterEach(() => Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp())));

/** More than the client's system takes while the client does not read, and less than the server's takes. */
const ANSWER = Buffer.alloc(1_000_000, 'answer ');
const TLS12 = { maxVersion: 'TLSv1.2' } as const; // no tickets between the answer and its end

interface Closable {
  end(bytes: Buffer, done: () => void): unknown;
  destroy(): unknown;
  on(event: 'error', listener: () => void): unknown;
}

const answerAndClose = (socket: Closable) => {
  socket.on('error', () => undefined);
  socket.end(ANSWER, () => socket.destroy());
};

it.each([
  ['SSLSocket', () => ssl.createServer({ context: serverContext(localhost) }, answerAndClose)],
  [
    'TLSSocket',
    () => ownTls.createServer({ cert: localhost.chainPem, key: localhost.keyPem }, answerAndClose),
  ],
])('arrive although the peer still sends: %s', async (_, makeServer) => {
  const server = makeServer();
  cleanUps.push(() => server.close());
  const closed = once(server, 'connection').then(([raw]) =>
    once(raw as Closable as never, 'close'),
  );
  const port = await listening(server);
  const client = tls.connect({ port, host: 'localhost', ca: caPem, ...TLS12 });
  cleanUps.push(() => client.destroy());
  await nextEvent(client, 'secureConnect');
  client.write(Buffer.alloc(10_000)); // is not read
  await sleep(300);
  client.write(Buffer.alloc(10_000)); // comes after the server's end
  let size = 0;
  client.on('data', ({ length }: Buffer) => (size += length));
  await nextEvent(client, 'end');
  expect(size).toBe(ANSWER.length);
  client.end();
  await withTimeout(closed, { what: "the end of the server's socket" });
});
