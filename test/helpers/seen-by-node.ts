/** A context of ours as node:tls sees it, in a handshake over TCP. */
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';

import * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from './collect.js';

export interface Seen {
  /** The leaf, DER. */
  readonly leaf: Buffer;
  readonly reused: boolean;
  readonly session: Buffer | undefined;
}

/** Connects node:tls to a server of this context. It verifies against `ca` alone, for the name localhost. */
export async function seenByNode(
  context: ssl.SSLContext,
  options: tls.ConnectionOptions & { ca: string },
): Promise<Seen> {
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => undefined);
    socket.end('bye');
  });
  server.listen(0, '127.0.0.1');
  await nextEvent(server, 'listening');
  try {
    return await look((server.address() as AddressInfo).port, options);
  } finally {
    server.close();
  }
}

async function look(port: number, options: tls.ConnectionOptions): Promise<Seen> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ...options });
  let session: Buffer | undefined;
  socket.on('session', (made: Buffer) => (session = made)).resume();
  await nextEvent(socket, 'secureConnect');
  const leaf = socket.getPeerCertificate().raw;
  await nextEvent(socket, 'close');
  return { leaf, reused: socket.isSessionReused(), session };
}
