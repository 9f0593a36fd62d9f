// The `_handle` of a TLSSocket whose plaintext goes to a consumer within the runtime: to node:http2, or to the parser of
// node:http. Both read on the handle and not on the socket, which has to be one of the runtime's own streams for that: a JSStream.
import { writeCanceled } from './errors.js';
import { jsStreamClass, type JSStream, type WriteRequest } from './runtime-stream.js';
import { isReadableDue } from '../ssl/transport/readable-due.js';
import { STATE, type StreamHandle, type TLSSocketLike } from './socket-state.js';

const PROTOCOL = 'h2';
/** `h2` in a list in wire format. */
const OFFER = Buffer.from(`\u0002${PROTOCOL}`, 'latin1');

/** Whether the handle may be consumed: by an HTTP server, or by node:http2 if `h2` was agreed on or a client offers it. */
function mayConsume(socket: TLSSocketLike): boolean {
  if (socket[STATE].servesHttp) return true;
  if (socket.alpnProtocol !== null) return socket.alpnProtocol === PROTOCOL;
  const { ALPNProtocols } = socket._tlsOptions;
  return !socket[STATE].isServer && Buffer.isBuffer(ALPNProtocols) && ALPNProtocols.includes(OFFER);
}

const errno = (): Readonly<Record<string, number>> =>
  process.getBuiltinModule('node:os').constants.errno;

function codeOf(error: Error | null | undefined): number {
  if (!error) return 0;
  const { ECANCELED } = errno();
  return -(errno()[(error as { code?: string }).code ?? ''] ?? ECANCELED ?? 1);
}

/** Returns a function that finishes a request later and once: the runtime frees it then. */
function finisher(handle: JSStream, req: unknown): (error?: Error | null) => void {
  let isFinished = false;
  return (error) => {
    if (isFinished) return;
    isFinished = true;
    setImmediate(() => handle.finishWrite(req, codeOf(error)));
  };
}

/** Writes as the streams of node:http2 ask for it. */
function write(
  socket: TLSSocketLike | null,
  handle: JSStream,
  { req, bufs }: WriteRequest,
): number {
  const finish = finisher(handle, req);
  let numMissing = bufs.length;
  const onWritten = (error?: Error | null) => {
    numMissing -= 1;
    if (error || numMissing === 0) finish(error);
  };
  if (socket === null || socket.destroyed || socket.writableEnded || numMissing === 0) {
    finish(numMissing === 0 ? null : writeCanceled());
    return 0;
  }
  socket.cork();
  for (const bytes of bufs) socket.write(bytes, onWritten);
  socket.uncork();
  return 0;
}

/** The members that the handle takes from the façade. */
const SHARED = [
  ...['verifyError', 'countHandshake', 'hasPendingRead', 'getServername'],
  ...['setTypeOfService', 'getTypeOfService', 'shutdown', 'close'],
] as const;

const SOCKET = Symbol('socket of a handle');

interface Consumed extends JSStream, StreamHandle {
  [SOCKET]: TLSSocketLike | null;
  reading: boolean;
  onread: unknown; // an accessor of the runtime's class
}

const NO_BYTES = Buffer.alloc(0);

/** Gives the socket bytes that are not its to keep. */
function giveToSocket(handle: Consumed, bytes: Buffer): void {
  const socket = handle[SOCKET];
  if (socket === null || socket.destroyed) return;
  handle.isHeld = !socket.push(Buffer.from(bytes)) || isReadableDue(socket);
}

/**
 * Called by the runtime if no consumer takes the bytes: they go to the socket. The parser of node:http does not come back once it
 * has left, but node:http2 may come late. Without this function the end of input would abort the process. Since Node 26 the memory
 * is larger than the plaintext in it.
 */
function onread(this: Consumed, memory?: ArrayBuffer): void {
  if (memory === undefined) return;
  const part = this.rest.subarray(0, memory.byteLength);
  this.isConsumed = this[SOCKET]?.[STATE].servesHttp !== true;
  this.rest = this.rest.subarray(part.length);
  giveToSocket(this, part);
}

/** The members of a handle, for its owner and for the runtime. */
const members: Record<string, unknown> & ThisType<Consumed> = {
  take(bytes: Buffer): boolean {
    this.isHeld = false;
    this.rest = bytes;
    this.readBuffer(bytes);
    this.rest = NO_BYTES;
    return !this.isHeld && (this.wantsInput || !this.isConsumed);
  },

  /** The runtime keeps the handle until its next large collection: not the socket with it. */
  letGo(): void {
    this[SOCKET] = null;
  },

  isClosing(): boolean {
    return this[SOCKET]?.destroyed ?? true;
  },

  onreadstart(): number {
    const state = this[SOCKET]?.[STATE];
    this.wantsInput = true;
    if (state === undefined) return 0;
    state.wantsInput = true;
    state.channel?.read();
    return 0;
  },

  onreadstop(): number {
    this.wantsInput = false;
    return 0;
  },

  onshutdown(req: unknown): number {
    let isFinished = false;
    const finish = () => {
      if (!isFinished) setImmediate(() => this.finishShutdown(req, 0));
      isFinished = true;
    };
    if (this[SOCKET] === null) finish();
    else this[SOCKET].end(finish);
    return 0;
  },

  onwrite(req: unknown, bufs: readonly Buffer[]): number {
    return write(this[SOCKET], this, { req, bufs });
  },
};

type Facade = Readonly<Record<(typeof SHARED)[number], (...values: unknown[]) => unknown>>;

for (const name of SHARED)
  members[name] = function (this: Consumed, ...values: unknown[]): unknown {
    const facade = this[SOCKET]?.[STATE].handle as unknown as Facade | undefined;
    return facade?.[name](...values);
  };

type HandleClass = new (socket: TLSSocketLike) => Consumed;

/** Returns the class of the handles. */
function makeClass(Class: new () => JSStream): HandleClass {
  class ConsumedHandle extends Class {
    wantsInput = true;
    isHeld = false;
    isConsumed = true;
    reading = true;
    rest: Buffer = NO_BYTES;
    [SOCKET]: TLSSocketLike | null;
    declare onread: unknown;

    constructor(socket: TLSSocketLike) {
      super();
      this[SOCKET] = socket;
      this.onread = onread;
    }
  }
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(ConsumedHandle.prototype, name, { value });
  return ConsumedHandle as unknown as HandleClass;
}

let Handle: HandleClass | null | undefined;

function handleClass(): HandleClass | null {
  if (Handle !== undefined) return Handle;
  const Class = jsStreamClass();
  return (Handle = Class === null ? null : makeClass(Class));
}

/** Returns the handle for a consumer; null if nothing may consume it, or the runtime does not have such streams. */
export function streamHandleOf(socket: TLSSocketLike): StreamHandle | null {
  const state = socket[STATE];
  if (state.streamHandle !== null || !mayConsume(socket)) return state.streamHandle;
  const Class = handleClass();
  if (Class !== null) state.streamHandle = new Class(socket);
  return state.streamHandle;
}

/** Lets the parser of an HTTP server, which gets the socket next, take the plaintext directly. */
export function offerToParser(socket: TLSSocketLike): void {
  socket[STATE].servesHttp = true;
}

const isParsed = (socket: object): boolean =>
  (Reflect.get(socket, 'parser') as { _consumed?: unknown } | null | undefined)?._consumed === true;

/**
 * Reads on for an application that has resumed the socket, if the parser has left: it may have stopped the handle before, and does
 * not start it again. Later, since a new listener of `data` resumes the socket before the parser leaves.
 */
export function readAfterParser(socket: TLSSocketLike): void {
  const { servesHttp, streamHandle } = socket[STATE];
  if (!servesHttp || streamHandle === null || streamHandle.wantsInput) return;
  process.nextTick(() => {
    if (!streamHandle.wantsInput && !isParsed(socket)) streamHandle.onreadstart();
  });
}
