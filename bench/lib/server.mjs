// The measured process: one TLS server, of this package or of node:tls, which does the same work on either's sockets.
// It receives its configuration, and requests for its processor time, over the IPC channel.
import * as tls from 'node:tls';

import {
  createServer as createOurs,
  OPENSSL_VERSION,
  PROTOCOL_TLS_SERVER,
  SSLContext,
} from 'hermetic-ssl/ssl';

import {
  CHUNK,
  decodeHeader,
  DOWN,
  REQUEST,
  REQUEST_SIZE,
  RESPONSE_SIZE,
  UP,
} from './protocol.mjs';

const RESPONSE = Buffer.alloc(RESPONSE_SIZE, 'response ');
const FILL = Buffer.alloc(CHUNK, 'down ');

/** Set by bench/crossings/count.mjs. */
const crossings = globalThis[Symbol.for('hermetic-ssl.crossings')];

function answerRequests(socket) {
  let pending = 0;
  return (chunk) => {
    pending += chunk.length;
    for (; pending >= REQUEST_SIZE; pending -= REQUEST_SIZE) socket.write(RESPONSE);
  };
}

function sendDown(socket, size) {
  let left = size;
  const send = () => {
    while (left > 0) {
      const piece = left < CHUNK ? FILL.subarray(0, left) : FILL;
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
    socket.off('drain', send);
  };
  socket.on('drain', send);
  send();
}

function takeUp(socket, size) {
  let left = size;
  return (chunk) => {
    left -= chunk.length;
    if (left <= 0) socket.write('.');
  };
}

function begin(socket, { kind, size }) {
  if (kind === REQUEST) return answerRequests(socket);
  if (kind === UP) return takeUp(socket, size);
  if (kind === DOWN) sendDown(socket, size);
  return () => {};
}

function onSocket(socket) {
  let head = Buffer.alloc(0);
  let take = (chunk) => {
    head = Buffer.concat([head, chunk]);
    const header = decodeHeader(head);
    if (header === null) return;
    take = begin(socket, header);
    if (header.rest.length > 0) take(header.rest);
  };
  socket.on('data', (chunk) => take(chunk));
  // A client that measures handshakes breaks each connection off.
  socket.on('error', () => {});
}

function createServer(kind, { cert, key }) {
  if (kind === 'node:tls') return tls.createServer({ cert, key }, onSocket);
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  return createOurs({ context }, onSocket);
}

function start({ kind, certificate }) {
  const server = createServer(kind, certificate);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1', () => {
    const openssl = kind === 'node:tls' ? `OpenSSL ${process.versions.openssl}` : OPENSSL_VERSION;
    process.send({ port: server.address().port, openssl });
  });
}

process.on('message', (message) => {
  if (message.kind !== undefined) start(message);
  else process.send({ ...process.cpuUsage(), crossings: crossings?.() });
});
process.on('disconnect', () => process.exit(0));
