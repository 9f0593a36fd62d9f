// The class of the runtime's streams over JavaScript, JSStream, which only its internal modules can name. The runtime puts one
// below a TLS connection over any other stream: such a connection is made once, and destroyed at once.
import { Duplex } from 'node:stream';

import { savedMember } from './runtime.js';

/** A request of the runtime to write. */
export interface WriteRequest {
  readonly req: unknown;
  readonly bufs: readonly Buffer[];
}

/** The runtime's stream. It calls `onwrite`, `onreadstart` and so on, and gives input to its consumer. */
export interface JSStream {
  readonly isStreamBase: boolean;
  readBuffer(bytes: Buffer): void;
  finishWrite(request: unknown, status: number): void;
  finishShutdown(request: unknown, status: number): void;
}

type JSStreamClass = new () => JSStream;

interface RuntimeSocket {
  readonly _handle?: { readonly _parent?: JSStream } | null;
  on(event: 'error', listener: () => void): void;
  destroy(): void;
}

interface Runtime {
  readonly TLSSocket: new (stream: Duplex, options: object) => RuntimeSocket;
  createSecureContext(options: object): unknown;
}

function findClass(): JSStreamClass | null {
  const TLSSocket = savedMember('TLSSocket') as Runtime['TLSSocket'] | undefined;
  const createSecureContext = savedMember('createSecureContext') as
    | Runtime['createSecureContext']
    | undefined;
  if (TLSSocket === undefined || createSecureContext === undefined) return null;
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  try {
    const secureContext = createSecureContext({ ca: [] });
    const socket = new TLSSocket(stream, { secureContext });
    const parent = socket._handle?._parent;
    socket.on('error', () => undefined);
    socket.destroy();
    if (parent?.isStreamBase !== true || typeof parent.readBuffer !== 'function') return null;
    return parent.constructor as JSStreamClass;
  } catch {
    return null;
  } finally {
    stream.destroy();
  }
}

let known: JSStreamClass | null | undefined;

/** Returns the class; null in a runtime without it. */
export function jsStreamClass(): JSStreamClass | null {
  if (known === undefined) known = findClass();
  return known;
}
