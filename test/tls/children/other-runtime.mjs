// A program that any runtime can run: servers and clients of hermetic-ssl/tls and hermetic-ssl/https, and register. The key, the
// certificate and the authority are files in the folder that the argument names. Prints the outcomes in JSON.
import dc from 'node:diagnostics_channel';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import nodeHttps from 'node:https';
import net from 'node:net';
import path from 'node:path';

import https from 'hermetic-ssl/https';
import tls from 'hermetic-ssl/tls';

const read = (name) => fs.readFileSync(path.join(process.argv[2], name), 'utf8');
const identity = { key: read('key.pem'), cert: read('cert.pem') };
const ca = read('ca.pem');

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

async function textOf(stream) {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}

async function bodyOf(request) {
  request.end();
  const [response] = await once(request, 'response');
  return textOf(response);
}

async function ofTls() {
  const server = tls.createServer({ ...identity, ALPNProtocols: ['x'] }, (socket) => {
    socket.once('data', (data) => socket.end(`got ${data}`));
  });
  const to = { port: await listen(server), host: '127.0.0.1', servername: 'localhost' };
  const client = tls.connect({ ...to, ca, ALPNProtocols: ['x'] });
  await once(client, 'secureConnect');
  const { alpnProtocol, authorized } = client;
  const protocol = client.getProtocol();
  client.write('hello');
  const text = await textOf(client);
  const refused = tls.connect({ ...to, ca: [] });
  server.on('tlsClientError', () => undefined);
  const [error] = await once(refused, 'error').catch((reason) => [reason]);
  server.close();
  return { alpnProtocol, authorized, protocol, text, refused: error.code };
}

async function ofHttps() {
  const server = https.createServer(identity, (request, response) => response.end(request.url));
  const port = await listen(server);
  const agent = new https.Agent({ keepAlive: true, ca });
  const options = { host: 'localhost', port, agent };
  const bodies = [];
  for (const one of ['/1', '/2'])
    bodies.push(await bodyOf(https.request({ ...options, path: one })));
  agent.destroy();
  const proxy = http.createServer().on('connect', (request, client) => {
    const onward = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [onward, client]) socket.on('error', () => undefined);
  });
  const proxyEnv = { HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}` };
  const tunnel = new https.Agent({ proxyEnv, ca });
  bodies.push(await bodyOf(https.request({ ...options, agent: tunnel, path: '/proxy' })));
  return bodies;
}

async function ofHttp2() {
  const server = tls.createServer({ ...identity, ALPNProtocols: ['h2'] });
  const inner = http2.createServer((request, response) => response.end(request.url));
  server.on('secureConnection', (socket) => inner.emit('connection', socket));
  const port = await listen(server);
  const to = { port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['h2'] };
  const session = http2.connect(`https://localhost:${port}`, { createConnection: () => tls.connect(to) }); // prettier-ignore
  return textOf(session.request({ ':path': '/h2' }).setEncoding('utf8'));
}

/** Requests with the runtime's own modules: the bodies, and how often an end of a handshake was this package's. */
async function ofRegister() {
  const { register } = await import('hermetic-ssl/register');
  register();
  const count = { client: 0, server: 0 };
  dc.subscribe('hermetic-ssl.tls.handshake.end', ({ isServer }) => {
    count[isServer ? 'server' : 'client'] += 1;
  });
  const server = nodeHttps.createServer(identity, (request, response) => response.end(request.url));
  const port = await listen(server);
  const body = await bodyOf(nodeHttps.request({ host: 'localhost', port, ca, path: '/https' }));
  const secure = http2.createSecureServer(identity, (request, response) => response.end(request.url)); // prettier-ignore
  const session = http2.connect(`https://localhost:${await listen(secure)}`, { ca });
  const ofSession = await textOf(session.request({ ':path': '/h2' }).setEncoding('utf8'));
  await new Promise((resolve) => setTimeout(resolve, 50)); // until the servers have seen their ends
  return { bodies: [body, ofSession], count };
}

const outcomes = {};
for (const test of [ofTls, ofHttps, ofHttp2, ofRegister]) outcomes[test.name] = await test();
console.log(JSON.stringify(outcomes));
process.exit();
