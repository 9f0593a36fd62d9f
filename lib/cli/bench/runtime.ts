// The runtime's own side of `hermetic-ssl bench`: node:tls and node:crypto.
import { createHash, pbkdf2 } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createSecureContext, createServer } from 'node:tls';
import { promisify } from 'node:util';

import type { PemPair } from '../../internal/native/binding.js';
import type { Side } from './side.js';

const PASSWORD = Buffer.from('password');
const SALT = Buffer.alloc(16, 1);
const KEY_LENGTH = 32;

const derive = promisify(pbkdf2);

/** Returns the side, with the certificate of localhost and its authority. */
export function runtime({ certificate, key }: PemPair, authority: string): Side {
  const secureContext = createSecureContext({ ca: authority });
  return {
    name: 'the runtime',
    async serve(onSocket) {
      const listening = createServer({ cert: certificate, key, noDelay: true }, onSocket);
      listening.listen(0, '127.0.0.1');
      await once(listening, 'listening');
      return { port: (listening.address() as AddressInfo).port, close: () => listening.close() };
    },
    async connect(port) {
      const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', secureContext });
      socket.setNoDelay(true);
      await once(socket, 'secureConnect');
      return socket;
    },
    pbkdf2: (iterations) => derive(PASSWORD, SALT, iterations, KEY_LENGTH, 'sha256'),
    hash: (data) => createHash('sha256').update(data).digest(),
  };
}
