// SSLObject: TLS without I/O, between two MemoryBIOs.
import { binding, type Bytes } from '../internal/native/binding.js';
import {
  SSLWantCallbackError,
  SSLWantReadError,
  SSLWantWriteError,
  typeError,
  valueError,
} from '../errors.js';
import { requireBytes, requireInteger } from '../internal/validate.js';
import { refuseCloning } from '../internal/cloning.js';
import { Want } from './engine/codes.js';
import { Connection } from './engine/connection.js';
import type { ConnectionSettings } from './engine/context.js';
import { CONNECTION, ConnectionInfo } from './connection-info.js';

const CREATE = Symbol('create');

function requireProgress(outcome: number, connection: Connection): number {
  if (outcome >= 0) return outcome;
  if (outcome === Want.READ) throw new SSLWantReadError();
  if (outcome === Want.WRITE) throw new SSLWantWriteError();
  throw new SSLWantCallbackError(connection.answering ?? Promise.resolve());
}

/**
 * A TLS connection over two {@link MemoryBIO} (Python: ssl.SSLObject). Everything is synchronous: a method that cannot
 * continue throws {@link SSLWantReadError}, SSLWantWriteError or {@link SSLWantCallbackError}; call it again when that
 * condition is met. `SSLContext.wrapBio` creates it.
 */
export class SSLObject extends ConnectionInfo {
  /** @internal */
  readonly [CONNECTION]: Connection;

  /** @internal */
  constructor(token: unknown, settings: ConnectionSettings) {
    super();
    if (token !== CREATE)
      throw typeError('SSLObject has no public constructor; use SSLContext.wrapBio()');
    this[CONNECTION] = new Connection(settings, this);
    refuseCloning(this);
  }

  /** @internal */
  static create(settings: ConnectionSettings): SSLObject {
    return new this(CREATE, settings);
  }

  /**
   * Continues the handshake to its end or as far as possible (Python: ssl.SSLObject.do_handshake).
   * @throws SSLWantReadError, SSLWantCallbackError; SSLCertVerificationError if the peer's certificate does not verify;
   *   SSLEOFError if the transport has ended; SSLError. Data for the peer, such as an alert, is then in the outgoing
   *   MemoryBIO.
   */
  doHandshake(): void {
    requireProgress(this[CONNECTION].step(binding.connectionHandshake), this[CONNECTION]);
  }

  /**
   * Reads up to `length` decrypted bytes, 1,024 by default (Python: ssl.SSLObject.read). Returns an empty Buffer after the
   * peer's close_notify.
   * @throws SSLWantReadError if no data has arrived; SSLZeroReturnError if both ends have sent close_notify; SSLEOFError if
   *   the transport ended without one; RangeError (ERR_INVALID_ARG_VALUE) for a negative length
   */
  read(length?: number): Buffer;
  /**
   * Reads at most `length` bytes into `buffer` and returns their number; a `length` of 0 or less means the size of the
   * buffer.
   */
  read(length: number, buffer: Bytes): number;
  read(length = 1024, buffer?: Bytes): Buffer | number {
    requireInteger(length, 'length');
    if (buffer !== undefined) return this.#readInto(buffer, length);
    if (length < 0) throw valueError('length must not be negative');
    if (length === 0) return Buffer.alloc(0);
    const out = Buffer.allocUnsafe(length);
    return out.subarray(0, this.#readInto(out, length));
  }

  #readInto(buffer: Bytes, length: number): number {
    requireBytes(buffer, 'buffer');
    const [whole, offset] = ArrayBuffer.isView(buffer)
      ? [buffer.buffer, buffer.byteOffset]
      : [buffer, 0];
    const most = length <= 0 ? buffer.byteLength : Math.min(length, buffer.byteLength);
    const out = new Uint8Array(whole, offset, most);
    return requireProgress(
      this[CONNECTION].step((handle, ask) => binding.connectionRead(handle, out, ask)),
      this[CONNECTION],
    );
  }

  /**
   * Encrypts all the bytes and returns their number (Python: ssl.SSLObject.write). Does the handshake first if necessary.
   * @throws As `doHandshake`; SSLError with the reason PROTOCOL_IS_SHUTDOWN after `unwrap`
   */
  write(bytes: Bytes): number {
    requireBytes(bytes, 'bytes');
    return requireProgress(
      this[CONNECTION].step((handle, ask) => binding.connectionWrite(handle, bytes, ask)),
      this[CONNECTION],
    );
  }

  /**
   * Sends close_notify; succeeds once the peer's has arrived as well (Python: ssl.SSLObject.unwrap; SSL_shutdown(3)).
   * @throws SSLWantReadError until then; SSLError with the reason SHUTDOWN_WHILE_IN_INIT before the handshake is done
   */
  unwrap(): null {
    requireProgress(this[CONNECTION].step(binding.connectionShutdown), this[CONNECTION]);
    return null;
  }
}
