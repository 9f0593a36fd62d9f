import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { close, identity, listen, ourTls, pki } from './support.js';

const PREFIX = 'hermetic-ssl.tls.handshake.';
const EVENTS = ['begin', 'end', 'error'];

let published: Record<string, unknown>[] = [];
const take = (message: unknown, name: string | symbol): void => {
  const { socket, ...facts } = message as Record<string, unknown>;
  expect(socket).toBeInstanceOf(ourTls.TLSSocket);
  published.push({ event: String(name).slice(PREFIX.length), ...facts });
};
beforeEach(() => {
  published = [];
  for (const event of EVENTS) subscribe(PREFIX + event, take);
});
afterEach(() => {
  for (const event of EVENTS) unsubscribe(PREFIX + event, take);
});

const of = (isServer: boolean) => published.filter((one) => one['isServer'] === isServer);

it.each(['TLSv1.2', 'TLSv1.3'] as const)('a handshake of %s begins and ends', async (version) => {
  const options = { ...identity, maxVersion: version, ecdhCurve: 'X25519' };
  const server = ourTls.createServer(options, (socket) => socket.end('x'));
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'localhost' }).resume();
  await once(client, 'close');
  await close(server);
  const ended = {
    event: 'end',
    servername: 'localhost',
    protocol: version,
    cipher: client.getCipher()?.name ?? (expect.any(String) as string),
    group: expect.stringMatching(/^x25519$/i) as string,
    isResumed: false,
    duration: expect.any(Number) as number,
  };
  const begun = { event: 'begin', isServer: false, servername: 'localhost' };
  expect(of(false)).toEqual([begun, { ...ended, isServer: false }]);
  expect(of(true)).toEqual([
    { event: 'begin', isServer: true, servername: null },
    { ...ended, isServer: true },
  ]);
  const durations = published.flatMap(({ duration }) => (duration === undefined ? [] : [duration]));
  for (const duration of durations) expect(duration).toBeGreaterThan(0);
});

it('a server that is refused is an error', async () => {
  const server = ourTls.createServer(identity);
  server.on('tlsClientError', () => undefined);
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'example.org' });
  const [error] = (await once(client, 'error')) as [Error];
  await close(server);
  expect(of(false)).toEqual([
    { event: 'begin', isServer: false, servername: 'example.org' },
    {
      event: 'error',
      isServer: false,
      servername: 'example.org',
      duration: expect.any(Number) as number,
      error,
    },
  ]);
});
