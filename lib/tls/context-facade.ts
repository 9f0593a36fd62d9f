// ContextFacade: the `context` of a SecureContext. It has the methods that libraries call on Node's native context
// (`context.addCACert(pem)`), and an SSLContext for the connections.
import { unwrap } from '../errors.js';
import { binding, type IdentityHandle } from '../internal/native/binding.js';
import { addIdentities } from '../ssl/certificates/identity.js';
import { SSLContext } from '../ssl/context.js';
import { isContext } from '../ssl/engine/context-brand.js';
import { changing } from '../ssl/engine/dormant.js';
import { Options, PROTOCOL_TLS } from '../ssl/constants.js';
import { VerifyFlags } from '../ssl/enums.js';
import { trustDefaults } from './ca.js';
import { bufferOf } from './check.js';
import { loadFailure, pfxFailure } from './load-failure.js';
import { operationFailed } from './errors.js';
import type { VersionRange } from './secure-protocol.js';

const BLOCK = /-----BEGIN (?:X509 )?CERTIFICATE-----([\s\S]+?)-----END/g;

/** Returns the certificates of a PEM in DER. */
const blocksOf = (text: string): Buffer[] =>
  [...text.matchAll(BLOCK)].map(([, body = '']) => Buffer.from(body, 'base64'));

type TextOrView = string | ArrayBufferView;

interface PrivateKey {
  readonly key: TextOrView;
  readonly passphrase: string | undefined;
}

interface Chain {
  readonly cert: TextOrView;
  readonly key: TextOrView;
  readonly password: string | undefined;
}

/** A block that a store takes: other text is ignored, as by node:tls. */
const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----|-----BEGIN PKCS7-----/;
/** Of a context that renegotiates with clients, as node:tls does; Server limits how often. */
const ALLOW_CLIENT_RENEGOTIATION = 0x100n;
const MISMATCH = new Set(['KEY_VALUES_MISMATCH', 'KEY_TYPE_MISMATCH']);

export class ContextFacade {
  /** The context of the connections. */
  readonly ssl: SSLContext;
  readonly #certificates: TextOrView[] = [];
  readonly #keys: PrivateKey[] = [];
  #renewsTickets: boolean;

  /** @param renewsTickets whether a server gives a new ticket of TLS 1.3 for each one that it accepts, as OpenSSL does */
  constructor(ssl: SSLContext, renewsTickets = true) {
    this.ssl = ssl;
    this.#renewsTickets = renewsTickets;
  }

  /** Node's native contexts have such a member, a getter that rejects other objects. */
  get _external(): null {
    if (!(#keys in this)) throw new TypeError('Illegal invocation');
    return null;
  }

  /** Makes a context with the defaults of node:tls: the client's order of suites, and no verification of its own. */
  static create([least, most]: VersionRange): ContextFacade {
    const ssl = new SSLContext(PROTOCOL_TLS);
    ssl.options &= ~(Options.OP_CIPHER_SERVER_PREFERENCE | Options.OP_NO_RENEGOTIATION);
    ssl.options |= ALLOW_CLIENT_RENEGOTIATION;
    ssl.minimumVersion = least;
    ssl.maximumVersion = most;
    return new this(ssl, false);
  }

  /** Adds to the mask of options. */
  setOptions(options: number): void {
    this.ssl.options |= BigInt.asUintN(32, BigInt(options));
  }

  /** Sets the suites of TLS 1.2 and below. */
  setCiphers(ciphers: string): void {
    this.ssl.setCiphers(ciphers);
  }

  /** Trusts the certificates in a PEM or in DER. A text without one is ignored. */
  addCACert(cert: TextOrView): void {
    const bytes = bufferOf(cert);
    if (bytes.length === 0) return;
    const isPem = CERTIFICATE.test(bytes.toString('latin1'));
    if (!isPem && bytes[0] !== 0x30) return;
    const cadata = isPem ? bytes.toString('latin1') : bytes;
    this.#load(() => this.ssl.loadVerifyLocations({ cadata }));
    for (const der of isPem ? blocksOf(bytes.toString('latin1')) : [bytes])
      binding.contextAddClientCa(changing(this.ssl.handle), der);
  }

  /** Loads the revocation lists of a PEM, all of them, and turns on their check for whole chains. */
  addCRL(crl: TextOrView): void {
    const text = bufferOf(crl).toString('latin1');
    if (!text.includes('-----BEGIN X509 CRL-----')) throw operationFailed('Failed to parse CRL');
    const { handle } = this.ssl;
    this.#load(() => {
      unwrap(binding.contextLoadRevocationLists(changing(handle), 'crl', bufferOf(crl)));
    });
    this.ssl.verifyFlags |= VerifyFlags.VERIFY_CRL_CHECK_CHAIN;
  }

  /** Trusts what is trusted without `ca`. */
  addRootCerts(): void {
    trustDefaults(this.ssl);
  }

  /** Takes a chain. It is loaded with its key. */
  setCert(cert: TextOrView): void {
    this.#certificates.push(cert);
    this.#pairAll();
  }

  /** Takes a private key, and loads it with the chain that it belongs to. */
  setKey(key: TextOrView, passphrase?: string | null): void {
    this.#keys.push({ key, passphrase: passphrase ?? undefined });
    this.#pairAll();
  }

  /** Loads a PKCS#12. */
  loadPKCS12(pfx: Buffer, passphrase?: Buffer): void {
    let identity: IdentityHandle | false = false;
    try {
      const password = passphrase ?? Buffer.alloc(0);
      identity = unwrap(binding.identityReadPkcs12('pfx', pfx, password, false));
      if (identity === false) throw pfxFailure(new Error('pfx is encrypted: give its password'));
      addIdentities(this.ssl.handle, [identity]);
      const [, ...others] = unwrap(binding.identityCertificates(identity));
      for (const der of others) this.addCACert(der);
    } catch (error) {
      throw pfxFailure(error as Error);
    } finally {
      if (identity !== false) binding.identityClose(identity);
    }
  }

  /** Returns the certificate that was added last, in DER; null without one. */
  getCertificate(): Buffer | null {
    return unwrap(binding.contextCertificate(this.ssl.handle));
  }

  /** Returns the certificate of its issuer, in DER; null if it is not known. */
  getIssuer(): Buffer | null {
    return unwrap(binding.contextIssuer(this.ssl.handle));
  }

  /** Does nothing: the context is freed with its last user. */
  close(): void {}

  /** Returns the keys of tickets, 48 bytes. They are secrets. */
  getTicketKeys(): Buffer {
    return unwrap(binding.contextTicketKeys(changing(this.ssl.handle)));
  }

  /** Sets the keys of tickets: a name, a key for HMAC-SHA256 and a key for AES-128-CBC, of 16 bytes each. */
  setTicketKeys(keys: Buffer): void {
    unwrap(binding.contextSetTicketKeys(changing(this.ssl.handle), keys));
  }

  /** Makes the keys of tickets before the first connection of a server: with keys of its own it does not renew tickets. */
  keepTicketKeys(): void {
    if (this.#renewsTickets) return;
    this.#renewsTickets = true;
    this.getTicketKeys();
  }

  /** Separates the sessions of this context from those of others. */
  setSessionIdContext(text: string): void {
    binding.contextSetSessionIdSalt(changing(this.ssl.handle), text);
  }

  /** Sets how long sessions can be resumed, in seconds. */
  setSessionTimeout(seconds: number): void {
    binding.contextSetSessionTimeout(changing(this.ssl.handle), seconds);
  }

  /** Loads each pair of key and chain that fits. Fails if a key does not fit any chain. */
  #pairAll(): void {
    if (this.#certificates.length === 0) return;
    for (const { key, passphrase } of this.#keys.splice(0)) this.#pair(key, passphrase);
  }

  #pair(key: TextOrView, password: string | undefined): void {
    let failure: unknown = null;
    for (const cert of this.#certificates) {
      try {
        this.ssl.loadCertChain({ cert, key, password });
        return this.#complete({ cert, key, password });
      } catch (error) {
        failure = error;
        if (!MISMATCH.has((error as { reason?: string }).reason ?? '')) break;
      }
    }
    throw loadFailure(failure as Error);
  }

  /** Adds the issuer of a single certificate, if it is trusted: Node's servers send it. */
  #complete(chain: Chain): void {
    if (blocksOf(bufferOf(chain.cert).toString('latin1')).length > 1) return;
    const [leaf, issuer] = [this.getCertificate(), this.getIssuer()];
    if (leaf === null || issuer === null || leaf.equals(issuer)) return;
    this.ssl.loadCertChain({ ...chain, cert: [chain.cert, issuer] });
  }

  #load(load: () => void): void {
    try {
      load();
    } catch (error) {
      throw loadFailure(error as Error);
    }
  }
}

const own = new WeakMap<SSLContext, ContextFacade>();

/** Returns the façade of a SecureContext, of its `context`, or of an SSLContext; null for any other value. */
export function facadeOf(value: unknown): ContextFacade | null {
  if (value instanceof ContextFacade) return value;
  if (isContext(value)) {
    const ssl = value as SSLContext;
    const known = own.get(ssl) ?? new ContextFacade(ssl);
    own.set(ssl, known);
    return known;
  }
  const { context } = (value ?? {}) as { context?: unknown };
  return context instanceof ContextFacade ? context : null;
}
