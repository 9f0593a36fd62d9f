// The classes of the runtime's streams over JavaScript, JSStream and JSStreamSocket, which only its internal modules can name.
// The runtime puts them below a TLS connection over any other stream: such a connection is made once, and destroyed at once.
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
  readonly _handle?: { readonly _parent?: JSStream; readonly _parentWrap?: object } | null;
  on(event: 'error', listener: () => void): void;
  destroy(): void;
}

interface Runtime {
  readonly TLSSocket: new (stream: Duplex, options: object) => RuntimeSocket;
  createSecureContext(options: object): unknown;
}

interface StreamClasses {
  readonly JSStream: JSStreamClass;
  readonly streamSocketPrototype: object;
}

function findClasses(): StreamClasses | null {
  const TLSSocket = savedMember('TLSSocket') as Runtime['TLSSocket'] | undefined;
  const createSecureContext = savedMember('createSecureContext') as
    | Runtime['createSecureContext']
    | undefined;
  if (TLSSocket === undefined || createSecureContext === undefined) return null;
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  try {
    const secureContext = createSecureContext({ ca: [] });
    const socket = new TLSSocket(stream, { secureContext });
    const { _parent: parent, _parentWrap: wrap } = socket._handle ?? {};
    socket.on('error', () => undefined);
    socket.destroy();
    if (parent?.isStreamBase !== true || typeof parent.readBuffer !== 'function' || !wrap)
      return null;
    return {
      JSStream: parent.constructor as JSStreamClass,
      streamSocketPrototype: Object.getPrototypeOf(wrap) as object,
    };
  } catch {
    return null;
  } finally {
    stream.destroy();
  }
}

let known: StreamClasses | null | undefined;

/** Returns the classes; null in a runtime without them. */
function streamClasses(): StreamClasses | null {
  if (known === undefined) known = findClasses();
  return known;
}

/** Returns JSStream; null in a runtime without it. */
export const jsStreamClass = (): JSStreamClass | null => streamClasses()?.JSStream ?? null;

/** Returns an object that is an instance of JSStreamSocket and nothing else; undefined in a runtime without it. */
export function streamSocket(): object | undefined {
  const prototype = streamClasses()?.streamSocketPrototype;
  return prototype && (Object.create(prototype) as object);
}
