// The measured process: one TLS server whose connections wait. Argument: JSON of { kind, state, cert, key }. It reports its
// port, answers each message with its resident set, and counts the connections that have come to the state.
import * as tls from 'node:tls';

import { createServer, OPENSSL_VERSION, PROTOCOL_TLS_SERVER, SSLContext } from 'hermetic-ssl/ssl';

const { kind, state, cert, key } = JSON.parse(process.argv[2]);
let count = 0;
const arrive = () => {
  count += 1;
};
const kept = new Set();

function make() {
  const onSocket = (socket) => {
    kept.add(socket);
    if (state === 'after the handshake') arrive();
  };
  if (kind === 'node:tls') {
    const SNICallback = state === 'sniCallback pending' ? arrive : undefined;
    return tls.createServer({ cert, key, SNICallback }, onSocket);
  }
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  if (state === 'sniCallback pending') {
    context.sniCallback = () => {
      arrive();
      return new Promise(() => {});
    };
  }
  return createServer({ context }, onSocket);
}

const server = make();
if (state === 'before the first byte') server.on('connection', arrive);
server.on('tlsClientError', () => {});
server.listen(0, '127.0.0.1', () => {
  const openssl = kind === 'node:tls' ? `OpenSSL ${process.versions.openssl}` : OPENSSL_VERSION;
  process.send({ port: server.address().port, openssl });
});
process.on('message', () => {
  globalThis.gc();
  process.send({ count, rss: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
