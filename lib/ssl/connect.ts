// Clients: connect, and getServerCertificate.
import type { NetConnectOpts, Socket, TcpNetConnectOpts } from 'node:net';

import { stateError, timeoutError, typeError } from '../errors.js';
import { onAbort } from '../internal/abort.js';
import {
  describe,
  givenOptions,
  type Given,
  ownOptions,
  requireFlags,
  requireIntegerWithin,
  requireString,
} from '../internal/validate.js';
import { derCertToPemCert } from './certificates/pem.js';
import { PROTOCOL_TLS_CLIENT, VerifyMode } from './constants.js';
import { isContext } from './engine/context-brand.js';
import { requireHandshakeThreads, type HandshakeThreads } from './engine/handshake-pool.js';
import { SSLContext } from './context.js';
import { createDefaultContext } from './defaults.js';
import { normalizeServerHostname, type ServerHostname } from './certificates/hostname.js';
import { NEVER_NULL, refuseForeignOptions } from './transport/net-options.js';
import { net } from './transport/net.js';
import { LONGEST_TIMEOUT } from './timeouts.js';
import type { SSLSession } from './session.js';
import type { SSLSocket, WrapSocketOptions } from './socket.js';
import type { PathLike } from './certificates/cert-chain.js';
import { holdErrors, ignoreErrors } from './transport/unheard-errors.js';

type NetOptions = Partial<
  Omit<TcpNetConnectOpts, 'allowHalfOpen' | 'host' | 'onread' | 'port' | 'signal' | 'timeout'>
>;

/** Options of {@link connect}, in addition to those of net.connect. */
export interface ConnectOptions extends NetOptions {
  /** The server's name or IP address; `'localhost'` by default. */
  host?: string | null | undefined;
  /** The server's port, 0 to 65,535; required unless `path` is given. */
  port?: number | undefined;
  /** A Unix domain socket, on Windows a named pipe, instead of host and port. */
  path?: string | null | undefined;
  /** `createDefaultContext()` by default. */
  context?: SSLContext | null | undefined;
  /** The name to request and to match; `host` by default, null for no name. */
  serverHostname?: ServerHostname | null | undefined;
  /** A session to resume, from an earlier connection of the same context to the same server. */
  session?: SSLSession | null | undefined;
  /**
   * Whether an end without close_notify is treated as a normal end. False by default, because an attacker can cause one.
   */
  suppressRaggedEofs?: boolean | null | undefined;
  /** Whether this end may continue writing after the peer has ended. False by default, as in node:net. */
  allowHalfOpen?: boolean | null | undefined;
  /** Where the public-key operations of the handshake run; the value of `getHandshakeThreads` by default. */
  handshakeThreads?: HandshakeThreads | null | undefined;
  /** Milliseconds that connecting and the handshake may take together; no limit by default. */
  timeout?: number | null | undefined;
  /** Aborts connecting and the handshake: the promise rejects with the signal's reason. */
  signal?: AbortSignal | null | undefined;
}

/**
 * Options for which null does not mean the default: it turns the name off for `serverHostname`, and is an error for others.
 */
const KEPT = [...NEVER_NULL, 'serverHostname'] as const;

type GivenOptions = Given<ConnectOptions, 'serverHostname'>;

function requireTarget({ host, port, path, serverHostname }: GivenOptions): void {
  if (path !== undefined) return requireString(path, 'path');
  if (host !== undefined) requireString(host, 'host');
  // The host is also the name to match. Checked before it is resolved.
  if (host !== undefined && serverHostname === undefined && path === undefined)
    normalizeServerHostname(host, 'host');
  requireIntegerWithin(port, 'port', [0, 65_535]);
}

/** Makes the socket fail when the time is up or the signal is aborted. Returns a function that removes both limits. */
function limit(socket: SSLSocket, { timeout, signal }: GivenOptions): () => void {
  const onTime = () =>
    socket.failHandshake(timeoutError(`connecting took longer than ${timeout} ms`));
  const timer = timeout === undefined ? undefined : setTimeout(onTime, timeout);
  const stopListening = signal && onAbort(signal, () => socket.destroy(abortError(signal)));
  return () => {
    clearTimeout(timer);
    stopListening?.();
  };
}

function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error
    ? reason
    : Object.assign(stateError('connecting was aborted'), { cause: reason });
}

async function handshake(socket: SSLSocket, options: GivenOptions): Promise<SSLSocket> {
  const undo = limit(socket, options);
  holdErrors(socket); // the promise reports a failure; the caller may add a listener later
  try {
    await socket.doHandshake();
    if (socket.destroyed) throw socket.errored ?? stateError('the socket was closed');
    return socket;
  } finally {
    undo();
  }
}

function check(options: GivenOptions): void {
  refuseForeignOptions(options);
  requireFlags(options, ['suppressRaggedEofs', 'allowHalfOpen']);
  const { context, timeout, signal, handshakeThreads } = options;
  requireTarget(options);
  if (handshakeThreads !== undefined) requireHandshakeThreads(handshakeThreads);
  if (context !== undefined && !isContext(context))
    throw typeError(`context must be a SSLContext, not ${describe(context)}`);
  if (timeout !== undefined) requireIntegerWithin(timeout, 'timeout', [1, LONGEST_TIMEOUT]);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw typeError(`signal must be an AbortSignal, not ${describe(signal)}`);
}

/** Returns only options that are set, so that wrapSocket's own defaults apply. */
function wrapOptions(options: GivenOptions): WrapSocketOptions {
  const { host = 'localhost', path, serverHostname, session = null } = options;
  const { suppressRaggedEofs = false, allowHalfOpen = false, handshakeThreads } = options;
  const isNamed = serverHostname !== undefined || path !== undefined;
  const name = isNamed ? (serverHostname ?? null) : host;
  return { serverHostname: name, session, suppressRaggedEofs, allowHalfOpen, handshakeThreads };
}

/**
 * Connects to a server and returns the socket when the handshake is done (Python: socket.create_connection and
 * ssl.SSLContext.wrap_socket).
 * @returns A promise of the socket. It rejects with SSLCertVerificationError if the server's certificate does not verify;
 *   SSLError if the handshake fails otherwise; the system's error, such as ECONNREFUSED or ENOTFOUND; Error
 *   ERR_SSL_HANDSHAKE_TIMEOUT after `timeout`; the reason of `signal`; TypeError (ERR_INVALID_ARG_TYPE) also for an option
 *   of node:tls that would be ignored, such as `rejectUnauthorized`.
 */
export async function connect(options: ConnectOptions): Promise<SSLSocket> {
  const given = givenOptions(options, KEPT);
  check(given);
  given.signal?.throwIfAborted();
  const { context = createDefaultContext(), timeout: _total, signal: _ours, ...rest } = given;
  const { host = 'localhost' } = given;
  const transport = net().connect(ownOptions({ ...rest, host } as NetConnectOpts));
  return handshake(wrap(context, transport, given), given);
}

function wrap(context: SSLContext, transport: Socket, options: GivenOptions): SSLSocket {
  try {
    return context.wrapSocket(transport, wrapOptions(options));
  } catch (error) {
    ignoreErrors(transport);
    transport.destroy();
    throw error;
  }
}

/** Options of {@link getServerCertificate}. */
export interface ServerCertificateOptions {
  /** The protocol of the context, `PROTOCOL_TLS_CLIENT` by default. */
  sslVersion?: number | null | undefined;
  /** A PEM file to verify the certificate against. Without it nothing is verified. */
  caCerts?: PathLike | null | undefined;
  /** Milliseconds; no limit by default. */
  timeout?: number | null | undefined;
}

/**
 * Fetches the certificate of a server in PEM (Python: ssl.get_server_certificate). The host name is sent but not matched.
 * @param addr Host and port.
 * @returns A promise of the PEM text. It rejects like the promise of {@link connect}, with SSLCertVerificationError only if
 *   `caCerts` is given.
 */
export async function getServerCertificate(
  addr: readonly [host: string, port: number],
  options: ServerCertificateOptions | null = {},
): Promise<string> {
  const { sslVersion = PROTOCOL_TLS_CLIENT, caCerts = null, timeout } = givenOptions(options);
  if (!Array.isArray(addr)) throw typeError(`addr must be [host, port], not ${describe(addr)}`);
  const [host, port] = addr as [string, number];
  const context = new SSLContext(sslVersion);
  context.checkHostname = false;
  context.verifyMode = caCerts === null ? VerifyMode.CERT_NONE : VerifyMode.CERT_REQUIRED;
  if (caCerts !== null) context.loadVerifyLocations({ cafile: caCerts });
  const socket = await connect({
    host,
    port,
    context,
    ...(timeout === undefined ? {} : { timeout }),
  });
  const der = socket.getpeercert({ binaryForm: true });
  socket.destroySoon();
  if (der === null) throw stateError('the server sent no certificate');
  return derCertToPemCert(der);
}
