// The contract of native/napi/tls_verification.cc: types only.
import type { ConnectionHandle, ContextHandle } from './handles.js';
import type { CertificateDict } from './tls-certificate.js';
import type { Bytes, ErrorRecord, Native } from './types.js';

/** A fault of a certificate (native/tls/connection/peer_verification.h). */
export interface Complaint {
  /** X509_V_ERR_* of OpenSSL, and its text. */
  code: number;
  text: string;
  /** The certificate's place in the chain; 0 is the peer's own. */
  depth: number;
  /** The source of the complaint; 'strict' is OpenSSL for VERIFY_X509_STRICT alone. */
  by: 'openssl' | 'strict' | 'distrusted' | 'pins' | 'callback';
}

/** A certificate with the name of a missing issuer (native/tls/certificates/failure_cause.h). */
export interface IssuerCandidate {
  /** Whether it is trusted; otherwise the peer has sent it. */
  isTrusted: boolean;
  /** Whether it is in the chain already. */
  isInChain: boolean;
  /** Whether its key has signed the certificate. */
  hasSigned: boolean;
  /** X509_V_ERR_*: why it is not the issuer; 29 if the names look the same and differ. */
  code: number;
  /** Its invalid extensions. */
  defects: readonly string[];
}

/** The cause of the first complaint. */
export interface FailureCause {
  /** The invalid extensions of the certificate that failed. */
  defects: readonly string[];
  issuers: readonly IssuerCandidate[];
  /** If the chain failed because of the security level, the highest level that accepts it. */
  fittingLevel: number;
}

/** The result of a verification. */
export interface Verification {
  /** Empty if the chain verified. The first one counts. */
  complaints: readonly Complaint[];
  /** DER, leaf first, as far as the chain could be built. */
  chain: readonly Buffer[];
  cause: FailureCause;
  securityLevel: number;
  /** Whether chains are verified at all: false for CERT_NONE. */
  verifies: boolean;
  /** Whether a common name may match the host name. */
  matchesCommonName: boolean;
  /** The failure; null if the chain verified. */
  error: ErrorRecord | null;
}

/** A verification, the end that made it, and the application's reason to refuse. */
export interface VerificationDetail extends Verification {
  isServer: boolean;
  refusal: string | null;
}

/** The verification of peers. */
export interface NativeVerification {
  /** Returns the last verification of the connection's peer. */
  connectionVerification(connection: ConnectionHandle): Native<Verification>;
  /** Answers about the peer: the wait suspends a client but not a server (native/tls/connection/peer_gate.h). */
  connectionAnswerPeer(connection: ConnectionHandle, code: number): Native<undefined>;
  /** Sets the verifier of the peers of new connections; 0 for no verifier. */
  contextSetVerifier(context: ContextHandle, verifier: number): void;
  /**
   * Leaves the verdict about the peer to the application, from before the handshake: verification does not fail, and reads
   * and writes return Want.PEER_ANSWER until connectionAcceptPeer. The output of the last step of the handshake is sent
   * then. A server requests a certificate if `requestsCertificate` is true. If `demandsCertificate` is true in addition, a
   * client without one is refused in the handshake, with an alert. A server may call it again to request a certificate in a
   * renegotiation.
   */
  connectionObservePeer(
    connection: ConnectionHandle,
    requestsCertificate: boolean,
    demandsCertificate: boolean,
  ): Native<undefined>;
  /**
   * Returns X509_V_OK or the last complaint about an observed peer, also of the session that was resumed. 1 (unspecified) for
   * a peer without a certificate and without a pre-shared key.
   */
  connectionVerifyCode(connection: ConnectionHandle): Native<number>;
  /**
   * Accepts an observed peer, after the handshake. After a renegotiation, and after a certificate that comes later, reads and
   * writes return Want.PEER_ANSWER again until the peer is accepted again.
   */
  connectionAcceptPeer(connection: ConnectionHandle): Native<undefined>;
  decodeCertificate(der: Bytes): Native<CertificateDict>;
  /** Returns the SHA-256 of a certificate's SubjectPublicKeyInfo. */
  spkiHash(der: Bytes): Native<Buffer>;
  /** Sets such hashes, concatenated, for new connections. */
  readonly contextSetDistrustedKeys: (context: ContextHandle, hashes: Bytes) => void;
  readonly contextSetPinnedKeys: (context: ContextHandle, hashes: Bytes) => void;
}
