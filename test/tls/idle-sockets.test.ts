// A socket that waits in the pool of an agent: data that nothing has asked for must not answer the next request.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

import { expect, it } from 'vitest';

import https, { type Agent } from 'hermetic-ssl/https';
import { close, identity, listen, nodeTls, ourTls, pki } from './support.js';

const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`;

async function bodyOf(port: number, agent: Agent): Promise<string> {
  const request = https.get({ port, agent, ca: pki.caPem, servername: 'localhost' });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  response.setEncoding('latin1').on('data', (text: string) => (body += text));
  await once(response, 'end');
  return body;
}

it('an idle socket of an agent ends with data that was not asked for', async () => {
  const accepted: TLSSocket[] = [];
  const server = nodeTls.createServer(identity, (socket) => {
    const number = accepted.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => void socket.write(answer(`true ${number}`)));
  });
  const port = await listen(server);
  const agent = new https.Agent({ keepAlive: true });
  expect(await bodyOf(port, agent)).toBe('true 1');
  expect(await bodyOf(port, agent)).toBe('true 1'); // the same socket
  const ended = once(accepted[0]!, 'close');
  accepted[0]!.write(answer('poison'));
  await ended;
  expect(await bodyOf(port, agent)).toBe('true 2');
  agent.destroy();
  await close(server);
});

it("a guard of Node's agents on the handle does the same", async () => {
  const server = nodeTls.createServer(identity, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => void socket.write(chunk));
  });
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'localhost' });
  await once(client, 'secureConnect');
  const { _handle: handle } = client as unknown as { _handle: { onread: unknown } };
  client.on('data', () => expect.unreachable());
  handle.onread = function freeSocketOnReadGuard() {};
  client.write('x');
  await once(client, 'close');
  handle.onread = function onStreamRead() {};
  await close(server);
});

it('the function of net.Socket lets data pass', async () => {
  const server = nodeTls.createServer(identity, (socket) => socket.end('x'));
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'localhost' });
  const { _handle: handle } = client as unknown as { _handle: { onread: unknown } };
  handle.onread = function freeSocketOnReadGuard() {};
  handle.onread = function onStreamRead() {};
  expect(await once(client, 'data')).toEqual([Buffer.from('x')]);
  await once(client.resume(), 'close');
  await close(server);
});
