// node:net, loaded when a server, a client or a host's name first needs it: it would be a twentieth of what importing this
// package takes.
import type * as Net from 'node:net';
import type { Server, ServerOpts } from 'node:net';
import { Duplex } from 'node:stream';

let loaded: typeof Net | null = null;

export const net = (): typeof Net => (loaded ??= process.getBuiltinModule('node:net'));

const IS_NODE = process.versions['bun'] === undefined && !('Deno' in globalThis);

/**
 * Whether a transport has copied written bytes once its `writableLength` no longer counts them. The sockets of Node have;
 * any other stream may pass the same memory on.
 */
export function copiesWrites(transport: Duplex): boolean {
  const handle = Reflect.get(transport, '_handle') as object | null | undefined;
  if (!IS_NODE || handle === undefined || handle === null) return false;
  if (!['TCP', 'Pipe'].includes(handle.constructor.name)) return false;
  const { prototype } = net().Socket;
  const isOf = (owner: object, name: string) =>
    Reflect.get(transport, name) === Reflect.get(owner, name);
  return isOf(Duplex.prototype, 'write') && isOf(prototype, '_write') && isOf(prototype, '_writev');
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
