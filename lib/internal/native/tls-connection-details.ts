// The contract of native/napi/tls_connection_details.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Native } from './types.js';

/** The key that a server has made for a handshake: `'DH'`, `'ECDH'` or `'TLSGroup'`; the name is empty for DH. */
export type EphemeralKey = readonly [type: string, name: string, bits: number];

/** Details of a connection that only node:tls shows, and its renegotiation. */
export interface NativeConnectionDetails {
  /** Returns the algorithms that both ends know, in this end's order: `'ECDSA+SHA256'`. */
  connectionSharedSigalgs(connection: ConnectionHandle): Native<string[]>;
  /** Returns null on a server. */
  connectionEphemeralKey(connection: ConnectionHandle): Native<EphemeralKey | null>;
  /** Returns the contents of the Finished message that this end has sent, and that it has received. */
  connectionFinished(connection: ConnectionHandle): Native<Buffer | null>;
  connectionPeerFinished(connection: ConnectionHandle): Native<Buffer | null>;
  /** Returns the ticket of the present session. */
  connectionTicket(connection: ConnectionHandle): Native<Buffer | null>;
  /** Sets the length of records, from 512 to 16,384. Returns false for other numbers. */
  connectionSetMaxSendFragment(connection: ConnectionHandle, length: number): Native<boolean>;
  /** Makes the next step begin another handshake; an error under TLS 1.3. */
  connectionRenegotiate(connection: ConnectionHandle): Native<undefined>;
}
