// tls.connect: a socket, its connection, and the verdict about the server.
import { net } from '../ssl/transport/net.js';
import { requireFunction, requireNumber } from './check.js';
import { cachedContext } from './context-cache.js';
import { connectionReset, invalidValue, smallDh } from './errors.js';
import { siblings } from './exports.js';
import { NODE_MAJOR } from './runtime.js';
import { createSecureContext } from './secure-context.js';
import { serverIdentity, unframeSession } from './session-frame.js';
import { TLSSocket } from './socket.js';
import { acceptPeer } from './socket-connection.js';
import { connectArguments } from './socket-net.js';
import { emitNewSessions } from './socket-sessions.js';
import {
  STATE,
  type ConnectOptions,
  type SocketOptions,
  type TLSSocketLike,
} from './socket-state.js';

type Given = Record<string, unknown>;
type Options = ConnectOptions & Given & { timeout?: number };

let hasWarnedOfEnvironment = false;
let hasWarnedOfAddress = false;
const NO_ADDRESS = 'Setting the TLS ServerName to an IP address is not permitted.';

/** Whether NODE_TLS_REJECT_UNAUTHORIZED turns verification off, which is warned of once. */
function allowsUnauthorized(): boolean {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return false;
  if (!hasWarnedOfEnvironment) {
    hasWarnedOfEnvironment = true;
    process.emitWarning(
      "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests insecure by disabling certificate verification.",
    );
  }
  return true;
}

/** Refuses an address as the name of the server, as Node does since version 25; before, it warns once (RFC 6066, 3). */
function checkServername(name: string | undefined): void {
  if (!name || net().isIP(name) === 0) return;
  if (NODE_MAJOR >= 25) throw invalidValue('options.servername', name, NO_ADDRESS);
  if (hasWarnedOfAddress) return;
  hasWarnedOfAddress = true;
  process.emitWarning(
    'Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.',
    'DeprecationWarning',
    'DEP0123',
  );
}

/** Returns the options of the forms (options), (port, host, options) and (path, options), and the listener. */
function optionsOf(values: readonly unknown[]): [options: Given, listener: (() => void) | null] {
  const [options, callback] = connectArguments(values);
  const extra = [values[1], values[2]].find((one) => typeof one === 'object' && one !== null);
  return [{ ...options, ...(extra as Given | undefined) }, callback];
}

/** The error by which a peer's certificate is refused; null if it is accepted. */
function refusal(socket: TLSSocketLike, options: ConnectOptions): Error | null {
  const error = socket[STATE].handle.verifyError();
  if (error !== null || socket.isSessionReused() === true) return error;
  const cert = socket.getPeerCertificate(true);
  return options.checkServerIdentity(serverIdentity(options), cert) || null;
}

/** Decides about the server, before anything else is sent to it or delivered from it. */
function onSecure(this: TLSSocketLike): void {
  const options = this[STATE].connectOptions!;
  const key = this.getEphemeralKeyInfo();
  if (key?.type === 'DH' && (key.size ?? 0) < options.minDHSize) {
    this._emitTLSError(smallDh(key.size));
    this.destroy();
    return;
  }
  const error = refusal(this, options);
  if (error === null) {
    this.authorized = true;
  } else {
    this.authorized = false;
    this.authorizationError = (error as { code?: string }).code || error.message;
    if (options.rejectUnauthorized !== false) {
      this.destroy(error);
      return;
    }
  }
  acceptPeer(this);
  this.secureConnecting = false;
  this.emit('secureConnect');
  emitNewSessions(this);
  this.removeListener('end', onEarlyEnd);
}

/** The server has left before the handshake was done. */
function onEarlyEnd(this: TLSSocketLike): void {
  if (this._hadError) return;
  const { path, host, port, localAddress } = this[STATE].connectOptions!;
  this._hadError = true;
  const text = 'Client network socket disconnected before secure TLS connection was established';
  this.destroy(Object.assign(connectionReset(text), { path, host, port, localAddress }));
}

function socketOptions(options: Options, context: unknown): SocketOptions {
  const { allowHalfOpen, session, ALPNProtocols, requestOCSP, enableTrace, pskCallback } = options;
  const { highWaterMark, onread, signal, noDelay, keepAlive, keepAliveInitialDelay } = options;
  const { blockList, typeOfService } = options;
  return {
    ...{ allowHalfOpen, session, ALPNProtocols, requestOCSP, enableTrace, pskCallback },
    ...{ highWaterMark, onread, signal, noDelay, keepAlive, keepAliveInitialDelay },
    ...{ blockList, typeOfService },
    secureContext: context,
    isServer: false,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
  } as SocketOptions;
}

/** Whether the context is one that only connections see. */
function isContextShared(options: Options): boolean {
  const { secureContext, pskCallback } = options;
  return !secureContext && !pskCallback && siblings().createSecureContext === createSecureContext;
}

function contextFor(options: Options): unknown {
  if (isContextShared(options)) return cachedContext(options);
  return options['secureContext'] || siblings().createSecureContext(options);
}

/** Throws unless the value is a positive number, with the text of the runtime's version. */
function requireMinDHSize(value: unknown): void {
  try {
    requireNumber(value, 'options.minDHSize', 1);
  } catch (error) {
    const kind = typeof value === 'number' ? 'positive number' : 'number';
    if (NODE_MAJOR < 22)
      (error as Error).message = `options.minDHSize is not a ${kind}: ${String(value)}`;
    throw error;
  }
}

function checked(values: readonly unknown[]): [options: Options, listener: (() => void) | null] {
  const [given, listener] = optionsOf(values);
  const { DEFAULT_CIPHERS: ciphers, checkServerIdentity } = siblings();
  const defaults = { rejectUnauthorized: !allowsUnauthorized(), ciphers, checkServerIdentity };
  const options = { ...defaults, minDHSize: 1024, ...given } as Options;
  requireFunction(options.checkServerIdentity, 'options.checkServerIdentity');
  requireMinDHSize(options.minDHSize);
  return [options, listener];
}

/** Connects to a server. Returns the socket at once; `secureConnect` says that the server was accepted. */
export function connect(...values: unknown[]): TLSSocketLike {
  const [options, listener] = checked(values);
  const context = contextFor(options);
  checkServername(options['servername']);
  const { socket: transport, session, servername } = options as Given;
  const socket = new TLSSocket(
    transport,
    socketOptions({ ...options, session: undefined }, context),
  );
  options.rejectUnauthorized = options.rejectUnauthorized !== false;
  const state = socket[STATE];
  state.connectOptions = options;
  state.refusal = () => refusal(socket, options);
  if (isContextShared(options))
    state.contextWithKeyLog = () => cachedContext(options, { logsKeys: true }).context;
  state.session = unframeSession(session, serverIdentity(options));
  if (listener !== null) socket.once('secureConnect', listener);
  if (!transport) {
    if (options.timeout) socket.setTimeout(options.timeout);
    state.isStarted = true;
    socket.connect(options, socket._start);
  }
  socket._releaseControl();
  if (servername) socket.setServername(servername as string);
  if (transport) socket._start();
  socket.on('secure', onSecure);
  socket.prependListener('end', onEarlyEnd);
  return socket;
}
