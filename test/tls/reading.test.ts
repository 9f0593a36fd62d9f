// How an application reads a TLSSocket: with one call of read() for each 'readable', and with h2 among the protocols.
import { once } from 'node:events';

import { afterEach, describe, expect, it } from 'vitest';

import { close, identity, listen, nodeTls, ourTls, pki } from './support.js';

const SIZE = 2_000_000;
const body = Buffer.from(Array.from({ length: SIZE }, (_, i) => i % 251));

let server: ReturnType<typeof nodeTls.createServer>;
afterEach(() => close(server));

async function connected(protocols: string[]) {
  server = nodeTls.createServer({ ...identity, ALPNProtocols: protocols }, (socket) =>
    socket.end(body),
  );
  const port = await listen(server);
  const options = { port, ca: pki.caPem, servername: 'localhost', ALPNProtocols: protocols };
  const client = ourTls.connect(options);
  await once(client, 'secureConnect');
  return client;
}

describe.each([
  ['a protocol of its own', ['x']],
  ['h2, without node:http2', ['h2']],
])('a client with %s gets the bytes of the server', (_, protocols) => {
  it("from 'data'", async () => {
    const client = await connected(protocols);
    const parts: Buffer[] = [];
    client.on('data', (part: Buffer) => void parts.push(part));
    await once(client, 'end');
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  // Since Node 26 read() returns one chunk, so that a second one would be left without an event.
  it("from one read() for each 'readable'", async () => {
    const client = await connected(protocols);
    const parts: Buffer[] = [];
    client.on('readable', () => {
      const part = client.read() as Buffer | null;
      if (part !== null) parts.push(part);
    });
    await once(client, 'end');
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  it('from an iterator', async () => {
    const client = await connected(protocols);
    const parts: Buffer[] = [];
    for await (const part of client) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });
});
