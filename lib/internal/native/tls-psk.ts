// The contract of native/napi/tls_psk.cc: types only.
import type { ContextHandle } from './handles.js';
import type { Native } from './types.js';

/** Pre-shared keys of contexts. */
export interface NativePsk {
  contextSetAsksPskClient(context: ContextHandle, asks: boolean): void;
  contextSetAsksPskServer(
    context: ContextHandle,
    asks: boolean,
    identityHint: string | null,
  ): Native<undefined>;
}
