/** A client of node:tls that can send several records at once: its ciphertext is held until `release`. */
import { once } from 'node:events';
import net from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import { nodeTls, pki } from './support.js';

class HeldTransport extends Duplex {
  readonly #socket: net.Socket;
  #held: Buffer[] | null = null;

  constructor(port: number) {
    super();
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (bytes) => void this.push(bytes));
    this.#socket.on('end', () => void this.push(null));
    this.#socket.on('error', (error) => void this.destroy(error));
    this.#socket.on('close', () => void this.destroy());
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const bytes = Buffer.concat(this.#held ?? []);
    this.#held = null;
    this.#socket.write(bytes);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#held === null) return void this.#socket.write(bytes, done);
    this.#held.push(bytes);
    done();
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

export interface HeldClient {
  readonly socket: TLSSocket;
  /** Sends each of the parts in records of its own, all of them in one piece of ciphertext. */
  sendAtOnce(...parts: readonly (Buffer | string)[]): Promise<void>;
  /** Returns everything that the client has received, without dates. */
  text(): string;
}

export async function connectHeld(port: number): Promise<HeldClient> {
  const transport = new HeldTransport(port);
  const socket = nodeTls.connect({ socket: transport, ca: pki.caPem, servername: 'localhost' });
  const received: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => void received.push(bytes));
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const write = (part: Buffer | string) =>
    new Promise<unknown>((resolve) => void socket.write(part, resolve));
  return {
    socket,
    async sendAtOnce(...parts) {
      transport.hold();
      for (const part of parts) await write(part);
      transport.release();
    },
    text: () =>
      Buffer.concat(received)
        .toString('latin1')
        .replace(/Date: .*\r\n/g, ''),
  };
}
