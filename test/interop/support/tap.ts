/** A TCP relay between two ends that keeps what the server has sent, to see on the wire what no end reports. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The random of a ServerHello that is a HelloRetryRequest (RFC 8446, 4.1.3). */
const HELLO_RETRY_REQUEST = Buffer.from(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c',
  'hex',
);

export interface Tap {
  readonly port: number;
  sawHelloRetryRequest(): boolean;
  close(): Promise<void>;
}

/** Listens, and relays each connection to `target` on this machine. */
export async function startTap(target: number): Promise<Tap> {
  const fromServer: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) {
      open.add(socket);
      // An error of one end ends the other as well; the ends report it themselves.
      socket.on('error', () => [near, far].forEach((other) => other.destroy()));
      socket.once('close', () => open.delete(socket));
    }
    far.on('data', (chunk: Buffer) => fromServer.push(chunk));
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sawHelloRetryRequest: () => Buffer.concat(fromServer).includes(HELLO_RETRY_REQUEST),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      open.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}
