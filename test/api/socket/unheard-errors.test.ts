// Peers that break off while no listener of the application can hear it: an 'error' without a listener ends the process.
import {
  connect as connectNet,
  createServer as createNetServer,
  type AddressInfo,
  type Socket,
} from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { Child } from '../../helpers/child.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { TempDirectory } from '../../helpers/temp.js';
import { testPki } from '../../helpers/test-pki.js';
import { TIME_LIMIT } from '../../helpers/time-limit.js';
import { listening } from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const PROGRAM = fileURLToPath(new URL('../children/unheard-errors.mjs', import.meta.url));
const { localhost, caPem } = await testPki();
const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let folder: TempDirectory;
let files: string[];
beforeAll(async () => {
  folder = await TempDirectory.create();
  files = Object.values(
    await folder.writeFiles({ chain: localhost.chainPem, key: localhost.keyPem, ca: caPem }),
  );
});
afterAll(() => folder.close());

async function run(scenario: string, version: string, rounds: number) {
  const args = [PROGRAM, scenario, version, String(rounds), ...files];
  const child = Child.start(process.execPath, args);
  const { code, signal } = await child.finish(TIME_LIMIT);
  expect([code, signal, child.stderr], scenario).toEqual([0, null, '']);
  return JSON.parse(child.stdout) as Record<string, number>;
}

describe.each(['TLSv1_2', 'TLSv1_3'])('a process is not ended by a peer of %s', (version) => {
  it('that sends an undecryptable record and resets, and each socket ends with one error', async () => {
    const counts = await run('server, undecryptable record', version, 300);
    expect(counts).toMatchObject({ clientErrors: 0 });
    expect(counts['errors']).toBeGreaterThan(0);
  });

  it('on a server whose sockets have no listener for errors', async () => {
    await run('server, no listener at all', version, 300);
  });

  it('that leaves with close_notify and resets while a server unwraps', async () => {
    expect((await run('server, unwrap', version, 300))['connections']).toBeGreaterThan(100);
  });

  it('that leaves with close_notify and resets while a client unwraps', async () => {
    await run('client, unwrap', version, 300);
  });

  it('without h2 on an HTTP/2 server', async () => {
    expect((await run('server, http2', version, 200))['connections']).toBeGreaterThan(100);
  });

  it('while another connection is waited for', async () => {
    expect(await run('client, two at once', version, 20)).toMatchObject({
      connections: 40,
      errors: 20,
    });
  });
});

describe('a socket that a promise has handed out', () => {
  async function brokenSocket(): Promise<ssl.SSLSocket> {
    const server = cleanup.add(ssl.createServer({ context: await pkiServerContext() }));
    server.on('connection', (raw: Socket) => {
      server.once('secureConnection', () => setImmediate(() => raw.resetAndDestroy()));
    });
    const port = await listening(server);
    const socket = await ssl.connect({
      port,
      host: 'localhost',
      context: await pkiClientContext(),
    });
    while (!socket.closed) await turn();
    return socket;
  }

  it('reports an earlier error to its first listener', async () => {
    const socket = await brokenSocket();
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error).toBe(socket.errored);
  });

  it('reports it once', async () => {
    const socket = await brokenSocket();
    const heard: Error[] = [];
    socket.on('error', (error) => heard.push(error));
    socket.on('error', (error) => heard.push(error));
    await turn();
    await turn();
    expect(heard).toEqual([socket.errored, socket.errored]);
  });

  it('has no listener of ours once the application has one', async () => {
    const socket = await brokenSocket();
    const listener = () => undefined;
    socket.on('error', listener);
    expect(socket.listeners('error')).toEqual([listener]);
    expect(socket.listenerCount('newListener')).toBe(0);
  });
});

describe('a transport that unwrap gives back', () => {
  it('holds an error for its first listener', async () => {
    const echo = cleanup.add(createNetServer());
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port } = echo.address() as AddressInfo;
    const context = await pkiServerContext();
    const unwrapped = once(echo, 'connection').then(async ([raw]) => {
      const socket = context.wrapSocket(raw as Socket, { serverSide: true });
      await socket.doHandshake();
      return (await socket.resume().unwrap()) as Socket;
    });
    const client = (await pkiClientContext()).wrapSocket(connectNet(port, '127.0.0.1'), {
      serverHostname: 'localhost',
    });
    await client.doHandshake();
    const plain = (await client.resume().unwrap()) as Socket;
    const other = await unwrapped;
    plain.on('error', () => undefined).resetAndDestroy();
    while (!other.closed) {
      other.write('x');
      await turn();
    }
    const [error] = (await once(other, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });
});
