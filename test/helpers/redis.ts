/** Debian's redis-server in memory, at a path or a port of its own. */
import { Child } from './child.js';
import { freePort } from './free-port.js';
import { peerPath } from './peers.js';
import { TempDirectory } from './temp.js';

export interface RedisServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startRedis(port?: number): Promise<RedisServer> {
  const folder = await TempDirectory.create();
  const place = port ?? (await freePort());
  const child = Child.start(peerPath('redis-server'), [
    ...['--port', String(place), '--bind', '127.0.0.1', '--dir', folder.path],
    ...['--save', '', '--appendonly', 'no'],
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
