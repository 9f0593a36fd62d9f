// When a server's handshake stops at the ClientHello: only if the application may decide something there. A handshake that has
// stopped goes on with a call of the addon's connectionAnswerClientHello, and the tests count these.
import { once } from 'node:events';
import type { Server, TLSSocket, TlsOptions } from 'node:tls';

import { afterEach, describe, expect, it, vi } from 'vitest';

import ourHttps from 'hermetic-ssl/https';

import type { NativeBinding } from '../../lib/internal/native/binding.js';
import { discard } from '../helpers/tls-pair.js';
import { close, identity, listen, nodeTls, ourTls, pki } from './support.js';

/** The addon's functions, as the package under test calls them. */
const BINDING = new URL('../../dist/internal/native/binding.js', import.meta.url).href;
const { binding } = (await import(BINDING)) as { readonly binding: NativeBinding };

const stops = vi.spyOn(binding, 'connectionAnswerClientHello');
const reads = vi.spyOn(binding, 'connectionClientHello');
afterEach(() => vi.clearAllMocks());

/** Connects a client of node:tls, and returns how often its handshake has stopped. */
async function stopsOf(server: Server, version: 'TLSv1.2' | 'TLSv1.3'): Promise<number> {
  const port = await listen(server);
  const before = stops.mock.calls.length;
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>;
  const client = nodeTls.connect({
    ...{ port, ca: pki.caPem, servername: 'localhost', ALPNProtocols: ['http/1.1', 'two'] },
    ...{ minVersion: version, maxVersion: version, requestOCSP: true },
  });
  client.on('OCSPResponse', () => undefined);
  const [[socket]] = await Promise.all([accepted, once(client, 'secureConnect')]);
  discard(client, socket);
  await close(server);
  expect(reads).toHaveBeenCalledTimes(stops.mock.calls.length);
  return stops.mock.calls.length - before;
}

type Serve = () => Server;
const serve = (options: TlsOptions = {}): Server =>
  ourTls.createServer({ ...identity, ...options });
const listens = (event: string): Server =>
  serve().on(event, (...values: unknown[]) => {
    const answer = values.at(-1);
    if (typeof answer === 'function') (answer as (error: null, value: null) => void)(null, null);
  });
function withContext(): Server {
  const server = serve();
  server.addContext('*.example.com', identity);
  return server;
}

const PLAIN: readonly (readonly [string, Serve])[] = [
  ['without callbacks', () => serve()],
  ['with protocols', () => serve({ ALPNProtocols: ['two'] })],
  ['that requests certificates', () => serve({ requestCert: true, rejectUnauthorized: false })],
  ['that stores sessions', () => listens('newSession')],
  ['that logs keys', () => listens('keylog')],
  ['of https', () => ourHttps.createServer(identity)],
];
const DECIDING: readonly (readonly [string, Serve])[] = [
  ['addContext', withContext],
  ['SNICallback', () => serve({ SNICallback: (_name, answer) => answer(null) })],
  ['ALPNCallback', () => serve({ ALPNCallback: ({ protocols }) => protocols[0] })],
  ['resumeSession', () => listens('resumeSession')],
  ['OCSPRequest', () => listens('OCSPRequest')],
];

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('the handshake of a server, %s', (version) => {
  it.each(PLAIN)('does not stop at the ClientHello: one %s', async (_name, make) => {
    expect(await stopsOf(make(), version)).toBe(0);
  });

  it.each(DECIDING)('stops there once: one with %s', async (_name, make) => {
    expect(await stopsOf(make(), version)).toBe(1);
  });

  it('begins to stop with the first addContext', async () => {
    const server = serve();
    expect(await stopsOf(server, version)).toBe(0);
    server.addContext('*.example.com', identity);
    expect(await stopsOf(server, version)).toBe(1);
  });
});
