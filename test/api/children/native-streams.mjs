// A program for native-ends.test.ts: connections over borrowed descriptors while the JavaScript around them ends or throws.
// Prints "done" when it reaches its end.
//   HERMETIC_SSL_TRANSPORT=native node native-streams.mjs SCENARIO CHAIN KEY CA
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import * as net from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import * as ssl from 'hermetic-ssl/ssl';

const [scenario, ...rest] = isMainThread ? process.argv.slice(2) : workerData;
const [cert, key, ca] = rest.slice(0, 3).map((file) => readFileSync(file, 'utf8'));

const serverContext = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
serverContext.loadCertChain({ cert, key });
const clientContext = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
clientContext.loadVerifyLocations({ cadata: ca });

/** A server that echoes. */
async function echo(onSocket = () => {}) {
  const server = net.createServer((transport) => {
    const socket = serverContext.wrapSocket(transport, { serverSide: true });
    socket.on('error', () => {}).on('data', (bytes) => socket.write(bytes));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function client(server) {
  const transport = net.connect(server.address().port, '127.0.0.1');
  const socket = clientContext.wrapSocket(transport, { serverHostname: 'localhost' });
  return socket.on('error', () => {});
}

/** Pairs that exchange data for ever. */
async function busy(numPairs = 8) {
  const server = await echo();
  for (let i = 0; i < numPairs; i += 1) {
    const socket = client(server).on('data', (bytes) => socket.write(bytes));
    socket.write(Buffer.alloc(1000 * (i + 1)));
  }
  return server;
}

async function exitAfter(numTurns) {
  for (let i = 0; i < numTurns; i += 1) await turn();
  process.exit(0);
}

const inWorker = {
  terminated: async () => {
    await busy();
    await sleep(Number(rest[3]));
    parentPort.postMessage('busy', []);
  },
  exitsInTurn: async () => {
    await busy();
    void exitAfter(Number(rest[3]));
  },
  exitsInListener: async () => {
    let numLeft = Number(rest[3]);
    const server = await echo((socket) =>
      socket.on('data', () => {
        numLeft -= 1;
        if (numLeft === 0) process.exit(0);
      }),
    );
    for (let i = 0; i < 8; i += 1)
      client(server)
        .on('data', function again(bytes) {
          this.write(bytes);
        })
        .write('x');
  },
  throws: async () => {
    const server = await echo((socket) =>
      socket.on('data', () => {
        throw new Error('thrown by a listener');
      }),
    );
    client(server).write('x');
  },
};

const start = (name, ...more) =>
  new Worker(new URL(import.meta.url), { workerData: [name, ...rest, ...more] });

const inMain = {
  terminated: async () => {
    for (let i = 0; i < 8; i += 1) {
      const worker = start('terminated', i);
      await once(worker, 'message');
      await worker.terminate();
    }
  },
  exitsInTurn: async () => {
    for (let numTurns = 0; numTurns < 24; numTurns += 2)
      await once(start('exitsInTurn', numTurns), 'exit');
  },
  exitsInListener: async () => {
    for (const numChunks of [1, 2, 5, 20]) await once(start('exitsInListener', numChunks), 'exit');
  },
  throws: async () => {
    const worker = start('throws');
    const [error] = await once(worker, 'error');
    if (error.message !== 'thrown by a listener') throw error;
  },
  processExits: async () => {
    await busy();
    await sleep(30);
    console.log('done');
    process.exit(0);
  },
  /** One listener of many throws in a batch; the others go on, and the error is the process's. */
  listenerThrows: async () => {
    const thrown = [];
    process.on('uncaughtException', ({ message }) => {
      if (message !== 'thrown by a listener') throw new Error(message);
      thrown.push(message);
    });
    const server = await echo((socket) =>
      socket.prependListener('data', (bytes) => {
        if (String(bytes) === 'bad') throw new Error('thrown by a listener');
      }),
    );
    const sockets = Array.from({ length: 20 }, () => client(server));
    await Promise.all(sockets.map((socket) => socket.doHandshake()));
    sockets.forEach((socket, i) => socket.write(i % 2 === 0 ? 'bad' : 'good'));
    await Promise.all(sockets.filter((_, i) => i % 2 === 1).map((socket) => once(socket, 'data')));
    for (let i = 0; i < 1000 && thrown.length < 10; i += 1) await turn();
    if (thrown.length !== 10) throw new Error(`${thrown.length} errors were thrown`);
    // The connections whose listener has thrown still work.
    const answers = Promise.all(sockets.map((socket) => once(socket, 'data')));
    for (const socket of sockets) socket.write('again');
    await answers;
    for (const socket of sockets) socket.destroy();
    server.close();
  },
  /** Prints how both ends of a connection use their sockets. */
  kinds: async () => {
    const sockets = [];
    const server = await echo((socket) => sockets.push(socket));
    sockets.push(client(server));
    sockets[0].write('x');
    await once(sockets[0], 'data');
    console.log(sockets.map(({ transportKind }) => transportKind).join(' '));
    for (const socket of sockets) socket.destroy();
    server.close();
  },
  /** Nothing but unreferenced sockets is left, in both orders of the calls. */
  unreferenced: async () => {
    const server = await echo((socket) => socket.unref());
    const sockets = [client(server), client(server)];
    await Promise.all(sockets.map((socket) => socket.doHandshake()));
    for (const socket of sockets) socket.unref();
    sockets[0].ref();
    server.unref();
    await sleep(20);
    sockets[0].unref();
  },
  /** A referenced socket alone keeps the process alive until its peer answers. */
  referenced: async () => {
    const server = await echo((socket) => socket.unref());
    server.unref();
    const socket = client(server);
    await socket.doHandshake();
    socket.unref();
    socket.ref();
    const timer = setTimeout(() => socket.write('x'), 50);
    timer.unref();
    await once(socket, 'data');
    socket.unref();
  },
  /** Clients that leave abruptly, in every state. */
  abrupt: async () => {
    const count = () => readdirSync('/proc/self/fd').length;
    const server = await echo();
    const { port } = server.address();
    const leave = async (i) => {
      const transport = net.connect(port, '127.0.0.1').on('error', () => {});
      await once(transport, 'connect');
      if (i % 4 === 1) transport.write('not TLS');
      if (i % 4 >= 2) {
        const socket = clientContext.wrapSocket(transport, { serverHostname: 'localhost' });
        socket.on('error', () => {});
        if (i % 4 === 3) {
          await socket.doHandshake();
          socket.write(Buffer.alloc(50_000));
        } else await turn();
      }
      if (i % 2 === 0) transport.resetAndDestroy();
      else transport.destroy();
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => leave(i)));
    await sleep(100);
    const before = count();
    for (let i = 0; i < 1000; i += 20)
      await Promise.all(Array.from({ length: 20 }, (_, k) => leave(i + k)));
    const deadline = Date.now() + 10_000;
    while (count() > before && Date.now() < deadline) await sleep(20);
    const after = count();
    if (after > before) throw new Error(`${before} descriptors before, ${after} after`);
    server.close();
  },
};

if (isMainThread) {
  await inMain[scenario]();
  console.log('done');
} else {
  await inWorker[scenario]();
}
