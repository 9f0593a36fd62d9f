// The contract of native/napi/explain_chain.cc: types only.
import type { ContextHandle } from './handles.js';
import type { CertificateDict, CertificateFacts } from './tls-certificate.js';
import type { FailureCause } from './tls-verification.js';
import type { Bytes, Native } from './types.js';

/** A certificate of a chain. */
export interface ChainCertificate {
  der: Buffer;
  certificate: Native<CertificateFacts & CertificateDict>;
}

/** The result of verifying a chain outside of a connection. */
export interface ChainVerdict {
  /** X509_V_ERR_*, 0 when it verified. */
  code: number;
  message: string;
  /** The depth of the certificate concerned; 0 is the leaf. */
  depth: number;
  cause: FailureCause;
  presented: ChainCertificate[];
  /** As far as it was built. */
  chain: ChainCertificate[];
}

/** Chains outside of connections. */
export interface NativeExplainChain {
  /** `ders` are concatenated, the leaf first; an empty host name matches any. */
  contextExplainChain(context: ContextHandle, ders: Bytes, hostname: string): Native<ChainVerdict>;
}
