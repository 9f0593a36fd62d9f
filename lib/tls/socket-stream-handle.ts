// The `_handle` of a TLSSocket that speaks h2. node:http2 reads and writes on the handle and not on the socket, which has to
// be one of the runtime's own streams for that: a JSStream.
import { writeCanceled } from './errors.js';
import { jsStreamClass, type JSStream, type WriteRequest } from './runtime-stream.js';
import { isReadableDue } from '../ssl/transport/readable-due.js';
import { STATE, type StreamHandle, type TLSSocketLike } from './socket-state.js';

const PROTOCOL = 'h2';
/** `h2` in a list in wire format. */
const OFFER = Buffer.from(`\u0002${PROTOCOL}`, 'latin1');

/** Whether node:http2 may consume the handle: `h2` was agreed on, or a client offers it. */
function mayConsume(socket: TLSSocketLike): boolean {
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
function write(socket: TLSSocketLike, handle: JSStream, { req, bufs }: WriteRequest): number {
  const finish = finisher(handle, req);
  let numMissing = bufs.length;
  const onWritten = (error?: Error | null) => {
    numMissing -= 1;
    if (error || numMissing === 0) finish(error);
  };
  if (socket.destroyed || socket.writableEnded || numMissing === 0) {
    finish(numMissing === 0 ? null : writeCanceled());
    return 0;
  }
  socket.cork();
  for (const bytes of bufs) socket.write(bytes, onWritten);
  socket.uncork();
  return 0;
}

/** Returns the members by which plaintext reaches the consumer of the handle, or the socket if no consumer takes it. */
function readMembers(socket: TLSSocketLike, Class: new () => JSStream) {
  let rest: Buffer = Buffer.alloc(0);
  return {
    readBuffer(this: StreamHandle, bytes: Buffer): void {
      rest = bytes;
      this.isHeld = false;
      (Class.prototype as JSStream).readBuffer.call(this, bytes);
    },
    // Called by the runtime if no consumer takes the bytes. Without it the end of input would abort the process. Since Node 26 the
    // memory is larger than the plaintext in it.
    onread(this: StreamHandle, memory?: ArrayBuffer): void {
      if (memory === undefined) return;
      const part = rest.subarray(0, memory.byteLength);
      rest = rest.subarray(part.length);
      if (!socket.destroyed) this.isHeld = !socket.push(part) || isReadableDue(socket);
    },
  };
}

/** The members that the handle takes from the façade. */
const SHARED = [
  ...['verifyError', 'countHandshake', 'hasPendingRead', 'getServername'],
  ...['setTypeOfService', 'getTypeOfService', 'shutdown', 'close'],
] as const;

function makeHandle(socket: TLSSocketLike, Class: new () => JSStream): StreamHandle {
  const handle = new Class() as JSStream & StreamHandle;
  const facade = socket[STATE].handle as unknown as Record<string, (...all: unknown[]) => unknown>;
  const shared = Object.fromEntries(SHARED.map((name) => [name, facade[name]!.bind(facade)]));
  return Object.assign(handle, shared, readMembers(socket, Class), {
    wantsInput: true,
    isHeld: false,
    reading: true,
    isClosing: () => socket.destroyed,
    onreadstart: () => {
      handle.wantsInput = true;
      socket[STATE].wantsInput = true;
      socket[STATE].channel?.read();
      return 0;
    },
    onreadstop: () => {
      handle.wantsInput = false;
      return 0;
    },
    onshutdown: (req: unknown) => {
      let isFinished = false;
      socket.end(() => {
        if (!isFinished) setImmediate(() => handle.finishShutdown(req, 0));
        isFinished = true;
      });
      return 0;
    },
    onwrite: (req: unknown, bufs: readonly Buffer[]) => write(socket, handle, { req, bufs }),
  });
}

/** Returns the handle for node:http2; null if the socket does not speak h2, or the runtime does not have such streams. */
export function streamHandleOf(socket: TLSSocketLike): StreamHandle | null {
  const state = socket[STATE];
  if (state.streamHandle !== null || !mayConsume(socket)) return state.streamHandle;
  const Class = jsStreamClass();
  if (Class !== null) state.streamHandle = makeHandle(socket, Class);
  return state.streamHandle;
}
