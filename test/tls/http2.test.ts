// node:http2 over TLS with hermetic-ssl/register: sessions know their protocol, their peer and its certificate, with and
// without this package at the other end.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { Child } from '../helpers/child.js';
import { TempDirectory } from '../helpers/temp.js';
import { pki } from './support.js';

const PROGRAM = fileURLToPath(new URL('children/http2.mjs', import.meta.url));
const REGISTER = pathToFileURL(path.resolve('dist/register.js')).href;
const SIZE = 3_000_000;

const flags = (isOurs: boolean): string[] => (isOurs ? ['--import', REGISTER] : []);

describe.each([
  ['both ends', true, true],
  ['the server', true, false],
  ['the client', false, true],
])('node:http2 with register at %s', (_, isServerOurs, isClientOurs) => {
  it('has sessions of h2 over TLS that know their peer, and moves large bodies', async () => {
    const folder = await TempDirectory.create();
    onTestFinished(() => folder.close());
    const { keyPem, chainPem } = pki.localhost;
    const files = { 'key.pem': keyPem, 'cert.pem': chainPem, 'ca.pem': pki.caPem };
    const { 'key.pem': key, 'cert.pem': cert, 'ca.pem': ca } = await folder.writeFiles(files);
    const server = Child.start(process.execPath, [
      ...flags(isServerOurs),
      PROGRAM,
      'server',
      key,
      cert,
    ]);
    const [, port] = (await server.waitFor(/^(\d+)\n/)) as unknown as [string, string];
    const client = Child.start(process.execPath, [
      ...flags(isClientOurs),
      PROGRAM,
      'client',
      port,
      ca,
    ]);
    const { code } = await client.finish(20_000);
    expect({ code, text: client.stderr }).toEqual({ code: 0, text: '' });
    const facts = { alpnProtocol: 'h2', encrypted: true, isSocketEncrypted: true, size: SIZE };
    const remoteAddress = '127.0.0.1';
    expect(JSON.parse(client.stdout)).toEqual({
      server: { ...facts, remoteAddress, hasCertificate: false },
      client: { ...facts, remoteAddress, hasCertificate: true },
    });
    server.stdin.end();
    expect(await server.finish(20_000)).toEqual({ code: 0, signal: null });
  });
});
