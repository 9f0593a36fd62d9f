// SSLContext: the settings that connections share. Its plain settings are in context-settings.ts, what it negotiates in
// context-negotiation.ts, pre-shared keys in context-psk.ts.
import type { Duplex } from 'node:stream';

import {
  binding,
  type CertificateDict,
  type CertStoreStats,
  type ContextHandle,
} from '../internal/binding.js';
import { typeError, unwrap, valueError } from '../errors.js';
import type { AlertDescription } from './enums.js';
import {
  describe,
  givenOptions,
  ownOptions,
  requireFlags,
  requireFunction,
  requireInt32,
  requireIntegerWithin,
} from '../internal/validate.js';
import { refuseCloning } from '../internal/cloning.js';
import {
  isPath,
  type CertChain,
  type CertChainAsync,
  type LoadOptions,
  type Password,
  type PasswordAsync,
  type PathLike,
} from './cert-chain.js';
import { checkedSettings, type WrapOptions } from './connection-settings.js';
import { brandContext } from './context-brand.js';
import { ContextPsk } from './context-psk.js';
import { PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER } from './constants.js';
import { addChain, addChainAsync, replaceChains, replaceChainsAsync } from './identity.js';
import { KeyLog, LOG_KEYS } from './key-log.js';
import { MemoryBIO } from './memory-bio.js';
import { SSLObject } from './object.js';
import { Purpose, requirePurpose } from './purpose.js';
import { SSLSocket } from './socket.js';
import type { MsgCallback } from './step-reports.js';
import { LONGEST_TIMEOUT } from './timeouts.js';
import { trustEnvironment } from './trust-environment.js';
import { warnOfTroubles } from './trust-warnings.js';
import { addTrust, type VerifyLocations } from './verify-locations.js';
import { limitHandshake, type WrapSocketOptions } from './wrap-socket-options.js';
import { changing } from './dormant.js';

/** What callbacks are given: the connection they are asked about. */
export type SSLPeer = SSLObject | SSLSocket;

/**
 * Decides about a connection by the name that the client asked for, null when it named none. It may set
 * `peer.context`, and return undefined to go on, or an alert to refuse with; or a promise of either.
 *
 * The other context brings its certificate, its ALPN protocols and whom it trusts. As in Python it does not bring its
 * versions, and its verify mode only with `bringsVerifySettings`: set that where one name wants client certificates.
 */
export type SniCallback = (
  peer: SSLPeer,
  serverName: string | null,
  context: SSLContext,
) =>
  | AlertDescription
  | undefined
  | null
  | void
  | Promise<AlertDescription | undefined | null | void>;

function requireSubclass<T extends typeof SSLObject | typeof SSLSocket>(value: T, base: T): T {
  const isSubclass = typeof value === 'function' && (value === base || base.isPrototypeOf(value));
  if (!isSubclass)
    throw typeError(`the class must be ${base.name} or extend it, not ${describe(value)}`);
  return value;
}

/**
 * Certificates, trust and policy for any number of connections (Python: ssl.SSLContext).
 * `createDefaultContext` makes one with safe settings.
 */
export class SSLContext extends ContextPsk {
  /** @internal */
  readonly handle: ContextHandle;
  /** What `wrapSocket` makes: SSLSocket, or a class that extends it and has no constructor of its own. */
  sslsocketClass: typeof SSLSocket = SSLSocket;
  /** What `wrapBio` makes: SSLObject, or a class that extends it and has no constructor of its own. */
  sslobjectClass: typeof SSLObject = SSLObject;
  readonly #protocol: number;
  #keyLog: KeyLog | null = null;
  #msgCallback: MsgCallback | null = null;
  #sniCallback: SniCallback | null = null;

  /**
   * A context with Python's settings of ssl.SSLContext: TLS 1.2 and later, suites with forward secrecy, security level 2. It
   * trusts nobody yet. `createDefaultContext` is stricter, and trusts what the platform trusts.
   * @param protocol {@link PROTOCOL_TLS_CLIENT}, which verifies certificate and host name, or {@link PROTOCOL_TLS_SERVER};
   *   {@link PROTOCOL_TLS}, the default, verifies nothing.
   * @throws RangeError for a number that is not a protocol (ERR_INVALID_ARG_VALUE), or does not fit in 32 bits
   *   (ERR_OUT_OF_RANGE)
   */
  constructor(protocol: number = PROTOCOL_TLS) {
    super();
    requireInt32(protocol, 'protocol');
    this.handle = unwrap(binding.contextCreate(protocol));
    this.#protocol = protocol;
    brandContext(this);
    refuseCloning(this);
  }

  /** The protocol that it was made with, `PROTOCOL_TLS_CLIENT` or another PROTOCOL_* (Python: ssl.SSLContext.protocol). */
  get protocol(): number {
    return this.#protocol;
  }

  /** @internal */
  get role(): { isServerOnly: boolean; isClientOnly: boolean } {
    return {
      isServerOnly: this.protocol === PROTOCOL_TLS_SERVER,
      isClientOnly: this.protocol === PROTOCOL_TLS_CLIENT,
    };
  }

  /**
   * Called once for every server connection of this context, at its first ClientHello, before anything is decided; null
   * for none (Python: ssl.SSLContext.sni_callback). A connection takes note of whether there is one when it is made.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) when it is set in a context for `PROTOCOL_TLS_CLIENT`
   */
  get sniCallback(): SniCallback | null {
    return this.#sniCallback;
  }
  set sniCallback(callback: SniCallback | null) {
    if (this.role.isClientOnly)
      throw valueError('sniCallback cannot be set on a PROTOCOL_TLS_CLIENT context');
    if (callback !== null && typeof callback !== 'function')
      throw typeError(`sniCallback must be a function or null, not ${describe(callback)}`);
    this.#sniCallback = callback;
  }

  /**
   * Sets `sniCallback`, Python's older way (Python: ssl.SSLContext.set_servername_callback). The name is an A-label here too.
   */
  setServernameCallback(callback: SniCallback | null): void {
    if (callback !== null) requireFunction(callback, 'callback');
    this.sniCallback = callback;
  }

  /**
   * The file that the secrets of this context's connections are appended to, in the format of NSS; null for none (Python:
   * ssl.SSLContext.keylog_filename). It is made at once, readable by its owner alone, because it decrypts every recorded
   * connection. A file or FIFO that exists must belong to this user, be closed to others (mode 0600) and have one name; a
   * symbolic link is refused. Windows has no such modes. A character device is taken, and `'/dev/stderr'`, `'/dev/stdout'`
   * and `'/dev/fd/3'` are the process's own descriptors. A FIFO needs a reader. An error in writing comes out of the
   * operation on the connection.
   * @throws what node:fs throws for a file that cannot be opened; RangeError (ERR_INVALID_ARG_VALUE) for one that others
   *   may open, and for a symbolic link
   */
  get keylogFilename(): PathLike | null {
    return this.#keyLog?.file ?? null;
  }
  set keylogFilename(file: PathLike | null) {
    this[LOG_KEYS](file === null ? null : new KeyLog(file));
  }

  /** @internal */
  [LOG_KEYS](keyLog: KeyLog | null): void {
    binding.contextSetLogsKeys(changing(this.handle), keyLog !== null);
    this.#keyLog = keyLog;
  }

  /**
   * Told of every protocol message of the connections that are made from now on, after the step that sent or received
   * it; null for none (Python: ssl.SSLContext._msg_callback).
   */
  get msgCallback(): MsgCallback | null {
    return this.#msgCallback;
  }
  set msgCallback(callback: MsgCallback | null) {
    if (callback !== null) requireFunction(callback, 'msgCallback');
    binding.contextSetKeepsMessages(changing(this.handle), callback !== null);
    this.#msgCallback = callback;
  }

  /** @internal */
  get keyLog(): KeyLog | null {
    return this.#keyLog;
  }

  /**
   * Loads a certificate chain, leaf first, with its private key, from files or from memory; docs/certificates.md shows
   * every form. An earlier pair of the same kind of key is replaced; on failure nothing changes. RSA, ECDSA and others
   * may be loaded one after the other: the peer's signature algorithms decide which is shown.
   * @throws SSLError for what cannot be read, decrypted or used; the message names the input
   */
  loadCertChain(certfile: PathLike, keyfile?: PathLike | null, password?: Password | null): void;
  loadCertChain(chain: CertChain): void;
  loadCertChain(
    first: PathLike | CertChain,
    keyfile: PathLike | null = null,
    password: Password | null = null,
  ): void {
    if (isPath(first)) addChain(this.handle, { certfile: first, keyfile, password });
    else if (keyfile === null && password === null) addChain(this.handle, first);
    else throw typeError('keyfile and password belong into the object that is given first');
  }

  /**
   * Does the same without this thread, for a file that somebody else has made: files are read asynchronously, keys are
   * derived and checked on the addon's own threads, and a password function may give a promise. The context changes at
   * the end, or not at all; several loads change it in the order of their calls, also where a later one is ready first.
   * Bytes are copied at the call.
   * @throws as `loadCertChain`, in the promise; QueueFullError (ERR_QUEUE_FULL) beyond `hashlib.configure`'s `maxPending`;
   *   the signal's reason
   */
  loadCertChainAsync(
    certfile: PathLike,
    keyfile?: PathLike | null,
    password?: PasswordAsync | null,
    options?: LoadOptions,
  ): Promise<void>;
  loadCertChainAsync(chain: CertChainAsync, options?: LoadOptions): Promise<void>;
  async loadCertChainAsync(
    first: PathLike | CertChainAsync,
    second: PathLike | null | LoadOptions = null,
    password: PasswordAsync | null = null,
    options?: LoadOptions,
  ): Promise<void> {
    if (isPath(first)) {
      const chain = { certfile: first, keyfile: second as PathLike | null, password };
      return addChainAsync(this.handle, chain, options);
    }
    if (password !== null || options !== undefined || isPath(second))
      throw typeError('keyfile and password belong into the object that is given first');
    return addChainAsync(this.handle, first, second);
  }

  /**
   * Makes these the certificates of the context, in place of all that it has: one chain for each kind of key. All are
   * read and checked first, so that a failure changes nothing. Connections that exist, also those within a handshake,
   * keep what they began with; the next one has exactly the new set. Sessions made under other certificates are not
   * resumed; ticket keys and trust stay as they are.
   * @throws RangeError for none on a server's context, or two with the same kind of key
   */
  replaceCertChains(chains: readonly (PathLike | CertChain)[]): void {
    this.#requireChains(chains);
    replaceChains(this.handle, chains);
  }

  /**
   * Does the same without this thread, as `loadCertChainAsync` does.
   * @throws as `replaceCertChains`, in the promise; QueueFullError (ERR_QUEUE_FULL); the signal's reason
   */
  async replaceCertChainsAsync(
    chains: readonly (PathLike | CertChainAsync)[],
    options?: LoadOptions,
  ): Promise<void> {
    this.#requireChains(chains);
    await replaceChainsAsync(this.handle, chains, options);
  }

  #requireChains(chains: readonly unknown[]): void {
    if (!Array.isArray(chains)) throw typeError(`chains must be an array, not ${describe(chains)}`);
    if (chains.length === 0 && this.role.isServerOnly)
      throw valueError('chains is empty: a server has to show a certificate');
  }

  /**
   * Trusts the certificates of a file, of a directory of hashed names, or given as `cadata`, and takes the revocation lists
   * among them. Files and `cadata` may be whatever `loadCertChain` takes: PEM, DER, PKCS#7, and arrays in memory.
   * @throws SSLError for what holds neither, or is damaged: the message names the input, the block and the cause, and what
   *   can be done. What stands before the damage in `cadata` is trusted already; of a file it is nothing
   */
  loadVerifyLocations(locations: VerifyLocations): void {
    addTrust(this.handle, locations);
  }

  /**
   * Trusts what the platform trusts for the purpose, or what SSL_CERT_FILE and SSL_CERT_DIR name (Python:
   * ssl.SSLContext.load_default_certs). What cannot be read does not count; a process warning with the code
   * HERMETIC_TRUST_UNREADABLE says so once.
   * @throws TypeError, RangeError for a purpose that is no member of `Purpose`
   */
  loadDefaultCerts(purpose: Purpose = Purpose.SERVER_AUTH): void {
    requirePurpose(purpose);
    this.#trustPlatform(purpose.oid);
  }

  /** The same for whatever the context verifies, servers or clients (OpenSSL's own name for it). */
  setDefaultVerifyPaths(): void {
    this.#trustPlatform('');
  }

  #trustPlatform(purpose: string): void {
    const places = trustEnvironment();
    warnOfTroubles(
      unwrap(binding.contextLoadDefaultCerts(changing(this.handle), ...places, purpose)),
    );
  }

  /**
   * How many certificates, authorities among them, and revocation lists are loaded (Python:
   * ssl.SSLContext.cert_store_stats). Those of a directory are counted once they were needed.
   */
  certStoreStats(): CertStoreStats {
    return unwrap(binding.contextCertStoreStats(this.handle));
  }

  /**
   * The loaded authorities, as `getpeercert` gives a certificate, or in DER with `binaryForm` (Python:
   * ssl.SSLContext.get_ca_certs). Those of a directory appear only once they were needed.
   */
  getCaCerts(options: { binaryForm: true }): Buffer[];
  getCaCerts(options?: { binaryForm?: false }): CertificateDict[];
  getCaCerts(options: { binaryForm?: boolean } = {}): (CertificateDict | Buffer)[] {
    const given = ownOptions(options);
    requireFlags(given, ['binaryForm']);
    const { binaryForm = false } = given;
    return unwrap(binding.contextCaCerts(this.handle, binaryForm));
  }

  /**
   * Makes a connection between two MemoryBIOs (Python: ssl.SSLContext.wrap_bio). Nothing is sent before `doHandshake`.
   * @param incoming Ciphertext of the peer.
   * @param outgoing Ciphertext for the peer.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) without a `serverHostname` where the context checks host names, for one or a
   *   session on a server, for a name that is none, for a context for the other end, and as `SSLSocket.session` does
   */
  wrapBio(incoming: MemoryBIO, outgoing: MemoryBIO, options: WrapOptions | null = {}): SSLObject {
    if (!(incoming instanceof MemoryBIO))
      throw typeError(`incoming must be a MemoryBIO, not ${describe(incoming)}`);
    if (!(outgoing instanceof MemoryBIO))
      throw typeError(`outgoing must be a MemoryBIO, not ${describe(outgoing)}`);
    const bios = { incoming: incoming.handle, outgoing: outgoing.handle };
    return requireSubclass(this.sslobjectClass, SSLObject).create(
      checkedSettings(this, bios, options),
    );
  }

  /**
   * Makes a connection over a stream (Python: ssl.SSLContext.wrap_socket): a net.Socket, a tunnel, another SSLSocket. The
   * handshake begins after the present tick, so that listeners can be put on first.
   * @param transport Taken over: it is read, written and closed by the socket from now on.
   * @throws As `wrapBio`; TypeError for a transport that is no Duplex, Error (ERR_INVALID_STATE) for one that is under
   *   another SSLSocket
   */
  wrapSocket(transport: Duplex, options: WrapSocketOptions | null = {}): SSLSocket {
    const given = givenOptions(options);
    requireFlags(given, ['allowHalfOpen', 'doHandshakeOnConnect', 'suppressRaggedEofs']);
    const { handshakeTimeout = 0 } = given;
    requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
    const socket = requireSubclass(this.sslsocketClass, SSLSocket).create(this, transport, given);
    limitHandshake(socket, handshakeTimeout);
    return socket;
  }
}
