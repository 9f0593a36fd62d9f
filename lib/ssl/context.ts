// SSLContext: the settings that connections share. native/tls/context/context.cc checks plain settings, by Python's rules.
// psk.ts checks and uses the results of the PSK callbacks.
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
  givenOptions,
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
import type {
  MsgCallback,
  PskClientCallback,
  PskServerCallback,
  SniCallback,
  VerifyCallback,
} from './callbacks.js';
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
import { Purpose, requirePurpose } from './purpose.js';
import {
  requireOptions,
  requireSubclass,
  requireUint32,
  requireVersion,
} from './setting-values.js';
import { SentCertificates } from './sent-certificates.js';
import { SSLSocket, type WrapSocketOptions } from './socket.js';
import { type SpkiKey, hashesOf } from './certificates/spki.js';
import { trustPlatform } from './trust/platform.js';
import { type VerifyLocations, addTrust } from './trust/verify-locations.js';
import { verifierNumber } from './engine/peer-verdict.js';
import { optionsForStore } from './engine/session-store.js';
import { checkedSettings, type WrapOptions } from './wrap-options.js';

/** OpenSSL's default (crypto/x509/x509_vpm.c). */
const DEEPEST_CHAIN = 100;

type SetKeys = (context: ContextHandle, hashes: Buffer) => void;

/**
 * Certificates, trust and policy for any number of connections (Python: ssl.SSLContext).
 * `createDefaultContext` makes one with safe settings.
 */
export class SSLContext extends SentCertificates {
  /** @internal */
  readonly handle: ContextHandle;
  /** The class that `wrapSocket` instantiates: SSLSocket, or a class that extends it and has no constructor of its own. */
  sslsocketClass: typeof SSLSocket = SSLSocket;
  /** The class that `wrapBio` instantiates: SSLObject, or a class that extends it and has no constructor of its own. */
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
   * Creates a context with the settings of Python's ssl.SSLContext: TLS 1.2 and later, suites with forward secrecy,
   * security level 2. It has no trusted certificates yet. `createDefaultContext` is stricter, and trusts the certificates
   * that the platform trusts.
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

  /**
   * The protocol that the context was created with, `PROTOCOL_TLS_CLIENT` or another PROTOCOL_* (Python:
   * ssl.SSLContext.protocol).
   */
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
   * The mask of {@link Options} (Python: ssl.SSLContext.options; SSL_CTX_set_options(3)). Setting it replaces the whole
   * mask, so add an option with `context.options |= ssl.OP_NO_TICKET`. Existing connections keep their options. OP_NO_TICKET
   * stays set while there is a `sessionStore`.
   * @throws RangeError for a negative number (ERR_INVALID_ARG_VALUE) or one of more than 64 bits (ERR_OUT_OF_RANGE);
   *   TypeError for a number that is not a bigint
   */
  get options(): Options {
    return binding.contextOptions(this.handle);
  }
  set options(options: Options) {
    requireOptions(options);
    binding.contextSetOptions(changing(this.handle), optionsForStore(this.handle, options));
  }

  /**
   * The mask of {@link VerifyFlags} (Python: ssl.SSLContext.verify_flags; X509_VERIFY_PARAM_set_flags(3)). Setting it
   * replaces the whole mask, so add a flag with `context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF`.
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
   * Whether the peer's certificate is verified (Python: ssl.SSLContext.verify_mode; SSL_CTX_set_verify(3)). `CERT_REQUIRED`
   * in a context for `PROTOCOL_TLS_CLIENT`, `CERT_NONE` in others. On a client, `CERT_OPTIONAL` means `CERT_REQUIRED`; on a
   * server, it asks for a certificate and accepts a client without one.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for a number that is not a {@link VerifyMode}, and for `CERT_NONE` while
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
   * The maximum number of certificates in a chain between the peer's certificate and the trust anchor: 0 to 100, by default
   * 100 (SSL_CTX_set_verify_depth(3)). With 0 the trust anchor itself must have issued the peer's certificate. A longer
   * chain does not verify (X509_V_ERR_CERT_CHAIN_TOO_LONG).
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
   * Whether the server's certificate must match the requested name (Python: ssl.SSLContext.check_hostname; RFC 9525;
   * X509_check_host(3)). True in a context for `PROTOCOL_TLS_CLIENT`. Turning it on turns `CERT_NONE` to `CERT_REQUIRED`;
   * turning it off leaves `verifyMode` as it is.
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
   * The lowest protocol version that may be negotiated (Python: ssl.SSLContext.minimum_version;
   * SSL_CTX_set_min_proto_version(3)). TLS 1.2 by default. A minimum above the maximum is reported only by the handshake
   * (NO_PROTOCOLS_AVAILABLE).
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for a number that is not a {@link TLSVersion}, for a version that was not
   *   compiled in, and in a context for a single version, such as `PROTOCOL_TLSv1_2`
   */
  get minimumVersion(): TLSVersion {
    return binding.contextMinimumVersion(this.handle) as TLSVersion;
  }
  set minimumVersion(version: TLSVersion) {
    requireVersion(version, 'minimumVersion');
    unwrap(binding.contextSetMinimumVersion(changing(this.handle), version));
  }

  /**
   * The highest protocol version that may be negotiated (Python: ssl.SSLContext.maximum_version;
   * SSL_CTX_set_max_proto_version(3)). `MAXIMUM_SUPPORTED` by default.
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
   * OpenSSL's security level, 0 to 5, by default 2: the minimum strength of keys, digests and suites (Python:
   * ssl.SSLContext.security_level; SSL_CTX_get_security_level(3)). Set it together with the suites:
   * `setCiphers('@SECLEVEL=1:...')`.
   */
  get securityLevel(): number {
    return binding.contextSecurityLevel(this.handle);
  }

  /**
   * Whether client certificates may be asked for after the handshake (RFC 8446, 4.6.2; Python:
   * ssl.SSLContext.post_handshake_auth): a client offers it, and a server with a verify mode other than `CERT_NONE` asks
   * only in `verifyClientPostHandshake()`. Applies to new connections. False by default.
   */
  get postHandshakeAuth(): boolean {
    return binding.contextPostHandshakeAuth(this.handle);
  }
  set postHandshakeAuth(allows: boolean) {
    requireBoolean(allows, 'postHandshakeAuth');
    binding.contextSetPostHandshakeAuth(changing(this.handle), allows);
  }

  /**
   * Whether a connection that switches to this context, for example by `peer.context = context` in `sniCallback`, takes
   * over the context's verify settings: `verifyMode`, `verifyFlags`, `postHandshakeAuth` and, on a client, `checkHostname`.
   * False by default, as in Python, where the connection takes over only the certificate, the ALPN protocols and the
   * trusted certificates.
   *
   * Set it on every context that requires client certificates for its name. Otherwise the settings of the server's initial
   * context apply, and if that context does not ask for a certificate, clients are accepted without one. The protocol
   * versions are always those of the context that the connection was created with.
   */
  get bringsVerifySettings(): boolean {
    return binding.contextBringsVerifySettings(this.handle);
  }
  set bringsVerifySettings(brings: boolean) {
    requireBoolean(brings, 'bringsVerifySettings');
    binding.contextSetBringsVerifySettings(changing(this.handle), brings);
  }

  /**
   * The number of TLS 1.3 tickets that a server sends after a full handshake, 2 by default (Python:
   * ssl.SSLContext.num_tickets; SSL_CTX_set_num_tickets(3)).
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

  /**
   * Returns the numbers of handshakes and sessions so far (Python: ssl.SSLContext.session_stats; SSL_CTX_sess_number(3)).
   */
  sessionStats(): SessionStats {
    return binding.contextSessionStats(this.handle);
  }

  /**
   * Sets the suites of TLS 1.2 and before, in OpenSSL's list format (Python: ssl.SSLContext.set_ciphers;
   * openssl-ciphers(1)). Unknown names are ignored.
   * @throws SSLError if no suite is left; the list is then unchanged
   */
  setCiphers(ciphers: string): void {
    requireText(ciphers, 'ciphers');
    unwrap(binding.contextSetCiphers(changing(this.handle), ciphers));
  }

  /**
   * Sets the suites of TLS 1.3 as a list of names separated by colons, in order of preference (Python:
   * ssl.SSLContext.set_ciphersuites; SSL_CTX_set_ciphersuites(3)).
   * @throws SSLError for an unknown name
   */
  setCiphersuites(ciphersuites: string): void {
    requireText(ciphersuites, 'ciphersuites');
    unwrap(binding.contextSetCiphersuites(changing(this.handle), ciphersuites));
  }

  /**
   * Returns the suites that connections of this context allow, including those of TLS 1.3, in order of preference. Suites
   * that the protocol versions or the security level forbid are left out (Python: ssl.SSLContext.get_ciphers).
   */
  getCiphers(): CipherDescription[] {
    return unwrap(binding.contextCiphers(this.handle));
  }

  /**
   * Sets the groups of the key exchange as a list of names separated by colons, in OpenSSL's list format (Python:
   * ssl.SSLContext.set_groups; SSL_CTX_set1_groups_list(3)): `'X25519MLKEM768:X25519'`. An unknown name after a `?` is
   * ignored.
   * @throws SSLError for any other unknown name
   */
  setGroups(groups: string): void {
    requireText(groups, 'groups');
    unwrap(binding.contextSetGroups(changing(this.handle), groups));
  }

  /**
   * Allows only one group for the key exchange, by OpenSSL's short name: `'prime256v1'`, `'X25519'` (Python:
   * ssl.SSLContext.set_ecdh_curve).
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for an unknown name, SSLError for one that is not a group
   */
  setEcdhCurve(name: string): void {
    requireText(name, 'name');
    unwrap(binding.contextSetEcdhCurve(changing(this.handle), name));
  }

  /**
   * Returns the groups of the key exchange that the library supports between `minimumVersion` and `maximumVersion`, whether
   * or not `setGroups` has selected them; with `includeAliases` also their other names (Python: ssl.SSLContext.get_groups).
   */
  getGroups(options: { includeAliases?: boolean } = {}): string[] {
    const given = ownOptions(options);
    requireFlags(given, ['includeAliases']);
    return unwrap(binding.contextGroups(this.handle, given.includeAliases ?? false));
  }

  /**
   * Sets the signature algorithms for client certificates as a list of names from `getSigalgs()` separated by colons, in
   * order of preference: on a client those it signs with, on a server those it requests. An unknown name after a `?` is
   * ignored (Python: ssl.SSLContext.set_client_sigalgs; SSL_CTX_set1_client_sigalgs_list(3)).
   * @throws SSLError for any other unknown name
   */
  setClientSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetClientSigalgs(changing(this.handle), sigalgs));
  }

  /**
   * Sets the signature algorithms of servers, as {@link SSLContext.setClientSigalgs | setClientSigalgs} does: on a server
   * those it signs with, on a client those it accepts (Python: ssl.SSLContext.set_server_sigalgs;
   * SSL_CTX_set1_sigalgs_list(3)).
   * @throws SSLError for an unknown name
   */
  setServerSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetServerSigalgs(changing(this.handle), sigalgs));
  }

  /**
   * Loads the group of the finite-field key exchange of TLS 1.2 and before from a PEM file (Python:
   * ssl.SSLContext.load_dh_params). Without a group, this key exchange is not available.
   * @throws the error of node:fs for a file that cannot be read; SSLError for a file without parameters or with weak ones
   */
  loadDhParams(path: PathLike): void {
    const pem = readPath(path, 'path');
    unwrap(binding.contextLoadDhParams(changing(this.handle), `path '${String(path)}'`, pem));
  }

  /**
   * Sets the application protocols in order of preference; the server's order decides (RFC 7301; Python:
   * ssl.SSLContext.set_alpn_protocols). If the two ends have no protocol in common, the handshake continues without one,
   * unless the server's context has `strictAlpn`.
   * @param protocols Names of 1 to 255 ASCII characters: `['h2', 'http/1.1']`.
   * @throws SSLError for a name that is empty or too long; RangeError (ERR_INVALID_ARG_VALUE) for one that is not ASCII, or
   *   if the whole list takes more than 65,533 bytes
   */
  setAlpnProtocols(protocols: readonly string[]): void {
    if (!Array.isArray(protocols))
      throw typeError(`protocols must be an array of strings, not ${describe(protocols)}`);
    unwrap(binding.contextSetAlpnProtocols(changing(this.handle), encodeAlpn(protocols)));
  }

  /**
   * Whether a server refuses a client that offers application protocols but none that the server supports. The refusal is
   * the alert no_application_protocol, as RFC 7301 (3.2) requires (Go, nginx and node:tls do the same). A client that does
   * not offer any protocol is always accepted. False by default, as in Python; true in
   * `createDefaultContext(Purpose.CLIENT_AUTH)`. It has no effect in a context without `setAlpnProtocols`, nor on clients.
   */
  get strictAlpn(): boolean {
    return binding.contextStrictAlpn(this.handle);
  }
  set strictAlpn(isStrict: boolean) {
    requireBoolean(isStrict, 'strictAlpn');
    binding.contextSetStrictAlpn(changing(this.handle), isStrict);
  }

  /**
   * Always throws: NPN, the predecessor of ALPN, is no longer in any TLS library (Python:
   * ssl.SSLContext.set_npn_protocols).
   * @throws Error (ERR_METHOD_NOT_IMPLEMENTED), always; `HAS_NPN` is false
   */
  setNpnProtocols(_protocols: readonly string[]): never {
    throw notImplementedError('the NPN extension is not supported: use setAlpnProtocols');
  }

  /**
   * Keys that are refused in the peer's chain, root included, even if they are trusted, in addition to the list that comes
   * with this package. A chain with one of these keys is refused with `verifyCode` 28; no other chain for the same
   * certificate is tried. Applies to new connections. The setter takes any iterable of keys (`SpkiKey`) and replaces the
   * whole list; `ssl.spkiHash` returns the key of a certificate.
   *
   * With `CERT_NONE` only the peer's own certificate is checked, and only against this list, not against the package's.
   * @throws TypeError, RangeError for a value that is not a list of keys; the list is then unchanged
   */
  get distrustedSpki(): readonly string[] {
    return this.#distrustedSpki;
  }
  set distrustedSpki(keys: Iterable<SpkiKey>) {
    this.#distrustedSpki = this.#setKeys(keys, 'distrustedSpki', binding.contextSetDistrustedKeys);
  }

  /**
   * Pinned keys (RFC 7469, 2.6): the peer's verified chain, root included, must contain at least one of them. An empty list
   * turns the check off. A chain without a pinned key is refused with `verifyCode` 50 and a message that names the keys of
   * the chain. Applies to new connections. The setter takes any iterable of keys (`SpkiKey`) and replaces the whole list.
   *
   * With `CERT_NONE` the peer's own certificate must have one of the keys, and nothing else is verified: use this to pin a
   * device with a self-signed certificate. A server with pins asks for a certificate and refuses a client without one.
   * @throws TypeError, RangeError for a value that is not a list of keys; the list is then unchanged
   */
  get pinnedSpki(): readonly string[] {
    return this.#pinnedSpki;
  }
  set pinnedSpki(keys: Iterable<SpkiKey>) {
    this.#pinnedSpki = this.#setKeys(keys, 'pinnedSpki', binding.contextSetPinnedKeys);
  }

  /**
   * The callback that decides about the peer's certificate after verification has succeeded or failed; null to remove it.
   * Applies to new connections. {@link VerifyCallback} describes its results.
   *
   * It is called when the peer shows a certificate: not for a resumed session, which was checked when it was created, and
   * on a server only if `verifyMode` or `pinnedSpki` makes the server ask for one. A promise makes `SSLSocket` and
   * `createServer` wait and `SSLObject` throw SSLWantCallbackError; `handshakeTimeout` covers it. A server's handshake
   * continues while the promise is pending, but the server neither delivers received data nor sends anything before the
   * answer. A refusal by a promise therefore closes the connection without an alert. Inside the callback, every operation
   * that would change the connection is refused.
   *
   * If `sniCallback` switches to a context with its own callback, that callback is called; otherwise the first context's.
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
   * every form. It replaces an earlier pair with the same type of key; on failure nothing changes. Pairs with RSA, ECDSA
   * and other keys may be loaded one after the other: the peer's signature algorithms decide which one is shown.
   * @throws SSLError for input that cannot be read, decrypted or used; the message names the input
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
    else throw typeError('keyfile and password belong in the object that is the first argument');
  }

  /**
   * Does the same without blocking this thread, for example for files from an untrusted source: files are read
   * asynchronously, keys are derived and checked on the addon's own threads, and a password function may return a promise.
   * The context changes at the end or not at all. Several loads change it in the order of their calls, even if a later one
   * is ready first. Bytes are copied at the call.
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
      throw typeError('keyfile and password belong in the object that is the first argument');
    return addChainAsync(this.handle, first, second);
  }

  /**
   * Replaces all certificates of the context by these chains, one for each type of key. All chains are read and checked
   * first, so a failure changes nothing. Existing connections, including those in a handshake, keep their certificates; new
   * connections use exactly the new set. Sessions created under other certificates are not resumed; ticket keys and trust
   * do not change.
   * @throws RangeError for an empty list on a server's context, or for two chains with the same type of key
   */
  replaceCertChains(chains: readonly (PathLike | CertChain)[]): void {
    this.#requireChains(chains);
    replaceChains(this.handle, chains);
  }

  /**
   * Does the same without blocking this thread, like `loadCertChainAsync`.
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
   * Trusts the certificates in a file, in a directory with hashed names, or in `cadata`, and loads the revocation lists
   * among them. Files and `cadata` may have every format that `loadCertChain` accepts: PEM, DER, PKCS#7, and arrays in
   * memory.
   * @throws SSLError for input that contains neither or is damaged: the message names the input, the block, the cause and a
   *   remedy. Certificates before the damage in `cadata` are already trusted; of a damaged file, nothing is
   */
  loadVerifyLocations(locations: VerifyLocations): void {
    addTrust(this.handle, locations);
  }

  /**
   * Trusts the certificates that the platform trusts for the purpose, or those that SSL_CERT_FILE and SSL_CERT_DIR name
   * (Python: ssl.SSLContext.load_default_certs). Unreadable sources are skipped and reported once by a process warning with
   * the code HERMETIC_TRUST_UNREADABLE.
   * @throws TypeError, RangeError for a purpose that is not a member of `Purpose`
   */
  loadDefaultCerts(purpose: Purpose = Purpose.SERVER_AUTH): void {
    requirePurpose(purpose);
    trustPlatform(this.handle, purpose.oid);
  }

  /** Does the same for any purpose, for contexts that verify servers or clients (OpenSSL's own name for it). */
  setDefaultVerifyPaths(): void {
    trustPlatform(this.handle, '');
  }

  /**
   * Returns the numbers of loaded certificates, of authorities among them, and of revocation lists (Python:
   * ssl.SSLContext.cert_store_stats). The files of a directory are counted only after they were needed.
   */
  certStoreStats(): CertStoreStats {
    return unwrap(binding.contextCertStoreStats(this.handle));
  }

  /**
   * Returns the loaded authorities in the form of `getpeercert`, or in DER with `binaryForm` (Python:
   * ssl.SSLContext.get_ca_certs). The authorities of a directory appear only after they were needed.
   */
  getCaCerts(options: { binaryForm: true }): Buffer[];
  getCaCerts(options?: { binaryForm?: false }): CertificateDict[];
  getCaCerts(options: { binaryForm?: boolean } = {}): (CertificateDict | Buffer)[] {
    const given = ownOptions(options);
    requireFlags(given, ['binaryForm']);
    return unwrap(binding.contextCaCerts(this.handle, given.binaryForm ?? false));
  }

  /**
   * The callback that is called once for every server connection of this context, at its first ClientHello, before anything
   * is negotiated; null to remove it (Python: ssl.SSLContext.sni_callback). Whether a connection calls it is fixed when the
   * connection is created.
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
   * Sets `sniCallback`, as Python's older method does (Python: ssl.SSLContext.set_servername_callback). The server name is
   * an A-label here too.
   */
  setServernameCallback(callback: SniCallback | null): void {
    if (callback !== null) requireFunction(callback, 'callback');
    this.sniCallback = callback;
  }

  /**
   * The file to which the secrets of this context's connections are appended, in the NSS format; null turns logging off
   * (Python: ssl.SSLContext.keylog_filename). The file is created at once, readable only by its owner, because it decrypts
   * every recorded connection. An existing file or FIFO must belong to this user, be inaccessible to others (mode 0600) and
   * have only one name; a symbolic link is refused. Modes are not checked on Windows. A character device is accepted, and
   * `'/dev/stderr'`, `'/dev/stdout'` and `'/dev/fd/3'` are the process's own descriptors. A FIFO needs a reader. A write
   * error is thrown by the operation on the connection.
   * @throws the error of node:fs for a file that cannot be opened; RangeError (ERR_INVALID_ARG_VALUE) for a file that other
   *   users may open, and for a symbolic link
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
   * The callback that is called for every protocol message, after the step that sent or received it; null to remove it.
   * Applies to new connections (Python: ssl.SSLContext._msg_callback).
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
   * Sets the callback that supplies the pre-shared key for new client connections; null removes it (Python:
   * set_psk_client_callback). Under TLS 1.2, suites with PSK in their name must be allowed: `setCiphers('PSK')`, or with
   * forward secrecy, `setCiphers('kECDHEPSK:kDHEPSK')`. The key should be random: a weak key can be recovered from a
   * recorded handshake (RFC 9257, 6).
   *
   * The callback runs inside the handshake; every operation that would change its own connection is refused. It may be
   * called twice: under TLS 1.3 before the server has answered, and again if the server requires other parameters or TLS
   * 1.2.
   *
   * The shared key authenticates the server, which therefore does not show a certificate: `getpeercert()` is null even
   * under `CERT_REQUIRED`, and no name is checked; only `pinnedSpki` still requires a certificate. Under TLS 1.3 the
   * handshake continues with a certificate if the client has no key or the server declines it, and keys work only with
   * suites that use SHA-256.
   *
   * If the callback throws or returns an invalid value, no key is offered. The thrown error is the `cause` of the error if
   * the handshake fails; otherwise a process warning reports it, once for each context.
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
   * Sets the callback that finds the pre-shared keys of clients for new server connections; null removes it (Python:
   * set_psk_server_callback). `identityHint`, at most 256 bytes of UTF-8, is sent to clients under TLS 1.2. The notes of
   * `setPskClientCallback` on suites, on calls inside the handshake and on errors apply here too. A client with a key does
   * not show a certificate either, regardless of `verifyMode`.
   *
   * Under TLS 1.3 the server declines an unknown key and continues with its certificate if it has one. A server with a
   * certificate also declines a known key unless it prefers a suite that uses SHA-256. Only under TLS 1.3, `sessionReused`
   * reports whether a key was used.
   *
   * If `sniCallback` switches to another context, that context's callback and hint are used; the first context determines
   * whether keys are accepted at all. (In Python, the first context's callback is called under TLS 1.3.) A client that
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
   * Creates a connection between two MemoryBIOs (Python: ssl.SSLContext.wrap_bio). Nothing is sent before `doHandshake`.
   * @param incoming Ciphertext from the peer.
   * @param outgoing Ciphertext for the peer.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) without a `serverHostname` if the context checks host names, for a
   *   `serverHostname` or a session on a server, for an invalid name, for a context for the other end, and as
   *   `SSLSocket.session` does
   */
  wrapBio(incoming: MemoryBIO, outgoing: MemoryBIO, options: WrapOptions | null = {}): SSLObject {
    requireMemoryBIO(incoming, 'incoming');
    requireMemoryBIO(outgoing, 'outgoing');
    const bios = { incoming: incoming.handle, outgoing: outgoing.handle };
    const settings = checkedSettings(this, bios, givenOptions(options));
    return requireSubclass(this.sslobjectClass, SSLObject).create(settings);
  }

  /**
   * Creates a connection over a stream (Python: ssl.SSLContext.wrap_socket): a net.Socket, a tunnel, another SSLSocket. The
   * handshake begins after the current tick, so that listeners can be added first.
   * @param transport The stream, which from now on is read, written and closed by the socket.
   * @throws As `wrapBio`; TypeError for a transport that is not a Duplex, Error (ERR_INVALID_STATE) for one that another
   *   SSLSocket uses
   */
  wrapSocket(transport: Duplex, options: WrapSocketOptions | null = {}): SSLSocket {
    return requireSubclass(this.sslsocketClass, SSLSocket).create(this, transport, options);
  }

  #setKeys(keys: Iterable<SpkiKey>, name: string, set: SetKeys): readonly string[] {
    const hashes = hashesOf(keys, name);
    set(changing(this.handle), Buffer.concat(hashes));
    return Object.freeze(hashes.map(spkiText));
  }
}
