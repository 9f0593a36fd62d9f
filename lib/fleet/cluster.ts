// A store for the processes of node:cluster and their worker threads. The primary process has the values in its memory.
// Workers ask it by messages, and threads ask the main thread of their process.
import cluster, { type Worker } from 'node:cluster';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

import { memoryStore } from './memory-store.js';
import type { KeyStore } from './store.js';

const TAG = 'hermetic-ssl/fleet';

/** A call of a store's method. Values are in base64, since messages between processes are JSON. */
interface Request {
  readonly tag: typeof TAG;
  readonly call: string;
  readonly key: string;
  /** Null to get. */
  readonly value: string | null;
  readonly seconds: number;
}

interface Answer {
  readonly tag: typeof TAG;
  readonly answerTo: string;
  readonly value: string | boolean | null;
}

const isTagged = (message: unknown): message is Request | Answer =>
  typeof message === 'object' && message !== null && Reflect.get(message, 'tag') === TAG;

let numCalls = 0;

/** A store that sends its calls elsewhere. */
class RemoteStore implements KeyStore {
  readonly #send: (request: Request) => void;
  readonly #pending = new Map<string, (value: Answer['value']) => void>();
  readonly #name = `${process.pid}.${Math.random()}`;

  constructor(send: (request: Request) => void) {
    this.#send = send;
  }

  async get(key: string): Promise<Buffer | null> {
    const value = await this.#ask(key, null, 0);
    return typeof value === 'string' ? Buffer.from(value, 'base64') : null;
  }

  async setIfAbsent(key: string, value: Buffer, seconds: number): Promise<boolean> {
    return (await this.#ask(key, value.toString('base64'), seconds)) === true;
  }

  take(message: unknown): void {
    if (!isTagged(message) || !('answerTo' in message)) return;
    this.#pending.get(message.answerTo)?.(message.value);
    this.#pending.delete(message.answerTo);
  }

  #ask(key: string, value: string | null, seconds: number): Promise<Answer['value']> {
    numCalls += 1;
    const call = `${this.#name}.${numCalls}`;
    return new Promise((resolve) => {
      this.#pending.set(call, resolve);
      // The caller gives up after a while (store.ts).
      setTimeout(() => void this.#pending.delete(call), 60_000).unref();
      this.#send({ tag: TAG, call, key, value, seconds });
    });
  }
}

/** Sends the answer to a request. A request that fails has no answer, as one that is lost. */
async function answer(
  store: KeyStore,
  request: Request,
  send: (answer: Answer) => void,
): Promise<void> {
  const { call, key, value, seconds } = request;
  try {
    const result =
      value === null
        ? await store.get(key)
        : await store.setIfAbsent(key, Buffer.from(value, 'base64'), seconds);
    const text = Buffer.isBuffer(result) ? result.toString('base64') : null;
    send({ tag: TAG, answerTo: call, value: typeof result === 'boolean' ? result : text });
  } catch {
    // The one who asks gives up after a while, and asks again.
  }
}

/** To all threads of this process; only the one that has asked takes an answer. */
function broadcast(channel: BroadcastChannel, message: Request | Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a window's argument
  channel.postMessage(message);
}

const isRequest = (message: unknown): message is Request =>
  isTagged(message) && 'call' in message && typeof message.key === 'string';

function openChannel(onMessage: (message: unknown) => void): BroadcastChannel {
  const channel = new BroadcastChannel(TAG);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- not in the types of Node 20
  channel.onmessage = (event: unknown) => onMessage(Reflect.get(event as object, 'data'));
  channel.unref();
  return channel;
}

/** Answers the threads of this process. */
function serveThreads(store: KeyStore): void {
  const channel = openChannel((message) => {
    if (isRequest(message)) void answer(store, message, (text) => broadcast(channel, text));
  });
}

function serveWorkers(store: KeyStore): void {
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isRequest(message)) return;
    void answer(store, message, (text) => {
      if (worker.isConnected()) worker.send(text);
    });
  });
}

function open(): KeyStore {
  if (!isMainThread) {
    const remote: RemoteStore = new RemoteStore((request) => broadcast(channel, request));
    const channel = openChannel((message) => remote.take(message));
    return remote;
  }
  if (cluster.isWorker) {
    const remote = new RemoteStore((request) => void process.send?.(request));
    process.on('message', (message) => remote.take(message));
    serveThreads(remote);
    return remote;
  }
  const store = memoryStore();
  serveWorkers(store);
  serveThreads(store);
  return store;
}

let opened: KeyStore | null = null;

/** Returns the one store of this thread. */
export const clusterStore = (): KeyStore => (opened ??= open());
