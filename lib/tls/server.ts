// tls.Server: a net.Server whose connections become TLSSockets. It is a function, since https and http2 call node:tls's as
// such on objects of their own.
import type { Server as NetServer, Socket } from 'node:net';
import { deprecate } from 'node:util';

import { net } from '../ssl/transport/net.js';
import {
  requireFunction,
  requireNumber,
  requireObject,
  requireString,
  requireView,
  bufferOf,
} from './check.js';
import { requireWire } from './alpn.js';
import { facadeOf } from './context-facade.js';
import { connectionReset, invalidType, opensslError, tlsError } from './errors.js';
import { siblings } from './exports.js';
import { SecureContext } from './secure-context.js';
import { findContext } from './sni.js';
import { TLSSocket } from './socket.js';
import { acceptPeer } from './socket-connection.js';
import { STATE, type TLSSocketLike } from './socket-state.js';

type Given = Record<string, unknown>;

/** A server, as its own code sees it. */
export interface ServerLike extends Omit<NetServer, 'setSecureContext'> {
  _contexts: [pattern: RegExp, context: unknown][];
  _sharedCreds: SecureContext;
  requestCert: boolean;
  rejectUnauthorized: boolean;
  ALPNProtocols?: unknown;
  ALPNCallback?: unknown;
  pauseOnConnect?: boolean;
  [SETTINGS]: Settings;
  setSecureContext(options: unknown): void;
  getTicketKeys(): Buffer;
  setTicketKeys(keys: Buffer): void;
}

interface Settings {
  readonly handshakeTimeout: number;
  readonly SNICallback: unknown;
  readonly pskCallback: unknown;
  readonly pskIdentityHint: unknown;
  readonly enableTrace: unknown;
}

interface ServerClass {
  new (options?: unknown, listener?: unknown): ServerLike;
  readonly prototype: ServerLike;
}

const SETTINGS = Symbol('settings of a Server');
const REPORTED = Symbol('tlsClientError was emitted');
const HANDSHAKE_TIMEOUT = 120_000;

type ServerSocket = TLSSocketLike & { [REPORTED]?: boolean };

/** Whether a failure of the socket still has to be reported by `tlsClientError`. */
const isUnreported = (socket: ServerSocket): boolean =>
  !socket._controlReleased && socket[REPORTED] !== true;

function report(socket: ServerSocket, error: Error): void {
  if (!isUnreported(socket)) return;
  socket[REPORTED] = true;
  socket._tlsOptions.server?.emit('tlsClientError', error, socket);
}

/** OpenSSL's number of `peer did not return a certificate`. */
const NO_CERTIFICATE = 0x0a00_00c7;

/** Returns the reason why a client is not authorized; null if it is. */
function clientProblem(socket: ServerSocket): string | null {
  const { code } = (socket[STATE].handle.verifyError() ?? {}) as { code?: string };
  if (code !== undefined) return code;
  // A client without a certificate is not authorized, also when it resumes a session.
  const hasCertificate = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  return hasCertificate ? null : 'UNABLE_TO_GET_ISSUER_CERT';
}

function refuse(socket: ServerSocket): void {
  const isMissing = Object.keys(socket.getPeerCertificate() ?? {}).length === 0;
  if (!isMissing || socket.isSessionReused() === true) return void socket.destroy();
  const reason = { text: 'peer did not return a certificate', packed: NO_CERTIFICATE };
  socket.destroy(opensslError(reason, undefined));
}

/** Decides about the client, before anything is sent to it or delivered from it. */
function onSecure(this: ServerSocket): void {
  if (this._requestCert) {
    const problem = clientProblem(this);
    if (problem === null) this.authorized = true;
    else this.authorizationError = problem;
    if (problem !== null && this._rejectUnauthorized) refuse(this);
  }
  if (this.destroyed || !this._releaseControl()) return;
  acceptPeer(this);
  this.secureConnecting = false;
  this._tlsOptions.server?.emit('secureConnection', this);
}

function onSocketClose(this: ServerSocket, hadError: boolean): void {
  if (!hadError && isUnreported(this)) report(this, connectionReset('socket hang up'));
}

function onConnection(this: ServerLike, raw: Socket): void {
  const { handshakeTimeout, SNICallback, pskCallback, pskIdentityHint, enableTrace } =
    this[SETTINGS];
  const socket: ServerSocket = new TLSSocket(raw, {
    secureContext: this._sharedCreds,
    isServer: true,
    server: this,
    requestCert: this.requestCert,
    rejectUnauthorized: this.rejectUnauthorized,
    handshakeTimeout,
    ALPNProtocols: this.ALPNProtocols,
    ALPNCallback: this.ALPNCallback,
    SNICallback: SNICallback ?? findContext,
    enableTrace,
    pauseOnConnect: this.pauseOnConnect === true,
    pskCallback,
    pskIdentityHint,
  });
  socket.on('secure', onSecure);
  if (this.listenerCount('keylog') > 0)
    socket.on('keylog', (line: Buffer) => void this.emit('keylog', line, socket));
  socket.on('close', onSocketClose);
  socket.on('_tlsError', (error: Error) => report(socket, error));
  socket.on('error', (error: Error) => report(socket, error));
}

/** Makes a server, with and without `new`, and on an object that exists. */
export const Server = function ServerFunction(
  this: ServerLike,
  options?: unknown,
  listener?: unknown,
): ServerLike | undefined {
  if (!((this as unknown) instanceof Server)) return new Server(options, listener);
  if (typeof options === 'function') return construct(this, {}, options);
  if (options !== undefined && options !== null && typeof options !== 'object')
    throw invalidType('options', ['Object'], options);
  return construct(this, (options ?? {}) as Given, listener);
} as unknown as ServerClass;

function settingsOf(options: Given): Settings {
  const { handshakeTimeout, SNICallback, pskCallback, pskIdentityHint, enableTrace } = options;
  const time = handshakeTimeout || HANDSHAKE_TIMEOUT;
  requireNumber(time, 'options.handshakeTimeout');
  if (SNICallback) requireFunction(SNICallback, 'options.SNICallback');
  if (pskCallback) requireFunction(pskCallback, 'options.pskCallback');
  if (pskIdentityHint) requireString(pskIdentityHint, 'options.pskIdentityHint');
  return { handshakeTimeout: time, SNICallback, pskCallback, pskIdentityHint, enableTrace };
}

function takeProtocols(server: ServerLike, protocols: unknown): void {
  siblings().convertALPNProtocols(protocols, server);
  const { ALPNProtocols: wire } = server;
  if (Buffer.isBuffer(wire)) requireWire(wire);
}

function construct(server: ServerLike, options: Given, listener: unknown): undefined {
  server._contexts = [];
  server.requestCert = options['requestCert'] === true;
  server.rejectUnauthorized = options['rejectUnauthorized'] !== false;
  server.ALPNCallback = options['ALPNCallback'];
  const { ALPNProtocols } = options;
  if (server.ALPNCallback && ALPNProtocols) throw tlsError('ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS');
  if (ALPNProtocols) takeProtocols(server, ALPNProtocols);
  server.setSecureContext(options);
  server[SETTINGS] = settingsOf(options);
  const parent = net().Server as unknown as {
    call(self: unknown, options: object, listener: unknown): void;
  };
  parent.call(server, options, onConnection);
  if (listener) server.on('secureConnection', listener as () => void);
}

/** Returns a server. */
export function createServer(options?: unknown, listener?: unknown): ServerLike {
  return new Server(options, listener);
}

/** The options that a server keeps as properties, undefined if they are falsy. */
const KEPT = [
  ...['pfx', 'key', 'passphrase', 'cert', 'clientCertEngine', 'ca', 'minVersion', 'maxVersion'],
  ...['secureProtocol', 'crl', 'ciphers', 'dhparam', 'secureOptions'],
];
/** Those that it keeps as they are. */
const COPIED = [
  ...['sigalgs', 'ecdhCurve', 'privateKeyIdentifier', 'privateKeyEngine'],
  ...['certificateCompression', 'allowPartialTrustChain'],
];
/** Those that an earlier value outlives. */
const LASTING = ['sessionIdContext', 'sessionTimeout', 'ticketKeys'];

/** Returns a pattern for a name with wildcards, each of which stands for a part of one label. */
function patternOf(name: string): RegExp {
  const literal = name.replaceAll(/[.^$+?\-\\[\]{}()|]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '[^.]*')}$`, 'i');
}

const warnOfSetOptions = deprecate(
  () => undefined,
  'Server.prototype.setOptions() is deprecated',
  'DEP0122',
);

const members: Given & ThisType<ServerLike & Given> = {
  setSecureContext(options: unknown): void {
    requireObject(options, 'options');
    const given = options as Given;
    for (const name of KEPT) this[name] = given[name] || undefined;
    for (const name of COPIED) this[name] = given[name];
    for (const name of LASTING) if (given[name]) this[name] = given[name];
    const { honorCipherOrder } = given;
    this['honorCipherOrder'] = honorCipherOrder === undefined ? true : Boolean(honorCipherOrder);
    const names = [...KEPT, ...COPIED, ...LASTING, 'honorCipherOrder'];
    const settings = Object.fromEntries(names.map((name) => [name, this[name]]));
    this._sharedCreds = siblings().createSecureContext(settings) as SecureContext;
  },

  /** Sets properties for contexts that are made later. Deprecated and without effect on this one, as in node:tls. */
  setOptions(options: Given): void {
    warnOfSetOptions();
    this.requestCert = options['requestCert'] === true;
    this.rejectUnauthorized = options['rejectUnauthorized'] !== false;
    for (const name of [...KEPT, ...COPIED, ...LASTING])
      if (options[name]) this[name] = options[name];
    const { honorCipherOrder, ALPNProtocols } = options;
    this['honorCipherOrder'] = honorCipherOrder === undefined ? true : Boolean(honorCipherOrder);
    if (ALPNProtocols) takeProtocols(this, ALPNProtocols);
  },

  addContext(servername: unknown, context: unknown): void {
    if (!servername) throw tlsError('ERR_TLS_REQUIRED_SERVER_NAME');
    requireString(servername, 'servername');
    const isMade = context instanceof SecureContext || facadeOf(context) !== null;
    const secureContext = isMade ? context : siblings().createSecureContext(context as object);
    this._contexts.push([patternOf(servername), facadeOf(secureContext)]);
  },

  getTicketKeys(): Buffer {
    return this._sharedCreds.context.getTicketKeys();
  },

  setTicketKeys(keys: unknown): void {
    requireView(keys, 'buffer');
    const { AssertionError } = process.getBuiltinModule('node:assert');
    if (keys.byteLength !== 48)
      throw new AssertionError({ message: 'Session ticket keys must be a 48-byte buffer' });
    this._sharedCreds.context.setTicketKeys(bufferOf(keys));
  },

  _getServerData(): { ticketKeys: string } {
    return { ticketKeys: this.getTicketKeys().toString('hex') };
  },

  _setServerData(data: { ticketKeys: string }): void {
    this.setTicketKeys(Buffer.from(data.ticketKeys, 'hex'));
  },
};

Object.setPrototypeOf(Server, net().Server);
Object.setPrototypeOf(Server.prototype, net().Server.prototype);
Object.defineProperty(Server, 'name', { value: 'Server' });
for (const [name, value] of Object.entries(members))
  Object.defineProperty(Server.prototype, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });

/** A rejected promise of a listener of `secureConnection` destroys its socket. */
Object.defineProperty(Server.prototype, Symbol.for('nodejs.rejection'), {
  configurable: true,
  value(this: ServerLike, error: Error, event: string, ...values: unknown[]): void {
    if (event === 'secureConnection') return void (values[0] as TLSSocketLike).destroy(error);
    const { prototype } = net().Server as unknown as {
      prototype: Record<symbol, ((...all: unknown[]) => void) | undefined>;
    };
    prototype[Symbol.for('nodejs.rejection')]?.call(this, error, event, ...values);
  },
});
