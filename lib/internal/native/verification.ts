// The typed contract of the addon's verification of certificates (native/napi/tls_verification.cc): types only.
import type { Bytes, ErrorRecord, Native } from './contract.js';
import type { CertificateDict, ConnectionHandle, ContextHandle } from './tls.js';

/** Something that is wrong with a certificate (native/tls/connection/peer_verification.h). */
export interface Complaint {
  /** X509_V_ERR_* of OpenSSL, and its text. */
  code: number;
  text: string;
  /** The certificate's place in the chain; 0 is the peer's own. */
  depth: number;
  /** Who complains; 'strict' is OpenSSL for VERIFY_X509_STRICT alone. */
  by: 'openssl' | 'strict' | 'distrusted' | 'pins' | 'callback';
}

/** A certificate with the name of a missing issuer (native/tls/certificates/failure_cause.h). */
export interface IssuerCandidate {
  /** Whether it is a trusted one; the peer has sent it otherwise. */
  isTrusted: boolean;
  /** Whether it is in the chain already. */
  isInChain: boolean;
  /** Whether its key has signed the certificate. */
  hasSigned: boolean;
  /** X509_V_ERR_*: why it is not the issuer; 29 if the names read the same and are not the same. */
  code: number;
  /** Its invalid extensions. */
  defects: readonly string[];
}

/** Why the first complaint came about. */
export interface FailureCause {
  /** The invalid extensions of the certificate that failed. */
  defects: readonly string[];
  issuers: readonly IssuerCandidate[];
  /** The highest security level that takes the chain, where the level is what it failed by. */
  fittingLevel: number;
}

/** What a verification came to. */
export interface Verification {
  /** None where the chain verified. The first one counts. */
  complaints: readonly Complaint[];
  /** DER, leaf first, as far as the chain could be built. */
  chain: readonly Buffer[];
  cause: FailureCause;
  securityLevel: number;
  /** Whether chains are verified at all: false for CERT_NONE. */
  verifies: boolean;
  /** Whether the name may be matched with a common name. */
  matchesCommonName: boolean;
  /** The failure; null where the chain verified. */
  error: ErrorRecord | null;
}

/** A verification, which end has made it, and why the application has refused. */
export interface VerificationDetail extends Verification {
  isServer: boolean;
  refusal: string | null;
}

export interface NativeVerification {
  /** The last verification of the connection's peer. */
  connectionVerification(connection: ConnectionHandle): Native<Verification>;
  /** The answer to what a client stopped for, or a server went on without (native/tls/connection/peer_answer.h). */
  connectionAnswerPeer(connection: ConnectionHandle, code: number): Native<undefined>;
  /** Who is asked about the peers of connections that are made from now on; 0 for nobody. */
  contextSetVerifier(context: ContextHandle, verifier: number): void;
  decodeCertificate(der: Bytes): Native<CertificateDict>;
  /** SHA-256 of a certificate's SubjectPublicKeyInfo. */
  spkiHash(der: Bytes): Native<Buffer>;
  /** Such hashes one after the other, for connections that are made from now on. */
  readonly contextSetDistrustedKeys: (context: ContextHandle, hashes: Bytes) => void;
  readonly contextSetPinnedKeys: (context: ContextHandle, hashes: Bytes) => void;
}
