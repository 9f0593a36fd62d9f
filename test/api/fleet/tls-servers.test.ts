/** Rings in servers of hermetic-ssl/tls, with clients of node:tls. */
import * as nodeTls from 'node:tls';

import { KeyRing } from 'hermetic-ssl/fleet';
import * as ourTls from 'hermetic-ssl/tls';
import { afterEach, expect, it } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { nextEvent } from '../../helpers/collect.js';
import { testPki } from '../../helpers/test-pki.js';
import { listening } from '../../helpers/tls-pair.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const ring = (secret: string): KeyRing =>
  cleanup.add(KeyRing.derived({ secret: secret.repeat(32), rotate: '12h' }));

async function serve(keys: KeyRing, version: nodeTls.SecureVersion): Promise<number> {
  const { localhost } = await testPki();
  const options = { key: localhost.keyPem, cert: localhost.chainPem, maxVersion: version };
  const server = ourTls.createServer({ ...options, ticketKeys: keys as never }, (socket) => {
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  cleanup.add(server);
  return listening(server);
}

async function request(
  port: number,
  session?: Buffer,
): Promise<{ reused: boolean; session: Buffer }> {
  const { caPem } = await testPki();
  const options = session === undefined ? {} : { session };
  const socket = nodeTls.connect({ port, ca: caPem, servername: 'localhost', ...options });
  const made = new Promise<Buffer>((resolve) => {
    socket.once('session', resolve);
  });
  socket.resume();
  await nextEvent(socket, 'secureConnect');
  const reused = socket.isSessionReused();
  const bytes = reused && session !== undefined ? session : await made;
  socket.destroy();
  return { reused, session: bytes };
}

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a server takes a ring as ticketKeys, under %s',
  async (version) => {
    const [one, two, stranger] = [
      await serve(ring('x'), version),
      await serve(ring('x'), version),
      await serve(ring('y'), version),
    ];
    const first = await request(one);
    expect(first.reused).toBe(false);
    expect((await request(stranger, first.session)).reused).toBe(false);
    expect((await request(two, first.session)).reused).toBe(true);
  },
);
