// The servers of the application: express, fastify, ws and gRPC, each over TLS.
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';

import grpc from '@grpc/grpc-js';
import express from 'express';
import fastify from 'fastify';
import { WebSocketServer } from 'ws';

const text = { serialize: (value) => Buffer.from(value), deserialize: String };
export const ECHO = {
  path: '/test.Echo/Echo',
  requestStream: false,
  responseStream: false,
  requestSerialize: text.serialize,
  requestDeserialize: text.deserialize,
  responseSerialize: text.serialize,
  responseDeserialize: text.deserialize,
};

async function startExpress(identity) {
  const app = express();
  app.use(express.json());
  app.get('/hello', (request, response) => {
    response.json({ secure: request.secure, protocol: request.socket.getProtocol() });
  });
  app.post('/echo', (request, response) => response.json(request.body));
  app.get('/half', (request, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('half', () => request.socket.destroy());
  });
  const server = https.createServer(identity, app);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, { socket: { encrypted } }) => {
    socket.send(`encrypted ${encrypted}`);
    socket.on('message', (message) => socket.send(message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: server.address().port, close };
}

async function startFastify(identity) {
  const app = fastify({ https: identity });
  app.get('/hello', async ({ protocol, raw }) => ({ protocol, tls: raw.socket.getProtocol() }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close() };
}

async function startHttp2(identity) {
  const server = http2.createSecureServer(identity);
  server.on('stream', (stream, headers) => stream.end(`http2 ${headers[':path']}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

async function startGrpc({ key, cert }) {
  const server = new grpc.Server();
  server.addService({ echo: ECHO }, { echo: ({ request }, done) => done(null, `echo ${request}`) });
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  const credentials = grpc.ServerCredentials.createSsl(null, [pair]);
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error) reject(new Error('the gRPC server does not listen', { cause: error }));
      else resolve(bound);
    });
  });
  return { port, close: () => server.forceShutdown() };
}

/** Starts all of them. */
export async function startServers({ identity }) {
  const servers = {
    express: await startExpress(identity),
    fastify: await startFastify(identity),
    http2: await startHttp2(identity),
    grpc: await startGrpc(identity),
  };
  const ports = Object.fromEntries(Object.entries(servers).map(([name, { port }]) => [name, port]));
  const close = () => {
    for (const server of Object.values(servers)) void server.close();
  };
  return { ports, close };
}
