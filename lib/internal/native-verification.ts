// The typed contract of the addon's verification of certificates (native/napi/tls_verification.cc): types only.
import type { Bytes, Native } from './native-binding.js';
import type { CertificateDict, ConnectionHandle } from './native-tls.js';

/** Something that is wrong with a certificate (native/tls/peer_verification.h). */
export interface Complaint {
  /** X509_V_ERR_* of OpenSSL, and its text. */
  code: number;
  text: string;
  /** The certificate's place in the chain; 0 is the peer's own. */
  depth: number;
  /** Whether it is none without VERIFY_X509_STRICT. */
  isStrict: boolean;
}

/** What a verification came to. */
export interface Verification {
  /** None where the chain verified. The first one counts. */
  complaints: readonly Complaint[];
  /** DER, leaf first, as far as the chain could be built. */
  chain: readonly Buffer[];
  securityLevel: number;
}

/** A verification, and which end has made it. */
export interface VerificationDetail extends Verification {
  isServer: boolean;
}

export interface NativeVerification {
  /** The last verification of the connection's peer. */
  connectionVerification(connection: ConnectionHandle): Native<Verification>;
  decodeCertificate(der: Bytes): Native<CertificateDict>;
}
