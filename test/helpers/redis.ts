/** Debian's redis-server in memory, at a port of its own, alone or as a cluster. */
import { Redis } from 'ioredis';

import { eventually } from './collect.js';
import { Child } from './child.js';
import { freePort } from './free-port.js';
import { peerPath } from './peers.js';
import { TempDirectory } from './temp.js';

export interface RedisServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param more further arguments */
export async function startRedis(
  port?: number,
  more: readonly string[] = [],
): Promise<RedisServer> {
  const folder = await TempDirectory.create();
  const place = port ?? (await freePort());
  const child = Child.start(peerPath('redis-server'), [
    ...['--port', String(place), '--bind', '127.0.0.1', '--dir', folder.path],
    ...['--save', '', '--appendonly', 'no', ...more],
  ]);
  const close = async (): Promise<void> => {
    await child.close();
    await folder.close();
  };
  await child.waitFor(/Ready to accept connections/).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { port: place, close };
}

const NUM_SLOTS = 16_384;
const ATTEMPTS = 5;

/** Starts a server of a cluster. Another program may have one of its ports. */
async function startNode(): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    // The bus has the port plus 10,000: both are below the ports that Linux gives to connections, from 32,768.
    const port = 10_000 + Math.floor(Math.random() * 12_000);
    try {
      return await startRedis(port, ['--cluster-enabled', 'yes']);
    } catch (error) {
      const isTaken = /Address already in use/.test((error as Error).message);
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Starts three servers that share the keys. Returns their ports. */
export async function startRedisCluster(): Promise<{ ports: number[]; close(): Promise<void> }> {
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];
  const close = async (): Promise<void> => {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (let i = 0; i < 3; i++) {
      const server = await startNode();
      servers.push(server);
      clients.push(new Redis({ port: server.port }));
    }
    const ports = servers.map(({ port }) => port);
    for (const [i, client] of clients.entries()) {
      const [begin, end] = [i, i + 1].map((part) => Math.floor((part * NUM_SLOTS) / 3));
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(begin), String((end ?? 0) - 1));
      for (const port of ports.slice(0, i))
        await client.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
    }
    for (const client of clients)
      await eventually(
        async () =>
          String(await client.call('CLUSTER', 'INFO')).includes('state:ok') ? true : null,
        { what: 'the cluster', timeout: 30_000 },
      );
    return { ports, close };
  } catch (error) {
    await close();
    throw error;
  }
}
