// The examples of docs/verification.md do what the page says, with the OpenSSL that the tests run on.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import type { IssuedCertificate } from '../helpers/certificates.js';
import { exampleUnder, runExample, type Outcome } from '../helpers/doc-examples.js';
import { spkiOf } from '../helpers/spki.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';

const PAGE = 'docs/verification.md';
const { caPem, localhost, selfSigned, stranger, client, expired, root } = await testPki();

const folder = await TempDirectory.create('verification page ');
afterAll(() => folder.close());
let server: Server | undefined;
afterEach(() => void server?.close());

/** A server of node:tls with this certificate; gives its port. */
async function serve({ chainPem: cert, keyPem: key }: IssuedCertificate): Promise<number> {
  server = createServer({ cert, key }, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Connects with the example's context, and answers 'connected' or the error's code and hint. */
const CONNECTS = (port: number): string => `
  context.loadVerifyLocations({ cadata: ${JSON.stringify(caPem)} });
  const outcome = await ssl.connect({ host: 'localhost', port: ${port}, context }).then(
    (socket) => { socket.on('error', () => {}).destroy(); return 'connected'; },
    (error) => [error.verifyCode, error.hint],
  );
  answer(outcome);`;

/** Runs an example where its files lie. */
async function run(
  heading: string,
  files: Record<string, string>,
  after: string,
): Promise<Outcome> {
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  const before = `process.chdir(${JSON.stringify(folder.path)});`;
  return runExample(exampleUnder(PAGE, heading), { before, after });
}

describe('docs/verification.md', () => {
  it('explains what failed', async () => {
    const port = await serve(expired);
    const { answer } = await run('What failed', {}, `
      const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      context.loadVerifyLocations({ cadata: ${JSON.stringify(caPem)} });
      await ssl.connect({ host: 'localhost', port: ${port}, context }).catch((error) => answer([explain(error), explain(new Error('x'))]));`);
    expect(answer).toEqual([
      expect.stringMatching(/^certificate 0 \(until (.*)\): 10 certificate has expired; it was valid until \1$/),
      'x',
    ]);
  }); // prettier-ignore

  it('pins a key', async () => {
    const port = await serve(localhost);
    const pinned = await run('Pin a key', { 'authority.pem': caPem }, CONNECTS(port));
    expect(pinned.answer).toBe('connected');
    const other = await run('Pin a key', { 'authority.pem': stranger.certPem }, CONNECTS(port));
    expect(other.answer).toEqual([50, expect.stringContaining(spkiOf(root.certPem))]);
  });

  it('pins a device', async () => {
    const port = await serve(selfSigned);
    const pinned = await run('Pin a device', { 'device.pem': selfSigned.certPem }, CONNECTS(port));
    expect(pinned.answer).toBe('connected');
    const other = await run('Pin a device', { 'device.pem': caPem }, CONNECTS(port));
    expect(other.answer).toEqual([50, expect.stringContaining(spkiOf(selfSigned.certPem))]);
  });

  it('distrusts a key', async () => {
    const port = await serve(localhost);
    const leaked = await run('Distrust a key', { 'leaked.pem': caPem }, CONNECTS(port));
    expect(leaked.answer).toEqual([28, expect.stringContaining('is distrusted')]);
    const other = await run('Distrust a key', { 'leaked.pem': client.certPem }, CONNECTS(port));
    expect(other.answer).toBe('connected');
  });

  it('asks the application', async () => {
    const identity = { cert: localhost.chainPem, key: localhost.keyPem };
    const before = `
      const known = new Map([[${JSON.stringify(spkiOf(client.certPem))}, { name: 'client' }]]);
      const find = async (key: string) => known.get(key);`;
    const after = `
      context.loadCertChain(${JSON.stringify(identity)});
      context.loadVerifyLocations({ cadata: ${JSON.stringify(caPem)} });
      const told = [];
      const server = ssl.createServer({ context }, (socket) => { told.push('in'); socket.on('error', () => {}).end('hi'); });
      server.on('tlsClientError', (error) => told.push([error.verifyCode, error.hint]));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const connect = async (identity) => {
        const mine = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
        mine.loadVerifyLocations({ cadata: ${JSON.stringify(caPem)} });
        mine.loadCertChain(identity);
        const count = told.length;
        const { port } = server.address();
        const socket = await ssl.connect({ host: '127.0.0.1', port, serverHostname: 'localhost', context: mine }).catch(() => null);
        socket?.on('error', () => {}).resume();
        while (told.length === count) await new Promise((resolve) => setTimeout(resolve, 5));
        socket?.destroy();
      };
      await connect({ cert: ${JSON.stringify(client.chainPem)}, key: ${JSON.stringify(client.keyPem)} });
      await connect({ cert: ${JSON.stringify(stranger.chainPem)}, key: ${JSON.stringify(stranger.keyPem)} });
      known.clear();
      await connect({ cert: ${JSON.stringify(client.chainPem)}, key: ${JSON.stringify(client.keyPem)} });
      server.close();
      answer(told);`;
    const { answer } = await runExample(exampleUnder(PAGE, 'Ask the application'), { before, after });
    expect(answer).toEqual([
      'in',
      [20, expect.stringContaining('"stranger root"')],
      [50, 'context.verifyCallback refused with alert 49'],
    ]);
  }); // prettier-ignore
});
