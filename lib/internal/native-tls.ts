// The typed contract of the addon's TLS part (native/napi/tls_*.cc, trust.cc): types only.
import type { Bytes, Native } from './native-binding.js';

declare const kind: unique symbol;

/** The settings that connections share (native/tls/context.h). */
export interface ContextHandle {
  readonly [kind]: 'context';
}
/** One TLS connection (native/tls/connection.h). Every function gives a `state` record once it is closed. */
export interface ConnectionHandle {
  readonly [kind]: 'connection';
}
/** One direction of ciphertext (native/tls/memory_bio.h). */
export interface MemoryBioHandle {
  readonly [kind]: 'memory BIO';
}
/** A session to resume (native/tls/session.h). */
export interface SessionHandle {
  readonly [kind]: 'session';
}

/** A name of a certificate: relative names, each of them pairs of type and value. */
export type DistinguishedName = readonly (readonly (readonly [string, string | Buffer])[])[];

/** A certificate with the keys of Python's dictionary (SSLSocket.getpeercert). */
export interface CertificateDict {
  subject?: DistinguishedName;
  issuer?: DistinguishedName;
  version?: number;
  serialNumber?: string;
  notBefore?: string;
  notAfter?: string;
  subjectAltName?: readonly (readonly [string, string | DistinguishedName])[];
  OCSP?: readonly string[];
  caIssuers?: readonly string[];
  crlDistributionPoints?: readonly string[];
}

/** Name, protocol, secret bits. */
export type CipherTriple = readonly [name: string, protocol: string, bits: number];

/** A suite that a context allows. */
export interface CipherDescription {
  id: number;
  name: string;
  protocol: string;
  description: string;
  strengthBits: number;
  algBits: number;
  aead: boolean;
  symmetric: string | null;
  digest: string | null;
  kea: string | null;
  auth: string | null;
}

/** How many certificates and lists a context trusts. */
export interface CertStoreStats {
  x509: number;
  crl: number;
  x509Ca: number;
}

/** What OpenSSL counts of a context's handshakes and sessions. */
export interface SessionStats {
  /** Sessions in the cache. */
  number: number;
  /** Handshakes begun, ended well, and renegotiations begun, as a client. */
  connect: number;
  connectGood: number;
  connectRenegotiate: number;
  /** The same as a server. */
  accept: number;
  acceptGood: number;
  acceptRenegotiate: number;
  /** Sessions resumed; asked for and not found; found and too old. */
  hits: number;
  misses: number;
  timeouts: number;
  /** Sessions that left because the cache was full. */
  cacheFull: number;
}

/** A protocol message that went or came (native/tls/message.h). */
export interface ProtocolMessage {
  isSent: boolean;
  version: number;
  contentType: number;
  messageType: number;
  bytes: Buffer;
}

/** What a session says of itself. */
export interface SessionFields {
  id: Buffer;
  time: number;
  timeout: number;
  ticketLifetimeHint: number;
  hasTicket: boolean;
}

/** A step of a connection: a count of bytes, or one of Want below zero. */
export type Step = Native<number>;

/**
 * Called inside a step with what OpenSSL asks and cannot wait for (native/napi/tls_asker.h); its answer depends on the
 * kind. What it throws is a refusal, and is thrown by the step once that has ended.
 */
export type Ask = (kind: string, ...values: (Buffer | boolean | null)[]) => unknown;

/** What the linked OpenSSL was built with. */
export interface TlsFeatures {
  ssl3: boolean;
  tls1: boolean;
  tls1_1: boolean;
  tls1_2: boolean;
  tls1_3: boolean;
}

/** SSL_CERT_FILE and SSL_CERT_DIR, each empty where it is not set. */
export type TrustEnvironment = readonly [certFile: string, certDir: string];

/** Contexts (native/napi/tls_context.cc). */
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
  contextSetLogsKeys(context: ContextHandle, logs: boolean): void;
  contextSetKeepsMessages(context: ContextHandle, keeps: boolean): void;
  contextSessionStats(context: ContextHandle): SessionStats;
  contextSetCiphers(context: ContextHandle, list: string): Native<undefined>;
  contextSetCiphersuites(context: ContextHandle, list: string): Native<undefined>;
  contextSetGroups(context: ContextHandle, list: string): Native<undefined>;
  contextSetEcdhCurve(context: ContextHandle, name: string): Native<undefined>;
  contextGroups(context: ContextHandle, withAliases: boolean): Native<string[]>;
  contextSetServerSigalgs(context: ContextHandle, list: string): Native<undefined>;
  contextSetClientSigalgs(context: ContextHandle, list: string): Native<undefined>;
  /** All that TLS may be told to use. */
  sigalgs(): Native<string[]>;
  contextLoadDhParams(context: ContextHandle, pem: Bytes): Native<undefined>;
  contextSetAlpnProtocols(context: ContextHandle, wire: Bytes): Native<undefined>;
  contextCiphers(context: ContextHandle): Native<CipherDescription[]>;
  /** True when loaded, false when the key needs a password and none was given. */
  contextLoadCertChain(
    context: ContextHandle,
    certificates: Bytes,
    key: Bytes,
    password: Bytes | null,
  ): Native<boolean>;
  contextLoadVerifyFile(context: ContextHandle, file: Bytes): Native<undefined>;
  contextLoadVerifyDirectory(context: ContextHandle, directory: Bytes): Native<undefined>;
  contextLoadVerifyPem(context: ContextHandle, text: Bytes): Native<undefined>;
  contextLoadVerifyDer(context: ContextHandle, der: Bytes): Native<undefined>;
  contextLoadDefaultCerts(context: ContextHandle, ...places: TrustEnvironment): Native<undefined>;
  contextCertStoreStats(context: ContextHandle): Native<CertStoreStats>;
  contextCaCerts(context: ContextHandle, binaryForm: boolean): Native<(CertificateDict | Buffer)[]>;
}

/** Ciphertext queues (native/napi/tls_memory_bio.cc). */
export interface NativeMemoryBio {
  memoryBioCreate(): MemoryBioHandle;
  memoryBioWrite(bio: MemoryBioHandle, bytes: Bytes): Native<undefined>;
  memoryBioWriteEof(bio: MemoryBioHandle): void;
  /** All bytes when `most` is negative. */
  memoryBioRead(bio: MemoryBioHandle, most: number): Buffer;
  memoryBioPending(bio: MemoryBioHandle): number;
  memoryBioAtEof(bio: MemoryBioHandle): boolean;
}

/** Connections (native/napi/tls_connection.cc). */
export interface NativeConnection {
  connectionCreate(
    context: ContextHandle,
    incoming: MemoryBioHandle,
    outgoing: MemoryBioHandle,
    isServer: boolean,
    serverHostname: string,
    asksClientHello: boolean,
  ): Native<ConnectionHandle>;
  /** Takes effect at the end of the step in which it is called, if there is one. */
  connectionClose(connection: ConnectionHandle): void;
  readonly connectionHandshake: (connection: ConnectionHandle, ask: Ask | null) => Step;
  connectionRead(connection: ConnectionHandle, out: Bytes, ask: Ask | null): Step;
  connectionWrite(connection: ConnectionHandle, bytes: Bytes, ask: Ask | null): Step;
  readonly connectionShutdown: (connection: ConnectionHandle, ask: Ask | null) => Step;
  readonly connectionSendCloseNotify: (connection: ConnectionHandle, ask: Ask | null) => Step;
  /** Sends the request; the certificate comes with later steps. */
  readonly connectionVerifyClientPostHandshake: (
    connection: ConnectionHandle,
    ask: Ask | null,
  ) => Step;
  /** Lines of a key log file since the last call, while the context logs keys. */
  connectionTakeKeyLog(connection: ConnectionHandle): Native<Buffer | null>;
  /** The messages since the last call, of a connection whose context keeps them. */
  connectionTakeMessages(connection: ConnectionHandle): Native<ProtocolMessage[]>;
  connectionServerName(connection: ConnectionHandle): Native<string | null>;
  connectionAnswerClientHello(
    connection: ConnectionHandle,
    alert: number | null,
  ): Native<undefined>;
  connectionUseContext(connection: ConnectionHandle, context: ContextHandle): Native<undefined>;
  connectionIsHandshakeDone(connection: ConnectionHandle): Native<boolean>;
  connectionPending(connection: ConnectionHandle): Native<number>;
  connectionVersion(connection: ConnectionHandle): Native<string | null>;
  connectionCipher(connection: ConnectionHandle): Native<CipherTriple | null>;
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
  connectionUnverifiedChain(connection: ConnectionHandle): Native<Buffer[]>;
  connectionVerifiedChain(connection: ConnectionHandle): Native<Buffer[]>;
  connectionIsResumed(connection: ConnectionHandle): Native<boolean>;
  connectionSession(connection: ConnectionHandle): Native<SessionHandle | null>;
  connectionResumeSession(connection: ConnectionHandle, session: SessionHandle): Native<undefined>;
  sessionFields(session: SessionHandle): SessionFields;
}

/** Where trusted certificates are (native/napi/trust.cc). */
export interface NativeTrust {
  rootPlaces(...places: TrustEnvironment): { file: string; directories: string[] };
}

/** A certificate and its key, PEM. */
export interface PemPair {
  certificate: string;
  key: Buffer;
}

/** Certificates to try things out with (native/napi/development_certificate.cc). */
export interface NativeDevelopmentCertificate {
  developmentAuthority(name: string, days: number): Native<PemPair>;
  /** `names`: DNS names and IP addresses, a line each. */
  developmentCertificate(
    authorityCertificate: string,
    authorityKey: Bytes,
    names: string,
    days: number,
  ): Native<PemPair>;
}

export type NativeTls = NativeContext &
  NativeMemoryBio &
  NativeConnection &
  NativeTrust &
  NativeDevelopmentCertificate;
