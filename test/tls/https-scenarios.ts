/** Scenarios of requests, as data: test/tls/events.test.ts plays each over node:https and over hermetic-ssl/https. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, RequestListener } from 'node:http';
import type https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { closed, record, type Log } from './event-recorder.js';
import { identity, pki } from './support.js';

export type Https = typeof https;
export interface HttpsStage {
  readonly https: Https;
  readonly server: https.Server;
  readonly log: Log;
  /** Begins a request, and records its events. */
  request(options?: https.RequestOptions): ClientRequest;
  readonly port: number;
}

export interface HttpsScenario {
  readonly server?: https.ServerOptions;
  readonly handler?: RequestListener;
  act(stage: HttpsStage): Promise<void>;
}

const REQUEST_EVENTS = [
  ...['abort', 'continue', 'information', 'connect', 'upgrade', 'finish', 'timeout', 'error'],
  'close',
];
const RESPONSE_EVENTS = ['data', 'end', 'aborted', 'error', 'close'];
const SERVER_EVENTS = [
  ...['secureConnection', 'tlsClientError', 'clientError', 'checkContinue', 'upgrade', 'connect'],
];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const done = (request: ClientRequest): Promise<void> =>
  Promise.race([closed(request), pause(2000)]);

function recordResponse(log: Log, request: ClientRequest): void {
  request.on('socket', (socket: TLSSocket) => {
    log.client.push(`socket reused=${request.reusedSocket} encrypted=${socket.encrypted}`);
  });
  record(log.client, request, REQUEST_EVENTS);
  request.on('response', (response: IncomingMessage) => {
    const { authorized } = response.socket as TLSSocket;
    log.client.push(`response ${response.statusCode} authorized=${authorized}`);
    record(log.client, response, RESPONSE_EVENTS);
  });
}

/** Returns the events of both ends. */
export async function playHttps(module: Https, scenario: HttpsScenario): Promise<Log> {
  const log: Log = { client: [], server: [] };
  const server = module.createServer({ ...identity, ...scenario.server });
  for (const name of SERVER_EVENTS) {
    // A listener of these changes the behaviour of the server.
    if (['clientError', 'checkContinue', 'upgrade', 'connect'].includes(name)) continue;
    record(log.server, server, [name]);
  }
  server.on('request', (request, response) => {
    log.server.push(`request ${request.method} ${request.url}`);
    record(log.server, request, ['aborted', 'error', 'close']);
    record(log.server, response, ['finish', 'close', 'error']);
    scenario.handler?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const request = (options: https.RequestOptions = {}): ClientRequest => {
    const ca = pki.caPem;
    const made = module.request({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca,
      ...options,
    });
    recordResponse(log, made);
    return made;
  };
  await scenario.act({ https: module, server, log, request, port });
  await pause(20);
  const result = structuredClone(log); // without the events of the cleanup
  server.closeAllConnections();
  if (server.listening) await closed(server.close());
  return result;
}

const get: HttpsScenario['act'] = ({ request }) => {
  const made = request({ agent: false });
  made.on('response', (response) => response.resume());
  made.end();
  return done(made);
};
const hello: RequestListener = (_request, response) => void response.end('hello');
const half: RequestListener = (_request, response) => {
  response.writeHead(200, { 'Content-Length': 100 });
  response.write('half');
};
const coded = (code: string): Error => Object.assign(new Error(`text of ${code}`), { code });

/** Makes requests, one after the other. */
const inTurn = async ({ request }: HttpsStage, options: https.RequestOptions[]): Promise<void> => {
  for (const one of options) {
    const made = request(one);
    made.end();
    await done(made);
    await pause(10);
  }
};

export const HTTPS: Record<string, HttpsScenario> = {
  'a request is answered': { handler: hello, act: get },
  'a request has a body': {
    handler: (request, response) => void request.pipe(response),
    act: ({ request }) => {
      const made = request({ method: 'POST', agent: false });
      made.end('body');
      return done(made);
    },
  },
  'a request is destroyed before it is sent': {
    act: ({ request }) => {
      const made = request({ agent: false });
      made.destroy();
      return done(made);
    },
  },
  'a request is destroyed with an error': {
    act: ({ request, server }) => {
      const made = request({ agent: false });
      made.end();
      server.once('request', () => setTimeout(() => made.destroy(coded('MINE')), 30));
      return done(made);
    },
  },
  'a request is aborted by a signal': {
    act: ({ request, server }) => {
      const controller = new AbortController();
      const made = request({ agent: false, signal: controller.signal });
      made.end();
      server.once('request', () => setTimeout(() => controller.abort(), 30));
      return done(made);
    },
  },
  'a request is destroyed in the middle of its response': {
    handler: half,
    act: ({ request }) => {
      const made = request({ agent: false });
      made.on('response', (response) => response.once('data', () => made.destroy()));
      made.end();
      return done(made);
    },
  },
  'a request takes too long': {
    act: ({ request }) => {
      const made = request({ agent: false, timeout: 400 });
      made.on('timeout', () => made.destroy());
      made.end();
      return done(made);
    },
  },
  'the server destroys the connection before it answers': {
    handler: (request) => void request.socket.destroy(),
    act: get,
  },
  'the server destroys the connection in the middle of its response': {
    handler: (request, response) => {
      half(request, response);
      setTimeout(() => request.socket.destroy(), 40);
    },
    act: get,
  },
  'the server closes all connections': {
    handler: half,
    act: (stage) => {
      stage.server.once('request', () => setTimeout(() => stage.server.closeAllConnections(), 60));
      return get(stage);
    },
  },
  'the server is a stranger to the request': {
    server: { key: pki.stranger.keyPem, cert: pki.stranger.certPem },
    act: get,
  },
  'the name does not match that of the request': {
    act: ({ request }) => {
      const made = request({ agent: false, servername: 'example.org' });
      made.end();
      return done(made);
    },
  },
  'the server does not speak TLS': {
    act: async ({ request }) => {
      const plain = net.createServer((socket) => socket.end('plain\n')).listen(0, '127.0.0.1');
      await once(plain, 'listening');
      const made = request({ agent: false, port: (plain.address() as AddressInfo).port });
      made.end();
      await done(made);
      plain.close();
    },
  },
  'the client does not speak TLS': {
    act: async ({ port }) => {
      const socket = net.connect(port, '127.0.0.1').on('error', () => undefined);
      socket.resume().write('GET / HTTP/1.1\r\n\r\n');
      await Promise.race([closed(socket), pause(300)]);
      socket.destroy();
    },
  },
  'the client sends no HTTP': {
    act: async ({ https: module, port, log, request }) => {
      const made = request({ agent: false });
      made.on('socket', (socket) => socket.once('secureConnect', () => socket.write('no HTTP\r\n\r\n'))); // prettier-ignore
      void [module, port, log];
      await done(made);
    },
  },
  'an agent keeps the connection': {
    handler: hello,
    act: async (stage) => {
      const agent = new stage.https.Agent({ keepAlive: true });
      record(stage.log.client, agent, ['free']);
      await inTurn(stage, [{ agent }, { agent, path: '/second' }]);
      agent.destroy();
    },
  },
  'an agent has one connection': {
    handler: hello,
    act: async (stage) => {
      const agent = new stage.https.Agent({ maxSockets: 1 });
      const made = ['/a', '/b'].map((path) => stage.request({ agent, path }));
      for (const one of made) one.end();
      await Promise.all(made.map(done));
    },
  },
  'the server ends a connection that an agent keeps': {
    handler: hello,
    act: async (stage) => {
      const agent = new stage.https.Agent({ keepAlive: true });
      await inTurn(stage, [{ agent }]);
      stage.server.closeIdleConnections();
      await pause(40);
      await inTurn(stage, [{ agent, path: '/second' }]);
      agent.destroy();
    },
  },
  'an agent is destroyed while it keeps a connection': {
    handler: hello,
    act: async (stage) => {
      const agent = new stage.https.Agent({ keepAlive: true });
      await inTurn(stage, [{ agent }]);
      stage.log.client.push(`free ${Object.values(agent.freeSockets).flat().length}`);
      agent.destroy();
      await pause(40);
      stage.log.client.push(`free ${Object.values(agent.freeSockets).flat().length}`);
    },
  },
  'an agent resumes sessions': {
    handler: hello,
    act: async (stage) => {
      const agent = new stage.https.Agent({ keepAlive: false });
      for (let i = 0; i < 2; i++) {
        const made = stage.request({ agent, path: `/${i}` });
        made.on('response', ({ socket }) => stage.log.client.push(`resumed ${(socket as TLSSocket).isSessionReused()}`)); // prettier-ignore
        made.end();
        await done(made);
        await pause(10);
      }
    },
  },
  'a client waits for 100': {
    handler: hello,
    act: ({ request }) => {
      const headers = { Expect: '100-continue', 'Content-Length': 4 };
      const made = request({ agent: false, method: 'POST', headers });
      made.on('continue', () => made.end('body'));
      made.flushHeaders();
      return done(made);
    },
  },
  'a connection is upgraded': {
    act: async ({ request, server, log }) => {
      server.on('upgrade', (message, socket) => {
        log.server.push(`upgrade ${message.headers.upgrade}`);
        record(log.server, socket, ['end', 'close', 'error']);
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
        );
        socket.on('data', (chunk) => socket.end(chunk));
      });
      const made = request({ agent: false, headers: { Upgrade: 'x', Connection: 'Upgrade' } });
      made.on('upgrade', (_response, socket) => {
        record(log.client, socket, ['data', 'end', 'close', 'error']);
        socket.write('echo');
      });
      made.end();
      await done(made);
      await pause(60);
    },
  },
};
