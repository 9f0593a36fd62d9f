import { once } from 'node:events';

import { expect, it } from 'vitest';

import { close, identity, listen, ourTls, pki } from './support.js';

const contextOf = (socket: object): unknown => {
  const state = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state of a TLSSocket',
  );
  return (Reflect.get(socket, state!) as { context: unknown }).context;
};

it('connections that log keys do not share their context with those that do not', async () => {
  const server = ourTls.createServer(identity, (socket) => socket.end('x'));
  const options = { port: await listen(server), ca: pki.caPem, servername: 'localhost' };
  const contexts: unknown[] = [];
  const lines: string[] = [];
  for (const logs of [true, false, true]) {
    const client = ourTls.connect(options).resume();
    if (logs) client.on('keylog', (line: Buffer) => void lines.push(line.toString('latin1')));
    await once(client, 'close');
    contexts.push(contextOf(client));
  }
  expect(lines).toContainEqual(expect.stringMatching(/^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} /));
  const [first, second, third] = contexts;
  expect(first).toBe(third);
  expect(first).not.toBe(second);
  await close(server);
});
