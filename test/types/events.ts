// A user's program that is only type-checked: what listeners are given. A line behind @ts-expect-error is wrong on purpose
// and shows that the type before it is not `any`.
import type { SSLServer, SSLSocket } from 'hermetic-ssl/ssl';

export function listenToServer(server: SSLServer): SSLServer {
  server.on('secureConnection', (socket) => {
    socket.end(socket.version());
    // @ts-expect-error -- no member of SSLSocket
    socket.noSuchMember();
  });
  server.prependOnceListener('tlsClientError', (error, socket) => {
    socket.destroy(error);
    // @ts-expect-error -- no member of Error
    error.noSuchMember();
  });
  server.on('connection', (transport) => {
    transport.setNoDelay();
    // @ts-expect-error -- no member of net.Socket
    transport.noSuchMember();
  });
  return server.on('an event of mine', (count: number) => count + 1).off('close', () => {});
}

export function listenToSocket(socket: SSLSocket): SSLSocket {
  socket.once('secureConnect', (...values) => {
    const nothing: [] = values;
    return nothing;
  });
  socket.addListener('timeout', () => socket.destroy()).prependListener('connect', () => {});
  socket.on('error', (error) => {
    // @ts-expect-error -- no member of Error
    error.noSuchMember();
  });
  // @ts-expect-error -- it has no arguments
  const tell: Parameters<typeof socket.emit<'secureConnect'>> = ['secureConnect', 1];
  return socket.on('data', (chunk: Buffer) => chunk.length + tell.length).on('mine', () => {});
}
