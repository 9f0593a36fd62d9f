// The methods of SSLObject and SSLSocket that describe their connection, with Python's meaning.
import {
  binding,
  type Bytes,
  type CertificateDict,
  type CipherTriple,
} from '../internal/native/binding.js';
import { SSLWantCallbackError, typeError, unwrap, valueError, whileOpen } from '../errors.js';
import {
  requireBytes,
  ownOptions,
  requireFlags,
  requireIntegerWithin,
  requireString,
} from '../internal/validate.js';
import { CHANNEL_BINDING_TYPES, type ChannelBindingType } from './constants.js';
import { Want } from './engine/codes.js';
import type { Connection } from './engine/connection.js';
import type { SSLContext } from './context.js';
import { SSLSession } from './session.js';

/** The key of an object's connection. */
export const CONNECTION = Symbol('connection');

/** The derivation encodes the length in 16 bits (RFC 8446, 7.1). */
const LONGEST_EXPORT = 0xffff;

/**
 * The methods that describe a connection. SSLObject inherits them; SSLSocket, which is a Duplex, copies them
 * (with-connection-info.ts).
 */
export abstract class ConnectionInfo {
  /** @internal */
  abstract readonly [CONNECTION]: Connection;

  /**
   * The context (Python: ssl.SSLSocket.context; SSL_set_SSL_CTX(3)). `sniCallback` may set another context, whose
   * certificate and ALPN protocols the connection takes over. With `bringsVerifySettings` it also takes over the verify
   * settings; such a context can be set only before the peer is verified.
   * @throws TypeError when it is set to anything but a context; RangeError (ERR_INVALID_ARG_VALUE) for a context for the
   *   other end
   */
  get context(): SSLContext {
    return this[CONNECTION].context as SSLContext; // the connection's view of it has fewer members
  }
  set context(context: SSLContext) {
    this[CONNECTION].useContext(context);
  }

  /** Whether this is the server's end (Python: ssl.SSLSocket.server_side). */
  get serverSide(): boolean {
    return this[CONNECTION].serverSide;
  }

  /** The requested server name in A-labels; null on a server (Python: ssl.SSLSocket.server_hostname). */
  get serverHostname(): string | null {
    return this[CONNECTION].serverHostname;
  }

  /**
   * The protocol, `'TLSv1.3'`; null before the handshake is done and after the socket is closed (Python:
   * ssl.SSLSocket.version).
   */
  version(): string | null {
    return whileOpen(binding.connectionVersion(this[CONNECTION].handle), null);
  }

  /** The cipher suite as [name, protocol, secret bits]; null before it is negotiated (Python: ssl.SSLSocket.cipher). */
  cipher(): CipherTriple | null {
    return whileOpen(binding.connectionCipher(this[CONNECTION].handle), null);
  }

  /**
   * On a server, the suites that the client offered and this end allows, in this end's order; null on a client (Python:
   * ssl.SSLSocket.shared_ciphers).
   */
  sharedCiphers(): readonly CipherTriple[] | null {
    return whileOpen(binding.connectionSharedCiphers(this[CONNECTION].handle), null);
  }

  /**
   * The group of the key exchange, `'X25519MLKEM768'`; null without one (Python: ssl.SSLSocket.group). Under TLS 1.2, a
   * resumed session has the group of its original handshake.
   */
  group(): string | null {
    return whileOpen(binding.connectionGroup(this[CONNECTION].handle), null);
  }

  /**
   * The algorithm that the server signed this handshake with, `'ecdsa_secp256r1_sha256'`; null when resumed (Python:
   * ssl.SSLSocket.server_sigalg).
   */
  serverSigalg(): string | null {
    return whileOpen(binding.connectionServerSigalg(this[CONNECTION].handle), null);
  }

  /**
   * The algorithm that the client signed with; null when it showed no certificate in this handshake (Python:
   * ssl.SSLSocket.client_sigalg).
   */
  clientSigalg(): string | null {
    return whileOpen(binding.connectionClientSigalg(this[CONNECTION].handle), null);
  }

  /** Always null: TLS compression is insecure and compiled out (RFC 7457, 2.6; Python: ssl.SSLSocket.compression). */
  compression(): null {
    return null;
  }

  /** The protocol agreed on by ALPN (RFC 7301), or null (Python: ssl.SSLSocket.selected_alpn_protocol). */
  selectedAlpnProtocol(): string | null {
    return whileOpen(binding.connectionSelectedAlpnProtocol(this[CONNECTION].handle), null);
  }

  /** Always null: NPN is not supported (`HAS_NPN`; Python: ssl.SSLSocket.selected_npn_protocol). */
  selectedNpnProtocol(): null {
    return null;
  }

  /**
   * The number of decrypted bytes that can be read without more ciphertext (Python: ssl.SSLSocket.pending; SSL_pending(3)).
   */
  pending(): number {
    return whileOpen(binding.connectionPending(this[CONNECTION].handle), 0);
  }

  /**
   * The peer's certificate with Python's keys, or in DER with `binaryForm`; null without a certificate and after the
   * connection was closed (Python: ssl.SSLSocket.getpeercert). An empty object if the context did not verify certificates,
   * since unverified fields cannot be trusted.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) before the handshake is done
   */
  getpeercert(options: { binaryForm: true }): Buffer | null;
  getpeercert(options?: { binaryForm?: false }): CertificateDict | null;
  getpeercert(options: { binaryForm?: boolean } = {}): CertificateDict | Buffer | null {
    const given = ownOptions(options);
    requireFlags(given, ['binaryForm']);
    const { binaryForm = false } = given;
    const { handle } = this[CONNECTION];
    const isDone = whileOpen(binding.connectionIsHandshakeDone(handle), null);
    if (isDone === null) return null;
    if (!isDone) throw valueError('handshake not done yet');
    return unwrap(binding.connectionPeerCertificate(handle, binaryForm));
  }

  /**
   * The peer's chain as verified, leaf first and trust anchor last, in DER; empty if nothing was verified, if a session was
   * resumed, and after the connection was closed (Python: ssl.SSLSocket.get_verified_chain).
   */
  getVerifiedChain(): readonly Buffer[] {
    return whileOpen(binding.connectionVerifiedChain(this[CONNECTION].handle), []);
  }

  /**
   * The chain as the peer sent it, leaf first, in DER; empty when it sent no certificate, and after the connection was
   * closed (Python: ssl.SSLSocket.get_unverified_chain).
   */
  getUnverifiedChain(): readonly Buffer[] {
    return whileOpen(binding.connectionUnverifiedChain(this[CONNECTION].handle), []);
  }

  /**
   * Returns the channel binding, which ties an authentication inside the connection to the connection (RFC 5056; Python:
   * ssl.SSLSocket.get_channel_binding); null before the handshake is done and if the type is not available. `'tls-unique'`
   * is not defined for TLS 1.3. `'tls-server-end-point'` is not available for a certificate whose signature algorithm has
   * no hash function (Ed25519), nor on a server that has resumed a session. `'tls-exporter'` under TLS 1.2 requires the
   * extended master secret.
   * @throws RangeError (ERR_INVALID_ARG_VALUE) for a type that is not in {@link CHANNEL_BINDING_TYPES}
   */
  getChannelBinding(type: ChannelBindingType = 'tls-unique'): Buffer | null {
    requireString(type, 'type');
    if (!CHANNEL_BINDING_TYPES.includes(type))
      throw valueError(`'${type}' channel binding type not implemented`);
    return whileOpen(binding.connectionChannelBinding(this[CONNECTION].handle, type), null);
  }

  /**
   * Derives bytes that only the two ends know (RFC 5705; RFC 8446, 7.5; SSL_export_keying_material(3)). Python does not
   * have this method.
   * @param length Number of bytes, 1 to 65,535.
   * @param label The purpose of the bytes, as registered with IANA, or beginning with `'EXPERIMENTAL'`.
   * @param context Further input to the derivation. Under TLS 1.2, null and an empty context produce different bytes.
   * @throws RangeError before the handshake is done or for a `length` of 0 or less (ERR_INVALID_ARG_VALUE), and for a
   *   `length` that is too large (ERR_OUT_OF_RANGE); Error (ERR_INVALID_STATE) after the connection was closed
   */
  exportKeyingMaterial(length: number, label: string, context: Bytes | null = null): Buffer {
    requireIntegerWithin(length, 'length', [1, LONGEST_EXPORT]);
    requireString(label, 'label');
    if (context !== null) requireBytes(context, 'context');
    const { handle } = this[CONNECTION];
    return unwrap(binding.connectionExportKeyingMaterial(handle, length, label, context));
  }

  /**
   * Requests the client's certificate on a TLS 1.3 server if both contexts have `postHandshakeAuth` (RFC 8446, 4.6.2;
   * Python: ssl.SSLSocket.verify_client_post_handshake). The request is sent now. The certificate is available, or its
   * absence is reported as an error, once later data from the client has been read.
   * @throws SSLError with the reason EXTENSION_NOT_RECEIVED, WRONG_SSL_VERSION, INVALID_CONFIG or NOT_SERVER;
   * SSLWantCallbackError while `verifyCallback` is deciding about an earlier certificate
   */
  verifyClientPostHandshake(): void {
    const outcome = this[CONNECTION].step(binding.connectionVerifyClientPostHandshake);
    const { answering } = this[CONNECTION];
    if (outcome === Want.CALLBACK && answering !== null) throw new SSLWantCallbackError(answering);
  }

  /**
   * The session, null before the handshake is done and after the connection was closed. A client's session can be resumed,
   * under TLS 1.3 once the server has sent a ticket (Python: ssl.SSLSocket.session). To resume a session, a client sets it
   * here before the handshake.
   * @throws When it is set: TypeError for anything but a session; RangeError (ERR_INVALID_ARG_VALUE) on a server, after the
   *   handshake has begun, and for a session of another context, of another server name if names are checked, or created
   *   while the context verified less than now
   */
  get session(): SSLSession | null {
    const { session } = this[CONNECTION];
    return session === null ? null : new SSLSession(session, this.context);
  }
  set session(session: SSLSession) {
    if (!(session instanceof SSLSession)) throw typeError('Value is not a SSLSession.');
    this[CONNECTION].resume(session.handle);
  }

  /**
   * Whether an earlier session was resumed (Python: ssl.SSLSocket.session_reused; SSL_session_reused(3)). The value remains
   * after the connection is closed.
   */
  get sessionReused(): boolean {
    return this[CONNECTION].isResumed;
  }
}
