// SSLContext: the settings that connections share. The rules of plain settings are C++'s (native/tls/context/context.cc), and
// Python's. What PSK callbacks give is checked, and used, in psk.ts.
import type { Duplex } from 'node:stream';
import { SSLError, notImplementedError, typeError, unwrap, valueError } from '../errors.js';
import {
  type CertStoreStats,
  type CertificateDict,
  type CipherDescription,
  type ContextHandle,
  type SessionStats,
  binding,
} from '../internal/native/binding.js';
import { refuseCloning } from '../internal/cloning.js';
import { spkiText } from '../internal/spki-text.js';
import {
  describe,
  ownOptions,
  requireBoolean,
  requireFlags,
  requireFunction,
  requireInt32,
  requireIntegerWithin,
  requireText,
} from '../internal/validate.js';
import { encodeAlpn } from './alpn.js';
import type { SniCallback } from './callbacks.js';
import {
  type CertChain,
  type CertChainAsync,
  type LoadOptions,
  type Password,
  type PasswordAsync,
  type PathLike,
  isPath,
  readPath,
} from './certificates/cert-chain.js';
import { type WrapOptions, checkedSettings } from './engine/connection-settings.js';
import { PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER } from './constants.js';
import { brandContext } from './engine/context-brand.js';
import { changing } from './engine/dormant.js';
import type { Options, TLSVersion, VerifyFlags, VerifyMode } from './enums.js';
import {
  addChain,
  addChainAsync,
  replaceChains,
  replaceChainsAsync,
} from './certificates/identity.js';
import { KeyLog, LOG_KEYS } from './engine/key-log.js';
import { requireMemoryBIO, type MemoryBIO } from './memory-bio.js';
import { SSLObject } from './object.js';
import type { PskClientCallback, PskServerCallback } from './engine/psk.js';
import { Purpose, requirePurpose } from './purpose.js';
import {
  requireOptions,
  requireSubclass,
  requireUint32,
  requireVersion,
} from './setting-values.js';
import { SSLSocket } from './socket.js';
import { type SpkiKey, hashesOf } from './certificates/spki.js';
import type { MsgCallback } from './engine/step-reports.js';
import { trustPlatform } from './trust/platform.js';
import { type VerifyLocations, addTrust } from './trust/verify-locations.js';
import { type VerifyCallback, verifierNumber } from './engine/peer-question.js';
import { checkedOptions, limitHandshake, type WrapSocketOptions } from './wrap-socket-options.js';

/** OpenSSL's default (crypto/x509/x509_vpm.c). */
const DEEPEST_CHAIN = 100;

type SetKeys = (context: ContextHandle, hashes: Buffer) => void;

/**
 * Certificates, trust and policy for any number of connections (Python: ssl.SSLContext).
 * `createDefaultContext` makes one with safe settings.
 */
export class SSLContext {
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
  #distrustedSpki: readonly string[] = Object.freeze([]);
  #pinnedSpki: readonly string[] = Object.freeze([]);
  #verifyCallback: VerifyCallback | null = null;
  #pskClientCallback: PskClientCallback | null = null;
  #pskServerCallback: PskServerCallback | null = null;

  /**
   * A context with Python's settings of ssl.SSLContext: TLS 1.2 and later, suites with forward secrecy, security level 2. It
   * trusts nobody yet. `createDefaultContext` is stricter, and trusts what the platform trusts.
   * @param protocol {@link PROTOCOL_TLS_CLIENT}, which verifies certificate and host name, or {@link PROTOCOL_TLS_SERVER};
   *   {@link PROTOCOL_TLS}, the default, verifies nothing.
   * @throws RangeError for a number that is not a protocol (ERR_INVALID_ARG_VALUE), or does not fit in 32 bits
   *   (ERR_OUT_OF_RANGE)
   */
  constructor(protocol: number = PROTOCOL_TLS) {
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
   * The mask of {@link Options} (Python: ssl.SSLContext.options; SSL_CTX_set_options(3)). Setting it replaces all of it, so
   * add with `context.options |= ssl.OP_NO_TICKET`. Connections that exist keep theirs.
   * @throws RangeError for a negative number (ERR_INVALID_ARG_VALUE) or one of more than 64 bits (ERR_OUT_OF_RANGE);
   *   TypeError for a number that is no bigint
   */
  get options(): Options {
    return binding.contextOptions(this.handle);
  }
  set options(options: Options) {
    requireOptions(options);
    binding.contextSetOptions(changing(this.handle), options);
  }

  /**
   * The mask of {@link VerifyFlags} (Python: ssl.SSLContext.verify_flags; X509_VERIFY_PARAM_set_flags(3)). Setting it
   * replaces all of it, so add with `context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF`.
   * @throws RangeError for a negative number (ERR_INVALID_ARG_VALUE) or one of more than 32 bits (ERR_OUT_OF_RANGE)
   */
  get verifyFlags(): VerifyFlags {
    return binding.contextVerifyFlags(this.handle);
  }
  set verifyFlags(flags: VerifyFlags) {
    requireUint32(flags, 'verifyFlags');
    unwrap(binding.contextSetVerifyFlags(changing(this.handle), flags));
  }

  /**
   * Whether the peer's certificate is verified (Python: ssl.SSLContext.verify_mode; SSL_CTX_set_verify(3)).
   * `CERT_REQUIRED` in a context for `PROTOCOL_TLS_CLIENT`, `CERT_NONE` in others. On a client `CERT_OPTIONAL` is
   * `CERT_REQUIRED`; on a server it asks for a certificate and lets in a client that has none.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for a number that is no {@link VerifyMode}, and for `CERT_NONE` while
   *   `checkHostname` is true
   */
  get verifyMode(): VerifyMode {
    return binding.contextVerifyMode(this.handle) as VerifyMode;
  }
  set verifyMode(mode: VerifyMode) {
    requireInt32(mode, 'verifyMode');
    unwrap(binding.contextSetVerifyMode(changing(this.handle), mode));
  }

  /**
   * The most certificates that a chain may have between the peer's certificate and the trust anchor: 0 to 100, which is
   * the default (SSL_CTX_set_verify_depth(3)). With 0 the trust anchor itself must have issued the peer's certificate. A
   * longer chain does not verify (X509_V_ERR_CERT_CHAIN_TOO_LONG).
   * @throws RangeError for a negative number (ERR_INVALID_ARG_VALUE) or one above 100 (ERR_OUT_OF_RANGE)
   */
  get verifyDepth(): number {
    return binding.contextVerifyDepth(this.handle);
  }
  set verifyDepth(depth: number) {
    requireIntegerWithin(depth, 'verifyDepth', [0, DEEPEST_CHAIN]);
    binding.contextSetVerifyDepth(changing(this.handle), depth);
  }

  /**
   * Whether the server's certificate must be for the name that was asked for (Python: ssl.SSLContext.check_hostname; RFC
   * 9525; X509_check_host(3)). True in a context for `PROTOCOL_TLS_CLIENT`. Turning it on turns `CERT_NONE` to
   * `CERT_REQUIRED`; turning it off leaves `verifyMode` as it is.
   */
  get checkHostname(): boolean {
    return binding.contextCheckHostname(this.handle);
  }
  set checkHostname(check: boolean) {
    requireBoolean(check, 'checkHostname');
    binding.contextSetCheckHostname(changing(this.handle), check);
  }

  /**
   * Whether a certificate without a DNS name is matched by its common name (Python:
   * ssl.SSLContext.hostname_checks_common_name; X509_CHECK_FLAG_NEVER_CHECK_SUBJECT of X509_check_host(3)). True by
   * default.
   */
  get hostnameChecksCommonName(): boolean {
    return binding.contextHostnameChecksCommonName(this.handle);
  }
  set hostnameChecksCommonName(check: boolean) {
    requireBoolean(check, 'hostnameChecksCommonName');
    binding.contextSetHostnameChecksCommonName(changing(this.handle), check);
  }

  /**
   * The lowest version to agree to (Python: ssl.SSLContext.minimum_version; SSL_CTX_set_min_proto_version(3)). TLS 1.2 by
   * default. A lowest above the highest shows in the handshake only (NO_PROTOCOLS_AVAILABLE).
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for a number that is no {@link TLSVersion}, a version that was not compiled
   *   in, and in a context for one version, such as `PROTOCOL_TLSv1_2`
   */
  get minimumVersion(): TLSVersion {
    return binding.contextMinimumVersion(this.handle) as TLSVersion;
  }
  set minimumVersion(version: TLSVersion) {
    requireVersion(version, 'minimumVersion');
    unwrap(binding.contextSetMinimumVersion(changing(this.handle), version));
  }

  /**
   * The highest version to agree to (Python: ssl.SSLContext.maximum_version; SSL_CTX_set_max_proto_version(3)).
   * `MAXIMUM_SUPPORTED` by default.
   * @throws As for `minimumVersion`.
   */
  get maximumVersion(): TLSVersion {
    return binding.contextMaximumVersion(this.handle) as TLSVersion;
  }
  set maximumVersion(version: TLSVersion) {
    requireVersion(version, 'maximumVersion');
    unwrap(binding.contextSetMaximumVersion(changing(this.handle), version));
  }

  /**
   * OpenSSL's security level, 0 to 5, by default 2: the least strength of keys, digests and suites (Python:
   * ssl.SSLContext.security_level; SSL_CTX_get_security_level(3)). It is set with the suites:
   * `setCiphers('@SECLEVEL=1:...')`.
   */
  get securityLevel(): number {
    return binding.contextSecurityLevel(this.handle);
  }

  /**
   * Whether client certificates may be asked for after the handshake (RFC 8446, 4.6.2; Python:
   * ssl.SSLContext.post_handshake_auth): a client offers it, and a server with a verify mode other than `CERT_NONE` asks
   * only in `verifyClientPostHandshake()`. For connections made from now on. False by default.
   */
  get postHandshakeAuth(): boolean {
    return binding.contextPostHandshakeAuth(this.handle);
  }
  set postHandshakeAuth(allows: boolean) {
    requireBoolean(allows, 'postHandshakeAuth');
    binding.contextSetPostHandshakeAuth(changing(this.handle), allows);
  }

  /**
   * Whether a connection that is switched to this context, as by `peer.context = context` in `sniCallback`, takes over its
   * verify settings: `verifyMode`, `verifyFlags`, `postHandshakeAuth` and, on a client, `checkHostname`. False by default,
   * as in Python, where only the certificate, the ALPN protocols and the trusted certificates are the new context's.
   *
   * Set it on every context that demands client certificates for its name. Otherwise the settings of the context that the
   * server listens with hold, and where that asks for no certificate, clients of the demanding name are let in without one.
   * Versions are not brought in any case: they are those of the context that the connection was made with.
   */
  get bringsVerifySettings(): boolean {
    return binding.contextBringsVerifySettings(this.handle);
  }
  set bringsVerifySettings(brings: boolean) {
    requireBoolean(brings, 'bringsVerifySettings');
    binding.contextSetBringsVerifySettings(changing(this.handle), brings);
  }

  /**
   * How many TLS 1.3 tickets a server sends after a full handshake, 2 by default (Python: ssl.SSLContext.num_tickets;
   * SSL_CTX_set_num_tickets(3)).
   * @throws RangeError when it is set in a context that is not for `PROTOCOL_TLS_SERVER`, or to a negative number
   *   (ERR_INVALID_ARG_VALUE), or to one of more than 32 bits (ERR_OUT_OF_RANGE)
   */
  get numTickets(): number {
    return binding.contextNumTickets(this.handle);
  }
  set numTickets(count: number) {
    requireUint32(count, 'numTickets');
    unwrap(binding.contextSetNumTickets(changing(this.handle), count));
  }

  /** How many handshakes and sessions there have been (Python: ssl.SSLContext.session_stats; SSL_CTX_sess_number(3)). */
  sessionStats(): SessionStats {
    return binding.contextSessionStats(this.handle);
  }

  /**
   * Sets the suites of TLS 1.2 and before, in OpenSSL's list format (Python: ssl.SSLContext.set_ciphers;
   * openssl-ciphers(1)). Names that are unknown are passed over.
   * @throws SSLError when no suite is left; the list stays as it was
   */
  setCiphers(ciphers: string): void {
    requireText(ciphers, 'ciphers');
    unwrap(binding.contextSetCiphers(changing(this.handle), ciphers));
  }

  /**
   * Sets the suites of TLS 1.3, names between colons, most wanted first (Python: ssl.SSLContext.set_ciphersuites;
   * SSL_CTX_set_ciphersuites(3)).
   * @throws SSLError for a name that is none
   */
  setCiphersuites(ciphersuites: string): void {
    requireText(ciphersuites, 'ciphersuites');
    unwrap(binding.contextSetCiphersuites(changing(this.handle), ciphersuites));
  }

  /**
   * The suites that connections of this context would allow, in order of preference: those of TLS 1.3 too, and without
   * those that versions and security level forbid (Python: ssl.SSLContext.get_ciphers).
   */
  getCiphers(): CipherDescription[] {
    return unwrap(binding.contextCiphers(this.handle));
  }

  /**
   * Sets the groups of the key exchange, names between colons, in OpenSSL's list format (Python:
   * ssl.SSLContext.set_groups; SSL_CTX_set1_groups_list(3)): `'X25519MLKEM768:X25519'`. A name after a `?` may be unknown.
   * @throws SSLError for any other name that is unknown
   */
  setGroups(groups: string): void {
    requireText(groups, 'groups');
    unwrap(binding.contextSetGroups(changing(this.handle), groups));
  }

  /**
   * Allows one group of the key exchange alone, by OpenSSL's short name: `'prime256v1'`, `'X25519'` (Python:
   * ssl.SSLContext.set_ecdh_curve).
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for an unknown name, SSLError for one that is no group
   */
  setEcdhCurve(name: string): void {
    requireText(name, 'name');
    unwrap(binding.contextSetEcdhCurve(changing(this.handle), name));
  }

  /**
   * The groups of the key exchange that the library has within `minimumVersion` and `maximumVersion`; with
   * `includeAliases` also their other names (Python: ssl.SSLContext.get_groups). Not the ones that `setGroups` has chosen.
   */
  getGroups(options: { includeAliases?: boolean } = {}): string[] {
    const given = ownOptions(options);
    requireFlags(given, ['includeAliases']);
    return unwrap(binding.contextGroups(this.handle, given.includeAliases ?? false));
  }

  /**
   * Sets the signature algorithms of certificates that clients show, most wanted first, names of `getSigalgs()` between
   * colons: on a client those it signs with, on a server those it asks for. A name after a `?` may be unknown (Python:
   * ssl.SSLContext.set_client_sigalgs; SSL_CTX_set1_client_sigalgs_list(3)).
   * @throws SSLError for any other name that is unknown
   */
  setClientSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetClientSigalgs(changing(this.handle), sigalgs));
  }

  /**
   * Sets the signature algorithms of servers, as {@link SSLContext.setClientSigalgs | setClientSigalgs} does: on a
   * server those it signs with, on a client those it takes (Python: ssl.SSLContext.set_server_sigalgs;
   * SSL_CTX_set1_sigalgs_list(3)).
   * @throws SSLError for a name that is unknown
   */
  setServerSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetServerSigalgs(changing(this.handle), sigalgs));
  }

  /**
   * Loads the group of the finite-field key exchange of TLS 1.2 and before from a PEM file (Python:
   * ssl.SSLContext.load_dh_params). Without one there is no such key exchange.
   * @throws what node:fs throws for a file that cannot be read, SSLError for one without parameters or with weak ones
   */
  loadDhParams(path: PathLike): void {
    const pem = readPath(path, 'path');
    unwrap(binding.contextLoadDhParams(changing(this.handle), `path '${String(path)}'`, pem));
  }

  /**
   * Sets the application protocols, most wanted first; the server's order decides (RFC 7301; Python:
   * ssl.SSLContext.set_alpn_protocols). If the two ends have none in common, the handshake goes on without one, unless the
   * server's context has `strictAlpn`.
   * @param protocols Names of 1 to 255 ASCII characters: `['h2', 'http/1.1']`.
   * @throws SSLError for a name that is empty or too long; RangeError (ERR_INVALID_ARG_VALUE) for one that is not ASCII, or
   *   when all together take more than 65,533 bytes
   */
  setAlpnProtocols(protocols: readonly string[]): void {
    if (!Array.isArray(protocols))
      throw typeError(`protocols must be an array of strings, not ${describe(protocols)}`);
    unwrap(binding.contextSetAlpnProtocols(changing(this.handle), encodeAlpn(protocols)));
  }

  /**
   * Whether a server refuses a client that offers application protocols of which none is the server's, with the alert
   * no_application_protocol, as RFC 7301 (3.2) demands (Go, nginx and node:tls do the same). A client that offers none is
   * always taken. False by default, as in Python; true in `createDefaultContext(Purpose.CLIENT_AUTH)`. It has no effect in
   * a context without `setAlpnProtocols`, nor on clients.
   */
  get strictAlpn(): boolean {
    return binding.contextStrictAlpn(this.handle);
  }
  set strictAlpn(isStrict: boolean) {
    requireBoolean(isStrict, 'strictAlpn');
    binding.contextSetStrictAlpn(changing(this.handle), isStrict);
  }

  /**
   * Python's way to NPN, the forerunner of ALPN, which no TLS library has any more (Python:
   * ssl.SSLContext.set_npn_protocols).
   * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always; `HAS_NPN` is false
   */
  setNpnProtocols(_protocols: readonly string[]): never {
    throw notImplementedError('the NPN extension is not supported: use setAlpnProtocols');
  }

  /**
   * Keys that no certificate of the peer's chain may have, root included, whatever is trusted: beside the list that comes
   * with this package. A chain with one of them is refused with `verifyCode` 28; another chain to the same certificate is
   * not looked for. For connections that are made from now on. Setting takes any iterable of keys (`SpkiKey`), and
   * replaces all of them; `ssl.spkiHash` gives the key of a certificate.
   *
   * With `CERT_NONE` only the peer's own certificate is held against this list, and none against the package's.
   * @throws TypeError, RangeError for what is no list of keys; it stays as it was
   */
  get distrustedSpki(): readonly string[] {
    return this.#distrustedSpki;
  }
  set distrustedSpki(keys: Iterable<SpkiKey>) {
    this.#distrustedSpki = this.#setKeys(keys, 'distrustedSpki', binding.contextSetDistrustedKeys);
  }

  /**
   * Keys of which the peer's verified chain must have one, be it the root's (pins, RFC 7469, 2.6); empty for no such
   * demand. A chain without any is refused with `verifyCode` 50 and a message that names the keys it has. For connections
   * that are made from now on. Setting takes any iterable of keys (`SpkiKey`), and replaces all of them.
   *
   * With `CERT_NONE` the peer's own certificate must have one of the keys, and nothing else is verified: a device whose
   * certificate signs itself can be pinned so. A server asks for a certificate then, and takes no client without one.
   * @throws TypeError, RangeError for what is no list of keys; it stays as it was
   */
  get pinnedSpki(): readonly string[] {
    return this.#pinnedSpki;
  }
  set pinnedSpki(keys: Iterable<SpkiKey>) {
    this.#pinnedSpki = this.#setKeys(keys, 'pinnedSpki', binding.contextSetPinnedKeys);
  }

  /**
   * Asked about the certificate of every peer of the connections that are made from now on, after it has been verified, or
   * has failed to be; null for none. What it may answer: {@link VerifyCallback}.
   *
   * It is asked where a certificate is shown: not for a resumed session, which was judged when it was made, and on a server
   * only where `verifyMode` or `pinnedSpki` have it ask for one. A promise makes `SSLSocket` and `createServer` wait and
   * `SSLObject` throw SSLWantCallbackError; `handshakeTimeout` covers it. A server's handshake goes on meanwhile, but
   * nothing that the client has sent is given out, and nothing is sent, before the answer: a refusal that came as a promise
   * therefore closes the connection without an alert. Inside the callback the connection refuses what would change it.
   *
   * Where `sniCallback` switches to a context that has one, that one is asked, and otherwise the first context's.
   * @throws TypeError for anything but a function or null
   */
  get verifyCallback(): VerifyCallback | null {
    return this.#verifyCallback;
  }
  set verifyCallback(callback: VerifyCallback | null) {
    if (callback !== null) requireFunction(callback, 'verifyCallback');
    binding.contextSetVerifier(changing(this.handle), verifierNumber(callback));
    this.#verifyCallback = callback;
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
    trustPlatform(this.handle, purpose.oid);
  }

  /** The same for whatever the context verifies, servers or clients (OpenSSL's own name for it). */
  setDefaultVerifyPaths(): void {
    trustPlatform(this.handle, '');
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
    return unwrap(binding.contextCaCerts(this.handle, given.binaryForm ?? false));
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

  /** @internal */
  get pskClientCallback(): PskClientCallback | null {
    return this.#pskClientCallback;
  }
  /** @internal */
  get pskServerCallback(): PskServerCallback | null {
    return this.#pskServerCallback;
  }

  /**
   * Has connections that are made from now on offer a pre-shared key; null for none (Python: set_psk_client_callback). Under
   * TLS 1.2 suites with PSK in their name must be allowed: `setCiphers('PSK')`, or those with forward secrecy,
   * `setCiphers('kECDHEPSK:kDHEPSK')`. The key should be random: one that can be guessed is found from a recorded handshake
   * (RFC 9257, 6).
   *
   * The callback is called inside the handshake, where its own connection refuses everything that would change it. It may be
   * called twice: under TLS 1.3 before the server has answered, and again when that wants other parameters or TLS 1.2.
   *
   * A key that both ends know proves the server, so it shows no certificate: `getpeercert()` is null also under
   * `CERT_REQUIRED`, and no name is checked; only `pinnedSpki` still demands a certificate. Under TLS 1.3 the handshake goes
   * on with a certificate where there is no key or the server declines it. A key is then of use with suites of SHA-256 alone.
   *
   * A callback that throws or gives what it may not has no key to offer. What it threw is the `cause` of the error that the
   * handshake fails with; where it does not fail, a process warning tells of it, once for each context.
   * @throws SSLError on a PROTOCOL_TLS_SERVER context
   */
  setPskClientCallback(callback: PskClientCallback | null): void {
    if (this.role.isServerOnly)
      throw new SSLError('Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context');
    if (callback !== null) requireFunction(callback, 'callback');
    binding.contextSetAsksPskClient(changing(this.handle), callback !== null);
    this.#pskClientCallback = callback;
  }

  /**
   * Has connections that are made from now on take pre-shared keys; null for none (Python: set_psk_server_callback).
   * `identityHint`, at most 256 bytes of UTF-8, is told to clients under TLS 1.2. What `setPskClientCallback` says of suites,
   * of calls inside the handshake and of errors holds here too; a client with a key shows no certificate either, whatever
   * `verifyMode` says.
   *
   * Under TLS 1.3 the server declines a key that it does not know, and goes on with its certificate if it has one; with a
   * certificate it also declines a key it knows unless it prefers a suite of SHA-256. `sessionReused` tells whether a key was
   * used, there only.
   *
   * Where `sniCallback` switches contexts, callback and hint are those of the context that it switches to; whether keys are
   * taken at all depends on the first one. (In Python the first context's callback is asked under TLS 1.3.) A client that
   * resumes a session is not asked for its key again.
   * @throws SSLError on a PROTOCOL_TLS_CLIENT context, RangeError for a hint that is too long
   */
  setPskServerCallback(
    callback: PskServerCallback | null,
    identityHint: string | null = null,
  ): void {
    if (this.role.isClientOnly)
      throw new SSLError('Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context');
    if (callback !== null) requireFunction(callback, 'callback');
    if (identityHint !== null) requireText(identityHint, 'identityHint');
    unwrap(binding.contextSetAsksPskServer(changing(this.handle), callback !== null, identityHint));
    this.#pskServerCallback = callback;
  }

  /**
   * Makes a connection between two MemoryBIOs (Python: ssl.SSLContext.wrap_bio). Nothing is sent before `doHandshake`.
   * @param incoming Ciphertext of the peer.
   * @param outgoing Ciphertext for the peer.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) without a `serverHostname` where the context checks host names, for one or a
   *   session on a server, for a name that is none, for a context for the other end, and as `SSLSocket.session` does
   */
  wrapBio(incoming: MemoryBIO, outgoing: MemoryBIO, options: WrapOptions | null = {}): SSLObject {
    requireMemoryBIO(incoming, 'incoming');
    requireMemoryBIO(outgoing, 'outgoing');
    const bios = { incoming: incoming.handle, outgoing: outgoing.handle };
    const settings = checkedSettings(this, bios, options);
    return requireSubclass(this.sslobjectClass, SSLObject).create(settings);
  }

  /**
   * Makes a connection over a stream (Python: ssl.SSLContext.wrap_socket): a net.Socket, a tunnel, another SSLSocket. The
   * handshake begins after the present tick, so that listeners can be put on first.
   * @param transport Taken over: it is read, written and closed by the socket from now on.
   * @throws As `wrapBio`; TypeError for a transport that is no Duplex, Error (ERR_INVALID_STATE) for one that is under
   *   another SSLSocket
   */
  wrapSocket(transport: Duplex, options: WrapSocketOptions | null = {}): SSLSocket {
    const given = checkedOptions(options);
    const socket = requireSubclass(this.sslsocketClass, SSLSocket).create(this, transport, given);
    limitHandshake(socket, given.handshakeTimeout);
    return socket;
  }

  #setKeys(keys: Iterable<SpkiKey>, name: string, set: SetKeys): readonly string[] {
    const hashes = hashesOf(keys, name);
    set(changing(this.handle), Buffer.concat(hashes));
    return Object.freeze(hashes.map(spkiText));
  }
}
