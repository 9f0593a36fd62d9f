/** Servers and clients of node:tls's surface: of this package, and of the runtime. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import nodeTls from 'node:tls';

import ours from 'hermetic-ssl/tls';
import { testPki, type TestPki } from '../helpers/test-pki.js';

export type Tls = typeof nodeTls;

/** The module under test, in the runtime's own types. */
export const ourTls = ours as unknown as Tls;
export { nodeTls };

export const pki: TestPki = await testPki();

/** The server's part of most tests. */
export const identity = { key: pki.localhost.keyPem, cert: pki.localhost.chainPem };

/** Listens on a free port and returns it. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Closes the server, and waits until it is. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
