// node:net, loaded when a server, a client or a host's name first needs it: it would be a twentieth of what importing this
// package takes.
import type * as Net from 'node:net';
import type { Server, ServerOpts } from 'node:net';

export const net = (): typeof Net => process.getBuiltinModule('node:net');

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
