/** Tickets of nginx and HAProxy, resumed here, and ours, resumed there, by the same files of keys. */
import { randomBytes } from 'node:crypto';

import { haproxySessionIdContext, KeyRing, nginxSessionIdContext } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { pkiClientContext, pkiServerContext, VERSIONS } from '../helpers/contexts.js';
import { skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { listening } from '../helpers/tls-pair.js';
import { startTicketHaproxy, startTicketNginx } from './support/ticket-peers.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

interface Answer {
  readonly reused: boolean;
  readonly session: ssl.SSLSession;
  readonly text: string;
}

/** Requests a page. Under TLS 1.3 the ticket comes before it. */
async function request(
  context: ssl.SSLContext,
  port: number,
  session: ssl.SSLSession | null = null,
): Promise<Answer> {
  const socket = await ssl.connect({
    ...{ host: '127.0.0.1', port, context, session },
    serverHostname: 'localhost',
  });
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    const made = socket.session;
    if (made === null || !text.includes('hello')) continue;
    const answer = { reused: socket.sessionReused ?? false, session: made, text };
    socket.destroy();
    return answer;
  }
  throw new Error(`no answer: ${text}`);
}

/** Starts a server of ours with the ring, which answers as the others do. */
async function startOurs(keys: KeyRing, idContext: Buffer | null): Promise<number> {
  const context = await pkiServerContext();
  context.ticketKeys = keys;
  context.sessionIdContext = idContext;
  const server = cleanup.add(
    ssl.createServer({ context }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
    }),
  );
  return listening(server);
}

describe.each(VERSIONS)('with nginx, under %s', (_, change) => {
  it.for([48, 80])('a file of %d bytes makes tickets that both resume', async (length, test) => {
    skipUnless(test, 'nginx');
    const { localhost } = await testPki();
    const folder = cleanup.add(await TempDirectory.create());
    const files = [
      await folder.write('1.key', randomBytes(length)),
      await folder.write('2.key', randomBytes(128 - length)),
    ];
    const ring = cleanup.add(KeyRing.files(folder.join('*.key')));
    const ours = await startOurs(ring, nginxSessionIdContext(localhost.certPem));
    const nginx = cleanup.add(await startTicketNginx(localhost, files));
    const client = await pkiClientContext();
    change(client);
    const there = await request(client, nginx.port);
    expect(there.reused).toBe(false);
    expect((await request(client, nginx.port, there.session)).reused).toBe(true);
    const here = await request(client, ours, there.session);
    expect(here).toMatchObject({ reused: true });
    const own = await request(client, ours);
    expect(own.reused).toBe(false);
    expect((await request(client, nginx.port, own.session)).reused).toBe(true);
    // A ticket of the second file is known too.
    const second = cleanup.add(KeyRing.files(files.toReversed()));
    const turned = await startOurs(second, nginxSessionIdContext(localhost.certPem));
    const later = await request(client, turned);
    expect((await request(client, nginx.port, later.session)).reused).toBe(true);
    expect((await request(client, ours, later.session)).reused).toBe(true);
  });

  it('a server that keeps its own session id context resumes nothing of nginx', async (test) => {
    skipUnless(test, 'nginx');
    const { localhost } = await testPki();
    const folder = cleanup.add(await TempDirectory.create());
    const file = await folder.write('1.key', randomBytes(80));
    const ours = await startOurs(cleanup.add(KeyRing.files(file)), null);
    const nginx = cleanup.add(await startTicketNginx(localhost, [file]));
    const client = await pkiClientContext();
    change(client);
    const there = await request(client, nginx.port);
    expect((await request(client, ours, there.session)).reused).toBe(false);
  });
});

describe.each(VERSIONS)('with HAProxy, under %s', (_, change) => {
  it.for([48, 80])('lines of %d bytes make tickets that both resume', async (length, test) => {
    skipUnless(test, 'haproxy');
    const { localhost } = await testPki();
    const folder = cleanup.add(await TempDirectory.create());
    const lines = [1, 2, 3].map(() => randomBytes(length).toString('base64'));
    const file = await folder.write('keys', `${lines.join('\n')}\n`);
    const ring = cleanup.add(KeyRing.files(file));
    const names = lines.map((line) => Buffer.from(line, 'base64').toString('hex', 0, 16));
    expect(ring.keys.map(({ name }) => names.indexOf(name))).toEqual([1, 2, 0]);
    const ours = await startOurs(ring, haproxySessionIdContext());
    const haproxy = cleanup.add(await startTicketHaproxy(localhost, file));
    const client = await pkiClientContext();
    change(client);
    const there = await request(client, haproxy.port);
    expect((await request(client, haproxy.port, there.session)).reused).toBe(true);
    expect((await request(client, ours, there.session)).reused).toBe(true);
    const own = await request(client, ours);
    expect(own.reused).toBe(false);
    expect((await request(client, haproxy.port, own.session)).reused).toBe(true);
  });
});
