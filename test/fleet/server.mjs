// One server process of the fleet. Argument: JSON of { address, ports, cert, key, redis, client, rotate, keep, secret,
// ticketFiles }. It listens on a port for each way of sharing: `derived`, `shared`, `files`, and `store`, whose sessions are
// in Redis. The answer to a request is the server's clock, and whether its store has failed or was late a short while ago.
import { readFileSync } from 'node:fs';

import { KeyRing, nginxSessionIdContext, redisStore } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const settings = JSON.parse(process.argv[2]);
const { address, ports, cert, key, redis, rotate, keep, secret } = settings;
const rotation = { rotate: `${rotate}s`, keep };

/** How long a failed store is left alone at most, and a little more. */
const PAUSE_MS = 11_000;
/** Handshakes wait for a store for 100 ms. */
const LATE_MS = 90;

process.on('warning', ({ code, message }) => console.error(`warning ${code}: ${message}`));

/** The application's own client: of `redis` or of `ioredis`. Both connect again by themselves. */
async function connect() {
  if (settings.client === 'ioredis') {
    const client = new Redis({ ...redis, enableOfflineQueue: false, retryStrategy: () => 200 });
    client.on('error', () => {});
    await new Promise((resolve) => client.once('ready', resolve));
    return client;
  }
  const client = createClient({
    socket: { ...redis, reconnectStrategy: 200 },
    disableOfflineQueue: true,
  });
  client.on('error', () => {});
  return client.connect();
}

let troubleAt = Number.NEGATIVE_INFINITY;

/** A store whose failures and delays are noted. */
function watched(store) {
  const noting = (call) => async () => {
    const begin = performance.now();
    const late = setTimeout(() => {
      troubleAt = performance.now();
    }, LATE_MS);
    try {
      const result = await call();
      if (performance.now() - begin > LATE_MS) troubleAt = performance.now();
      return result;
    } catch (error) {
      troubleAt = performance.now();
      throw error;
    } finally {
      clearTimeout(late);
    }
  };
  return {
    get: (name) => noting(() => store.get(name))(),
    set: (name, value, seconds) => noting(() => store.set(name, value, seconds))(),
    delete: (name) => store.delete(name),
    take: (name) => noting(() => store.take(name))(),
  };
}

function contextWith(ring) {
  const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
  context.loadCertChain({ cert: readFileSync(cert), key: readFileSync(key) });
  context.ticketKeys = ring;
  return context;
}

function serve(context, port) {
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const hasTrouble = performance.now() - troubleAt < PAUSE_MS;
      const answer = {
        server: `${address} ${process.pid}`,
        seconds: Date.now() / 1000,
        hasTrouble,
      };
      socket.end(`HTTP/1.0 200 OK\r\n\r\n${JSON.stringify(answer)}`);
    });
  });
  server.on('tlsClientError', (error) => console.error(`handshake: ${error.message}`));
  return new Promise((resolve) => server.listen(port, address, resolve));
}

const store = redisStore(await connect());
const shared = await KeyRing.shared(store, { ...rotation, secret });
const files = contextWith(KeyRing.files(settings.ticketFiles, { poll: '1s' }));
files.sessionIdContext = nginxSessionIdContext(readFileSync(cert, 'utf8'));
const stored = contextWith(shared);
stored.sessionStore = watched(store);

await serve(contextWith(KeyRing.derived({ ...rotation, secret })), ports.derived);
await serve(contextWith(shared), ports.shared);
await serve(files, ports.files);
await serve(stored, ports.store);
console.log('ready');
process.on('disconnect', () => process.exit());
