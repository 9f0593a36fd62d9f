// A program for trace.test.ts: one connection of node:tls with itself. The identity is in the environment.
import { once } from 'node:events';
import tls from 'node:tls';

const { PROGRAM_KEY: key, PROGRAM_CERT: cert } = process.env;
const server = tls.createServer({ key, cert }, (socket) => socket.end('x'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = tls.connect({ port: server.address().port, rejectUnauthorized: false });
await once(client.resume(), 'close');
server.close();
console.log('done');
