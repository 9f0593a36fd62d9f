// node:net, loaded when a socket is first needed: it is a twentieth of the time that importing this package takes.
import type * as Net from 'node:net';
import type { Server, ServerOpts } from 'node:net';

export const net = (): typeof Net => process.getBuiltinModule('node:net');

/** What a class extends to be a net.Server: it becomes one when the first is made. */
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
