// The typed contract of the addon's TLS part (native/napi/tls_*.cc, trust.cc): types only.
import type { Bytes, ErrorRecord, Native } from './contract.js';
import type { NativeDevelopmentCertificate } from './development-certificate.js';
import type { NativeIdentity } from './identity.js';
import type { FailureCause, NativeVerification } from './verification.js';

declare const kind: unique symbol;

/** The settings that connections share (native/tls/context/context.h). */
export interface ContextHandle {
  readonly [kind]: 'context';
}
/** One TLS connection (native/tls/connection/connection.h). Every function gives a `state` record once it is closed. */
export interface ConnectionHandle {
  readonly [kind]: 'connection';
}
/** One direction of ciphertext (native/tls/connection/memory_bio.h). */
export interface MemoryBioHandle {
  readonly [kind]: 'memory BIO';
}
/** A session to resume (native/tls/session/session.h). */
export interface SessionHandle {
  readonly [kind]: 'session';
}

/**
 * A name of a certificate: relative names, each of them pairs of type and value (RFC 5280, 4.1.2.4). A type is OpenSSL's
 * long name, `'commonName'`, or the numbers of its OID; a value is text, or bytes for a bit string.
 */
export type DistinguishedName = readonly (readonly (readonly [string, string | Buffer])[])[];

/**
 * A certificate (RFC 5280) with the keys of Python's dictionary (Python: ssl.SSLSocket.getpeercert). A list that would be
 * empty is left out.
 */
export interface CertificateDict {
  /** Whom the certificate is for. */
  subject?: DistinguishedName;
  /** Who has signed it. */
  issuer?: DistinguishedName;
  /** 3 for every certificate with extensions. */
  version?: number;
  /** In upper-case hexadecimal digits, an even number of them. */
  serialNumber?: string;
  /** When it begins to be valid: `'Jan  5 09:34:43 2018 GMT'`, for `certTimeToSeconds`. */
  notBefore?: string;
  /** When it ends to be valid, in the same form. */
  notAfter?: string;
  /** The names it is for, as pairs: `['DNS', 'example.org']`, `['IP Address', '192.0.2.1']`, `['URI', ...]`. */
  subjectAltName?: readonly (readonly [string, string | DistinguishedName])[];
  /** Addresses of the servers that tell its status (RFC 6960). */
  OCSP?: readonly string[];
  /** Addresses of its issuer's certificate. */
  caIssuers?: readonly string[];
  /** Addresses of revocation lists. */
  crlDistributionPoints?: readonly string[];
}

/** A cipher suite in short: its name, the version of TLS that it is for, its secret bits. */
export type CipherTriple = readonly [name: string, protocol: string, bits: number];

/** A suite that a context allows (Python: ssl.SSLContext.get_ciphers; SSL_CIPHER_get_name(3)). */
export interface CipherDescription {
  /** OpenSSL's number: its lower 16 bits are those of the IANA registry. */
  id: number;
  /** OpenSSL's name: `'TLS_AES_256_GCM_SHA384'`. */
  name: string;
  /** The version of TLS that brought it: `'TLSv1.3'`. */
  protocol: string;
  /** OpenSSL's line about it. */
  description: string;
  /** Secret bits of the cipher. */
  strengthBits: number;
  /** Bits that the cipher works on: with an export suite more than the secret ones. */
  algBits: number;
  /** Whether it encrypts and authenticates in one. */
  aead: boolean;
  /** The cipher by OpenSSL's long name: `'aes-256-gcm'`; null where there is none. */
  symmetric: string | null;
  /** The digest of its MAC; null for an AEAD suite. */
  digest: string | null;
  /** The key exchange: `'kx-ecdhe'`; `'kx-any'` under TLS 1.3. */
  kea: string | null;
  /** The authentication: `'auth-rsa'`; `'auth-any'` under TLS 1.3. */
  auth: string | null;
}

/** How many certificates and lists a context has loaded (Python: ssl.SSLContext.cert_store_stats). */
export interface CertStoreStats {
  /** Certificates, authorities among them. */
  x509: number;
  /** Revocation lists. */
  crl: number;
  /** Certificates of authorities (X509_check_ca(3)). */
  x509Ca: number;
}

/** What OpenSSL counts of a context's handshakes and sessions. */
export interface SessionStats {
  /** Sessions in the cache. */
  number: number;
  /** Handshakes begun as a client. */
  connect: number;
  /** Handshakes of clients that ended well. */
  connectGood: number;
  /** Renegotiations begun as a client. */
  connectRenegotiate: number;
  /** Handshakes begun as a server. */
  accept: number;
  /** Handshakes of servers that ended well. */
  acceptGood: number;
  /** Renegotiations begun as a server. */
  acceptRenegotiate: number;
  /** Sessions resumed. */
  hits: number;
  /** Sessions that clients asked for and that were not in the cache. */
  misses: number;
  /** Sessions that clients asked for and that were too old. */
  timeouts: number;
  /** Sessions that left because the cache was full. */
  cacheFull: number;
}

/** A protocol message that went or came (native/tls/connection/message.h). */
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
  psk: boolean;
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
  contextBringsVerifySettings(context: ContextHandle): boolean;
  contextSetBringsVerifySettings(context: ContextHandle, brings: boolean): void;
  contextSetAsksPskClient(context: ContextHandle, asks: boolean): void;
  contextSetAsksPskServer(
    context: ContextHandle,
    asks: boolean,
    identityHint: string | null,
  ): Native<undefined>;
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
  contextLoadDhParams(context: ContextHandle, name: string, pem: Bytes): Native<undefined>;
  contextSetAlpnProtocols(context: ContextHandle, wire: Bytes): Native<undefined>;
  contextStrictAlpn(context: ContextHandle): boolean;
  contextSetStrictAlpn(context: ContextHandle, isStrict: boolean): void;
  contextVerifyDepth(context: ContextHandle): number;
  contextSetVerifyDepth(context: ContextHandle, depth: number): void;
  contextCiphers(context: ContextHandle): Native<CipherDescription[]>;
  contextLoadVerifyFile(context: ContextHandle, file: Bytes): Native<undefined>;
  contextLoadVerifyDirectory(context: ContextHandle, directory: Bytes): Native<undefined>;
  contextLoadVerifyData(
    context: ContextHandle,
    name: string,
    ...bytesAndKind: readonly [bytes: Bytes, isText: boolean]
  ): Native<undefined>;
  contextLoadDefaultCerts(
    context: ContextHandle,
    ...placesAndPurpose: readonly [...TrustEnvironment, purpose: string]
  ): Native<TrustTrouble[]>;
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
  /** Removes the last bytes and returns them. No more memory than 64 KiB is kept for a rest that needs no more. */
  memoryBioTakeBack(bio: MemoryBioHandle, count: number): Buffer;
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

/** Sessions as bytes (native/napi/tls_session_storage.cc). */
export interface NativeSessionStorage {
  /** Holds the session's secrets. */
  sessionSerialize(session: SessionHandle): Native<Buffer>;
  sessionDeserialize(bytes: Bytes, context: ContextHandle): Native<SessionHandle>;
}

/** A place of trusted certificates that could not be read. */
export interface TrustTrouble {
  place: string;
  error: ErrorRecord;
}

/** What every certificate has. */
export type CertificateFacts = Required<
  Pick<CertificateDict, 'subject' | 'issuer' | 'serialNumber' | 'notBefore' | 'notAfter'>
>;

/** A certificate that the platform trusts or distrusts. Purposes are object identifiers, null for nothing said. */
export interface ListedCertificate {
  der: Buffer;
  certificate: Native<CertificateFacts>;
  source: string;
  isAnchor: boolean;
  trustedFor: string[] | null;
  distrustedFor: string[];
  /** Seconds since 1970. */
  distrustedAfter: { time: number; purposes: string[] } | null;
}

/** How Windows has something in a store encoded. */
export type StoreEncoding = 'x509_asn' | 'pkcs_7_asn';

/** Where and what trusted certificates are (native/napi/trust.cc). */
export interface NativeTrust {
  /** A store of Windows (native/trust/windows/enum_stores.h): DER, its kind, and the purposes, null for every one. */
  enumCertificates(
    store: string,
  ): Native<{ der: Buffer; encoding: StoreEncoding; trust: string[] | null }[]>;
  enumCrls(store: string): Native<{ der: Buffer; encoding: StoreEncoding }[]>;
  /** What is read, and everything that was looked for. */
  rootPlaces(...places: TrustEnvironment): {
    file: string;
    directories: string[];
    searched: string[];
  };
  systemCertificates(...places: TrustEnvironment): {
    certificates: ListedCertificate[];
    troubles: TrustTrouble[];
  };
  preloadSystemCertificates(...places: TrustEnvironment): Native<Promise<Native<TrustTrouble[]>>>;
}

/** A certificate of a chain. */
export interface ChainCertificate {
  der: Buffer;
  certificate: Native<CertificateFacts & CertificateDict>;
}

/** What came of verifying a chain outside of a connection. */
export interface ChainVerdict {
  /** X509_V_ERR_*, 0 when it verified. */
  code: number;
  message: string;
  /** Of the certificate concerned; 0 is the leaf. */
  depth: number;
  cause: FailureCause;
  presented: ChainCertificate[];
  /** As far as it was built. */
  chain: ChainCertificate[];
}

/** Chains outside of connections (native/napi/explain_chain.cc). */
export interface NativeExplainChain {
  /** `ders` are concatenated, the leaf first; an empty host name matches any. */
  contextExplainChain(context: ContextHandle, ders: Bytes, hostname: string): Native<ChainVerdict>;
}

export type NativeTls = NativeContext &
  NativeIdentity &
  NativeMemoryBio &
  NativeConnection &
  NativeVerification &
  NativeSessionStorage &
  NativeTrust &
  NativeExplainChain &
  NativeDevelopmentCertificate;
