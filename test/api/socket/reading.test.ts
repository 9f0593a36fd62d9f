// One read() for each 'readable'. Since Node 26 read() returns one chunk, so that a second one must not be pushed before the event
// has come: it would be left, and the reader wait for ever. In earlier versions of Node this cannot fail.
import { once } from 'node:events';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';
import { expect, it } from 'vitest';

import { clientContext } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';
import { listening } from '../../helpers/tls-pair.js';

const { localhost, caPem } = await testPki();
const SIZE = 1_000_000;
const body = Buffer.from(Array.from({ length: SIZE }, (_, i) => i % 251));

it("gives everything to one read() for each 'readable'", async () => {
  const identity = { cert: localhost.chainPem, key: localhost.keyPem };
  const server = tls.createServer(identity, (socket) => socket.end(body));
  const port = await listening(server);
  const client = await ssl.connect({ host: 'localhost', port, context: clientContext(caPem) });
  const parts: Buffer[] = [];
  client.on('readable', () => {
    const part = client.read() as Buffer | null;
    if (part !== null) parts.push(part);
  });
  await once(client, 'end');
  expect(Buffer.concat(parts).equals(body)).toBe(true);
  server.close();
});
