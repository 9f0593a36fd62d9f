/** Memory after connections whose SNICallback has failed. */
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import tls from 'hermetic-ssl/tls';
import { expect, it } from 'vitest';

import { identity } from './support.js';

const NUM_CLIENTS = 30;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Fulfilled when the client has been refused. */
const meet = (port: number): Promise<void> =>
  new Promise((resolve) => {
    const client = connectTls({ port, servername: 'unknown.test', rejectUnauthorized: false });
    client.on('error', () => undefined);
    client.on('close', () => resolve());
  });

it.each([
  ['at once', (act: () => void): void => act()],
  ['later', (act: () => void): void => void setImmediate(act)],
] as const)('a socket is collected whose SNICallback fails %s', async (_, when) => {
  const sockets: WeakRef<object>[] = [];
  const server = tls.createServer({
    ...identity,
    SNICallback: (_name, done) => when(() => done(new Error('unknown name'))),
  });
  server.on('tlsClientError', (_error, socket) => void sockets.push(new WeakRef(socket)));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < NUM_CLIENTS; i += 1) await meet(port);
  expect(sockets).toHaveLength(NUM_CLIENTS);
  const numLeft = () => sockets.filter((socket) => socket.deref() !== undefined).length;
  for (let i = 0; i < 20 && numLeft() > 2; i += 1) {
    await sleep(20);
    collectGarbage();
  }
  expect(numLeft()).toBeLessThanOrEqual(2);
  server.close();
});
