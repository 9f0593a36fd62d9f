// The measured process: a server for each way of sharing. Argument: JSON of { cert, key, redisPort }. It reports its ports.
import { readFileSync } from 'node:fs';

import { KeyRing, redisStore } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { createClient } from 'redis';

const settings = JSON.parse(process.argv[2]);
const cert = readFileSync(settings.cert);
const key = readFileSync(settings.key);
const client = await createClient({ socket: { host: '127.0.0.1', port: settings.redisPort } })
  .on('error', (error) => console.error(error.message))
  .connect();
const store = redisStore(client);
const rotation = { rotate: '12h', secret: 'a secret of the benchmark, 32 bytes' };
const shared = await KeyRing.shared(store, rotation);

function contextWith(change) {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  change(context);
  return context;
}

const CONTEXTS = {
  alone: contextWith(() => {}),
  derived: contextWith((context) => {
    context.ticketKeys = KeyRing.derived(rotation);
  }),
  shared: contextWith((context) => {
    context.ticketKeys = shared;
  }),
  store: contextWith((context) => {
    context.ticketKeys = shared;
    context.sessionStore = store;
  }),
};

function listen(context) {
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.end('hello');
  });
  server.on('tlsClientError', (error) => console.error(error.message));
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(server.address().port)),
  );
}

const ports = {};
for (const [kind, context] of Object.entries(CONTEXTS)) ports[kind] = await listen(context);
process.send(ports);
process.on('disconnect', () => process.exit());
