/**
 * TLS with the package's own OpenSSL, and with the names and behaviour of Python's ssl module. Start with `connect`,
 * `createServer` and `createDefaultContext`; an `SSLContext` holds every setting.
 *
 * RAND_* is left out on purpose, as in PEP 466: OpenSSL's generator needs no seeds, and random bytes come from
 * hermetic-ssl/os.
 * @module
 */
export * from './ssl/constants.js';
export { SSLContext } from './ssl/context.js';
export type {
  MsgCallback,
  PskClientCallback,
  PskServerCallback,
  SniCallback,
  SSLPeer,
  VerifyAnswer,
  VerifyCallback,
} from './ssl/callbacks.js';
export { MemoryBIO } from './ssl/memory-bio.js';
export { SSLObject } from './ssl/object.js';
export { SSLSession } from './ssl/session.js';
export { SSLSocket, type WrapSocketOptions } from './ssl/socket.js';
export type { WrapOptions } from './ssl/wrap-options.js';
export { createServer, SSLServer, type SSLServerOptions } from './ssl/server.js';
export {
  connect,
  getServerCertificate,
  type ConnectOptions,
  type ServerCertificateOptions,
} from './ssl/connect.js';
export { createDefaultContext } from './ssl/defaults.js';
export {
  getHandshakeThreads,
  setHandshakeThreads,
  type HandshakeThreads,
} from './ssl/engine/handshake-pool.js';
export { certTimeToSeconds } from './ssl/certificates/certificate-time.js';
export { getDefaultVerifyPaths, type DefaultVerifyPaths } from './ssl/trust/verify-paths.js';
export {
  preloadSystemCertificates,
  systemCertificates,
  type DistrustedAfter,
  type SystemCertificate,
  type SystemCertificatesOptions,
  type TrustPurposes,
} from './ssl/trust/system-certificates.js';
export {
  enumCertificates,
  enumCrls,
  type WindowsCertificate,
  type WindowsCrl,
} from './ssl/trust/windows-stores.js';
export { HAS_NATIVE_TRANSPORT } from './ssl/transport/native-streams.js';
export { matchHostname, wrapSocket } from './ssl/removed.js';
export { getProtocolName, getSigalgs } from './ssl/names.js';
export { Purpose, type Asn1Object } from './ssl/purpose.js';
export {
  derCertToPemCert,
  PEM_FOOTER,
  PEM_HEADER,
  pemCertToDerCert,
} from './ssl/certificates/pem.js';
export type { SessionStore } from './ssl/engine/session-store.js';
export type { TicketKeyRing } from './ssl/engine/ticket-keys.js';
export type { PeerVerification } from './ssl/engine/peer-verdict.js';
export {
  getCertificateCompressionAlgorithms,
  type CertificateCompression,
} from './ssl/certificates/certificate-compression.js';
export { spkiHash, type SpkiKey } from './ssl/certificates/spki.js';
export type {
  CertChain,
  CertChainAsync,
  CertChainFiles,
  CertChainInMemory,
  LoadOptions,
  Password,
  PasswordAsync,
  PathLike,
  Pfx,
} from './ssl/certificates/cert-chain.js';
export type { VerifyLocations } from './ssl/trust/verify-locations.js';
export type { ServerHostname } from './ssl/certificates/hostname.js';
export type {
  Bytes,
  CertificateDict,
  CertStoreStats,
  CipherDescription,
  CipherTriple,
  DistinguishedName,
  SessionStats,
} from './internal/native/binding.js';
export {
  type CertVerificationErrorFields,
  SSLCertVerificationError,
  SSLCertVerificationError as CertificateError,
  SSLEOFError,
  SSLError,
  type SSLErrorFields,
  SSLSyscallError,
  SSLWantCallbackError,
  SSLWantReadError,
  SSLWantWriteError,
  SSLZeroReturnError,
} from './errors.js';
