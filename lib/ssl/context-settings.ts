// The settings of an SSLContext that are a number, a mask or a flag. The rules are C++'s (native/tls/context.cc), and
// Python's.
import { overflowError, typeError, unwrap, valueError } from '../errors.js';
import type { Options, TLSVersion, VerifyFlags, VerifyMode } from '../generated/constants.js';
import { binding, type ContextHandle, type SessionStats } from '../internal/binding.js';
import { describe, requireBoolean, requireInt32, requireInteger } from '../internal/validate.js';

const LARGEST_OPTIONS = 2n ** 64n - 1n;
const LARGEST_UINT32 = 2 ** 32 - 1;
/** SSLContext's base. */
export abstract class ContextSettings {
  /** @internal */
  abstract readonly handle: ContextHandle;

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

  /**
   * Whether client certificates may be asked for after the handshake (TLS 1.3): a client offers it, and a server with a
   * verify mode other than `CERT_NONE` asks only in `verifyClientPostHandshake()`. For connections made from now on.
   */
  get postHandshakeAuth(): boolean {
    return binding.contextPostHandshakeAuth(this.handle);
  }
  set postHandshakeAuth(allows: boolean) {
    requireBoolean(allows, 'postHandshakeAuth');
    binding.contextSetPostHandshakeAuth(this.handle, allows);
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

  /** How many handshakes and sessions there have been. */
  sessionStats(): SessionStats {
    return binding.contextSessionStats(this.handle);
  }
}
