// AsyncLocalStorage: listeners and callbacks run in the context in which node:tls runs them, that of `connect`.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import nodeHttps from 'node:https';
import type { SecureContext, TLSSocket } from 'node:tls';

import { describe, expect, it } from 'vitest';

import https from 'hermetic-ssl/https';
import { close, identity, listen, nodeTls, ourTls, pki, type Tls } from './support.js';

type Seen = Record<string, string | undefined>;

const EVENTS = ['connect', 'secureConnect', 'session', 'data', 'end', 'finish', 'close', 'keylog'];
const SERVER_EVENTS = ['data', 'end', 'finish', 'close'];

/** Connects twice at once, each in a context of its own, and returns what the listeners of each have seen. */
async function contextsOf(tls: Tls): Promise<Record<string, Seen>> {
  const storage = new AsyncLocalStorage<string>();
  const server = tls.createServer({
    ...identity,
    SNICallback: (_name, done) =>
      setImmediate(() => done(null, undefined as never as SecureContext)),
  });
  const ended: Promise<unknown>[] = [];
  const serverSeen: Seen = {};
  server.on('secureConnection', (socket: TLSSocket) => {
    serverSeen['secureConnection'] = storage.getStore();
    for (const event of SERVER_EVENTS)
      socket.on(event, () => (serverSeen[event] = storage.getStore()));
    socket.write('hello', () => (serverSeen['write'] = storage.getStore()));
    socket.on('end', () => socket.end());
    ended.push(once(socket, 'close'));
  });
  const port = await listen(server);
  const connect = (name: string): Promise<Seen> => {
    const seen: Seen = {};
    const note = (event: string) => void (seen[event] = storage.getStore());
    return storage.run(name, async () => {
      const client = tls.connect({
        ...{ port, host: '127.0.0.1', ca: pki.caPem, servername: 'localhost' },
        checkServerIdentity: () => {
          note('checkServerIdentity');
          return undefined;
        },
      });
      // Listeners are added elsewhere, which must not matter.
      storage.exit(() => {
        for (const event of EVENTS) client.on(event, () => note(event));
        client.once('data', () =>
          storage.exit(() => client.end('bye', () => note('end callback'))),
        );
      });
      client.write('first', () => note('write callback'));
      await once(client, 'close');
      return seen;
    });
  };
  const [a, b] = await Promise.all([connect('a'), connect('b')]);
  await Promise.all(ended);
  await close(server);
  return { a, b, server: serverSeen };
}

async function requests(module: typeof nodeHttps): Promise<Seen> {
  const storage = new AsyncLocalStorage<string>();
  const server = module.createServer(identity, (_request, response) => response.end('x'));
  const port = await listen(server);
  const agent = new module.Agent({ keepAlive: true });
  const seen: Seen = {};
  const get = (name: string): Promise<void> =>
    storage.run(name, async () => {
      const options = { port, host: '127.0.0.1', servername: 'localhost', ca: pki.caPem, agent };
      const request = module.get(options);
      for (const event of ['response', 'close'])
        request.on(event, () => (seen[`${name} ${event}`] = storage.getStore()));
      const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
      response.on('data', () => (seen[`${name} data`] = storage.getStore()));
      await once(response, 'end');
      seen[`${name} end`] = storage.getStore();
    });
  await get('a');
  await get('b'); // over the connection of the first
  agent.destroy();
  await close(server);
  return seen;
}

describe('the context of AsyncLocalStorage', () => {
  it('of connect is that of the listeners and callbacks of its socket', async () => {
    const [ours, theirs] = [await contextsOf(ourTls), await contextsOf(nodeTls)];
    const names = Object.values(ours['a']!);
    expect(names.length).toBeGreaterThan(8);
    expect(ours).toEqual(theirs);
  });

  it('of a request is that of its response, also over a connection that was kept', async () => {
    const [ours, theirs] = [await requests(https), await requests(nodeHttps)];
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ 'a response': 'a', 'b response': 'b', 'b data': 'b' });
  });
});
