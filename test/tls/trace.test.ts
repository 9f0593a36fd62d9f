import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Child } from '../helpers/child.js';
import { limit } from '../helpers/time-limit.js';
import { close, identity, listen, ourTls, pki } from './support.js';

const TIMEOUT = limit(60_000);
const REGISTER = new URL('../../dist/register.js', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('children/one-connection.mjs', import.meta.url));

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

/** Makes a connection that is refused, so that it has an alert. */
async function connection(ofServer: object, ofClient: object): Promise<void> {
  const server = ourTls.createServer({ ...identity, ...ofServer });
  server.on('tlsClientError', () => undefined);
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'example.org', ...ofClient });
  await once(client, 'error');
  await close(server);
}

it('nothing is written without enableTrace', async () => {
  await connection({}, {});
  expect(written).toBe('');
});

it.each(['client', 'server'])('the option of a %s writes records and messages', async (end) => {
  const traced = { enableTrace: true };
  await connection(end === 'server' ? traced : {}, end === 'client' ? traced : {});
  const [clients, servers] = end === 'client' ? ['Sent', 'Received'] : ['Received', 'Sent'];
  const record = String.raw`TLS Record\nHeader:\n {2}Version = TLS 1\.\d \(0x30\d\)\n {2}Content Type = Handshake \(22\)\n {2}Length = \d+\n {4}`;
  const hello = (name: string, by: string) =>
    `${by} ${record}${by} ${name}, Length=\\d+\\n {8}03 03 `;
  expect(written).toMatch(new RegExp(hello('ClientHello', clients)));
  expect(written).toMatch(new RegExp(hello('ServerHello', servers)));
  expect(written).toContain('  Inner Content Type = Handshake (22)\n');
  expect(written).toContain(`    ${servers} EncryptedExtensions, Length=`);
  expect(written.match(/ClientHello/g)).toHaveLength(1);
});

it('an alert is written with its name', async () => {
  const version = { maxVersion: 'TLSv1.2' };
  await connection(version, { minVersion: 'TLSv1.3', enableTrace: true });
  expect(written).toMatch(/Received Alert, level=fatal\(2\), description=protocol_version\(70\)/);
});

it('enableTrace() of an open connection writes the messages that follow', async () => {
  const server = ourTls.createServer(identity, (socket) => socket.resume());
  const port = await listen(server);
  const client = ourTls.connect({ port, ca: pki.caPem, servername: 'localhost' });
  await once(client, 'secureConnect');
  expect(written).toBe('');
  client.enableTrace();
  client.end('x');
  await once(client.resume(), 'close');
  expect(written).toMatch(/Received NewSessionTicket, Length=/);
  expect(written).toContain('Sent Alert, level=warning(1), description=close_notify(0)');
  await close(server);
});

it('a value that is not a boolean is refused', () => {
  const options = { port: 1, enableTrace: 'yes' } as object;
  expect(() => ourTls.connect(options)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
});

it(
  '--trace-tls traces every connection, and warns',
  async () => {
    const args = ['--trace-tls', `--import=${REGISTER}`, PROGRAM];
    const child = Child.start(process.execPath, args, {
      PROGRAM_KEY: identity.key,
      PROGRAM_CERT: identity.cert,
    });
    expect(await child.finish(TIMEOUT)).toMatchObject({ code: 0 });
    expect(child.stdout).toBe('done\n');
    expect(child.stderr).toContain(
      'Warning: Enabling --trace-tls can expose sensitive data in the resulting log.',
    );
    expect(child.stderr).toMatch(/Sent TLS Record/);
    expect(child.stderr).toMatch(/Received TLS Record/);
  },
  TIMEOUT,
);
