// The contract of native/napi/tls_context.cc: types only.
import type { ContextHandle } from './handles.js';
import type { CertificateDict } from './tls-certificate.js';
import type { TrustEnvironment, TrustTrouble } from './trust.js';
import type { Bytes, Native } from './types.js';

/** How many certificates and lists a context has loaded (Python: ssl.SSLContext.cert_store_stats). */
export interface CertStoreStats {
  /** Certificates, authorities among them. */
  x509: number;
  /** Revocation lists. */
  crl: number;
  /** Certificates of authorities (X509_check_ca(3)). */
  x509Ca: number;
}

/** OpenSSL's counters of a context's handshakes and sessions. */
export interface SessionStats {
  /** Sessions in the cache. */
  number: number;
  /** Handshakes begun as a client. */
  connect: number;
  /** Handshakes completed as a client. */
  connectGood: number;
  /** Renegotiations begun as a client. */
  connectRenegotiate: number;
  /** Handshakes begun as a server. */
  accept: number;
  /** Handshakes completed as a server. */
  acceptGood: number;
  /** Renegotiations begun as a server. */
  acceptRenegotiate: number;
  /** Sessions resumed. */
  hits: number;
  /** Sessions that clients requested and that were not in the cache. */
  misses: number;
  /** Sessions that clients requested and that were too old. */
  timeouts: number;
  /** Sessions removed because the cache was full. */
  cacheFull: number;
}

/** The protocol features of the linked OpenSSL. */
export interface TlsFeatures {
  ssl3: boolean;
  tls1: boolean;
  tls1_1: boolean;
  tls1_2: boolean;
  tls1_3: boolean;
  psk: boolean;
}

/** Contexts. */
export interface NativeContext {
  tlsFeatures(): TlsFeatures;
  contextCreate(protocol: number): Native<ContextHandle>;
  contextOptions(context: ContextHandle): bigint;
  contextSetOptions(context: ContextHandle, options: bigint): void;
  contextVerifyFlags(context: ContextHandle): number;
  contextSetVerifyFlags(context: ContextHandle, flags: number): Native<undefined>;
  contextVerifyMode(context: ContextHandle): number;
  contextSetVerifyMode(context: ContextHandle, mode: number): Native<undefined>;
  contextCheckHostname(context: ContextHandle): boolean;
  contextSetCheckHostname(context: ContextHandle, check: boolean): void;
  contextHostnameChecksCommonName(context: ContextHandle): boolean;
  contextSetHostnameChecksCommonName(context: ContextHandle, check: boolean): void;
  contextMinimumVersion(context: ContextHandle): number;
  contextSetMinimumVersion(context: ContextHandle, version: number): Native<undefined>;
  contextMaximumVersion(context: ContextHandle): number;
  contextSetMaximumVersion(context: ContextHandle, version: number): Native<undefined>;
  contextSecurityLevel(context: ContextHandle): number;
  contextNumTickets(context: ContextHandle): number;
  contextSetNumTickets(context: ContextHandle, count: number): Native<undefined>;
  contextPostHandshakeAuth(context: ContextHandle): boolean;
  contextSetPostHandshakeAuth(context: ContextHandle, allows: boolean): void;
  contextBringsVerifySettings(context: ContextHandle): boolean;
  contextSetBringsVerifySettings(context: ContextHandle, brings: boolean): void;
  contextSetLogsKeys(context: ContextHandle, logs: boolean): void;
  contextSetKeepsMessages(context: ContextHandle, keeps: boolean): void;
  contextSessionStats(context: ContextHandle): SessionStats;
  contextVerifyDepth(context: ContextHandle): number;
  contextSetVerifyDepth(context: ContextHandle, depth: number): void;
  contextLoadVerifyFile(context: ContextHandle, file: Bytes): Native<undefined>;
  contextLoadVerifyDirectory(context: ContextHandle, directory: Bytes): Native<undefined>;
  contextLoadVerifyData(
    context: ContextHandle,
    name: string,
    ...bytesAndKind: readonly [bytes: Bytes, isText: boolean]
  ): Native<undefined>;
  /** Adds every list of a PEM, or one in DER; without a list it is an error. */
  contextLoadRevocationLists(context: ContextHandle, name: string, bytes: Bytes): Native<undefined>;
  /** Adds the subject of a certificate to the names that a server sends with its request for a certificate. */
  contextAddClientCa(context: ContextHandle, der: Bytes): Native<undefined>;
  contextLoadDefaultCerts(
    context: ContextHandle,
    ...placesAndPurpose: readonly [...TrustEnvironment, purpose: string]
  ): Native<TrustTrouble[]>;
  contextCertStoreStats(context: ContextHandle): Native<CertStoreStats>;
  contextCaCerts(context: ContextHandle, binaryForm: boolean): Native<(CertificateDict | Buffer)[]>;
}
