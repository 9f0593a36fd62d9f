// This package's side of `hermetic-ssl bench`.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { digest, pbkdf2Hmac } from '../../hashlib.js';
import type { PemPair } from '../../internal/native/binding.js';
import { connect, createDefaultContext, createServer, PROTOCOL_TLS_SERVER, Purpose, SSLContext } from '../../ssl.js'; // prettier-ignore
import type { Side } from './side.js';

const PASSWORD = Buffer.from('password');
const SALT = Buffer.alloc(16, 1);

/** Returns the side, with the certificate of localhost and its authority. */
export function ours({ certificate, key }: PemPair, authority: string): Side {
  const server = new SSLContext(PROTOCOL_TLS_SERVER);
  server.loadCertChain({ cert: certificate, key });
  const client = createDefaultContext(Purpose.SERVER_AUTH, { cadata: authority });
  return {
    name: 'hermetic-ssl',
    async serve(onSocket) {
      const listening = createServer({ context: server }, onSocket).listen(0, '127.0.0.1');
      await once(listening, 'listening');
      return { port: (listening.address() as AddressInfo).port, close: () => listening.close() };
    },
    connect: (port) => connect({ context: client, host: '127.0.0.1', port, serverHostname: 'localhost', noDelay: true }), // prettier-ignore
    pbkdf2: (iterations) => pbkdf2Hmac('sha256', PASSWORD, SALT, iterations),
    hash: (data) => digest('sha256', data),
  };
}
