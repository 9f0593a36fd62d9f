// SSLContext: the settings that connections share. The rules are C++'s (native/tls/context.cc), and Python's.
import type { Duplex } from 'node:stream';

import {
  binding,
  type Bytes,
  type CertificateDict,
  type CertStoreStats,
  type CipherDescription,
  type ContextHandle,
} from '../internal/binding.js';
import { overflowError, SSLError, typeError, unwrap, valueError } from '../errors.js';
import type {
  AlertDescription,
  Options,
  TLSVersion,
  VerifyFlags,
  VerifyMode,
} from '../generated/constants.js';
import {
  describe,
  requireBoolean,
  requireInt32,
  requireFlags,
  requireInteger,
  requireIntegerWithin,
  requireOptions,
  requireString,
  requireText,
} from '../internal/validate.js';
import {
  askedPassword,
  chainBytes,
  givenPassword,
  type CertChainInMemory,
  type Password,
  type PathLike,
} from './cert-chain.js';
import { checkedSettings, type WrapOptions } from './connection.js';
import { brandContext } from './context-brand.js';
import { PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER } from './constants.js';
import { MemoryBIO } from './memory-bio.js';
import { SSLObject } from './object.js';
import { Purpose, requirePurpose } from './purpose.js';
import { SSLSocket } from './socket.js';
import { LONGEST_TIMEOUT } from './timeouts.js';
import { trustEnvironment } from './trust-environment.js';
import { addTrust, type VerifyLocations } from './verify-locations.js';
import { limitHandshake, type WrapSocketOptions } from './wrap-socket-options.js';

/** What callbacks are given: the connection they are asked about. */
export type SSLPeer = SSLObject | SSLSocket;

/**
 * Decides about a connection by the name that the client asked for, null when it named none. It may set
 * `peer.context`, and return undefined to go on, or an alert to refuse with; or a promise of either.
 *
 * The other context brings its certificate and ALPN protocols. As in Python it does not bring its versions and its verify
 * mode: where one name wants client certificates, the context that the server listens with must ask for them.
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

const LARGEST_OPTIONS = 2n ** 64n - 1n;
const LARGEST_UINT32 = 2 ** 32 - 1;
/** The extension's 16-bit length counts the list and the 16-bit length before it (RFC 7301, 3.1). */
const LONGEST_ALPN = 0xffff - 2;

function encodeAlpn(protocols: readonly string[]): Buffer {
  const parts = protocols.map((protocol) => {
    requireString(protocol, 'ALPN protocol');
    // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
    if (/[^\x00-\x7f]/.test(protocol)) throw valueError(`ALPN protocol '${protocol}' is not ASCII`);
    const name = Buffer.from(protocol, 'ascii');
    if (name.length < 1 || name.length > 255)
      throw new SSLError('ALPN protocols must be 1 to 255 in length');
    return Buffer.concat([Buffer.of(name.length), name]);
  });
  const wire = Buffer.concat(parts);
  if (wire.length > LONGEST_ALPN)
    throw valueError(`the ALPN protocols take ${wire.length} bytes, more than a handshake can say`);
  return wire;
}

/**
 * Certificates, trust and policy for any number of connections (Python: ssl.SSLContext).
 * `createDefaultContext` makes one with safe settings.
 */
export class SSLContext {
  /** @internal */
  readonly handle: ContextHandle;
  readonly #protocol: number;
  #sniCallback: SniCallback | null = null;

  /** @throws RangeError for a number that is not a protocol */
  constructor(protocol: number = PROTOCOL_TLS) {
    requireInt32(protocol, 'protocol');
    this.handle = unwrap(binding.contextCreate(protocol));
    this.#protocol = protocol;
    brandContext(this);
  }

  /** The protocol it was made with, `PROTOCOL_TLS_CLIENT` or `PROTOCOL_TLS_SERVER`. */
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

  /** The mask of `Options`; setting it replaces all of it. */
  get options(): Options {
    return binding.contextOptions(this.handle);
  }
  set options(options: Options) {
    if (typeof options !== 'bigint')
      throw typeError(`options must be a bigint, not ${describe(options)}`);
    if (options < 0n) throw valueError('options must be non-negative');
    if (options > LARGEST_OPTIONS) throw overflowError('options must fit in 64 bits');
    binding.contextSetOptions(this.handle, options);
  }

  /** The mask of `VerifyFlags`; setting it replaces all of it. */
  get verifyFlags(): VerifyFlags {
    return binding.contextVerifyFlags(this.handle);
  }
  set verifyFlags(flags: VerifyFlags) {
    requireInteger(flags, 'verifyFlags');
    if (flags < 0) throw valueError('verifyFlags must be non-negative');
    if (flags > LARGEST_UINT32) throw overflowError('verifyFlags must fit in 32 bits');
    unwrap(binding.contextSetVerifyFlags(this.handle, flags));
  }

  /** Whether the peer's certificate is verified. It cannot be `CERT_NONE` while host names are checked. */
  get verifyMode(): VerifyMode {
    return binding.contextVerifyMode(this.handle) as VerifyMode;
  }
  set verifyMode(mode: VerifyMode) {
    requireInteger(mode, 'verifyMode');
    unwrap(binding.contextSetVerifyMode(this.handle, mode));
  }

  /** Whether the certificate must be for the name that was asked for. Turning it on turns `CERT_NONE` to `CERT_REQUIRED`. */
  get checkHostname(): boolean {
    return binding.contextCheckHostname(this.handle);
  }
  set checkHostname(check: boolean) {
    requireBoolean(check, 'checkHostname');
    binding.contextSetCheckHostname(this.handle, check);
  }

  /** Whether a certificate without a DNS name is matched by its common name. */
  get hostnameChecksCommonName(): boolean {
    return binding.contextHostnameChecksCommonName(this.handle);
  }
  set hostnameChecksCommonName(check: boolean) {
    requireBoolean(check, 'hostnameChecksCommonName');
    binding.contextSetHostnameChecksCommonName(this.handle, check);
  }

  /** The lowest version to agree to. */
  get minimumVersion(): TLSVersion {
    return binding.contextMinimumVersion(this.handle) as TLSVersion;
  }
  set minimumVersion(version: TLSVersion) {
    requireInt32(version, 'minimumVersion');
    unwrap(binding.contextSetMinimumVersion(this.handle, version));
  }

  /** The highest version to agree to. */
  get maximumVersion(): TLSVersion {
    return binding.contextMaximumVersion(this.handle) as TLSVersion;
  }
  set maximumVersion(version: TLSVersion) {
    requireInt32(version, 'maximumVersion');
    unwrap(binding.contextSetMaximumVersion(this.handle, version));
  }

  /** OpenSSL's security level, 0 to 5; part of the cipher list (`'@SECLEVEL=1:...'`). */
  get securityLevel(): number {
    return binding.contextSecurityLevel(this.handle);
  }

  /** How many TLS 1.3 tickets a server sends after a full handshake. */
  get numTickets(): number {
    return binding.contextNumTickets(this.handle);
  }
  set numTickets(count: number) {
    requireInteger(count, 'numTickets');
    if (count < 0) throw valueError('numTickets must be non-negative');
    if (count > LARGEST_UINT32) throw overflowError('numTickets must fit in 32 bits');
    unwrap(binding.contextSetNumTickets(this.handle, count));
  }

  /**
   * Called once for every server connection of this context, at its first ClientHello, before anything is decided; null
   * for none. A connection takes note of whether there is one when it is made.
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

  /** Sets the suites of TLS 1.2 and before, in OpenSSL's list format. */
  setCiphers(ciphers: string): void {
    requireText(ciphers, 'ciphers');
    unwrap(binding.contextSetCiphers(this.handle, ciphers));
  }

  /** Sets the suites of TLS 1.3, names between colons. */
  setCiphersuites(ciphersuites: string): void {
    requireText(ciphersuites, 'ciphersuites');
    unwrap(binding.contextSetCiphersuites(this.handle, ciphersuites));
  }

  /** The suites in order of preference. */
  getCiphers(): CipherDescription[] {
    return unwrap(binding.contextCiphers(this.handle));
  }

  /** Sets the groups of the key exchange, names between colons, in OpenSSL's list format. */
  setGroups(groups: string): void {
    requireText(groups, 'groups');
    unwrap(binding.contextSetGroups(this.handle, groups));
  }

  /** Sets the application protocols, most wanted first; the server's order decides (RFC 7301). */
  setAlpnProtocols(protocols: readonly string[]): void {
    if (!Array.isArray(protocols))
      throw typeError(`protocols must be an array of strings, not ${describe(protocols)}`);
    unwrap(binding.contextSetAlpnProtocols(this.handle, encodeAlpn(protocols)));
  }

  /**
   * Loads a certificate chain, leaf first, with its private key, from PEM files or from memory. An earlier pair of the
   * same kind of key is replaced; on failure nothing changes. RSA and ECDSA may be loaded one after the other.
   */
  loadCertChain(certfile: PathLike, keyfile?: PathLike | null, password?: Password | null): void;
  loadCertChain(chain: CertChainInMemory): void;
  loadCertChain(
    first: PathLike | CertChainInMemory,
    keyfile: PathLike | null = null,
    filePassword: Password | null = null,
  ): void {
    const { certificates, key } = chainBytes(first, keyfile);
    const inMemory = typeof first === 'object' && 'cert' in first;
    const password = inMemory ? (first.password ?? null) : filePassword;
    const load = (given: Bytes | null) =>
      unwrap(binding.contextLoadCertChain(this.handle, certificates, key, given));
    if (!load(givenPassword(password))) load(askedPassword(password));
  }

  /**
   * Trusts the certificates of a PEM file, of a directory of hashed names, or given as `cadata`: PEM as a string, DER as
   * bytes. Revocation lists come from files and directories.
   */
  loadVerifyLocations(locations: VerifyLocations): void {
    addTrust(this.handle, locations);
  }

  /** Trusts what the platform trusts, or what SSL_CERT_FILE and SSL_CERT_DIR name. */
  loadDefaultCerts(purpose: Purpose = Purpose.SERVER_AUTH): void {
    requirePurpose(purpose);
    unwrap(binding.contextLoadDefaultCerts(this.handle, ...trustEnvironment()));
  }

  /** How many certificates, authorities among them, and revocation lists are loaded. */
  certStoreStats(): CertStoreStats {
    return unwrap(binding.contextCertStoreStats(this.handle));
  }

  /** The loaded authorities. Those of a directory appear only once they were needed. */
  getCaCerts(options: { binaryForm: true }): Buffer[];
  getCaCerts(options?: { binaryForm?: false }): CertificateDict[];
  getCaCerts(options: { binaryForm?: boolean } = {}): (CertificateDict | Buffer)[] {
    requireOptions(options);
    requireFlags(options, ['binaryForm']);
    const { binaryForm = false } = options;
    return unwrap(binding.contextCaCerts(this.handle, binaryForm));
  }

  /** Makes a connection between two MemoryBIOs. */
  wrapBio(incoming: MemoryBIO, outgoing: MemoryBIO, options: WrapOptions = {}): SSLObject {
    if (!(incoming instanceof MemoryBIO))
      throw typeError(`incoming must be a MemoryBIO, not ${describe(incoming)}`);
    if (!(outgoing instanceof MemoryBIO))
      throw typeError(`outgoing must be a MemoryBIO, not ${describe(outgoing)}`);
    const bios = { incoming: incoming.handle, outgoing: outgoing.handle };
    return SSLObject.create(checkedSettings(this, bios, options));
  }

  /** Makes a connection over a stream: a net.Socket, a tunnel, another SSLSocket. */
  wrapSocket(transport: Duplex, options: WrapSocketOptions = {}): SSLSocket {
    requireOptions(options);
    requireFlags(options, ['allowHalfOpen', 'doHandshakeOnConnect', 'suppressRaggedEofs']);
    const { handshakeTimeout = 0 } = options;
    requireIntegerWithin(handshakeTimeout, 'handshakeTimeout', [0, LONGEST_TIMEOUT]);
    const socket = SSLSocket.create(this, transport, options);
    limitHandshake(socket, handshakeTimeout);
    return socket;
  }
}
