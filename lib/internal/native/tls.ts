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
/** One TLS connection (native/tls/connection/connection.h). Once it is closed, every function returns a `state` record. */
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
  /** The owner of the certificate. */
  subject?: DistinguishedName;
  /** The signer of the certificate. */
  issuer?: DistinguishedName;
  /** 3 for every certificate with extensions. */
  version?: number;
  /** In upper-case hexadecimal digits, an even number of them. */
  serialNumber?: string;
  /** The start of its validity: `'Jan  5 09:34:43 2018 GMT'`, for `certTimeToSeconds`. */
  notBefore?: string;
  /** The end of its validity, in the same form. */
  notAfter?: string;
  /** The names that it is valid for, as pairs: `['DNS', 'example.org']`, `['IP Address', '192.0.2.1']`, `['URI', ...]`. */
  subjectAltName?: readonly (readonly [string, string | DistinguishedName])[];
  /** Addresses of the servers that report its status (RFC 6960). */
  OCSP?: readonly string[];
  /** Addresses of its issuer's certificate. */
  caIssuers?: readonly string[];
  /** Addresses of revocation lists. */
  crlDistributionPoints?: readonly string[];
}

/** A cipher suite in short: its name, its version of TLS, its secret bits. */
export type CipherTriple = readonly [name: string, protocol: string, bits: number];

/** A suite that a context allows (Python: ssl.SSLContext.get_ciphers; SSL_CIPHER_get_name(3)). */
export interface CipherDescription {
  /** OpenSSL's number: its lower 16 bits are the IANA number. */
  id: number;
  /** OpenSSL's name: `'TLS_AES_256_GCM_SHA384'`. */
  name: string;
  /** The version of TLS that introduced it: `'TLSv1.3'`. */
  protocol: string;
  /** OpenSSL's one-line description. */
  description: string;
  /** Secret bits of the cipher. */
  strengthBits: number;
  /** Key bits that the cipher processes: more than the secret bits in an export suite. */
  algBits: number;
  /** Whether the cipher is authenticated encryption. */
  aead: boolean;
  /** The cipher by OpenSSL's long name: `'aes-256-gcm'`; null for a suite without a cipher. */
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

/** A protocol message that was sent or received (native/tls/connection/message.h). */
export interface ProtocolMessage {
  isSent: boolean;
  version: number;
  contentType: number;
  messageType: number;
  bytes: Buffer;
}

/** The properties of a session. */
export interface SessionFields {
  id: Buffer;
  time: number;
  timeout: number;
  ticketLifetimeHint: number;
  hasTicket: boolean;
}

/** The result of a step of a connection: a count of bytes, or a negative member of Want. */
export type Step = Native<number>;

/**
 * Called inside a step with a question of OpenSSL that needs an immediate answer (native/napi/tls_asker.h); the answer
 * depends on the kind. If it throws, the answer is a refusal, and the step throws the same value when it ends.
 */
export type Ask = (kind: string, ...values: (Buffer | boolean | null)[]) => unknown;

/** The protocol features of the linked OpenSSL. */
export interface TlsFeatures {
  ssl3: boolean;
  tls1: boolean;
  tls1_1: boolean;
  tls1_2: boolean;
  tls1_3: boolean;
  psk: boolean;
}

/** SSL_CERT_FILE and SSL_CERT_DIR, each empty if it is not set. */
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
  /** Returns every signature algorithm that TLS can use. */
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
  /** Reads all bytes if `most` is negative. */
  memoryBioRead(bio: MemoryBioHandle, most: number): Buffer;
  memoryBioPending(bio: MemoryBioHandle): number;
  /** Removes the last bytes and returns them. If the rest fits in 64 KiB, at most 64 KiB of memory is kept for it. */
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
  /** Sends the request; the certificate arrives in later steps. */
  readonly connectionVerifyClientPostHandshake: (
    connection: ConnectionHandle,
    ask: Ask | null,
  ) => Step;
  /** Returns the lines of a key log file since the last call, while the context logs keys. */
  connectionTakeKeyLog(connection: ConnectionHandle): Native<Buffer | null>;
  /** Returns the messages since the last call, if the connection's context keeps them. */
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
  /** The result contains the session's secrets. */
  sessionSerialize(session: SessionHandle): Native<Buffer>;
  sessionDeserialize(bytes: Bytes, context: ContextHandle): Native<SessionHandle>;
}

/** A place of trusted certificates that could not be read. */
export interface TrustTrouble {
  place: string;
  error: ErrorRecord;
}

/** The fields that every certificate has. */
export type CertificateFacts = Required<
  Pick<CertificateDict, 'subject' | 'issuer' | 'serialNumber' | 'notBefore' | 'notAfter'>
>;

/** A certificate that the platform trusts or distrusts. Purposes are object identifiers, null if unspecified. */
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

/** The encoding of an entry in a store of Windows. */
export type StoreEncoding = 'x509_asn' | 'pkcs_7_asn';

/** Trusted certificates and their places (native/napi/trust.cc). */
export interface NativeTrust {
  /** Lists a store of Windows (native/trust/windows/enum_stores.h): DER, its encoding, and the purposes, null for all. */
  enumCertificates(
    store: string,
  ): Native<{ der: Buffer; encoding: StoreEncoding; trust: string[] | null }[]>;
  enumCrls(store: string): Native<{ der: Buffer; encoding: StoreEncoding }[]>;
  /** Returns the places that are read, and every place that was searched. */
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
