// tls.createSecurePair of Node 20 and 22, which is deprecated and was removed later: the runtime's own takes contexts of the
// runtime only, so that register replaces it.
import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { deprecate } from 'node:util';

import { siblings } from '../tls/exports.js';
import { TLSSocket } from '../tls/socket.js';
import type { SocketOptions, TLSSocketLike } from '../tls/socket-state.js';

type Done = (error?: Error | null) => void;

/** One of two streams: bytes that are written to one can be read from the other. */
class Half extends Duplex {
  other: Half | null = null;
  #onRead: Done | null = null;

  override _read(): void {
    const onRead = this.#onRead;
    this.#onRead = null;
    onRead?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (chunk.length === 0) return process.nextTick(done);
    if (this.other === null) return;
    this.other.#onRead = done;
    this.other.push(chunk);
  }

  override _final(done: Done): void {
    this.other?.on('end', done).push(null);
  }
}

/** The two ends of a connection whose transport the application moves. */
class SecurePair extends EventEmitter {
  readonly server: unknown;
  readonly credentials: unknown;
  readonly encrypted: Duplex;
  readonly cleartext: TLSSocketLike;

  constructor(credentials: unknown, options: SocketOptions) {
    super();
    const [mine, theirs] = [new Half(), new Half()];
    mine.other = theirs;
    theirs.other = mine;
    this.server = options.server;
    this.credentials = credentials;
    this.encrypted = mine;
    this.cleartext = new TLSSocket(theirs, { secureContext: credentials, ...options });
    this.cleartext.once('secure', () => this.emit('secure'));
  }

  destroy(): void {
    this.cleartext.destroy();
    this.encrypted.destroy();
  }
}

/** The function in place of the runtime's. */
export const createSecurePair = deprecate(
  (
    credentials: unknown = siblings().createSecureContext(),
    isServer = false,
    requestCert = !isServer,
    rejectUnauthorized = false,
    options: SocketOptions = {},
  ) =>
    new SecurePair(credentials, {
      isServer,
      requestCert,
      rejectUnauthorized,
      ...options,
    }),
  'tls.createSecurePair() is deprecated. Please use tls.TLSSocket instead.',
  'DEP0064',
);
