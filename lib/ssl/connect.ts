// Clients: connect, and getServerCertificate.
import { connect as connectNet, type NetConnectOpts, type Socket } from 'node:net';

import { stateError, timeoutError, typeError } from '../errors.js';
import { describe, requireIntegerWithin, requireString } from '../internal/validate.js';
import { derCertToPemCert } from './certificates.js';
import { PROTOCOL_TLS_CLIENT, VerifyMode } from './constants.js';
import { isContext } from './context-brand.js';
import { SSLContext } from './context.js';
import { createDefaultContext } from './defaults.js';
import type { SSLSession } from './session.js';
import type { SSLSocket } from './socket.js';
import type { PathLike } from './cert-chain.js';

/** Options of {@link connect}, beside those of net.connect. */
export interface ConnectOptions {
  host?: string;
  port?: number;
  /** A Unix domain socket, instead of host and port. */
  path?: string;
  /** `createDefaultContext()` by default. */
  context?: SSLContext;
  /** The name to ask for and to match; `host` by default, null for none. */
  serverHostname?: string | null;
  session?: SSLSession | null;
  suppressRaggedEofs?: boolean;
  allowHalfOpen?: boolean;
  /** Milliseconds that connecting and the handshake may take together; no limit by default. */
  timeout?: number;
  signal?: AbortSignal;
  [netOption: string]: unknown;
}

const LONGEST_TIMEOUT = 2 ** 31 - 1;

function requireTarget({ host, port, path }: ConnectOptions): void {
  if (path !== undefined) return requireString(path, 'path');
  if (host !== undefined) requireString(host, 'host');
  requireIntegerWithin(port, 'port', [0, 65_535]);
}

/** Has the socket fail when the time is up or the signal is aborted; gives what undoes it. */
function limit(
  socket: SSLSocket,
  timeout: number | undefined,
  signal: AbortSignal | undefined,
): () => void {
  const onAbort = () =>
    socket.destroy(signal?.reason instanceof Error ? signal.reason : stateError('aborted'));
  const onTime = () =>
    socket.failHandshake(timeoutError(`connecting took longer than ${timeout} ms`));
  const timer = timeout === undefined ? undefined : setTimeout(onTime, timeout);
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}

async function handshake(socket: SSLSocket, options: ConnectOptions): Promise<SSLSocket> {
  const ignore = () => {};
  const undo = limit(socket, options.timeout, options.signal);
  socket.on('error', ignore); // doHandshake rejects with it
  try {
    await socket.doHandshake();
    return socket;
  } finally {
    undo();
    // A failed socket emits its error only now; nobody but the caller of connect needs it.
    if (!socket.destroyed) socket.off('error', ignore);
  }
}

/**
 * Connects to a server and gives the socket when the handshake is done.
 * @throws SSLCertVerificationError when the server's certificate does not verify, SSLError, or the system's error
 */
export async function connect(options: ConnectOptions): Promise<SSLSocket> {
  if (typeof options !== 'object' || options === null)
    throw typeError(`options must be an object, not ${describe(options)}`);
  requireTarget(options);
  const {
    context = createDefaultContext(),
    host = 'localhost',
    serverHostname,
    session,
    suppressRaggedEofs,
    allowHalfOpen,
    timeout,
    signal,
    ...net
  } = options;
  if (!isContext(context))
    throw typeError(`context must be a SSLContext, not ${describe(context)}`);
  if (timeout !== undefined) requireIntegerWithin(timeout, 'timeout', [1, LONGEST_TIMEOUT]);
  signal?.throwIfAborted();
  const name =
    serverHostname === undefined && options.path === undefined ? host : (serverHostname ?? null);
  const transport: Socket = connectNet({ ...net, host, allowHalfOpen: true } as NetConnectOpts);
  try {
    const socket = context.wrapSocket(transport, {
      serverHostname: name,
      session: session ?? null,
      suppressRaggedEofs: suppressRaggedEofs ?? false,
      allowHalfOpen: allowHalfOpen ?? false,
    });
    return await handshake(socket, options);
  } catch (error) {
    transport.on('error', () => {}).destroy();
    throw error;
  }
}

/** Options of {@link getServerCertificate}. */
export interface ServerCertificateOptions {
  /** The protocol of the context, `PROTOCOL_TLS_CLIENT` by default. */
  sslVersion?: number;
  /** A PEM file to verify the certificate against. Without it nothing is verified. */
  caCerts?: PathLike | null;
  /** Milliseconds; no limit by default. */
  timeout?: number;
}

/**
 * Fetches the certificate of a server in PEM (Python: ssl.get_server_certificate). The host's name is sent, not matched.
 * @param addr host and port
 */
export async function getServerCertificate(
  addr: readonly [host: string, port: number],
  { sslVersion = PROTOCOL_TLS_CLIENT, caCerts = null, timeout }: ServerCertificateOptions = {},
): Promise<string> {
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
  socket.destroy();
  if (der === null) throw stateError('the server has shown no certificate');
  return derCertToPemCert(der);
}
