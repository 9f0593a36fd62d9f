// TLSSocket: a net.Socket without a handle of its own, over a channel. It is a function, since node:tls's is one and is
// called as such.
import type { Duplex } from 'node:stream';

import { isDuplex } from '../ssl/transport/link.js';
import { net } from '../ssl/transport/net.js';
import { requireWire } from './alpn.js';
import { requireBoolean, requireFunction, requireString } from './check.js';
import { facadeOf, type ContextFacade } from './context-facade.js';
import { invalidContext, invalidType, notYet, tlsError } from './errors.js';
import { siblings } from './exports.js';
import { logKeys } from './key-log-flag.js';
import { readerMembers } from './socket-reader.js';
import { factMembers, selectedAlpn } from './socket-facts.js';
import { SocketHandle } from './socket-handle.js';
import { streamHandleOf } from './socket-stream-handle.js';
import { netGetters, netMembers } from './socket-net.js';
import { sessionMembers } from './socket-sessions.js';
import { sniCallbackOf } from './sni.js';
import { isConnected, startHandshake, streamMembers } from './socket-stream.js';
import {
  STATE,
  type HandleLike,
  type Members,
  type SocketOptions,
  type State,
  type TLSSocketLike,
} from './socket-state.js';
import { tracesAll } from './trace.js';

interface TLSSocketClass {
  new (socket?: unknown, options?: SocketOptions): TLSSocketLike;
  readonly prototype: TLSSocketLike;
}

function contextOf(options: SocketOptions): ContextFacade {
  const given =
    options.secureContext || options.credentials || siblings().createSecureContext(options);
  const facade = facadeOf(given);
  if (facade === null) throw invalidContext('context');
  return facade;
}

/** Makes the transport that `connect` connects. A runtime that does not know `blockList` must not ignore it. */
function ownTransport(options: SocketOptions): Duplex {
  const { noDelay, keepAlive, keepAliveInitialDelay, blockList, typeOfService } = options;
  const given = { noDelay, keepAlive, keepAliveInitialDelay, blockList, typeOfService };
  const transport = new (net().Socket)({ ...given, allowHalfOpen: true });
  if (blockList && !('blockList' in transport)) throw notYet('blockList in this runtime');
  return transport;
}

function initialState(socket: TLSSocketLike, given: Duplex | null, options: SocketOptions): State {
  return {
    isServer: options.isServer === true || Boolean(options.isServer),
    context: contextOf(options),
    contextWithKeyLog: null,
    handle: new SocketHandle(socket),
    transport: given ?? ownTransport(options),
    ownsTransport: given === null,
    connection: null,
    channel: null,
    connectOptions: null,
    requestedName: null,
    session: null,
    complaint: null,
    refusal: null,
    isRenewed: false,
    numHandshakes: 1,
    lastSession: null,
    lastTicket: null,
    isMade: false,
    isStarted: false,
    hasEnded: false,
    isTraced: (options.enableTrace ?? tracesAll()) as boolean,
    beganAt: null,
    isIdle: false,
    isAccepted: false,
    isHeld: false,
    isClosing: false,
    fails: false,
    write: null,
    wantsInput: false,
    unread: null,
    readMemory: null,
    isReaderPaused: false,
    streamHandle: null,
    servesHttp: false,
    peerName: null,
  };
}

/** Sets the properties that node:tls's sockets have, in its order. */
function initialize(socket: TLSSocketLike, options: SocketOptions): void {
  socket._tlsOptions = options;
  socket._secureEstablished = false;
  socket._securePending = false;
  socket._newSessionPending = false;
  socket._controlReleased = false;
  socket.secureConnecting = true;
  socket._SNICallback = null;
  socket.servername = null;
  socket.alpnProtocol = null;
  socket.authorized = false;
  socket.authorizationError = null;
  socket.encrypted = true;
}

function callNetSocket(socket: TLSSocketLike, given: Duplex | null, options: SocketOptions): void {
  const { Socket } = net() as unknown as { Socket: { call(self: unknown, options: object): void } };
  Socket.call(socket, {
    allowHalfOpen: given === null ? options.allowHalfOpen : given.allowHalfOpen,
    manualStart: true,
    highWaterMark: options.highWaterMark,
    signal: options.signal,
    noDelay: options.noDelay,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
  });
}

/** Listens to a transport until its channel is open. */
function watchTransport(socket: TLSSocketLike, transport: Duplex): void {
  transport.on('error', (error: Error) => {
    if (socket[STATE].channel === null) socket.destroy(error);
  });
  transport.on('close', () => {
    const { channel } = socket[STATE];
    // Destroyed without an end, which therefore is not reported.
    const isCutOff = channel?.hasTransportEnded === false && transport.errored === null;
    if (channel === null || isCutOff) socket.destroy();
    else channel.catchUp(); // before listeners that the application has added by now
  });
  transport.once('connect', () => {
    if (socket[STATE].ownsTransport || socket.destroyed) return;
    socket.connecting = false;
    socket.emit('connect');
  });
}

/** Starts reading, once the caller has added its listeners; a server's handshake with it. */
function readLater(socket: TLSSocketLike): void {
  process.nextTick(() => {
    const { isServer, transport } = socket[STATE];
    if (socket.destroyed || transport === null) return;
    if (isServer) startHandshake(socket);
    socket.read(0);
  });
}

/** Makes a socket over a stream, or one that `connect` connects. */
export const TLSSocket = function TLSSocketFunction(
  this: TLSSocketLike,
  given?: Duplex | null,
  opts?: SocketOptions,
): void {
  const options: SocketOptions = { ...opts };
  if (options.enableTrace !== undefined && options.enableTrace !== null)
    requireBoolean(options.enableTrace, 'options.enableTrace');
  if (options.ALPNProtocols) {
    siblings().convertALPNProtocols(options.ALPNProtocols, options);
    if (!Buffer.isBuffer(options.ALPNProtocols))
      throw new TypeError('Must give a Buffer as first argument');
    requireWire(options.ALPNProtocols);
  }
  if (given !== undefined && given !== null && !isDuplex(given))
    throw invalidType('socket', ['Duplex'], given);
  initialize(this, options);
  const transport = given ?? null;
  const state = initialState(this, transport, options);
  // Before the constructor of net.Socket, which destroys a socket whose signal is aborted already.
  Object.defineProperty(this, STATE, { value: state });
  callNetSocket(this, transport, options);
  state.isMade = true;
  this.ssl = state.handle;
  this.on('error', (error: Error) => void (this._controlReleased || this._tlsError(error)));
  this._init();
  watchTransport(this, this[STATE].transport!);
  if (options.pauseOnConnect === true) this.pause();
  this.connecting = transport === null || !isConnected(transport);
  if (transport instanceof net().Socket) this._parent = transport;
  readLater(this);
} as unknown as TLSSocketClass;

const members: Members = {
  _init(): void {
    const options = this._tlsOptions;
    this.server = options.server;
    this._requestCert = Boolean(options.requestCert) || !this[STATE].isServer;
    this._rejectUnauthorized = Boolean(options.rejectUnauthorized);
    if (options.ALPNCallback) requireFunction(options.ALPNCallback, 'options.ALPNCallback');
    if (options.SNICallback && this[STATE].isServer) {
      requireFunction(options.SNICallback, 'options.SNICallback');
      this._SNICallback = sniCallbackOf(options);
    }
    if (options.pskCallback) requireFunction(options.pskCallback, 'pskCallback');
    if (options.pskIdentityHint) requireString(options.pskIdentityHint, 'options.pskIdentityHint');
    if (options.session) this.setSession(options.session);
    logKeys(this);
    if ((options.handshakeTimeout ?? 0) > 0)
      this.setTimeout(options.handshakeTimeout!, this._handleTimeout);
  },

  _start(): void {
    startHandshake(this);
  },

  _finishInit(): void {
    if (this._handle === null) return;
    const { connection } = this[STATE];
    this.alpnProtocol = selectedAlpn(this);
    if (this.servername === null) this.servername = connection?.requestedName ?? false;
    this._secureEstablished = true;
    if ((this._tlsOptions.handshakeTimeout ?? 0) > 0) this.setTimeout(0, this._handleTimeout);
    this.emit('secure');
  },

  _handleTimeout(): void {
    this._emitTLSError(tlsError('ERR_TLS_HANDSHAKE_TIMEOUT'));
    this.destroy();
  },

  _emitTLSError(error: Error): void {
    const shown = this._tlsError(error);
    if (shown) this.emit('error', shown);
  },

  _tlsError(error: Error): Error | null {
    this.emit('_tlsError', error);
    return this._controlReleased ? error : null;
  },

  _releaseControl(): boolean {
    if (this._controlReleased) return false;
    this._controlReleased = true;
    return true;
  },

  _destroySSL(): void {
    this.ssl = null;
  },

  setServername(name: unknown): void {
    requireString(name, 'name');
    if (this[STATE].isServer) throw tlsError('ERR_TLS_SNI_FROM_SERVER');
    this[STATE].requestedName = name;
  },
};

/** Null after destruction; until an error has been handled, the socket can still be looked at. */
const handle: PropertyDescriptor = {
  configurable: true,
  enumerable: false,
  get(this: TLSSocketLike): HandleLike | null {
    const state = this[STATE] as State | undefined;
    if (state?.isMade !== true || this.destroyed) return null;
    return streamHandleOf(this) ?? state.handle;
  },
  // net.Socket's constructor sets it to null.
  set: () => undefined,
};

Object.setPrototypeOf(TLSSocket, net().Socket);
Object.setPrototypeOf(TLSSocket.prototype, net().Socket.prototype);
Object.defineProperty(TLSSocket, 'name', { value: 'TLSSocket' });
const PARTS = [members, streamMembers, readerMembers, netMembers, factMembers, sessionMembers];
for (const part of PARTS)
  for (const [name, value] of Object.entries(part))
    Object.defineProperty(TLSSocket.prototype, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
Object.defineProperties(TLSSocket.prototype, { ...netGetters, _handle: handle });

/** The transport tries several addresses by itself: nothing of the socket's own is made again for another one. */
const REINITIALIZE = 'kReinitializeHandle';
for (const symbol of Object.getOwnPropertySymbols(net().Socket.prototype))
  if (symbol.description === REINITIALIZE)
    Object.defineProperty(TLSSocket.prototype, symbol, {
      value: () => undefined,
      configurable: true,
      writable: true,
    });
