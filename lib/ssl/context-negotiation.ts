// What an SSLContext negotiates: suites, groups, signature algorithms, application protocols.
import { notImplementedError, SSLError, typeError, unwrap, valueError } from '../errors.js';
import { binding, type CipherDescription } from '../internal/binding.js';
import {
  describe,
  requireFlags,
  requireOptions,
  requireString,
  requireText,
} from '../internal/validate.js';
import { readPath, type PathLike } from './cert-chain.js';
import { ContextSettings } from './context-settings.js';

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

/** SSLContext's other base. */
export abstract class ContextNegotiation extends ContextSettings {
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

  /** Allows one group of the key exchange alone, by OpenSSL's short name: `'prime256v1'`, `'X25519'`. */
  setEcdhCurve(name: string): void {
    requireText(name, 'name');
    unwrap(binding.contextSetEcdhCurve(this.handle, name));
  }

  /**
   * The groups of the key exchange that the library has within `minimumVersion` and `maximumVersion`; with
   * `includeAliases` also their other names. Not the ones that `setGroups` has chosen.
   */
  getGroups(options: { includeAliases?: boolean } = {}): string[] {
    requireOptions(options);
    requireFlags(options, ['includeAliases']);
    return unwrap(binding.contextGroups(this.handle, options.includeAliases ?? false));
  }

  /**
   * Sets the signature algorithms of certificates that clients show, most wanted first, names of `getSigalgs()` between
   * colons: on a client those it signs with, on a server those it asks for. A name after a `?` may be unknown.
   */
  setClientSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetClientSigalgs(this.handle, sigalgs));
  }

  /** Sets the signature algorithms of servers: on a server those it signs with, on a client those it takes. */
  setServerSigalgs(sigalgs: string): void {
    requireText(sigalgs, 'sigalgs');
    unwrap(binding.contextSetServerSigalgs(this.handle, sigalgs));
  }

  /**
   * Loads the group of the finite-field key exchange of TLS 1.2 and before from a PEM file.
   * @throws what node:fs throws for a file that cannot be read, SSLError for one without parameters or with weak ones
   */
  loadDhParams(path: PathLike): void {
    unwrap(binding.contextLoadDhParams(this.handle, readPath(path, 'path')));
  }

  /** Sets the application protocols, most wanted first; the server's order decides (RFC 7301). */
  setAlpnProtocols(protocols: readonly string[]): void {
    if (!Array.isArray(protocols))
      throw typeError(`protocols must be an array of strings, not ${describe(protocols)}`);
    unwrap(binding.contextSetAlpnProtocols(this.handle, encodeAlpn(protocols)));
  }

  /**
   * Python's way to NPN, the forerunner of ALPN, which no TLS library has any more.
   * @throws always; `HAS_NPN` is false
   */
  setNpnProtocols(_protocols: readonly string[]): never {
    throw notImplementedError('the NPN extension is not supported: use setAlpnProtocols');
  }
}
