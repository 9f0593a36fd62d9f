// The cases of `hermetic-ssl bench`. Each runs for a time and returns its figure: more is better.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import type { Side } from './side.js';

export interface Case {
  readonly name: string;
  readonly unit: string;
  /** Returns the units per second. */
  readonly run: (side: Side, milliseconds: number) => Promise<number>;
}

const CHUNK = 256 * 1024;
const REQUEST = 100;
const ITERATIONS = 20_000;
const BATCH = 50;
const MEGA = 1e6;

/** Returns how often work was done per second. */
async function rateOf(work: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const began = performance.now();
  let count = 0;
  do {
    await work();
    count += 1;
  } while (performance.now() - began < milliseconds);
  return (count * 1000) / (performance.now() - began);
}

/** Connects to a server of the same side, and runs work with both ends. */
async function withPair<T>(
  side: Side,
  work: (near: Duplex, far: Duplex) => Promise<T>,
): Promise<T> {
  // prettier-ignore
  let take: (socket: Duplex) => void = () => {};
  const accepted = new Promise<Duplex>((resolve) => (take = resolve));
  const server = await side.serve((socket) => take(socket.on('error', () => {})));
  const near = await side.connect(server.port);
  const far = await accepted;
  try {
    return await work(
      near.on('error', () => {}),
      far,
    );
  } finally {
    near.destroy();
    far.destroy();
    server.close();
  }
}

async function handshakes(side: Side, milliseconds: number): Promise<number> {
  const server = await side.serve((socket) => socket.on('error', () => {}).resume());
  try {
    return await rateOf(async () => {
      const socket = await side.connect(server.port);
      socket.on('error', () => {}).destroy();
    }, milliseconds);
  } finally {
    server.close();
  }
}

const requests = (side: Side, milliseconds: number): Promise<number> =>
  withPair(side, (near, far) => {
    far.on('data', (chunk: Buffer) => far.write(chunk));
    const request = Buffer.alloc(REQUEST, 1);
    return rateOf(() => {
      const answered = once(near, 'data');
      near.write(request);
      return answered;
    }, milliseconds);
  });

const bulk = (side: Side, milliseconds: number): Promise<number> =>
  withPair(side, async (near, far) => {
    const chunk = Buffer.alloc(CHUNK, 1);
    let isRunning = true;
    let received = 0;
    far.on('data', ({ length }: Buffer) => (received += length));
    const send = (): void => {
      if (isRunning) near.write(chunk); // more than a stream buffers: `drain` follows
    };
    near.on('drain', send);
    const began = performance.now();
    send();
    await new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    });
    if (received === 0) await once(far, 'data');
    isRunning = false;
    return (received * 1000) / (performance.now() - began) / MEGA;
  });

async function iterations(side: Side, milliseconds: number): Promise<number> {
  return ((await rateOf(() => side.pbkdf2(ITERATIONS), milliseconds)) * ITERATIONS) / MEGA;
}

const hashes =
  (size: number) =>
  async (side: Side, milliseconds: number): Promise<number> => {
    const data = Buffer.alloc(size, 1);
    const batch = (): Promise<void> => {
      for (let i = 0; i < BATCH; i += 1) side.hash(data);
      return Promise.resolve();
    };
    return ((await rateOf(batch, milliseconds)) * BATCH * size) / MEGA;
  };

export const CASES: readonly Case[] = [
  { name: 'full handshakes', unit: '/s', run: handshakes },
  { name: 'requests of 100 bytes', unit: '/s', run: requests },
  { name: 'bulk data', unit: 'MB/s', run: bulk },
  { name: 'PBKDF2-HMAC-SHA256', unit: 'M iterations/s', run: iterations },
  { name: 'SHA-256 of 100 bytes', unit: 'MB/s', run: hashes(100) },
  { name: 'SHA-256 of 100 kB', unit: 'MB/s', run: hashes(100_000) },
];
