// The contract of native/napi/tls_psk.cc: types only.
import type { ConnectionHandle, ContextHandle } from './handles.js';
import type { Native } from './types.js';

/** Pre-shared keys of contexts and of single connections. */
export interface NativePsk {
  contextSetAsksPskClient(context: ContextHandle, asks: boolean): void;
  contextSetAsksPskServer(
    context: ContextHandle,
    asks: boolean,
    identityHint: string | null,
  ): Native<undefined>;
  /**
   * Makes one connection ask for pre-shared keys, whatever its context does, before the handshake or at the ClientHello. The
   * hint is a server's.
   */
  connectionSetAsksPsk(
    connection: ConnectionHandle,
    identityHint: string | null,
  ): Native<undefined>;
}
