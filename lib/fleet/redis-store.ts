// A store in Redis or Valkey, by a client of `redis` or `ioredis` that the application has connected.
import { typeError } from '../errors.js';
import { Trouble } from '../internal/trouble.js';
import { describe, ownOptions } from '../internal/validate.js';
import type { FleetStore } from './store.js';

/** A client of `ioredis` or of `redis`, of one server or of a cluster. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: string[]): Promise<unknown> }
  | {
      /** Only clients of clusters have it. */
      readonly masters: readonly unknown[];
      sendCommand(key: string, isReadonly: boolean, args: string[]): Promise<unknown>;
    };

/**
 * A second client, which receives what other hosts report: of `ioredis`, or of `redis` after `connect`. A client that
 * subscribes cannot send other commands.
 */
export type RedisSubscriber =
  | {
      call(command: string, ...args: string[]): Promise<unknown>;
      subscribe(channel: string): Promise<unknown>;
      on(event: 'message', listener: (channel: string) => void): unknown;
      off(event: 'message', listener: (channel: string) => void): unknown;
    }
  | {
      sendCommand(args: string[]): Promise<unknown>;
      subscribe(channel: string, listener: () => void): Promise<unknown>;
      unsubscribe(channel: string, listener: () => void): Promise<unknown>;
    };

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * A client of its own for reports, such as `client.duplicate()`: rings then take a new key at once, and not only when they
   * look. It stays the application's.
   */
  subscriber?: RedisSubscriber | undefined;
}

type Command = (...args: [name: string, key: string, ...more: string[]]) => Promise<unknown>;

function commandOf(client: RedisClient): Command {
  // A client of ioredis has both methods.
  if ('call' in client && typeof client.call === 'function')
    return async (...args) => client.call(...args);
  if ('masters' in client) return async (...args) => client.sendCommand(args[1], false, args);
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return async (...args) => client.sendCommand(args);
  throw typeError("client must be a connected client of 'redis' or 'ioredis'");
}

const bytesOf = (reply: unknown): Buffer | null => {
  if (typeof reply === 'string') return Buffer.from(reply, 'base64');
  return Buffer.isBuffer(reply) ? Buffer.from(reply.toString('latin1'), 'base64') : null;
};

/** The channel on which hosts report that they have stored a key. */
const CHANNEL = 'hermetic-ssl:stored';

function requireSubscriber(value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null || !('subscribe' in value))
    throw typeError(
      `subscriber must be a second client of 'redis' or 'ioredis', not ${describe(value)}`,
    );
}

/** Subscribes, and returns the function that ends it. A ring without reports looks at the store from time to time. */
function subscribeWith(subscriber: RedisSubscriber, listener: () => void): () => void {
  const trouble = new Trouble('HERMETIC_TICKET_KEY_STORE');
  const warn = (error: unknown): void =>
    trouble.warn('the store of ticket keys cannot report new keys', error);
  const [begin, end] = pairOf(subscriber, listener);
  // Something may have been stored before Redis has answered.
  void begin().then(() => listener(), warn);
  return () => void end().catch(() => undefined); // the connection may be gone
}

type Call = () => Promise<unknown>;

function pairOf(subscriber: RedisSubscriber, listener: () => void): [begin: Call, end: Call] {
  if ('unsubscribe' in subscriber && !('call' in subscriber))
    return [
      async () => subscriber.subscribe(CHANNEL, listener),
      async () => subscriber.unsubscribe(CHANNEL, listener),
    ];
  if (!('on' in subscriber)) throw typeError("subscriber must be a client of 'redis' or 'ioredis'");
  const hear = (channel: string): void => {
    if (channel === CHANNEL) listener();
  };
  const begin = async (): Promise<unknown> => {
    subscriber.on('message', hear);
    return subscriber.subscribe(CHANNEL);
  };
  return [begin, async () => subscriber.off('message', hear)];
}

/**
 * Returns a store in Redis (6.2 or later) or Valkey. The values are in base64, since clients differ in what they do with
 * bytes. Clusters work too: each call has one key.
 * @param client a connected client of `redis` or `ioredis`; it stays the application's
 * @throws TypeError for anything else
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): FleetStore {
  if (typeof client !== 'object' || client === null)
    throw typeError(
      `client must be a connected client of 'redis' or 'ioredis', not ${describe(client)}`,
    );
  const { subscriber } = ownOptions(options);
  requireSubscriber(subscriber);
  const command = commandOf(client);
  const text = (value: Buffer) => value.toString('base64');
  const life = (seconds: number) => String(Math.max(1, Math.ceil(seconds)));
  return {
    get: async (key) => bytesOf(await command('GET', key)),
    set: (key, value, seconds) => command('SET', key, text(value), 'EX', life(seconds)),
    setIfAbsent: async (key, value, seconds) => {
      const answer = await command('SET', key, text(value), 'EX', life(seconds), 'NX');
      if (answer === null) return false;
      await command('PUBLISH', CHANNEL, key).catch(() => undefined); // the key is stored all the same
      return true;
    },
    delete: (key) => command('DEL', key),
    take: async (key) => bytesOf(await command('GETDEL', key)),
    ...(subscriber && {
      subscribe: (listener: () => void) => subscribeWith(subscriber, listener),
    }),
  };
}
