// What an SSLContext negotiates: suites, groups, signature algorithms, application protocols.
import { notImplementedError, SSLError, typeError, unwrap, valueError } from '../errors.js';
import { binding, type CipherDescription } from '../internal/binding.js';
import {
  describe,
  ownOptions,
  requireBoolean,
  requireFlags,
  requireString,
  requireText,
} from '../internal/validate.js';
import { readPath, type PathLike } from './cert-chain.js';
import { ContextVerification } from './context-verification.js';
import { changing } from './dormant.js';

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
export abstract class ContextNegotiation extends ContextVerification {
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
   * Sets the signature algorithms of servers, as {@link ContextNegotiation.setClientSigalgs | setClientSigalgs} does: on a
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
}
