import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { ConnectionOptions, TLSSocket, TlsOptions } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { identity, nodeTls, ourTls, pki, type Tls } from './support.js';

interface Scenario {
  readonly server?: TlsOptions;
  readonly client?: ConnectionOptions;
  onServer?(socket: TLSSocket): void;
  onClient?(socket: TLSSocket): void;
  /** Called right after `connect`. */
  atOnce?(socket: TLSSocket): void;
}

const CLIENT_EVENTS = [
  'connect',
  'ready',
  'secure',
  'secureConnect',
  'end',
  'finish',
  'error',
  'close',
  'timeout',
];
const SERVER_EVENTS = ['end', 'finish', 'error', 'close'];

function record(log: string[], emitter: NodeJS.EventEmitter, names: readonly string[]): void {
  for (const name of names)
    emitter.on(name, (value: unknown) => {
      const { code } = (value ?? {}) as { code?: string };
      log.push([name, code ?? (typeof value === 'boolean' ? value : '')].join(' ').trim());
    });
}

/** Fulfilled at `close`. Not `once`, which an error rejects. */
const closed = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

/** Returns the events of both ends, in the order of each. */
async function run(tls: Tls, scenario: Scenario): Promise<{ client: string[]; server: string[] }> {
  const log = { client: [] as string[], server: [] as string[] };
  const server = tls.createServer({ ...identity, ...scenario.server });
  const open: TLSSocket[] = [];
  record(log.server, server, ['tlsClientError']);
  server.on('secureConnection', (socket) => {
    open.push(socket);
    log.server.push('secureConnection');
    record(log.server, socket, SERVER_EVENTS);
    socket.resume();
    scenario.onServer?.(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = tls.connect({ port, ca: pki.caPem, servername: 'localhost', ...scenario.client });
  record(log.client, client, CLIENT_EVENTS);
  client.resume();
  if (scenario.onClient) client.on('secureConnect', () => scenario.onClient?.(client));
  scenario.atOnce?.(client);
  await closed(client);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const socket of open) socket.destroy();
  server.close();
  await once(server, 'close');
  return log;
}

const stranger = { key: pki.stranger.keyPem, cert: pki.stranger.certPem };

const scenarios: Record<string, Scenario> = {
  'the client ends': { onClient: (socket) => socket.end() },
  'the server ends': { onServer: (socket) => socket.end() },
  'the server ends with data': { onServer: (socket) => socket.end('bye') },
  'the client destroys': { onClient: (socket) => socket.destroy() },
  'the server destroys': { onServer: (socket) => socket.destroy() },
  'the client destroys with an error': {
    onClient: (socket) => socket.destroy(Object.assign(new Error('mine'), { code: 'MINE' })),
  },
  'the client destroys at once': { atOnce: (socket) => socket.destroy() },
  'the client ends at once': { atOnce: (socket) => socket.end('x') },
  'the server is a stranger': { server: stranger },
  'the server is a stranger, which is allowed': {
    server: stranger,
    client: { rejectUnauthorized: false },
    onClient: (socket) => socket.end(),
  },
  'the name does not match': { client: { servername: 'example.org' } },
  'the check refuses': {
    client: { checkServerIdentity: () => Object.assign(new Error('no'), { code: 'NO' }) },
  },
  'TLS 1.2': { client: { maxVersion: 'TLSv1.2' }, onClient: (socket) => socket.end() },
  'TLS 1.2 with a stranger': { server: stranger, client: { maxVersion: 'TLSv1.2' } },
  'no common version': { server: { minVersion: 'TLSv1.3' }, client: { maxVersion: 'TLSv1.2' } },
  'no common suite': {
    server: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    client: { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  },
  'no common application protocol': {
    server: { ALPNProtocols: ['a'] },
    client: { ALPNProtocols: ['b'] },
  },
  'a client certificate is asked for': {
    server: { requestCert: true, rejectUnauthorized: false, ca: pki.caPem },
    onClient: (socket) => socket.end(),
  },
  'a client certificate is shown': {
    server: { requestCert: true, ca: pki.caPem },
    client: { key: pki.client.keyPem, cert: pki.client.certPem },
    onClient: (socket) => socket.end(),
  },
  'the other end may stay half open': {
    server: { allowHalfOpen: true },
    client: { allowHalfOpen: true } as ConnectionOptions,
    onServer: (socket) => socket.on('end', () => socket.end('late')),
    onClient: (socket) => socket.end(),
  },
};

/** OpenSSL 3.0, which Node 20 has, 3.5 and 4 name the origin of some alerts differently. */
const normalized = (log: unknown): unknown =>
  JSON.parse(JSON.stringify(log).replaceAll(/SSLV3_ALERT|SSL\/TLS_ALERT/g, 'TLS_ALERT'));

describe('the events of hermetic-ssl/tls', () => {
  it.each(Object.keys(scenarios))('are those of node:tls if %s', async (name) => {
    const theirs = normalized(await run(nodeTls, scenarios[name]!));
    expect(normalized(await run(ourTls, scenarios[name]!))).toEqual(theirs);
  });

  // Node's server fails in the handshake, with an alert; this one decides after it.
  it('differ for a client without the required certificate: it gets no alert', async () => {
    const options = { requestCert: true, ca: pki.caPem, maxVersion: 'TLSv1.2' as const };
    expect(await run(ourTls, { server: options })).toEqual({
      client: ['connect', 'ready', 'end', 'error ECONNRESET', 'close true'],
      server: ['tlsClientError ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
    });
  });

  // Node 20 connects all the same, and emits 'close' twice.
  it('differ for a signal that is aborted already: nothing is connected', async () => {
    const client = { signal: AbortSignal.abort() } as ConnectionOptions;
    expect(await run(ourTls, { client })).toEqual({
      client: ['error ABORT_ERR', 'close true'],
      server: [],
    });
  });

  it('report a port that refuses connections as node:tls does', async () => {
    const former = net.createServer().listen(0);
    await once(former, 'listening');
    const { port } = former.address() as AddressInfo;
    former.close();
    await once(former, 'close');
    const log = async (tls: Tls) => {
      const events: string[] = [];
      const socket = tls.connect({ port, host: '127.0.0.1' });
      record(events, socket, CLIENT_EVENTS);
      await closed(socket);
      return events;
    };
    expect(await log(ourTls)).toEqual(await log(nodeTls));
  });
});
