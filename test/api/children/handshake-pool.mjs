// A program for handshake-pool-ends.test.ts. Handshakes run on the pool while the JavaScript around them ends or throws.
// Prints "done" when it reaches its end.
//   node handshake-pool.mjs SCENARIO CHAIN KEY CA
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import * as ssl from 'hermetic-ssl/ssl';

import { latePair } from '../../helpers/late-pair.mjs';

const [scenario, ...rest] = isMainThread ? process.argv.slice(2) : workerData;
const [cert, key, ca] = rest.slice(0, 3).map((file) => readFileSync(file, 'utf8'));

ssl.setHandshakeThreads('always');
const serverContext = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
serverContext.loadCertChain({ cert, key });
const clientContext = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
clientContext.loadVerifyLocations({ cadata: ca });

/** Both ends of a connection in memory. */
function pair() {
  const [near, far] = latePair();
  const client = clientContext.wrapSocket(near, { serverHostname: 'localhost' });
  const server = serverContext.wrapSocket(far, { serverSide: true });
  for (const socket of [client, server]) socket.on('error', () => {});
  return { client, server };
}

async function handshake() {
  const { client, server } = pair();
  await Promise.all([client.doHandshake(), server.doHandshake()]);
  client.destroy();
  server.destroy();
}

async function forever() {
  for (;;) await handshake();
}

/** Exits after this many turns of the event loop. */
async function exitAfter(numTurns) {
  for (let i = 0; i < numTurns; i += 1) await turn();
  process.exit(0);
}

const inWorker = {
  exitsInTurn: () => {
    for (let i = 0; i < 20; i += 1) pair();
    void exitAfter(Number(rest[3]));
  },
  /** More handshakes wait than the pool has threads. */
  exitsWithQueue: () => {
    for (let i = 0; i < 200; i += 1) pair();
    void exitAfter(Number(rest[3]));
  },
  /** The listener of one step ends the thread while the same batch has others. */
  exitsInListener: () => {
    let numLeft = Number(rest[3]);
    for (let i = 0; i < 50; i += 1) {
      const { client } = pair();
      client.once('secureConnect', () => {
        if (numLeft-- === 0) process.exit(0);
      });
    }
  },
  terminated: () => {
    for (let i = 0; i < 50; i += 1) void forever();
  },
  exits: () => {
    for (let i = 0; i < 50; i += 1) pair();
    setTimeout(() => process.exit(0), Math.random() * 20);
  },
  throws: () => {
    for (let i = 0; i < 50; i += 1) pair();
    setTimeout(() => {
      throw new Error('on purpose');
    }, Math.random() * 20);
  },
};

const inMain = {
  async terminated() {
    for (let i = 0; i < 15; i += 1) {
      const worker = startWorker();
      await once(worker, 'message');
      await sleep(Math.random() * 30);
      await worker.terminate();
    }
  },
  exitsInTurn: () => exitInEach(25),
  exitsWithQueue: () => exitInEach(10),
  exitsInListener: () => exitInEach(15),
  async exits() {
    for (let i = 0; i < 15; i += 1) await once(startWorker(), 'exit');
  },
  async throws() {
    for (let i = 0; i < 15; i += 1) {
      const [error] = await once(startWorker(), 'error');
      if (error.message !== 'on purpose') throw error;
    }
  },
  /** The process ends with handshakes on the pool. */
  processExits() {
    for (let i = 0; i < 50; i += 1) pair();
    setTimeout(() => {
      console.log('done');
      process.exit(0);
    }, 10);
  },
  /** The process ends by itself when the last handshake is back. */
  async processEnds() {
    for (let i = 0; i < 50; i += 1) pair();
  },
  /** A listener that throws does not keep other connections from their steps. */
  async listenerThrows() {
    let numThrown = 0;
    process.on('uncaughtException', (error) => {
      if (error.message !== 'on purpose') throw error;
      numThrown += 1;
    });
    const all = [];
    for (let i = 0; i < 50; i += 1) {
      const { client, server } = pair();
      // The client's last step comes back from the pool, and calls this listener.
      client.once('secureConnect', () => {
        throw new Error('on purpose');
      });
      all.push(client.doHandshake(), server.doHandshake());
    }
    await Promise.all(all);
    await sleep(10);
    if (numThrown !== 50) throw new Error(`${numThrown} errors`);
  },
};

function startWorker(...more) {
  return new Worker(new URL(import.meta.url), { workerData: [scenario, ...rest, ...more] });
}

/** Starts a worker for each of the first turns, or listeners, to exit in. */
async function exitInEach(count) {
  for (let i = 0; i < count; i += 1) {
    const [code] = await once(startWorker(i), 'exit');
    if (code !== 0) throw new Error(`exit code ${code}`);
  }
}

if (isMainThread) {
  await inMain[scenario]();
  if (scenario !== 'processEnds') await handshake();
  if (scenario !== 'processExits') console.log('done');
} else {
  inWorker[scenario]();
  parentPort.postMessage('started', []);
}
