// A store in Redis or Valkey, by a client of `redis` or `ioredis` that the application has connected.
import { typeError } from '../errors.js';
import { describe } from '../internal/validate.js';
import type { FleetStore } from './store.js';

/** A client of `ioredis`, or one of `redis`. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: string[]): Promise<unknown> };

type Command = (...args: [string, ...string[]]) => Promise<unknown>;

function commandOf(client: RedisClient): Command {
  // A client of ioredis has both methods.
  if ('call' in client && typeof client.call === 'function')
    return async (...args) => client.call(...args);
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return async (...args) => client.sendCommand(args);
  throw typeError("client must be a connected client of 'redis' or 'ioredis'");
}

const bytesOf = (reply: unknown): Buffer | null => {
  if (typeof reply === 'string') return Buffer.from(reply, 'base64');
  return Buffer.isBuffer(reply) ? Buffer.from(reply.toString('latin1'), 'base64') : null;
};

/**
 * Returns a store in Redis (6.2 or later) or Valkey. The values are in base64, since clients differ in what they do with
 * bytes. A cluster of Redis works if the client finds the node of a key by itself, as ioredis does.
 * @param client a connected client of `redis` or `ioredis`; it stays the application's
 * @throws TypeError for anything else
 */
export function redisStore(client: RedisClient): FleetStore {
  if (typeof client !== 'object' || client === null)
    throw typeError(
      `client must be a connected client of 'redis' or 'ioredis', not ${describe(client)}`,
    );
  const command = commandOf(client);
  const text = (value: Buffer) => value.toString('base64');
  const life = (seconds: number) => String(Math.max(1, Math.ceil(seconds)));
  return {
    get: async (key) => bytesOf(await command('GET', key)),
    set: (key, value, seconds) => command('SET', key, text(value), 'EX', life(seconds)),
    setIfAbsent: async (key, value, seconds) =>
      (await command('SET', key, text(value), 'EX', life(seconds), 'NX')) !== null,
    delete: (key) => command('DEL', key),
    take: async (key) => bytesOf(await command('GETDEL', key)),
  };
}
