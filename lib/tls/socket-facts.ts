// The methods of a TLSSocket that describe its connection. Null once the socket is destroyed, as in node:tls.
import { fromRecord, isRecord, unwrap, whileOpen } from '../errors.js';
import { binding, type ConnectionHandle } from '../internal/native/binding.js';
import { legacyChain, ordered, x509Of } from './certificate.js';
import {
  bufferOf,
  requireFunction,
  requireInt32,
  requireObject,
  requirePositiveUint32,
  requireString,
  requireView,
} from './check.js';
import { facadeOf } from './context-facade.js';
import { siblings } from './exports.js';
import { nodeShaped, tlsError } from './errors.js';
import { STATE, type Members, type TLSSocketLike } from './socket-state.js';

/** Returns the native connection, or null before the handshake began and after the end. */
function handleOf(socket: TLSSocketLike): ConnectionHandle | null {
  if (socket._handle === null) return null;
  return socket[STATE].connection?.handle ?? null;
}

function fact<T>(
  socket: TLSSocketLike,
  ask: (handle: ConnectionHandle) => T,
  otherwise: T,
): T | null {
  if (socket._handle === null) return null;
  const handle = handleOf(socket);
  return handle === null ? otherwise : ask(handle);
}

/** The peer's chain: as verified if it was, else as it could be built or was sent, in the order of issuing. */
function peerChain(socket: TLSSocketLike): Buffer[] {
  const handle = handleOf(socket);
  if (handle === null) return [];
  const verified = whileOpen(binding.connectionVerifiedChain(handle), []);
  if (verified.length > 0) return [...verified];
  const sent = ordered(whileOpen(binding.connectionUnverifiedChain(handle), []));
  const verification = binding.connectionVerification(handle);
  const built = isRecord(verification) ? [] : verification.chain;
  return built.length > sent.length ? [...built] : sent;
}

function localCertificate(socket: TLSSocketLike): Buffer | null {
  const handle = handleOf(socket);
  return handle && whileOpen(binding.connectionLocalCertificate(handle), null);
}

function ephemeralKey(handle: ConnectionHandle): object {
  const key = whileOpen(binding.connectionEphemeralKey(handle), null);
  if (key === null) return {};
  const [type, name, size] = key;
  if (type === 'TLSGroup') return { type, name };
  return type === 'DH' ? { type, size } : { type, name, size };
}

/** Returns the protocol agreed on by ALPN, or false. */
export function selectedAlpn(socket: TLSSocketLike): string | false {
  const handle = handleOf(socket);
  if (handle === null) return false;
  return whileOpen(binding.connectionSelectedAlpnProtocol(handle), null) ?? false;
}

interface RenegotiateOptions {
  readonly requestCert?: unknown;
  readonly rejectUnauthorized?: unknown;
}

/** Takes over the requirements of a renegotiation, and prepares it. */
function prepareRenegotiation(
  socket: TLSSocketLike,
  options: RenegotiateOptions,
  handle: ConnectionHandle,
): unknown {
  const { requestCert, rejectUnauthorized } = options;
  if (requestCert !== undefined) socket._requestCert = Boolean(requestCert);
  if (rejectUnauthorized !== undefined) socket._rejectUnauthorized = Boolean(rejectUnauthorized);
  const { _requestCert: requests, _rejectUnauthorized: demands, [STATE]: state } = socket;
  const observed = state.isServer ? binding.connectionObservePeer(handle, requests, demands) : null;
  return isRecord(observed) ? observed : binding.connectionRenegotiate(handle);
}

export const factMembers: Members = {
  getCipher(): object | null {
    return fact(
      this,
      (handle) => {
        const cipher = whileOpen(binding.connectionCipher(handle), null);
        if (cipher === null) return {};
        const [name, version] = cipher;
        const standardName = whileOpen(binding.connectionCipherStandardName(handle), null) ?? name;
        return { name, standardName, version };
      },
      {},
    );
  },

  getProtocol(): string | null {
    return fact(
      this,
      (handle) => whileOpen(binding.connectionVersion(handle), null) ?? 'unknown',
      'unknown',
    );
  },

  getEphemeralKeyInfo(): object | null {
    if (this[STATE].isServer) return null;
    return fact(this, (handle) => ephemeralKey(handle), {});
  },

  getPeerCertificate(isDetailed?: boolean): object | null {
    if (this._handle === null) return null;
    return legacyChain(peerChain(this), isDetailed === true) ?? {};
  },

  getPeerX509Certificate(): object | undefined {
    const certificates = peerChain(this).map((der) => x509Of(der));
    for (const [i, certificate] of certificates.entries())
      Object.defineProperty(certificate, 'issuerCertificate', {
        value: certificates[i + 1],
        configurable: true,
      });
    return certificates[0];
  },

  getCertificate(): object | null {
    if (this._handle === null) return null;
    const der = localCertificate(this);
    return der === null ? {} : legacyChain([der], false);
  },

  getX509Certificate(): object | undefined {
    const der = localCertificate(this);
    return der === null ? undefined : x509Of(der);
  },

  getSharedSigalgs(): string[] | null {
    return fact(this, (handle) => whileOpen(binding.connectionSharedSigalgs(handle), []), []);
  },

  getFinished(): Buffer | null | undefined {
    return fact(
      this,
      (handle) => whileOpen(binding.connectionFinished(handle), null) ?? undefined,
      undefined,
    );
  },

  getPeerFinished(): Buffer | null | undefined {
    return fact(
      this,
      (handle) => whileOpen(binding.connectionPeerFinished(handle), null) ?? undefined,
      undefined,
    );
  },

  getTLSTicket(): Buffer | null | undefined {
    const { lastTicket } = this[STATE]; // several may have come since
    return fact(
      this,
      (handle) => lastTicket ?? whileOpen(binding.connectionTicket(handle), null) ?? undefined,
      undefined,
    );
  },

  exportKeyingMaterial(length: unknown, label: unknown, context?: unknown): Buffer {
    requirePositiveUint32(length, 'length');
    requireString(label, 'label');
    if (context !== undefined) requireView(context, 'context');
    const handle = handleOf(this);
    if (!this._secureEstablished || handle === null) throw tlsError('ERR_TLS_INVALID_STATE');
    const bytes = context === undefined ? null : bufferOf(context);
    return unwrap(binding.connectionExportKeyingMaterial(handle, length, label, bytes));
  },

  setKeyCert(context: unknown): void {
    const { connection } = this[STATE];
    if (this._handle === null || connection === null) return;
    const facade = facadeOf(context) ?? facadeOf(siblings().createSecureContext(context as object));
    if (facade !== null)
      unwrap(binding.connectionUseCertificates(connection.handle, facade.ssl.handle));
  },

  setMaxSendFragment(size: unknown): boolean {
    requireInt32(size, 'size');
    const handle = handleOf(this);
    return handle !== null && unwrap(binding.connectionSetMaxSendFragment(handle, size));
  },

  renegotiate(options: unknown, callback?: unknown): boolean | undefined {
    requireObject(options, 'options');
    if (callback !== undefined) requireFunction(callback, 'callback');
    const handle = handleOf(this);
    if (this.destroyed || handle === null) return undefined;
    const failure = prepareRenegotiation(this, options, handle);
    if (isRecord(failure)) {
      if (callback !== undefined) process.nextTick(callback, nodeShaped(fromRecord(failure)));
      return false;
    }
    if (callback !== undefined) this.once('secure', () => void callback(null));
    this[STATE].channel?.renegotiate();
    return true;
  },

  disableRenegotiation(): void {
    this._renegotiationDisabled = true;
  },

  enableTrace(): void {
    const handle = handleOf(this);
    this[STATE].isTraced = true;
    if (handle !== null) binding.connectionKeepMessages(handle);
  },
};
