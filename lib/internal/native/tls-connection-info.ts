// The contract of native/napi/tls_connection_info.cc: types only.
import type { ConnectionHandle } from './handles.js';
import type { CertificateDict } from './tls-certificate.js';
import type { Bytes, Native } from './types.js';

/** A cipher suite in short: its name, its version of TLS, its secret bits. */
export type CipherTriple = readonly [name: string, protocol: string, bits: number];

/** The negotiated properties of a connection. */
export interface NativeConnectionInfo {
  connectionVersion(connection: ConnectionHandle): Native<string | null>;
  connectionCipher(connection: ConnectionHandle): Native<CipherTriple | null>;
  /** Returns the name of the suite in IANA's registry. */
  connectionCipherStandardName(connection: ConnectionHandle): Native<string | null>;
  connectionSharedCiphers(connection: ConnectionHandle): Native<CipherTriple[] | null>;
  connectionGroup(connection: ConnectionHandle): Native<string | null>;
  connectionServerSigalg(connection: ConnectionHandle): Native<string | null>;
  connectionClientSigalg(connection: ConnectionHandle): Native<string | null>;
  connectionSelectedAlpnProtocol(connection: ConnectionHandle): Native<string | null>;
  connectionChannelBinding(connection: ConnectionHandle, type: string): Native<Buffer | null>;
  /** `length` from 0 to 65,535. */
  connectionExportKeyingMaterial(
    connection: ConnectionHandle,
    length: number,
    label: string,
    context: Bytes | null,
  ): Native<Buffer>;
  connectionPeerCertificate(
    connection: ConnectionHandle,
    binaryForm: boolean,
  ): Native<CertificateDict | Buffer | null>;
  /** Returns this end's own certificate in DER: on a server the one that it has chosen. */
  connectionLocalCertificate(connection: ConnectionHandle): Native<Buffer | null>;
  /** Returns the OCSP response that the server has sent, in DER; nothing has judged it. */
  connectionOcspResponse(connection: ConnectionHandle): Native<Buffer | null>;
  connectionUnverifiedChain(connection: ConnectionHandle): Native<Buffer[]>;
  connectionVerifiedChain(connection: ConnectionHandle): Native<Buffer[]>;
}
