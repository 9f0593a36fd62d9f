// A peer whose records are ours to send, and which sends data, close_notify, clear text and FIN at once.
import { connect as connectNet, createServer, type AddressInfo, type Socket } from 'node:net';

import * as ssl from 'hermetic-ssl/ssl';

import { nextEvent } from '../../helpers/collect.js';
import { discard } from '../../helpers/tls-pair.js';

const open: Socket[] = [];
/** Closes what `tcp` has opened. */
export const closeAll = (): void => discard(...open.splice(0));

/** Both ends of a TCP connection, the far one with this high-water mark. */
export async function tcp(highWaterMark: number): Promise<[Socket, Socket]> {
  const server = createServer({ highWaterMark } as object);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const near = connectNet({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [far] = (await nextEvent(server, 'connection')) as [Socket];
  server.close();
  open.push(near, far);
  return [near, far];
}

/** A peer whose records are ours to send: an SSLObject over a socket. */
export class FinishingPeer {
  readonly #incoming = new ssl.MemoryBIO();
  readonly #outgoing = new ssl.MemoryBIO();
  readonly #object: ssl.SSLObject;
  readonly #socket: Socket;

  constructor(context: ssl.SSLContext, socket: Socket, options: ssl.WrapOptions) {
    this.#object = context.wrapBio(this.#incoming, this.#outgoing, options);
    this.#socket = socket;
  }

  /** Does the handshake, perhaps with close_notify in its last write, and reads on for as long as the socket lives. */
  async handshake({ closes = false } = {}): Promise<void> {
    await new Promise<void>((resolve) => {
      const step = (): void => {
        if (this.#socket.writableEnded) return;
        try {
          this.#object.doHandshake();
          resolve();
          if (closes) this.#object.unwrap();
        } catch (error) {
          if (!(error instanceof ssl.SSLWantReadError)) throw error;
        }
        this.#socket.write(this.#outgoing.read());
      };
      this.#socket.on('data', (chunk) => {
        this.#incoming.write(chunk);
        step();
      });
      step();
    });
  }

  /** Waits for the server's request, and has the client's certificate sent with the next bytes. */
  async answerRequest(): Promise<void> {
    while (this.#outgoing.pending === 0) {
      await nextEvent(this.#socket, 'data');
      try {
        this.#object.read();
      } catch (error) {
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
      }
    }
  }

  /** Sends all of it, and FIN, at once. */
  finish(data: Buffer, clear: Buffer): void {
    this.#object.write(data);
    try {
      this.#object.unwrap();
    } catch (error) {
      if (!(error instanceof ssl.SSLWantReadError)) throw error;
    }
    this.#socket.end(Buffer.concat([this.#outgoing.read(), clear]));
  }
}

export async function readAll(stream: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  await nextEvent(stream, 'end');
  return Buffer.concat(chunks);
}

export const pattern = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 7 + (i >> 8) * 13 + seed) & 0xff));
