// One of the two sides that `hermetic-ssl bench` compares.
import type { Duplex } from 'node:stream';

export interface TlsServer {
  readonly port: number;
  close(): void;
}

export interface Side {
  readonly name: string;
  /** Starts a server that returns all bytes. */
  serve(onSocket: (socket: Duplex) => void): Promise<TlsServer>;
  /** Connects with a full handshake. */
  connect(port: number): Promise<Duplex>;
  pbkdf2(iterations: number): Promise<unknown>;
  hash(data: Buffer): unknown;
}
