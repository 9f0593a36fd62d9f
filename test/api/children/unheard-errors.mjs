// A program for socket-unheard-errors.test.ts: a server or client with the documented listeners only, and peers that break
// off where it hurts. Prints a line of JSON; an unhandled 'error' ends it before.
//   node unheard-errors.mjs SCENARIO VERSION ROUNDS CHAIN KEY CA
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import * as ssl from 'hermetic-ssl/ssl';

const [scenario, version, rounds, ...files] = process.argv.slice(2);
const [cert, key, ca] = files.map((file) => readFileSync(file, 'utf8'));
const counts = { connections: 0, errors: 0, closes: 0, clientErrors: 0, plain: 0 };

const limit = (context) => {
  context.minimumVersion = context.maximumVersion = ssl.TLSVersion[version];
  return context;
};
const serverContext = limit(new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER));
serverContext.loadCertChain({ cert, key });
const clientContext = limit(new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT));
clientContext.loadVerifyLocations({ cadata: ca });

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** A TLS peer whose every byte on the wire is under control. */
class RawPeer {
  constructor(socket, context, options) {
    this.socket = socket.on('error', () => {});
    this.incoming = new ssl.MemoryBIO();
    this.outgoing = new ssl.MemoryBIO();
    this.tls = context.wrapBio(this.incoming, this.outgoing, options);
    socket.on('data', (chunk) => this.incoming.write(chunk));
    socket.on('end', () => this.incoming.writeEof());
  }

  async handshake() {
    for (;;) {
      try {
        this.tls.doHandshake();
        return this.flush();
      } catch (error) {
        if (!(error instanceof ssl.SSLWantReadError)) throw error;
        this.flush();
        await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
      }
    }
  }

  flush() {
    const bytes = this.outgoing.read();
    if (bytes.length > 0) this.socket.write(bytes);
  }

  /** Encrypts data and close_notify. */
  lastWords(text) {
    this.tls.write(Buffer.from(text));
    try {
      this.tls.unwrap();
    } catch {
      // The peer's close_notify is still to come, or data came first.
    }
    return this.outgoing.read();
  }
}

async function rawClient(port) {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const peer = new RawPeer(socket, clientContext, { serverHostname: 'localhost' });
  await peer.handshake();
  return peer;
}

/** Waits a while of a different length each round, and resets. */
async function reset(socket, round) {
  if (round % 3 === 1) await turn();
  if (round % 3 === 2) await sleep(1);
  socket.resetAndDestroy();
}

const GARBAGE = Buffer.concat([Buffer.from('1703030040', 'hex'), Buffer.alloc(64, 0xa5)]);

function count(socket) {
  counts.connections += 1;
  socket.on('error', () => (counts.errors += 1));
  socket.on('close', () => (counts.closes += 1));
}

const peers = {
  undecryptable: async (port, round) => {
    const peer = await rawClient(port);
    peer.socket.write(GARBAGE);
    await reset(peer.socket, round);
  },
  leave: async (port, round) => {
    const peer = await rawClient(port);
    peer.socket.write(peer.lastWords('bye'));
    await reset(peer.socket, round);
  },
};

/** A server that each peer meets so many times, and that serves a good client afterwards. */
async function serve(onSocket, peer) {
  const server = ssl.createServer({ context: serverContext }, onSocket);
  server.on('tlsClientError', () => (counts.clientErrors += 1));
  const port = await listen(server);
  for (let round = 0; round < rounds; round += 1) await peer(port, round);
  await sleep(100);
  const good = await ssl.connect({ port, host: 'localhost', context: clientContext });
  good.on('error', () => {});
  good.destroy();
  server.close();
}

async function unwrapping(socket) {
  try {
    const plain = await socket.unwrap();
    counts.plain += 1;
    await turn();
    plain.on('error', () => (counts.errors += 1));
    plain.end('in the clear');
  } catch {
    counts.errors += 1;
  }
}

/** A server on raw sockets that says its last words after the handshake, and resets. */
async function lastWordsServer() {
  let round = 0;
  const meet = async (socket) => {
    const peer = new RawPeer(socket, serverContext, { serverSide: true });
    await peer.handshake().catch(() => {});
    socket.write(peer.lastWords('bye'));
    await reset(socket, (round += 1));
  };
  const server = net.createServer((socket) => void meet(socket));
  return [server, await listen(server)];
}

const scenarios = {
  'server, undecryptable record': () =>
    serve((socket) => {
      count(socket);
      socket.pipe(socket);
    }, peers.undecryptable),
  'server, unwrap': () =>
    serve((socket) => {
      counts.connections += 1;
      socket.on('error', () => {});
      void unwrapping(socket.resume());
    }, peers.leave),
  'server, no listener at all': () => serve((socket) => socket.resume(), peers.undecryptable),
  async 'client, unwrap'() {
    const [server, port] = await lastWordsServer();
    for (let round = 0; round < rounds; round += 1) {
      try {
        const socket = await ssl.connect({ port, host: 'localhost', context: clientContext });
        counts.connections += 1;
        socket.on('error', () => {});
        await unwrapping(socket.resume());
      } catch {
        counts.errors += 1;
      }
    }
    server.close();
  },
  async 'server, http2'() {
    const h2 = http2.createSecureServer({ cert, key });
    h2.on('sessionError', () => (counts.errors += 1));
    serverContext.setAlpnProtocols(['h2']);
    await serve((socket) => {
      counts.connections += 1;
      h2.emit('secureConnection', socket);
    }, peers.leave);
  },
  async 'client, two at once'() {
    const quick = ssl.createServer({ context: serverContext });
    quick.on('connection', (raw) => {
      quick.once('secureConnection', () => setImmediate(() => raw.resetAndDestroy()));
    });
    const slow = ssl.createServer({ context: serverContext });
    const waiting = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    waiting.loadCertChain({ cert, key });
    let first; // the second connection is there when the first one has ended
    waiting.sniCallback = async () => {
      const socket = await first;
      while (!socket.destroyed) await sleep(1);
    };
    slow.context = limit(waiting);
    const ports = [await listen(quick), await listen(slow)];
    for (let round = 0; round < rounds; round += 1) {
      const connecting = ports.map((port) =>
        ssl.connect({ port, host: 'localhost', context: clientContext }),
      );
      [first] = connecting;
      const sockets = await Promise.all(connecting);
      counts.connections += sockets.length;
      const [broken, fine] = sockets;
      const heard = once(broken, 'error').catch((error) => [error]);
      if (!broken.destroyed) throw new Error('the first connection should have ended by now');
      await Promise.race([heard, broken.closed ? heard : once(broken, 'close')]);
      counts.errors += 1;
      fine.on('error', () => {}).destroy();
    }
    quick.close();
    slow.close();
  },
};

await scenarios[scenario]();
console.log(JSON.stringify(counts));
process.exit(0);
