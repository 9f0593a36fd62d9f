// A measured process: an HTTP server with three resources, of hermetic-ssl/https, node:https, or node:http without TLS.
// Argument: JSON of { kind, cert, key, megabytes }. It ends with its standard input.
import * as http from 'node:http';
import * as https from 'node:https';

import { CHUNK, RESPONSE_SIZE } from './raw-protocol.mjs';
import { announce } from './serving.mjs';

const MB = 1024 * 1024;
const SMALL = Buffer.alloc(RESPONSE_SIZE, 'response ');
const FILL = Buffer.alloc(CHUNK, 'down ');

const { kind, cert, key, megabytes } = JSON.parse(process.argv[2]);

function sendDown(response) {
  let left = megabytes * MB;
  response.setHeader('content-length', left);
  const send = () => {
    while (left > 0) {
      left -= FILL.length;
      if (!response.write(FILL)) return;
    }
    response.end();
  };
  response.on('drain', send);
  send();
}

function answer(request, response) {
  if (request.method === 'POST') request.on('end', () => response.end('.')).resume();
  else if (request.url === '/down') sendDown(response);
  else response.setHeader('content-length', SMALL.length).end(SMALL);
}

const OTHERS = { 'node:tls': https, 'node:http': http };
const { createServer } = OTHERS[kind] ?? (await import('hermetic-ssl/https'));
await announce(createServer({ cert, key }, answer), kind);
