// The contract of native/napi/tls_client_hello.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** The offers of a client (native/tls/connection/client_hello.h). */
export interface ClientHello {
  serverName: string | null;
  /** Names, each with its length before it; empty without ALPN. */
  alpnProtocols: Buffer;
  /** Of TLS 1.2 and before. */
  sessionId: Buffer;
  /** Whether there is a ticket of TLS 1.2 and before. */
  hasTicket: boolean;
  /** Tickets and keys of TLS 1.3. */
  pskIdentities: Buffer[];
  requestsOcspResponse: boolean;
  /** The session id is then not one of TLS 1.2, if the server accepts TLS 1.3 too. */
  offersTls13: boolean;
}

/** The stop of a server at the ClientHello, and settings that can be made there as well as before the handshake. */
export interface NativeClientHello {
  /** Returns the name without a stop, too. */
  connectionServerName(connection: ConnectionHandle): Native<string | null>;
  /** Returns the offers of the client, from the stop on. */
  connectionClientHello(connection: ConnectionHandle): Native<ClientHello | null>;
  connectionAnswerClientHello(
    connection: ConnectionHandle,
    alert: number | null,
  ): Native<undefined>;
  /**
   * Replaces the context's ALPN protocols. With `needsOverlap` a server refuses a client without a common one
   * (no_application_protocol).
   */
  connectionSetAlpn(
    connection: ConnectionHandle,
    wire: Bytes,
    needsOverlap: boolean,
  ): Native<undefined>;
  /** Sets the OCSP response of a server, in DER, which is sent to a client that requests one. Empty for no response. */
  connectionSetOcspResponse(connection: ConnectionHandle, der: Bytes): Native<undefined>;
  /** Makes a client request an OCSP response, before its handshake. */
  connectionRequestOcsp(connection: ConnectionHandle): Native<undefined>;
}
