// The native part of a connection; for a server's socket it is created at the first byte (dormant.ts).
import { stateError, unwrap } from '../../errors.js';
import {
  binding,
  type Ask,
  type ConnectionHandle,
  type Step,
} from '../../internal/native/binding.js';
import { keepDormant, type Dormant } from './dormant.js';
import type { ConnectionSettings } from './context.js';

export class LateConnection implements Dormant {
  /** Null until it is created. */
  handle: ConnectionHandle | null = null;
  #settings: ConnectionSettings | null; // null after creation, since it keeps a context alive
  readonly #asksClientHello: boolean;
  #forget: (() => void) | null = null;
  #hasBegun = false;
  #isClosed = false;

  constructor(settings: ConnectionSettings) {
    const { context, serverSide, waitsForInput = false } = settings;
    this.#settings = settings;
    this.#asksClientHello = serverSide && context.sniCallback !== null;
    if (waitsForInput) this.#forget = keepDormant(context.handle, this);
    else this.open();
  }

  /** Creates the native connection in its current state, even if closed, since a closed one still answers queries. */
  open(): ConnectionHandle {
    if (this.#settings === null) throw stateError('the connection exists already');
    const { context, incoming, outgoing, serverSide, serverHostname } = this.#settings;
    const handle = unwrap(
      binding.connectionCreate(
        context.handle,
        incoming,
        outgoing,
        serverSide,
        serverHostname ?? '',
        this.#asksClientHello,
      ),
    );
    // Without input the handshake only begins.
    if (this.#isClosed) binding.connectionClose(handle);
    else if (this.#hasBegun && this.#lacksInput) binding.connectionHandshake(handle, null);
    this.#leaveSet();
    this.#settings = null;
    this.handle = handle;
    return handle;
  }

  /**
   * Creates the connection before its context changes. After a failure, the next step tries again and reports the reason.
   */
  wake(): void {
    try {
      if (this.handle === null) this.open();
    } catch {
      // Out of memory.
    }
  }

  /** Whether the step is that of a handshake that cannot go on before the peer's first byte. */
  sleepsThrough(take: (handle: ConnectionHandle, ask: Ask | null) => Step): boolean {
    if (this.#forget === null || take !== binding.connectionHandshake || !this.#lacksInput)
      return false;
    this.#hasBegun = true;
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#leaveSet();
    if (this.handle !== null) binding.connectionClose(this.handle);
  }

  get #lacksInput(): boolean {
    if (this.#settings === null) return false;
    const { incoming } = this.#settings;
    return binding.memoryBioPending(incoming) === 0 && !binding.memoryBioAtEof(incoming);
  }

  #leaveSet(): void {
    this.#forget?.();
    this.#forget = null;
  }
}
