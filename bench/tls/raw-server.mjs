// A measured process: one TLS server that answers the requests of raw-protocol.mjs, of this package or of node:tls, which does
// the same work on either's sockets. Argument: JSON of { kind, cert, key }. It ends with its standard input.
import * as tls from 'node:tls';

import { CHUNK, decodeHeader, DOWN, REQUEST, REQUEST_SIZE, RESPONSE_SIZE, UP } from './raw-protocol.mjs'; // prettier-ignore
import { announce } from './serving.mjs';

const RESPONSE = Buffer.alloc(RESPONSE_SIZE, 'response ');
const FILL = Buffer.alloc(CHUNK, 'down ');

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

const { kind, cert, key } = JSON.parse(process.argv[2]);

/** Makes a server of this package, which other kinds of processes must not load. */
async function createOurServer() {
  const { createServer, PROTOCOL_TLS_SERVER, SSLContext } = await import('hermetic-ssl/ssl');
  const context = new SSLContext(PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  return createServer({ context }, onSocket);
}

const server =
  kind === 'node:tls' ? tls.createServer({ cert, key }, onSocket) : await createOurServer();
await announce(server, kind);
