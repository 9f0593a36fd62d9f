// Connects standard input and output with the server.
import { once } from 'node:events';

import type { SSLSocket } from '../../ssl.js';

/** Returns when the server has ended the connection. The end of standard input ends this end. */
export async function talk(socket: SSLSocket): Promise<void> {
  process.stdin.pipe(socket);
  socket.on('data', (chunk: Buffer) => {
    if (process.stdout.write(chunk)) return;
    socket.pause();
    process.stdout.once('drain', () => socket.resume());
  });
  try {
    await once(socket, 'close');
  } finally {
    process.stdin.unpipe(socket).destroy();
  }
}
