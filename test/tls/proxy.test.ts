// https.Agent with `proxyEnv`: requests through a proxy by CONNECT, in every runtime as Node 24 has them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { AgentOptions } from 'node:https';
import net, { type Server } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, describe, expect, it } from 'vitest';

import https, { type Agent } from 'hermetic-ssl/https';
import tls from 'hermetic-ssl/tls';
import { close, identity, listen, pki } from './support.js';

type Variables = Record<string, string>;
type Seen = { url: string; headers: http.IncomingHttpHeaders };

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0).toReversed()) await end();
});

/** Has the server closed, with its connections, after the test. */
async function started(server: Server): Promise<number> {
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Duplex) => sockets.add(socket));
  opened.push(async () => {
    for (const socket of sockets) socket.destroy();
    await close(server);
  });
  return listen(server);
}

/** A server of https that answers with the path. Its port. */
const target = () =>
  started(https.createServer(identity, (request, response) => response.end(request.url)));

/** A proxy that connects to 127.0.0.1 for every name. */
function proxying(server: http.Server, seen: Seen[]): http.Server {
  return server.on('connect', (request, client, head) => {
    seen.push({ url: request.url!, headers: request.headers });
    const port = Number(/:(\d+)$/.exec(request.url!)![1]);
    const onward = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\nProxy-Agent: test\r\n\r\n');
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [onward, client])
      socket.on('error', () => [onward, client].forEach((one) => one.destroy()));
  });
}

async function proxy(seen: Seen[] = []): Promise<string> {
  return `127.0.0.1:${await started(proxying(http.createServer(), seen))}`;
}

/** A proxy that answers CONNECT with these bytes, and ends or waits. */
async function answering(answer: (client: Duplex) => void): Promise<string> {
  const server = http.createServer().on('connect', (_request, client) => {
    client.on('error', () => undefined);
    answer(client);
  });
  return `127.0.0.1:${await started(server)}`;
}

function agentFor(proxyEnv: Variables, options: object = {}): Agent {
  const agent = new https.Agent({ proxyEnv, ca: pki.caPem, ...options } as AgentOptions);
  opened.push(() => agent.destroy());
  return agent;
}

/** The body of an answer. */
async function get(port: number, agent: Agent, options: object = {}): Promise<string> {
  const request = https.get({ host: 'localhost', port, agent, path: '/hello', ...options });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return (await response.setEncoding('latin1').toArray()).join('');
}

/** The error of a request that must fail, and its other events. */
async function failure(port: number, agent: Agent, options: object = {}) {
  const request = https.get({ host: 'localhost', port, agent, ...options });
  const events: string[] = [];
  for (const name of ['response', 'timeout', 'socket'])
    request.on(name, () => void events.push(name));
  const errors: (Error & { code: string; statusCode?: number; proxyTunnelTimeout?: number })[] = [];
  request.on('error', (error) => errors.push(error as never));
  // Not once(): it rejects at the error, which may come in the same moment as the end.
  await new Promise((resolve) => request.on('close', resolve));
  expect(errors).toHaveLength(1);
  return { error: errors[0]!, events };
}

describe('a request through a proxy', () => {
  it('begins with CONNECT, and TLS is with the server', async () => {
    const seen: Seen[] = [];
    const port = await target();
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy(seen)}` });
    expect(await get(port, agent)).toBe('/hello');
    expect(seen).toEqual([{ url: `localhost:${port}`, headers: { host: `localhost:${port}` } }]);
  });

  it('has the user and the password of the URL', async () => {
    const seen: Seen[] = [];
    const agent = agentFor({ HTTPS_PROXY: `http://us%20er:p%40ss@${await proxy(seen)}` });
    expect(await get(await target(), agent)).toBe('/hello');
    const [, encoded = ''] = seen[0]!.headers['proxy-authorization']!.split('Basic ');
    expect(Buffer.from(encoded, 'base64').toString()).toBe('us er:p@ss');
  });

  it('goes through a proxy that is reached by TLS', async () => {
    const seen: Seen[] = [];
    const host = `localhost:${await started(proxying(https.createServer(identity), seen))}`;
    const port = await target();
    const { error } = await failure(port, agentFor({ HTTPS_PROXY: `https://${host}` }));
    // The authorities of the agent are for the server; the proxy is verified as any other host.
    expect(error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(seen).toEqual([]);
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([pki.caPem]);
    opened.push(() => tls.setDefaultCACertificates(before));
    expect(await get(port, agentFor({ HTTPS_PROXY: `https://${host}` }))).toBe('/hello');
    expect(seen).toHaveLength(1);
  });

  it('keeps the tunnel for the next request', async () => {
    const seen: Seen[] = [];
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy(seen)}` }, { keepAlive: true });
    const port = await target();
    for (let i = 0; i < 3; i++) {
      expect(await get(port, agent)).toBe('/hello');
      await new Promise(setImmediate);
    }
    expect(seen).toHaveLength(1);
    expect(seen[0]!.headers['proxy-connection']).toBe('keep-alive');
  });

  it('resumes the session of an earlier one', async () => {
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy()}` });
    const port = await target();
    const reused: boolean[] = [];
    for (let i = 0; i < 2; i++) {
      const request = https.get({ host: 'localhost', port, agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      reused.push((response.socket as unknown as { isSessionReused(): boolean }).isSessionReused());
      await response.toArray();
    }
    expect(reused).toEqual([false, true]);
  });

  it('waits for the tunnel of an earlier one if the agent has one socket', async () => {
    const seen: Seen[] = [];
    const variables = { HTTPS_PROXY: `http://${await proxy(seen)}` };
    const agent = agentFor(variables, { keepAlive: true, maxSockets: 1 });
    const port = await target();
    const first = https.get({ host: 'localhost', port, agent });
    const response = once(first, 'response') as Promise<[IncomingMessage]>;
    await once(first, 'socket'); // only now its tunnel counts
    const second = get(port, agent);
    await (await response)[0].toArray();
    expect(await second).toBe('/hello');
    expect(seen).toHaveLength(1);
  });

  it('takes an answer of the proxy that comes in pieces', async () => {
    const port = await target();
    const slow = await answering((client) => {
      const onward = net.connect(port, '127.0.0.1');
      const pieces = ['HTTP/1.', '1 200 OK\r\nVia: x\r', '\n\r', '\n'];
      const next = () => {
        if (pieces.length === 0) return void onward.pipe(client).pipe(onward);
        client.write(pieces.shift()!, () => setTimeout(next, 5));
      };
      next();
    });
    expect(await get(port, agentFor({ HTTPS_PROXY: `http://${slow}` }))).toBe('/hello');
  });

  it('puts brackets around an address of IPv6', async () => {
    const seen: Seen[] = [];
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy(seen)}` });
    expect(await get(await target(), agent, { host: '::1' })).toBe('/hello');
    expect(seen[0]!.url).toMatch(/^\[::1\]:\d+$/);
  });
});

describe('a proxy is not used', () => {
  it.each([
    ['without a variable', {}],
    ['for http only', { HTTP_PROXY: 'http://127.0.0.1:1' }],
    ['of another kind', { HTTPS_PROXY: 'socks5://127.0.0.1:1' }],
    ['for every host', { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' }],
    ['for the host', { HTTPS_PROXY: 'http://127.0.0.1:1', no_proxy: 'example.org, LocalHost' }],
    ['if the lower case says so', { HTTPS_PROXY: 'http://127.0.0.1:1', no_proxy: 'localhost', NO_PROXY: 'x' }], // prettier-ignore
  ])('%s', async (_, variables) => {
    expect(await get(await target(), agentFor(variables as Variables))).toBe('/hello');
  });

  it.each([
    ['localhost:PORT', 'localhost', true],
    ['localhost:1', 'localhost', false],
    ['.example.test', 'example.test', true],
    ['.example.test', 'a.example.test', true],
    ['.example.test', 'badexample.test', false],
    ['*.example.test', 'a.example.test', true],
    ['*.example.test', 'example.test', false],
    ['example.test', 'a.example.test', false],
    ['127.0.0.0-127.0.0.9', '127.0.0.1', true],
    ['127.0.0.2 - 127.0.0.9', '127.0.0.1', false],
    ['127.0.0.9', '127.0.0.1', false],
  ])('NO_PROXY=%s and the host %s: %s', async (entry, host, isDirect) => {
    const seen: Seen[] = [];
    const port = await target();
    const variables = {
      HTTPS_PROXY: `http://${await proxy(seen)}`,
      NO_PROXY: entry.replace('PORT', String(port)),
    };
    const lookup = (_name: string, _options: object, done: (...values: unknown[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    const options = { host, lookup, servername: 'localhost', checkServerIdentity: () => undefined };
    expect(await get(port, agentFor(variables), options)).toBe('/hello');
    expect(seen).toHaveLength(isDirect ? 0 : 1);
  });
});

describe('a request fails', () => {
  it.each([
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 407],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno', 502],
  ])('if the proxy answers %s', async (_, answer, statusCode) => {
    const host = await answering((client) => client.end(answer));
    const { error, events } = await failure(443, agentFor({ HTTPS_PROXY: `http://u:p@${host}` }));
    expect(error).toMatchObject({ code: 'ERR_PROXY_TUNNEL', statusCode });
    const [line] = answer.split('\r\n');
    expect(error.message).toBe(
      `Failed to establish tunnel to localhost:443 via http://${host}/: ${line}`,
    );
    expect(events).toEqual([]);
  });

  it('and the proxy that refuses it can send the reason to the end', async () => {
    const ends: string[] = [];
    const host = await answering((client) => {
      client.on('error', (error) => ends.push(error.message));
      client.on('close', () => ends.push('close'));
      client.write('HTTP/1.1 500 No\r\n\r\n');
      setTimeout(() => client.end('x'.repeat(100_000)), 20);
    });
    const { error } = await failure(443, agentFor({ HTTPS_PROXY: `http://${host}` }));
    expect(error.code).toBe('ERR_PROXY_TUNNEL');
    await expect.poll(() => ends).toEqual(['close']);
  });

  it('if the proxy hangs up', async () => {
    const host = await answering((client) => client.end('HTTP/1.1 200 OK\r\n'));
    const { error } = await failure(443, agentFor({ HTTPS_PROXY: `http://${host}` }));
    expect(error.code).toBe('ERR_PROXY_TUNNEL');
    expect(error.message).toBe('Connection to establish proxy tunnel ended unexpectedly');
  });

  it('if the proxy sends too many headers', async () => {
    const host = await answering((client) => client.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(600)}`)); // prettier-ignore
    const agent = agentFor({ HTTPS_PROXY: `http://${host}` });
    const { error } = await failure(443, agent, { maxHeaderSize: 500 });
    expect(error.message).toBe('Proxy response headers exceeded 500 bytes');
  });

  it('if the proxy refuses connections', async () => {
    const host = await proxy();
    for (const end of opened.splice(0)) await end();
    const { error } = await failure(443, agentFor({ HTTPS_PROXY: `http://${host}` }));
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('if the proxy does not answer in time', async () => {
    const host = await answering(() => undefined);
    const agent = agentFor({ HTTPS_PROXY: `http://${host}` });
    const { error, events } = await failure(443, agent, { timeout: 50 });
    expect(error).toMatchObject({ code: 'ERR_PROXY_TUNNEL', proxyTunnelTimeout: 50 });
    expect(error.message).toBe('Connection to establish proxy tunnel timed out after 50ms');
    expect(events).toEqual(['timeout']);
  });

  it('if the server behind the proxy does not answer the handshake in time', async () => {
    const port = await started(net.createServer((socket) => socket.resume()));
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy()}` }, { timeout: 50 });
    const { error, events } = await failure(port, agent);
    expect(error).toMatchObject({ code: 'ERR_PROXY_TUNNEL', proxyTunnelTimeout: 50 });
    expect(events).toEqual(['timeout']);
  });

  it('if the server is not trusted, and it gets nothing', async () => {
    const requests: unknown[] = [];
    const server = https.createServer(identity, (request) => requests.push(request));
    server.on('tlsClientError', () => undefined);
    const port = await started(server);
    const agent = agentFor({ HTTPS_PROXY: `http://${await proxy()}` }, { ca: [] });
    expect((await failure(port, agent)).error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    const named = agentFor({ HTTPS_PROXY: `http://${await proxy()}` });
    const other = await failure(port, named, { host: 'other.test' });
    expect(other.error.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(requests).toEqual([]);
  });

  it('if a host has a line break', async () => {
    const agent = agentFor({ HTTPS_PROXY: 'http://127.0.0.1:1' }) as unknown as {
      createConnection(options: object): void;
    };
    const connect = () => agent.createConnection({ host: 'a\r\nX: y', port: 443 });
    expect(connect).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
  });

  it.each(['http://[', 'http://a\r\nb', 'http://x:99999'])('if the URL is %j', (url) => {
    const make = () => new https.Agent({ proxyEnv: { https_proxy: url } } as AgentOptions);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_PROXY_INVALID_CONFIG' }));
  });
});

const knowsFlag = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');

describe('the global agent', () => {
  it.runIf(knowsFlag)('goes through the proxy with NODE_USE_ENV_PROXY', async () => {
    const seen: Seen[] = [];
    const port = await target();
    const program = `import https, { type Agent } from 'hermetic-ssl/https';
import tls from 'hermetic-ssl/tls';
      https.get(process.argv[1], { ca: process.env.CA }, (response) => response.pipe(process.stdout));`;
    const args = ['--input-type=module', '-e', program, `https://localhost:${port}/through`];
    const env = { ...process.env, CA: pki.caPem, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: `http://${await proxy(seen)}` }; // prettier-ignore
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const out = (await child.stdout.setEncoding('utf8').toArray()).join('');
    expect(out).toBe('/through');
    expect(seen.map(({ url }) => url)).toEqual([`localhost:${port}`]);
  });
});
