// The native part of a connection; for a server's socket it is created at the first byte (dormant.ts).
import { isRecord, stateError, unwrap } from '../../errors.js';
import { binding, type ConnectionHandle } from '../../internal/native/binding.js';
import { keepDormant, type Dormant } from './dormant.js';
import type { ConnectionSettings } from './context.js';

type KeptFacts = readonly [isResumed: boolean, serverName: string | null];

export class LateConnection implements Dormant {
  /** Null until it is created. */
  handle: ConnectionHandle | null = null;
  #settings: ConnectionSettings | null; // null after creation, since it keeps a context alive
  readonly #asksClientHello: boolean;
  #forget: (() => void) | null = null;
  #hasBegun = false;
  #isClosed = false;

  constructor(settings: ConnectionSettings) {
    const { context, serverSide, waitsForInput = false, callbacks } = settings;
    this.#settings = settings;
    const callback = callbacks?.clientHello ?? context.sniCallback;
    const looksUp = callbacks === undefined && context.sessionStore !== null;
    this.#asksClientHello = serverSide && (callback !== null || looksUp);
    if (waitsForInput) this.#forget = keepDormant(context.handle, this);
    else this.open();
  }

  /** Creates the native connection in its current state, even if closed, since a closed one still answers queries. */
  awaken(): ConnectionHandle {
    const handle = this.open();
    // Without input the handshake only begins.
    if (this.#hasBegun && !this.#isClosed) binding.connectionHandshake(handle, null);
    return handle;
  }

  /** Creates the native connection for a step. */
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
    if (this.#isClosed) binding.connectionClose(handle);
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
      if (this.handle === null) this.awaken();
    } catch {
      // Out of memory.
    }
  }

  /** Whether a handshake without input need not begin yet. It counts as begun. */
  sleeps(): boolean {
    if (this.#forget === null) return false;
    this.#hasBegun = true;
    return true;
  }

  /** Frees the native part. Returns facts that outlive it, if there was one. */
  close(): KeptFacts | null {
    this.#isClosed = true;
    this.#leaveSet();
    if (this.handle === null) return null;
    const kept = binding.connectionClose(this.handle);
    return isRecord(kept) ? null : kept;
  }

  #leaveSet(): void {
    this.#forget?.();
    this.#forget = null;
  }
}
