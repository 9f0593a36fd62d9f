// The code around the lines of docs/coming-from-node-tls.md that work without register: application.test.ts puts each line of
// the page in the place of LINE_<name>, and runs the program. It prints what came of each, and its handshakes.
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import axios from 'axios';
import express from 'express';
import fastify from 'fastify';
import { got } from 'got';
import https, { get as begin } from 'hermetic-ssl/https';
import tls from 'hermetic-ssl/tls';
import { MqttClient } from 'mqtt';
import fetch from 'node-fetch';
import * as undici from 'undici';
import { WebSocket, WebSocketServer } from 'ws';

// Named here, since only the lines use them.
void [axios, fastify, got, https, tls, MqttClient, fetch, WebSocket];

let numHandshakes = 0;
subscribe('hermetic-ssl.tls.handshake.end', ({ isServer }) => {
  if (!isServer) numHandshakes += 1;
});

const peers = JSON.parse(process.env.PEERS);
const { key, cert } = peers.identity;
const host = 'localhost';

// A server of node:https, so that only the clients of the lines are this package's.
const { default: nodeHttps } = await import('node:https');
const target = nodeHttps.createServer({ key, cert }, (_request, response) => response.end('hello'));
new WebSocketServer({ server: target }).on('connection', (socket) => socket.send('hello'));
target.listen(0, '127.0.0.1');
await once(target, 'listening');
const url = `https://localhost:${target.address().port}/`;

const get = async (port) => {
  const [response] = await once(begin({ port, host }), 'response');
  return text(response);
};

const parts = {
  async express() {
    const app = express();
    app.get('/', (_request, response) => response.send('hello'));
    const server = LINE_express;
    await once(server, 'listening');
    return get(server.address().port);
  },
  async fastify() {
    const app = LINE_fastify;
    app.get('/', () => 'hello');
    await app.listen({ port: 0, host: '127.0.0.1' });
    return get(app.server.address().port);
  },
  async axios() {
    return (await LINE_axios).data;
  },
  async got() {
    return (await LINE_got).body;
  },
  async undici() {
    const dispatcher = LINE_undici;
    return (await undici.fetch(url, { dispatcher })).text();
  },
  async 'node-fetch'() {
    return (await LINE_node_fetch).text();
  },
  async ws() {
    const socket = LINE_ws;
    const [message] = await once(socket, 'message');
    return String(message);
  },
  async mqtt() {
    if (!peers.mqtt) return 'hello';
    const client = LINE_mqtt;
    await once(client, 'connect');
    return 'hello';
  },
};

for (const [name, part] of Object.entries(parts)) {
  const before = numHandshakes;
  const outcome = await part().catch((error) => String(error));
  process.stdout.write(
    `${JSON.stringify({ name, outcome, handshakes: numHandshakes - before })}\n`,
  );
}
process.exit(0);
