// node:net, loaded when a server, a client or a host's name first needs it: it would be a twentieth of what importing this
// package takes.
import type * as Net from 'node:net';
import type { Server, ServerOpts } from 'node:net';
import { Duplex } from 'node:stream';

let loaded: typeof Net | null = null;

export const net = (): typeof Net => (loaded ??= process.getBuiltinModule('node:net'));

const IS_NODE = process.versions['bun'] === undefined && !('Deno' in globalThis);

/** The members of a stream that write; only compared. */
interface Writing {
  readonly write: unknown;
  readonly _write: unknown;
  readonly _writev?: unknown;
  readonly _handle?: object | null;
}

/**
 * Whether a transport has copied written bytes once its `writableLength` no longer counts them. The sockets of Node have;
 * any other stream may pass the same memory on.
 */
export function copiesWrites(transport: Duplex): boolean {
  const { write, _write, _writev, _handle: handle } = transport as Writing;
  if (!IS_NODE || handle === undefined || handle === null) return false;
  const { name } = handle.constructor;
  if (name !== 'TCP' && name !== 'Pipe') return false;
  const { _write: ownWrite, _writev: ownWritev } = net().Socket.prototype as unknown as Writing;
  return write === Duplex.prototype.write && _write === ownWrite && _writev === ownWritev;
}

/** The base class for a net.Server; node:net is loaded when the first instance is created. */
export const LazyServer: new (options?: ServerOpts) => Server = function (
  ...options: ConstructorParameters<typeof Server>
): Server {
  const { Server } = net();
  if (Object.getPrototypeOf(LazyServer) !== Server) {
    Object.setPrototypeOf(LazyServer, Server);
    Object.setPrototypeOf(LazyServer.prototype, Server.prototype);
  }
  return Reflect.construct(Server, options, new.target) as Server;
} as never;
