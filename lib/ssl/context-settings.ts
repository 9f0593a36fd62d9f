// The settings of an SSLContext that are a number, a mask or a flag. The rules are C++'s (native/tls/context.cc), and
// Python's.
import { overflowError, typeError, unwrap, valueError } from '../errors.js';
import type { Options, TLSVersion, VerifyFlags, VerifyMode } from './enums.js';
import { changing } from './dormant.js';
import { binding, type ContextHandle, type SessionStats } from '../internal/binding.js';
import {
  describe,
  requireBoolean,
  requireInt32,
  requireInteger,
  requireIntegerWithin,
} from '../internal/validate.js';

const LARGEST_OPTIONS = 2n ** 64n - 1n;
const LARGEST_UINT32 = 2 ** 32 - 1;
const SMALLEST_INT32 = -(2 ** 31);
/** OpenSSL's default (crypto/x509/x509_vpm.c). */
const DEEPEST_CHAIN = 100;

/** Throws unless the value can be a version. Too small is a wrong value, too large an overflow, as in Python. */
function requireVersion(value: unknown, name: string): asserts value is number {
  requireInteger(value, name);
  if (value < SMALLEST_INT32) throw valueError(`Unsupported TLS/SSL version ${value}`);
  requireInt32(value, name);
}

/** SSLContext's base. */
export abstract class ContextSettings {
  /** @internal */
  abstract readonly handle: ContextHandle;

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
    if (typeof options !== 'bigint')
      throw typeError(`options must be a bigint, not ${describe(options)}`);
    if (options < 0n) throw valueError('options must be non-negative');
    if (options > LARGEST_OPTIONS) throw overflowError('options must fit in 64 bits');
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
    requireInteger(flags, 'verifyFlags');
    if (flags < 0) throw valueError('verifyFlags must be non-negative');
    if (flags > LARGEST_UINT32) throw overflowError('verifyFlags must fit in 32 bits');
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
    requireInteger(count, 'numTickets');
    if (count < 0) throw valueError('numTickets must be non-negative');
    if (count > LARGEST_UINT32) throw overflowError('numTickets must fit in 32 bits');
    unwrap(binding.contextSetNumTickets(changing(this.handle), count));
  }

  /** How many handshakes and sessions there have been (Python: ssl.SSLContext.session_stats; SSL_CTX_sess_number(3)). */
  sessionStats(): SessionStats {
    return binding.contextSessionStats(this.handle);
  }
}
