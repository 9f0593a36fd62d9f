// The contract of native/napi/tls_session_storage.cc: types only.
import type { ContextHandle, SessionHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** Sessions as bytes. */
export interface NativeSessionStorage {
  /** The result contains the session's secrets. */
  sessionSerialize(session: SessionHandle): Native<Buffer>;
  sessionDeserialize(bytes: Bytes, context: ContextHandle): Native<SessionHandle>;
}
