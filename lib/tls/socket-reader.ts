// The plaintext of a TLSSocket with `onread`: given into memory of the application, and kept while it wants to wait.
import { net } from '../ssl/transport/net.js';
import { STATE, type Members, type OnRead, type TLSSocketLike } from './socket-state.js';
import { readAfterParser } from './socket-stream-handle.js';

interface Reader {
  readonly buffer: Uint8Array | (() => Uint8Array);
  readonly callback: OnRead;
}

/** Returns the memory for the next part. A function is called once before the first part, and after each. */
function memoryOf(socket: TLSSocketLike, { buffer }: Reader): Uint8Array {
  if (typeof buffer !== 'function') return buffer;
  return (socket[STATE].readMemory ??= buffer());
}

function givePart(socket: TLSSocketLike, reader: Reader, bytes: Buffer): number {
  const state = socket[STATE];
  const memory = memoryOf(socket, reader);
  const size = Math.min(bytes.length, memory.byteLength);
  memory.set(bytes.subarray(0, size));
  if (reader.callback.call(socket, size, memory) === false) state.isReaderPaused = true;
  if (typeof reader.buffer === 'function') state.readMemory = reader.buffer();
  return size;
}

/** Gives plaintext to `onread`, and keeps what it does not want yet. Returns whether it wants more. */
export function giveToReader(socket: TLSSocketLike, bytes: Buffer): boolean {
  const state = socket[STATE];
  const { onread } = socket._tlsOptions;
  if (!onread) return false;
  let rest = state.unread === null ? bytes : Buffer.concat([state.unread, bytes]);
  while (rest.length > 0 && !state.isReaderPaused && !socket.destroyed)
    rest = rest.subarray(givePart(socket, onread, rest));
  state.unread = rest.length > 0 ? rest : null;
  return !state.isReaderPaused;
}

/** Ends the readable side, once `onread` has taken everything. */
export function endReader(socket: TLSSocketLike): void {
  if (socket[STATE].unread !== null || socket.destroyed) return;
  socket.push(null);
  socket.read(0); // emits 'end' although nothing reads, as a net.Socket does
}

/** Continues after a pause. */
export function resumeReader(socket: TLSSocketLike): void {
  const state = socket[STATE];
  if (!state.isReaderPaused) return;
  state.isReaderPaused = false;
  if (state.unread !== null) giveToReader(socket, Buffer.alloc(0));
  if (state.unread !== null) return;
  if (state.hasEnded) return endReader(socket);
  state.wantsInput = true;
  state.channel?.read();
}

type Method = (this: unknown) => TLSSocketLike;
const inherited = () => net().Socket.prototype as unknown as { pause: Method; resume: Method };

export const readerMembers: Members = {
  pause(): TLSSocketLike {
    if (this._tlsOptions.onread) this[STATE].isReaderPaused = true;
    return inherited().pause.call(this);
  },

  resume(): TLSSocketLike {
    if (this._tlsOptions.onread) process.nextTick(resumeReader, this);
    readAfterParser(this);
    return inherited().resume.call(this);
  },
};
