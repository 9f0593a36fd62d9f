// A TLSSocket as a stream: reading, writing, the end and destruction.
import { Buffer } from 'node:buffer'; // the global one is a getter
import type { Duplex } from 'node:stream';

import { net } from '../ssl/transport/net.js';
import { getHandshakeThreads } from '../ssl/engine/handshake-pool.js';
import { DuplexChannel } from '../ssl/transport/duplex-channel.js';
import { TransportLink } from '../ssl/transport/link.js';
import { readOn } from '../ssl/transport/readable-due.js';
import { ignoreErrors } from '../ssl/transport/unheard-errors.js';
import { tlsError, writeCanceled } from './errors.js';
import { publishBegin, publishError } from './handshake-events.js';
import { openConnection } from './socket-connection.js';
import { SocketHost } from './socket-host.js';
import { STATE, type Done, type Members, type TLSSocketLike } from './socket-state.js';

interface Chunk {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

const bytesOf = ({ chunk, encoding }: Chunk): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;

/** Chunks that are shorter than this together become one, which is cheaper than to encrypt them one by one. */
const SMALL = 4096;
/** The most bytes of a UTF-16 code unit, in any encoding. */
const WIDEST = 3;

const mostBytesOf = ({ chunk, encoding }: Chunk): number =>
  typeof chunk === 'string' && encoding !== 'latin1' ? WIDEST * chunk.length : chunk.length;

/** Returns the bytes of the chunks: one Buffer for small ones. */
function bytesOfAll(chunks: readonly Chunk[]): readonly Buffer[] {
  const most = chunks.reduce((sum, one) => sum + mostBytesOf(one), 0);
  if (most >= SMALL) return chunks.map((one) => bytesOf(one));
  const joined = Buffer.allocUnsafe(most);
  let size = 0;
  for (const { chunk, encoding } of chunks) {
    if (typeof chunk === 'string') size += joined.write(chunk, size, encoding);
    else {
      joined.set(chunk, size);
      size += chunk.length;
    }
  }
  return [joined.subarray(0, size)];
}

/** The input after the alert of a failed handshake that is read on, so that the alert arrives. Above it the transport is reset. */
const MOST_AFTER_ALERT = 65_536;

/** Whether the transport can carry the handshake: a net.Socket that is not connected yet cannot. */
export function isConnected(transport: Duplex): boolean {
  const { pending = false, connecting = false } = transport as {
    pending?: boolean;
    connecting?: boolean;
  };
  return !(transport instanceof net().Socket) || !(pending || connecting) || transport.destroyed;
}

/** Opens the channel, and begins the handshake. */
export function begin(socket: TLSSocketLike): void {
  const state = socket[STATE];
  const { transport } = state;
  if (state.channel !== null || transport === null || socket.destroyed) return;
  try {
    state.connection = openConnection(socket);
    const channel = new DuplexChannel(
      state.connection,
      new TransportLink(transport),
      new SocketHost(socket),
      getHandshakeThreads(),
    );
    channel.open();
    state.channel = channel;
    publishBegin(socket);
  } catch (error) {
    socket.destroy(error as Error);
    return;
  }
  const { write: pending, channel } = state;
  state.write = null;
  channel.catchUp();
  channel.start();
  if (pending !== null && !socket.destroyed) channel.write(pending.chunks, pending.done);
  if (state.wantsInput && !socket.destroyed) channel.read();
}

/** Begins the handshake if its transport is connected, else once it is. */
export function startHandshake(socket: TLSSocketLike): void {
  const state = socket[STATE];
  if (state.isStarted && state.channel !== null) return;
  state.isStarted = true;
  const { transport } = state;
  if (transport === null || socket.destroyed) return;
  if (socket.connecting || !isConnected(transport)) {
    socket.once('connect', () => begin(socket));
  } else {
    begin(socket);
  }
}

/** The callback of a write that a destruction has cut off comes after the event `error`, as in node:tls. */
const afterError =
  (socket: TLSSocketLike, done: Done): Done =>
  (error) => {
    if (error && socket.destroyed) process.nextTick(done, error);
    else done(error);
  };

function write(socket: TLSSocketLike, chunks: readonly Buffer[], callback: Done): void {
  const state = socket[STATE];
  const done = afterError(socket, callback);
  socket._unrefTimer();
  if (state.channel !== null) return state.channel.write(chunks, done);
  state.write = { chunks, done };
  if (!state.isStarted && !socket.connecting) startHandshake(socket);
}

/** Whether the transport closes at once: it is destroyed, or both ends have ended and nothing has to be sent any more. */
const isClosing = (transport: Duplex, hasEnded: boolean): boolean =>
  transport.destroyed || (hasEnded && transport.writableEnded && transport.writableLength === 0);

/** Emits `close` once the transport is closed, in a later tick than `error`. */
function emitCloseAfter(socket: TLSSocketLike, transport: Duplex | null, hadError: boolean): void {
  const state = socket[STATE];
  if (state.isClosing) return; // destroyed by its signal already, while it was made
  state.isClosing = true;
  const emit = () => {
    socket.ssl = null;
    socket.emit('close', hadError);
  };
  const isSocket = transport instanceof net().Socket;
  if (isSocket && !transport.closed && isClosing(transport, state.hasEnded))
    transport.once('close', emit);
  else setImmediate(emit);
}

function keepPeerName(socket: TLSSocketLike): void {
  const { remoteAddress, remoteFamily, remotePort } = socket;
  if (remoteAddress === undefined) return;
  socket[STATE].peerName = {
    address: remoteAddress,
    ...(remoteFamily === undefined ? {} : { family: remoteFamily }),
    ...(remotePort === undefined ? {} : { port: remotePort }),
  };
}

/**
 * Clears the timer of `setTimeout`, as net.Socket's own _destroy does: on a destroyed socket, setTimeout(0) does nothing, and
 * the timer would keep the socket for the rest of its time.
 */
function clearTimer(socket: TLSSocketLike): void {
  timerSymbol ??= Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'timeout',
  );
  if (timerSymbol !== undefined)
    clearTimeout(Reflect.get(socket, timerSymbol) as NodeJS.Timeout | undefined);
}

let timerSymbol: symbol | undefined; // the same for all sockets; it takes long to find

export const streamMembers: Members = {
  _read(): void {
    const state = this[STATE];
    state.wantsInput = true;
    readOn(this, () => state.channel?.read());
  },

  _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    write(this, [bytesOf({ chunk, encoding })], done);
  },

  _writev(chunks: Chunk[], done: Done): void {
    write(this, bytesOfAll(chunks), done);
  },

  _final(done: Done): void {
    const state = this[STATE];
    const { channel, transport } = state;
    if (transport === null) return done();
    // Before the end of the handshake the transport alone ends, as in node:tls: a peer that never answers cannot hold it.
    if (this.connecting) this.once('connect', () => this._final(done));
    else if (this._secureEstablished && channel !== null) channel.end(done);
    else transport.end(() => done());
  },

  _destroy(error: Error | null, done: Done): void {
    const state = this[STATE];
    const { channel, transport, write: pending } = state;
    this.connecting = false;
    publishError(this, error);
    if (error !== null) keepPeerName(this);
    clearTimer(this);
    state.streamHandle?.letGo();
    state.write = null;
    const gently = state.fails || this.writableFinished;
    // As with a net.Socket, a write before the destruction is sent: http answers a bad request so.
    if (state.isAccepted && !state.fails) channel?.sendPending();
    done(error);
    if (channel !== null) {
      const most = this._secureEstablished ? Infinity : MOST_AFTER_ALERT;
      channel.destroy({ gently, most }, writeCanceled);
    } else if (transport !== null) {
      ignoreErrors(transport);
      transport.destroy();
    }
    pending?.done(tlsError('ERR_SOCKET_CLOSED_BEFORE_CONNECTION'));
    emitCloseAfter(this, transport, error !== null);
  },
};
