// The contract of native/napi/tls_certificate_compression.cc: types only. Algorithms are the numbers of RFC 8879: zlib 1,
// brotli 2, zstd 3.
import type { ContextHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** The compression of certificates. */
export interface NativeCertificateCompression {
  /** Returns the algorithms that this OpenSSL decodes. */
  certificateCompressionAlgorithms(): number[];
  /** Sets the algorithms, one byte for each, and forgets the compressed chains. */
  contextSetCertificateCompression(context: ContextHandle, algorithms: Bytes): Native<undefined>;
  /** Returns the message to compress for each chain of the context. */
  contextCertificateMessages(context: ContextHandle): Native<Buffer[]>;
  /** Adds the compressed message of the chain with that index. */
  contextAddCompressedChain(
    context: ContextHandle,
    index: number,
    algorithm: number,
    compressed: Bytes,
  ): Native<undefined>;
}
