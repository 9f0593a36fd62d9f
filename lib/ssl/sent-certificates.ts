// The settings of an SSLContext for the message in which certificates are sent.
import {
  certificateCompressionOf,
  setCertificateCompression,
  type CertificateCompression,
} from './certificates/certificate-compression.js';
import { ServerSessions } from './server-sessions.js';

/** The part of {@link SSLContext} about the form in which certificates are sent. */
export abstract class SentCertificates extends ServerSessions {
  /** @internal */
  abstract get role(): { isServerOnly: boolean; isClientOnly: boolean };

  /**
   * The algorithms for compressed certificates under TLS 1.3, in order of preference (RFC 8879;
   * SSL_CTX_set1_cert_comp_preference(3)): `['brotli', 'zlib']`. Empty by default: nothing is offered, and certificates are
   * sent as they are. A client offers the algorithms to its server. A server compresses its chain with the first algorithm
   * of the client that it has too, and offers them to clients whose certificate it requests. Applies to new connections.
   *
   * node:zlib compresses each chain once, when the chain is loaded or this property is set. A runtime whose node:zlib lacks
   * an algorithm (Node before 22.15 lacks zstd) only decompresses with it. A client's own certificate is never compressed,
   * nor is a chain that is sent together with an OCSP response. A decompressed chain has at most 100 KiB, like any other; a
   * peer whose data cannot be decompressed is refused (SSLError, BAD_DECOMPRESSION).
   * @throws TypeError for anything but an array of strings; RangeError (ERR_INVALID_ARG_VALUE) for an unknown algorithm, or
   *   the same one twice; Error (ERR_METHOD_NOT_IMPLEMENTED) for one that `getCertificateCompressionAlgorithms` does not
   *   list. The setting is then unchanged
   */
  get certificateCompression(): readonly CertificateCompression[] {
    return certificateCompressionOf(this.handle);
  }
  set certificateCompression(algorithms: readonly CertificateCompression[]) {
    setCertificateCompression(this.handle, algorithms, !this.role.isClientOnly);
  }
}
