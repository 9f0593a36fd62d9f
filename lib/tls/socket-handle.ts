// SocketHandle: the `_handle` and `ssl` of a TLSSocket. Not a handle of the system: a façade with the members that net, http
// and libraries look at.
import { net } from '../ssl/transport/net.js';
import { streamSocket } from './runtime-stream.js';
import type { TLSSocketLike } from './socket-state.js';
import { STATE } from './socket-state.js';

interface TypeOfService {
  setTypeOfService?(value: number): unknown;
  getTypeOfService?(): number;
}

let lastAsyncId = 0;

export class SocketHandle {
  /** Whether input is asked for. */
  reading = false;
  lastHandshakeTime = 0;
  handshakes = 0;
  #onread: unknown = null;
  readonly #socket: TLSSocketLike;
  readonly #asyncId: number;

  constructor(socket: TLSSocketLike) {
    this.#socket = socket;
    this.#asyncId = ++lastAsyncId;
  }

  /** The stream below, if it was given. For one that is not a net.Socket its class counts: got takes it from here. */
  get _parentWrap(): object | undefined {
    const { transport, ownsTransport } = this.#socket[STATE];
    if (ownsTransport || transport === null) return undefined;
    return transport instanceof net().Socket ? transport : streamSocket();
  }

  getAsyncId(): number {
    return this.#asyncId;
  }

  get onread(): unknown {
    return this.#onread;
  }

  /** Node's agents replace the function of net.Socket, `onStreamRead`, by a guard while a socket is idle. */
  set onread(value: unknown) {
    this.#onread = value;
    this.#socket[STATE].isIdle = typeof value === 'function' && value.name !== 'onStreamRead';
  }

  get fd(): number {
    const { transport } = this.#socket[STATE];
    const fd = (transport as { _handle?: { fd?: unknown } } | null)?._handle?.fd;
    return typeof fd === 'number' ? fd : -1;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten;
  }

  get writeQueueSize(): number {
    return this.#socket.writableLength;
  }

  /** Node 26: the transport's. */
  setTypeOfService(value: number): number {
    (this.#socket[STATE].transport as TypeOfService | null)?.setTypeOfService?.(value);
    return 0;
  }

  getTypeOfService(): number {
    return (this.#socket[STATE].transport as TypeOfService | null)?.getTypeOfService?.() ?? 0;
  }

  readStart(): number {
    this.reading = true;
    this.#socket.read(0);
    return 0;
  }

  readStop(): number {
    this.reading = false;
    return 0;
  }

  hasPendingRead(): boolean {
    return this.#socket.readableLength > 0;
  }

  /** Counts another handshake, from one again when the last one is a window ago, as node:tls does. */
  countHandshake(window: number): number {
    const now = performance.now();
    const isOld = now - this.lastHandshakeTime >= window * 1000;
    this.lastHandshakeTime = now;
    this.handshakes = isOld ? 1 : this.handshakes + 1;
    return this.handshakes;
  }

  /** Returns the complaint about the peer's certificate as an Error with its code; null without one. */
  verifyError(): Error | null {
    const { complaint } = this.#socket[STATE];
    if (complaint === null) return null;
    return Object.assign(new Error(complaint.text), { code: complaint.code });
  }

  /** Sends close_notify. */
  shutdown(request: { oncomplete?(status: number): void }): number {
    this.#socket[STATE].channel?.sendCloseNotify();
    setImmediate(() => request.oncomplete?.(0));
    return 0;
  }

  close(done?: () => void): void {
    if (done !== undefined) this.#socket.once('close', done);
    this.#socket.destroy();
  }

  getServername(): string | false {
    return this.#socket.servername || false;
  }
}
